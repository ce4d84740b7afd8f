"""Dates in the visible text: near the headline, after a label, in elements that are called a date, at the head of the story."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from newsbot.date_tables import DateTables
from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.jsonld import text_of
from newsbot.extractors.metadata import Metadata
from newsbot.extractors.time_elements import path_is_elsewhere
from newsbot.items import Block, Provenance
from newsbot.reading.date_strings import DateContext, DateReading, read_dates
from newsbot.reading.folding import fold

LONGEST_LINE: Final = 250
"""Letters; a longer block is a paragraph, not a line about the article."""
LONG_PARAGRAPH: Final = 160
_ABOVE: Final = 8
_BELOW: Final = 12
"""Blocks around the headline among which a date is the article's."""
_AFTER_STOP: Final = 5
"""Blocks after the first long paragraph: a standfirst may stand above the byline."""
_SHORTEST: Final = 6
_MAX_READ: Final = 80
_OTHER_LETTERS: Final = 70
"""A line about the article says little besides its dates; one that says more is a sentence or a caption."""
LONGEST_META: Final = 400
_META_LETTERS: Final = 300
_PLAIN_LETTERS: Final = 16
_CLASS: Final = re.compile(
    r"(?:^|[\s./#_-])(?:date|dates|datum|data|time|timestamp|publish(?:ed)?|pub|posted|posted-on|post-?meta|entry-?meta|article-?meta|byline|meta|metadata|fecha"
    r"|datetime|dateline|post-?date|entry-?date|pubdate|info|tarih|zeit|stand|created|submitted|credits?|author\w{0,6}|timestamp|postmetadata|post-?info|details?)(?=$|[\s./#_-])",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_NUMBERS: Final = re.compile(r"\d{4}|\d\D{1,14}\d\d")
"""A year, or two numbers near one another."""
_HEAD_LETTERS: Final = 90
_HEAD_END: Final = re.compile(r"[:：]\s|\s[-–—]+\s|-{2}|\)\s|[–—]|\s-|-\s|\.\s")


def find_printed_dates(metadata: Metadata, found: PageBlocks, tables: DateTables) -> Iterator[Provenance]:
    """Lines that state a date, best first: labelled, near the headline (after it, then before), called a date; then datelines."""
    context = DateContext(languages=(metadata.language,) if metadata.language else ())
    title = _title_position(metadata, found.blocks)
    lines = [line for line in _lines(found, title) if line.readings(context, tables)]
    for origin in ("label", "header", "class", "plain"):
        for line in lines:
            if line.origin(title) == origin:
                yield from line.candidates(origin)
    yield from _datelines(found.blocks, title, context, tables)


class _Line:
    """A short block that may state a date."""

    __slots__ = ("block", "is_called_date", "is_head", "read")

    def __init__(self, block: Block, *, is_called_date: bool, is_head: bool) -> None:
        self.block, self.is_called_date, self.is_head = block, is_called_date, is_head
        self.read: tuple[DateReading, ...] = ()

    def readings(self, context: DateContext, tables: DateTables) -> bool:
        """Read the block once; whether it states a day."""
        self.read = tuple(
            one for one in read_dates(self.block.text, context=context, tables=tables) if one.precision not in ("year", "month")
        )
        others = len(self.block.text) + _unspaced(self.block.text) - sum(len(one.raw) for one in self.read)
        return bool(self.read) and others <= (_META_LETTERS if self.is_called_date else _OTHER_LETTERS)

    def origin(self, title: int | None) -> str | None:
        if self.read[0].label and self.read[0].start < 60:
            return "label"
        if self.is_head and title is not None:
            return "header"
        if self.is_called_date:
            return "class"
        return "plain" if len(self.block.text) - sum(len(one.raw) for one in self.read) <= _PLAIN_LETTERS else None

    def candidates(self, origin: str) -> Iterator[Provenance]:
        if any(one.label == "original" for one in self.read):
            yield Provenance("original", f"line:{self.block.position}", self.block.text)
        if any(one.label in ("published", None) for one in self.read):
            yield Provenance("published", origin, self.block.text)
        if any(one.label == "modified" for one in self.read):
            yield Provenance("modified", origin, self.block.text)


def _unspaced(text: str) -> int:
    """Letters of scripts that say twice as much with each."""
    return sum("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in text)


def _lines(found: PageBlocks, title: int | None) -> list[_Line]:
    """Short blocks with a digit, nearest after the headline first, then above it, then the rest."""
    lines: list[tuple[int, _Line]] = []
    stop = _body_start(found.blocks, title)
    site_head = _site_head(found.blocks[title].path) if title is not None else None
    for block, element in zip(found.blocks, found.elements, strict=True):
        if not _may_state(block) or _site_head(block.path) not in (None, site_head):
            continue  # what the site's header says beside its logo is today
        is_called_date = _CLASS.search(f"{element.get('class') or ''} {block.path.rpartition('/')[2]}") is not None
        if len(block.text) > LONGEST_LINE and not is_called_date:
            continue
        is_head = title is not None and title - _ABOVE <= block.position <= max(title, stop) + _AFTER_STOP
        distance = block.position - (title or 0)
        lines.append((distance if distance >= 0 else 1000 - distance, _Line(block, is_called_date=is_called_date, is_head=is_head)))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])[:_MAX_READ]]


def _may_state(block: Block) -> bool:
    """Whether *block* can be a line about the article with a date in it."""
    if (
        not _SHORTEST <= len(block.text) <= LONGEST_META
        or block.kind in ("heading", "code", "table_row")
        or not _NUMBERS.search(block.text)
    ):
        return False
    return "/figcaption" not in block.path and not path_is_elsewhere(block.path)


def _site_head(path: str) -> str | None:
    """The DOM path of the page's own header, when *path* leads into it; an article's header is none."""
    steps = path.split("/")
    for index, step in enumerate(steps):
        if step.startswith(("article", "main")):
            return None
        if step == "header" or step.startswith(("header.", "header#")):
            return "/".join(steps[: index + 1])
    return None


def _title_position(metadata: Metadata, blocks: Sequence[Block]) -> int | None:
    """Where the headline stands: the heading that a declared title begins with or holds, else the first ``h1``, else the first ``h2``."""
    own = text_of((metadata.article or {}).get("headline"))
    titles = [fold(text) for text in (own, metadata.first_meta("og:title"), metadata.title) if text]
    headings = [block for block in blocks if block.kind == "heading"]
    best, longest = None, 8
    for heading in headings[:60]:
        text = fold(heading.text)
        fits = max((min(len(text), len(title)) for title in titles if text in title or title in text), default=0)
        if fits > longest:
            best, longest = heading.position, fits
    if best is not None and longest * 2 > min(map(len, titles)):
        return best
    for block in blocks[:150]:
        text = fold(block.text) if 15 < len(block.text) < 300 else ""
        if text and any(title.startswith(text) or text == title for title in titles):
            return block.position
    if best is not None:
        return best
    for level in (1, 2):
        for heading in headings:
            if heading.level == level:
                return heading.position
    return None


def _body_start(blocks: Sequence[Block], title: int | None) -> int:
    """The first long paragraph after the headline, at most :data:`_BELOW` blocks away."""
    if title is None:
        return 0
    for block in blocks[title + 1 : title + _BELOW]:
        if len(block.text) >= LONG_PARAGRAPH and block.kind == "paragraph":
            return block.position
    return title + _BELOW


def _datelines(blocks: Sequence[Block], title: int | None, context: DateContext, tables: DateTables) -> Iterator[Provenance]:
    """The day that opens one of the first paragraphs: ``BEIRUT, May 5 (Reuters) -``, ``موقع الدفاع العربي 5 ماي 2024:``."""
    start = 0 if title is None else title + 1
    paragraphs = [block for block in blocks[start : start + 40] if block.kind == "paragraph" and len(block.text) >= 60]
    for block in paragraphs[:3]:
        head = block.text[:_HEAD_LETTERS]
        for end in _HEAD_END.finditer(head):
            text = head[: end.start() + 1]
            readings = (
                [one for one in read_dates(text, context=context, tables=tables) if one.precision == "day"] if _DIGIT.search(text) else []
            )
            if readings and readings[0].start + len(readings[0].raw) >= end.start() - 12:
                yield Provenance("published", "dateline", text.strip())
                return
