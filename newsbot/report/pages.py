"""The report's pages. Every word of a page that was crawled passes Jinja's escaping, and nothing on them can run or load anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from newsbot.explaining import reason
from newsbot.extractors.boilerplate import restore
from newsbot.items import Article
from newsbot.report.charts import bars
from newsbot.report.gathered import Gathered
from newsbot.shapes import BlockKind

_JOINERS: Final = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Line:
    """One text block of a page."""

    position: int
    kind: BlockKind
    text: str
    kept: str | None
    """What stayed of it; ``None`` where it was cut as a whole."""
    why: str
    """Steps and rules of its cuts."""


def index_page(gathered: Gathered) -> str:
    """``index.html``."""
    return _templates().get_template("index.html").render(report=gathered, bars=bars)


def article_page(article: Article) -> str:
    """All blocks of one page side by side, kept and cut, and the values with their evidence."""
    return _templates().get_template("article.html").render(article=article, lines=page_lines(article))


def page_lines(article: Article) -> list[Line]:
    """Every block of the page of *article*, in page order."""
    kept = {block.position: block.text for block in article.blocks}
    why: dict[int, list[str]] = {}
    for cut in article.removals:
        why.setdefault(cut.block.position, []).append(reason(cut))
    return [
        Line(block.position, block.kind, block.text, kept.get(block.position), ", ".join(why.get(block.position, ())))
        for block in restore(article.blocks, article.removals)
    ]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("newsbot.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["web"] = _web_address
    environment.filters["shown"] = _shown
    return environment


def _web_address(url: Any) -> str | None:
    """*url* where it is an address of the web, which a reader may click on; nothing else is a link."""
    try:
        return url if isinstance(url, str) and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _shown(text: Any) -> str:
    """*text* with control and bidi characters made visible: they could turn what stands around them."""
    return "".join(c if c.isprintable() or c in _JOINERS or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in str(text))
