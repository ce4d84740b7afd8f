"""What was kept of a page, what was cut and by which rule, and where each value came from: for reading in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsbot.extractors.boilerplate import restore
from newsbot.items import Article, Block, Provenance, Removal

_JOINERS: Final = "\u200c\u200d"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RAW_LETTERS: Final = 160


def explain(article: Article) -> RenderableType:
    """The whole explanation of *article*: values with their evidence, then the page's blocks in order."""
    return Group(_values(article), Text(), _evidence(article), Text(), _blocks(article))


def shown(text: str, limit: int | None = None) -> str:
    """*text* for a terminal: control characters of the page made visible, right-to-left text isolated, at most *limit* letters."""
    text = "".join(c if c.isprintable() or c in _JOINERS else "\N{REPLACEMENT CHARACTER}" for c in text.replace("\n", " ⏎ "))
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if right_to_left else text


def _values(article: Article) -> Table:
    table = Table("field", "value", title=shown(article.url or "(no address)"), title_justify="left", show_lines=False)
    for name, value in _named_values(article):
        table.add_row(name, Text("null", style="dim") if value is None else Text(shown(value)))
    return table


def _named_values(article: Article) -> Iterator[tuple[str, str | None]]:
    published, modified = article.dates.published, article.dates.modified
    yield "title", article.title
    yield "summary", article.summary
    yield "section", article.section
    yield "tags", ", ".join(article.tags) or None
    yield "language", article.language
    yield "date_published", f"{published.value}  ({published.origin}, confidence {published.confidence:.2f})" if published else None
    yield "date_modified", f"{modified.value}  ({modified.origin})" if modified else None
    yield "authors", ", ".join(author.name for author in article.authors) or None
    yield from _attribution_values(article)
    yield "image", article.image
    yield "access", article.access.status + "".join(f"; {proof.origin}: {proof.raw}" for proof in article.access.evidence)
    yield "quality", f"{article.quality.words} words, confidence {article.quality.confidence:.2f}  {' '.join(article.quality.flags)}"


def _attribution_values(article: Article) -> Iterator[tuple[str, str | None]]:
    credit = article.attribution
    yield "publisher", credit.publisher.name if credit.publisher else None
    original = credit.original
    parts = (original.publisher, original.domain, original.url, original.date_published) if original else ()
    yield "original", ", ".join(part for part in parts if part) or None
    yield "agencies", ", ".join(agency.id for agency in credit.agencies) or None
    yield "cited", ", ".join(agency.id for agency in credit.cited) or None


def _evidence(article: Article) -> Table:
    table = Table("field", "origin", "as printed", "", title="Evidence", title_justify="left")
    for candidate in article.candidates:
        table.add_row(candidate.field, candidate.origin, Text(shown(candidate.raw, _RAW_LETTERS)), _mark(candidate))
    return table


def _mark(candidate: Provenance) -> Text:
    return Text("chosen", style="green") if candidate.chosen else Text("")


def _blocks(article: Article) -> RenderableType:
    kept = {block.position: block for block in article.blocks}
    cuts: dict[int, list[Removal]] = {}
    for removal in article.removals:
        cuts.setdefault(removal.block.position, []).append(removal)
    table = Table("#", "", "text", "why", title="Blocks of the page", title_justify="left")
    for block in restore(article.blocks, article.removals):
        table.add_row(*_row(block, kept.get(block.position), cuts.get(block.position, [])))
    return table


def reason(cut: Removal) -> str:
    """Why *cut* was made, in one line: step, rule and, where it was learned, what it rests on."""
    return f"{cut.step}: {cut.rule}" + (f" ({cut.evidence})" if cut.evidence else "")


def _row(block: Block, kept: Block | None, cuts: list[Removal]) -> tuple[str, Text, Text, str]:
    why = ", ".join(reason(cut) for cut in cuts)
    if kept is not None:
        return str(block.position), Text("keep", style="green"), Text(shown(kept.text)), why or block.kind
    named = any(cut.step != "choice" for cut in cuts)
    style = "red" if named else "dim"
    return str(block.position), Text("cut" if named else "-", style=style), Text(shown(block.text), style=style), why
