"""The report's files, each written in one step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from newsbot.feed.places import Place
from newsbot.report.gathered import gather
from newsbot.report.pages import index_page

FOLDER: Final = "report"


def write_index(out: Path, state: str, feed: Place | None = None) -> Path:
    """Write ``<out>/report/index.html`` anew, and return its path.

    Raises:
        StateError, ManifestError: what it is made from is damaged.
        OSError: it cannot be written.
    """
    return write_page(out, "index", index_page(gather(out, state, feed)))


def write_page(out: Path, name: str, page: str) -> Path:
    """Write ``<out>/report/<name>.html``; a reader never meets half of it.

    Raises:
        OSError: it cannot be written.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.{os.getpid()}.part"
    part.write_text(page, encoding="utf-8", errors="replace")
    return part.rename(folder / f"{name}.html")
