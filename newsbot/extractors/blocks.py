"""The page as a sequence of text blocks: what a reader sees, line by line, each with its kind and its place.

A block is a run of inline content between two borders of block-level elements; ``<br>`` is a border too. Data-table rows are one
block, cells joined by `` | ``. One pass over the tree, no recursion, any script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from newsbot.items import Block, BlockKind, Link
from newsbot.page import Page, join_url

UNSEEN: Final = frozenset(
    "script style noscript template head svg iframe object embed audio video canvas select datalist input textarea map math "
    "meta link param source track amp-script amp-analytics amp-ad amp-iframe amp-state amp-consent".split()
)
"""Elements whose text no reader sees as text of the page. ``noscript`` repeats what scripts would show."""
_BORDERS: Final = frozenset(
    "html body address article aside blockquote button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul option "
    "label search".split()
)
"""Block-level elements of the HTML standard's rendering section, and controls that stand apart as buttons do."""
_PARAGRAPHS: Final = frozenset("p li td th dd dt h1 h2 h3 h4 h5 h6 blockquote figcaption caption summary address".split())
"""Elements that hold one paragraph, so that a single ``<br>`` in them is a line break and no new paragraph."""
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LISTS: Final = frozenset(("ul", "ol", "menu", "dir", "dl"))
_ITEMS: Final = frozenset(("li", "dd", "dt"))
_CELLS: Final = frozenset(("td", "th"))
_NO_DATA_ROW: Final = frozenset("table h1 h2 h3 h4 h5 h6 ul ol blockquote figure article section form iframe pre".split())
"""A row that holds one of these lays out the page; it is no data."""
_NOISE: Final = dict.fromkeys(
    [0xAD, 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFFFC, *range(0x80, 0xA0)]
)
"""Soft hyphen, zero-width space, bidi marks, word joiner, byte order mark, C1 controls. Zero-width joiners belong to the letters: they stay."""
_SENTENCE_END: Final = frozenset('.!?…؟۔。！？।:"”»')
_ROW_LETTERS: Final = 2000


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """All text blocks of a page, in reading order."""

    blocks: tuple[Block, ...]
    elements: tuple[HtmlElement, ...]
    """For each block, the innermost block-level element that holds it."""


def find_blocks(page: Page) -> PageBlocks:
    """Every visible text block of *page*."""
    body = page.tree.find("body")
    walk = _Walk(page.tree if body is None else body, page.base_url)
    return PageBlocks(tuple(walk.blocks), tuple(walk.elements))


def clean_text(text: str) -> str:
    """*text* as a reader sees it: NFC, white space folded to single spaces, bidi and other invisible marks out, joiners kept."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_NOISE))
        return " ".join(text.split()).strip("\u200c\u200d ")
    return " ".join(text.split())


def dom_path(element: HtmlElement) -> str:
    """Place of *element*: ``tag#id.class1.class2`` steps, root first, joined by ``/``."""
    steps = [_step(element), *(_step(ancestor) for ancestor in element.iterancestors())]
    return "/".join(reversed(steps))


def _step(element: HtmlElement) -> str:
    identity = element.get("id")
    classes = ".".join((element.get("class") or "").split()[:4])
    return f"{element.tag}{f'#{identity.strip()}' if identity else ''}{f'.{classes}' if classes else ''}"


@dataclass(slots=True)
class _Run:
    """Inline content that is being gathered."""

    parts: list[str] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)
    """(first part, part after the last, address)."""


class _Walk:
    """The state of one pass; ``blocks`` and ``elements`` are its result."""

    def __init__(self, root: HtmlElement, base_url: str) -> None:
        self.blocks: list[Block] = []
        self.elements: list[HtmlElement] = []
        self._root = root
        self._base_url = base_url
        self._run = _Run()
        self._holders: list[HtmlElement] = []
        self._depth: dict[str, int] = {"list": 0, "item": 0, "quote": 0, "code": 0, "heading": 0}
        self._row: HtmlElement | None = None
        self._link: tuple[str, int] | None = None
        self._broken_line_in: HtmlElement | None = None
        self._paths: dict[HtmlElement, str] = {}
        self._walk(root)

    def _walk(self, root: HtmlElement) -> None:
        events = etree.iterwalk(root, events=("start", "end"))
        for event, element in events:
            tag = element.tag
            if event == "start":
                if tag in UNSEEN:
                    events.skip_subtree()
                    continue
                self._open(element, tag)
                if element.text:
                    self._run.parts.append(element.text)
            else:
                if tag not in UNSEEN:
                    self._close(element, tag)
                if element.tail and element is not root:
                    self._run.parts.append(element.tail)
        self._flush()

    def _open(self, element: HtmlElement, tag: str) -> None:
        if tag in _BORDERS or "-" in tag:
            self._border(element)
            self._holders.append(element)
            self._count(tag, 1)
            if tag == "tr" and self._row is None and _is_data_row(element):
                self._row = element
        elif tag == "br":
            self._break_line()
        elif tag == "a":
            self._space_between_links(element)
            self._link = (element.get("href") or "", len(self._run.parts))

    def _close(self, element: HtmlElement, tag: str) -> None:
        if tag in _BORDERS or "-" in tag:
            if element is self._row:
                self._flush()
                self._row = None
            self._border(element)
            self._count(tag, -1)
            self._holders.pop()
        elif tag == "a" and self._link is not None:
            self._end_link()
            self._link = None

    def _count(self, tag: str, step: int) -> None:
        depth = self._depth
        if tag in _HEADINGS:
            depth["heading"] = _HEADINGS[tag] if step > 0 else 0
        elif tag in _ITEMS:
            depth["item"] += step
        elif tag in _LISTS:
            depth["list"] += step
        elif tag == "blockquote":
            depth["quote"] += step
        elif tag == "pre":
            depth["code"] += step

    def _border(self, element: HtmlElement) -> None:
        """A block-level border: the run ends here; inside a data row it only parts two cells."""
        if self._row is None:
            self._flush()
            self._broken_line_in = None
        elif self._run.parts:
            self._run.parts.append(" | " if element.tag in _CELLS else " ")

    def _break_line(self) -> None:
        if self._depth["code"]:
            self._run.parts.append("\n")
        elif self._row is not None:
            self._run.parts.append(" ")
        else:
            holder = self._holders[-1] if self._holders else None
            had_text = self._flush()
            single = had_text and holder is not None and holder.tag in _PARAGRAPHS
            self._broken_line_in = holder if single else None

    def _space_between_links(self, element: HtmlElement) -> None:
        """``<a>One</a><a>Two</a>`` are two words, whatever the style sheet does between them."""
        before = element.getprevious()
        if before is not None and before.tag == "a" and not before.tail:
            self._run.parts.append(" ")

    def _end_link(self) -> None:
        if self._link is not None and self._link[1] < len(self._run.parts):
            self._run.links.append((self._link[1], len(self._run.parts), self._link[0]))

    def _flush(self) -> bool:
        """Make a block of the run; whether it held any text."""
        run = self._run
        if not run.parts:
            return False
        self._end_link()
        self._run = _Run()
        if self._link is not None:
            self._link = (self._link[0], 0)
        text = _code_text(run.parts) if self._depth["code"] else clean_text("".join(run.parts))
        if self._row is not None:
            text = text.strip("| ")
        if text:
            self._emit(text, run)
        return bool(text)

    def _emit(self, text: str, run: _Run) -> None:
        holder = self._holders[-1] if self._holders else self._root
        kind, level = self._kind()
        links = tuple(self._links(run))
        self.blocks.append(Block(len(self.blocks), kind, text, level, links, self._path(holder), self._goes_on(holder)))
        self.elements.append(holder)

    def _links(self, run: _Run) -> Iterator[Link]:
        for start, stop, href in run.links:
            text = clean_text("".join(run.parts[start:stop]))
            url = href if href.startswith(("http://", "https://")) else join_url(self._base_url, href)
            if text and url:
                yield Link(text, url)

    def _goes_on(self, holder: HtmlElement) -> bool:
        """Whether the run continues a line that a single ``<br>`` broke in mid-sentence."""
        return self._broken_line_in is holder and bool(self.blocks) and self.blocks[-1].text[-1] not in _SENTENCE_END

    def _kind(self) -> tuple[BlockKind, int | None]:
        depth = self._depth
        if depth["code"]:
            return "code", None
        if depth["heading"]:
            return "heading", depth["heading"]
        if self._row is not None:
            return "table_row", None
        if depth["item"]:
            return "list_item", max(1, depth["list"])
        return ("quote" if depth["quote"] else "paragraph"), None

    def _path(self, element: HtmlElement) -> str:
        path = self._paths.get(element)
        if path is None:
            parent = element.getparent()
            above = "" if parent is None else self._paths.get(parent) or dom_path(parent)
            path = self._paths[element] = f"{above}/{_step(element)}" if above else _step(element)
        return path


def _code_text(parts: list[str]) -> str:
    lines = (line.translate(_NOISE).rstrip() for line in unicodedata.normalize("NFC", "".join(parts)).expandtabs(4).splitlines())
    return "\n".join(lines).strip("\n")


def _is_data_row(row: HtmlElement) -> bool:
    """Two or more cells of plain short content; rows that lay out a page are none."""
    if sum(child.tag in _CELLS for child in row) < 2:
        return False
    letters = 0
    for element in row.iter():
        if element.tag in _NO_DATA_ROW:
            return False
        letters += len(element.text or "") + len(element.tail or "")
    return letters <= _ROW_LETTERS
