"""Article as printed, in; finished article, record and file, out.

``STAGES`` is the one list of the pure stages, in order; each is ``(article, config) -> article``. They run where ``extract`` runs,
beside the event loop. What needs memory (:mod:`pipelines.history`) or a disk (:mod:`pipelines.writer`) follows, in the crawler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from newsbot.config import Config
from newsbot.items import Article
from pipelines.attribution import normalise_attribution
from pipelines.dates import normalise_dates
from pipelines.quality import require_quality
from pipelines.reservation import require_unreserved

Stage = Callable[[Article, Config], Article]

STAGES: Final[tuple[Stage, ...]] = (require_unreserved, normalise_dates, normalise_attribution, require_quality)
