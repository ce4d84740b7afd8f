"""A publisher's reservation of text and data mining, obeyed where the user says so."""

from __future__ import annotations

from newsbot.config import Config
from newsbot.errors import Rejected
from newsbot.items import Article


def require_unreserved(article: Article, config: Config) -> Article:
    """*article*, where its publisher leaves it free or the user only wants the reservation recorded.

    The source's ``[rights] tdm`` decides, else ``NEWSBOT_TDM``.

    Raises:
        Rejected: ``reserved``.
    """
    source = config.sources.get(article.source or "")
    wish = (source.rights.tdm if source else None) or config.tdm
    reservation = article.rights.tdm
    if wish == "obey" and reservation is not None and reservation.reserved:
        raise Rejected("reserved", f"text and data mining is reserved ({reservation.origin})")
    return article
