"""What kind of page it is: everything but an article is refused before extraction, on strong evidence only.

A refused article is lost, a listing that slips through is one odd record; so every test here needs several signs at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from newsbot.errors import Rejected
from newsbot.extractors.jsonld import types_of
from newsbot.extractors.metadata import Metadata
from newsbot.items import Block
from newsbot.page import Page, join_url
from newsbot.reading.folding import fold
from newsbot.urls import looks_like_article, same_article, site_of

OPEN_STATUSES: Final = frozenset((401, 402, 403, 451))
"""Refusals that may come with the open part of a story."""
PROSE_LETTERS: Final = 80
"""A block of this length that is not a link is running text."""
_STUB_LETTERS: Final = 200
_ENDLESS: Final = 5000
"""More lines than any story with its furniture; the fullest labelled page has fewer than 4,000."""
_LIST_TYPES: Final = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage"))
_INDEX_PATH: Final = re.compile(
    r"""^/?$ | ^/(?:index|home|default)(?:\.\w{2,5})?/?$        # the first page
      | /(?:tags?|category|categories|kategorie|categoria|rubrik|sections?|topics?|themen?|authors?
          |autor(?:en)?|search|suche|archives?)/[^/]+/?$
      | /page/\d+/?$ | /search/?$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ERROR_TITLE: Final = re.compile(
    r"""(?:\W*(?:error|erreur|fehler|errore|ошибка|hata|خطا)?\W*404\b.{0,60}
      | .{0,20}(?:page|site|article)\W{1,3}(?:could\ )?not\W{1,3}(?:be\ )?found.{0,40} | not\ found\W*
      | .{0,12}seite\ (?:wurde\ )?(?:leider\ )?nicht\ gefunden.{0,40} | .{0,12}page\ (?:non\ trouvee|introuvable).{0,40}
      | .{0,12}pagina\ (?:no|nao|non)\ (?:encontrada|trovata).{0,40} | .{0,12}pagina\ niet\ gevonden.{0,40}
      | .{0,12}страница\ не\ наидена.{0,40} | .{0,12}сторінку\ не\ знаидено.{0,40} | .{0,12}sayfa\ bulunamadi.{0,40}
      | .{0,12}الصفحه\ (?:غير\ موجوده|المطلوبه\ غير\ موجوده).{0,40} | .{0,12}صفحه\ (?:مورد\ نظر\ )?(?:يافت|پيدا)\ نشد.{0,40}
      | .{0,12}ページが見つかりません.{0,40} | .{0,12}页面不存在.{0,40} | .{0,12}페이지를\ 찾을\ 수\ 없습니다.{0,40})""",
    re.VERBOSE,
)
"""Matched on folded titles, whole."""
_LIVE_TYPE: Final = "LiveBlogPosting"


@dataclass(frozen=True, eq=False)
class _Signs:
    """What is measured on a page, each on first need."""

    page: Page
    metadata: Metadata
    blocks: Sequence[Block]

    @cached_property
    def prose_run(self) -> int:
        """Letters of the longest stretch of running text without a linked heading or more than three link lines in it."""
        run = best = gap = 0
        for block in self.blocks:
            size, linked = len(block.text), sum(len(link.text) for link in block.links)
            if size >= PROSE_LETTERS and linked < 0.4 * size:
                run, gap = run + size, 0
            elif linked > 0.5 * size:
                gap += 1
                if gap > 3 or block.kind == "heading":
                    run = 0
            best = max(best, run)
        return best

    @cached_property
    def teasers(self) -> int:
        """Different stories of this site to which whole headings or long lines link."""
        found: set[str] = set()
        for block in self.blocks:
            size, linked = len(block.text), sum(len(link.text) for link in block.links)
            if linked > 0.7 * size and (block.kind == "heading" or size >= 25):
                url = join_url(self.page.base_url, block.links[0].url)
                if url and site_of(url) == site_of(self.page.url) and looks_like_article(url) and not same_article(url, self.page.url):
                    found.add(url)
        return len(found)

    @cached_property
    def feed_items(self) -> int:
        """Pairs of a short line and a longer text under it, of the one place where most such pairs stand: feeds printed as lists."""
        places: Counter[str] = Counter()
        for one, other in zip(self.blocks, self.blocks[1:], strict=False):
            short = 15 <= len(one.text) <= 140 and one.text[-1] not in ".!؟?。" and len(other.text) > 1.5 * len(one.text)
            if short and len(other.text) >= PROSE_LETTERS and not other.links and other.path.startswith(one.path):
                places[one.path] += 1
        return max(places.values(), default=0)

    @cached_property
    def types(self) -> frozenset[str]:
        """Types of the top-level JSON-LD nodes."""
        return frozenset[str]().union(*(types_of(placed.node) for placed in self.metadata.graph.nodes if placed.under == ""))

    @property
    def says_article(self) -> bool:
        """Whether the head of the page says that it is an article; ``og:type`` alone does not where JSON-LD says that it is a list."""
        if self.metadata.is_article_marked:
            return True
        kind = (self.metadata.first_meta("og:type") or "").lower()
        return kind == "article" and not self.types & _LIST_TYPES


def require_article(page: Page, metadata: Metadata, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Flags of an article (``live_blog``).

    Raises:
        Rejected: ``error_page``, ``listing``, ``video`` or ``gallery``.
    """
    signs = _Signs(page, metadata, blocks)
    _require_no_error(signs)
    _require_no_stub(signs)
    _require_no_listing(signs)
    own = types_of(metadata.article) if metadata.article is not None else frozenset()
    return ("live_blog",) if _LIVE_TYPE in own or _LIVE_TYPE in signs.types else ()


def _require_no_error(signs: _Signs) -> None:
    status = signs.page.raw.status
    if status is not None and status >= 400 and status not in OPEN_STATUSES:
        raise Rejected("error_page", f"the server answered {status}")
    if status in OPEN_STATUSES and not signs.says_article and signs.prose_run < _STUB_LETTERS:
        raise Rejected("error_page", f"the server answered {status} and the page tells no story")
    titles = [signs.metadata.title or "", *(block.text for block in signs.blocks if block.kind == "heading" and block.level == 1)]
    if not signs.says_article and signs.prose_run < 2 * _STUB_LETTERS:
        for title in titles[:4]:
            if _ERROR_TITLE.fullmatch(fold(title.partition(" | ")[0].partition(" - ")[0])):
                raise Rejected("error_page", f"the page is headed {title[:80]!r}")


def _require_no_stub(signs: _Signs) -> None:
    if signs.metadata.is_article_marked or signs.prose_run >= _STUB_LETTERS:
        return
    kind = (signs.metadata.first_meta("og:type") or "").lower()
    if kind.startswith("video") or "VideoObject" in signs.types:
        raise Rejected("video", "a player and no story")
    if signs.types & {"ImageGallery", "MediaGallery"}:
        raise Rejected("gallery", "pictures and no story")


def _require_no_listing(signs: _Signs) -> None:
    if len(signs.blocks) > _ENDLESS and signs.prose_run < _STUB_LETTERS:
        raise Rejected("listing", f"{len(signs.blocks)} lines and no text that runs on")
    if signs.says_article:
        return
    path = urlsplit(signs.page.url).path
    if signs.types & _LIST_TYPES and signs.teasers >= 3 and signs.prose_run < 1500:
        raise Rejected("listing", f"declared as {', '.join(sorted(signs.types & _LIST_TYPES))}, {signs.teasers} teasers")
    first = path.strip("/").lower() in ("", (signs.metadata.language or "").partition("-")[0].lower())
    if (first or _INDEX_PATH.search(path)) and not urlsplit(signs.page.url).query:
        if signs.teasers >= 6 and (first or signs.prose_run < 2000):
            raise Rejected("listing", f"the address of an index, {signs.teasers} teasers")
        if first and signs.feed_items >= 6:
            raise Rejected("listing", f"the site's first page, {signs.feed_items} short texts under headlines")
    if signs.teasers >= 12 and signs.prose_run < 400 and not looks_like_article(signs.page.url):
        raise Rejected("listing", f"{signs.teasers} teasers and no text that runs on")
