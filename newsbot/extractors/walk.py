"""One pass over a page's tree that gathers its blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from newsbot.extractors.outline import Outline, PageBlocks, Print, dom_path, dom_step
from newsbot.extractors.plain_text import clean_text, code_text
from newsbot.items import Block, BlockKind, Link
from newsbot.page import join_url

UNSEEN: Final = frozenset(
    "script style noscript template head svg iframe object embed audio video canvas select datalist input textarea map math "
    "meta link param source track amp-script amp-analytics amp-ad amp-iframe amp-state amp-consent".split()
)
"""Elements whose text no reader sees as text of the page. ``noscript`` repeats what scripts would show."""
_BORDERS: Final = frozenset(
    "html body address article aside blockquote button caption center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr "
    "ul option label search".split()
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
_SPACE: Final = re.compile(r"\s")
ROLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(UNSEEN, "unseen"),
    **dict.fromkeys(_BORDERS, "border"),
    **dict.fromkeys(("b", "strong", "em", "i"), "bold"),
    "a": "link",
    "br": "break",
    **dict.fromkeys(("img", "picture", "amp-img"), "picture"),
}
"""What an element does to the run of inline content; what is not named is inline, or a border if its name has a hyphen."""
ROLES_WITHOUT_SCRIPTS: Final[Mapping[str, str]] = {name: role for name, role in ROLES.items() if name != "noscript"}
"""The same for a reader whose browser runs no scripts."""
_PIECES: Final = frozenset(("a", "span", "time", "small"))
"""Inline elements that sites set apart by style sheets alone."""
_INLINE_ROLES: Final = frozenset(("inline", "link", "bold"))
_COUNTED: Final = frozenset((*_HEADINGS, *_ITEMS, *_LISTS, "blockquote", "pre"))
_SENTENCE_END: Final = frozenset('.!?…؟۔。！？।:"”»')
_ROW_LETTERS: Final = 2000


class _Run:
    """Inline content that is being gathered: ``links`` and ``bolds`` are (first part, part after the last[, address])."""

    __slots__ = ("bolds", "inline", "links", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.links: list[tuple[int, int, str]] = []
        self.bolds: list[tuple[int, int]] = []
        self.inline: HtmlElement | None = None


class Walk:
    """The state of one pass over the tree."""

    def __init__(self, root: HtmlElement, base_url: str, roles: Mapping[str, str] = ROLES) -> None:
        self._base_url = base_url
        self._roles = roles
        self._root_url = "/".join(base_url.split("/", 3)[:3])
        self._addresses: dict[str, str | None] = {}
        self.blocks: list[Block] = []
        self.prints: list[Print] = []
        self._elements: list[HtmlElement] = [root]
        self._parents: list[int] = [-1]
        self._starts: list[int] = [0]
        self._stops: list[int] = [0]
        self._paths: list[str | None] = [dom_path(root)]
        self._holder = 0
        self._run = _Run()
        self._list = self._item = self._quote = self._code = self._heading = 0
        self._row: HtmlElement | None = None
        self._link: tuple[str, int] | None = None
        self._bold: tuple[HtmlElement, int] | None = None
        self._broken_line_in = -1
        self._pictures = 0
        self._walk(root)

    def found(self) -> PageBlocks:
        """What the pass has found."""
        elements = tuple(self._elements)
        outline = Outline(elements, tuple(self._parents), tuple(self._starts), tuple(self._stops))
        return PageBlocks(tuple(self.blocks), tuple(elements[one.holder] for one in self.prints), tuple(self.prints), outline)

    def _walk(self, root: HtmlElement) -> None:
        events = etree.iterwalk(root, events=("start", "end"))
        next(events, None)
        if root.text:
            self._run.parts.append(root.text)
        roles = self._roles
        for event, element in events:
            tag = element.tag
            role = roles.get(tag) or ("border" if "-" in tag else "inline")
            if event == "start":
                if role == "unseen":
                    events.skip_subtree()
                else:
                    self._start(element, tag, role)
            elif element is not root:
                if role != "inline" and role != "unseen":
                    self._close(element, tag, role)
                if (tail := element.tail) and not (tail.isspace() and self._is_between()):
                    self._run.parts.append(tail)
        self._flush()
        self._stops[0] = len(self.blocks)

    def _start(self, element: HtmlElement, tag: str, role: str) -> None:
        if tag in _PIECES and _stands_apart(element, tag):
            self._run.parts.append(" ")
        if role != "inline":
            self._open(element, tag, role)
        if (text := element.text) and not (text.isspace() and self._is_between()):
            self._gather(element, role)

    def _is_between(self) -> bool:
        """Whether nothing of a run has been met yet, so that white space says nothing."""
        return not (self._run.parts or self._link or self._bold or self._code)

    def _gather(self, element: HtmlElement, role: str) -> None:
        run = self._run
        if role in _INLINE_ROLES and run.inline is None and not element.text.isspace() and not any(map(str.strip, run.parts)):
            run.inline = element
        run.parts.append(element.text)

    def _open(self, element: HtmlElement, tag: str, role: str) -> None:
        if role == "border":
            self._border(" | " if tag in _CELLS else " ")
            self._parents.append(self._holder)
            self._holder = len(self._elements)
            self._elements.append(element)
            self._starts.append(len(self.blocks))
            self._stops.append(0)
            self._paths.append(None)
            if tag in _COUNTED:
                self._count(tag, 1)
            if tag == "tr" and self._row is None and _is_data_row(element):
                self._row = element
        elif role == "link":
            self._link = (element.get("href") or "", len(self._run.parts))
        elif role == "bold":
            self._bold = self._bold or (element, len(self._run.parts))
        elif role == "picture":
            self._pictures += tag != "picture"
        else:
            self._break_line()

    def _close(self, element: HtmlElement, tag: str, role: str) -> None:
        if role == "border":
            if element is self._row:
                self._flush()
                self._row = None
            self._border(" ")
            if tag in _COUNTED:
                self._count(tag, -1)
            self._stops[self._holder] = len(self.blocks)
            self._holder = self._parents[self._holder]
        elif role == "link" and self._link is not None:
            self._end_link()
            self._link = None
        elif role == "bold" and self._bold is not None and self._bold[0] is element:
            self._end_bold()
            self._bold = None

    def _count(self, tag: str, step: int) -> None:
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag] if step > 0 else 0
        elif tag in _ITEMS:
            self._item += step
        elif tag in _LISTS:
            self._list += step
        elif tag == "blockquote":
            self._quote += step
        else:
            self._code += step

    def _border(self, gap: str) -> None:
        """A block-level border: the run ends here; inside a data row it only leaves a *gap*, a bar before each further cell."""
        if self._row is None:
            if self._run.parts:
                self._flush()
            self._broken_line_in = -1
        elif self._run.parts:
            self._run.parts.append(gap)

    def _break_line(self) -> None:
        if self._code:
            self._run.parts.append("\n")
        elif self._row is not None:
            self._run.parts.append(" ")
        else:
            single = self._flush() and self._elements[self._holder].tag in _PARAGRAPHS
            self._broken_line_in = self._holder if single else -1

    def _end_link(self) -> None:
        if self._link is not None and self._link[1] < len(self._run.parts):
            self._run.links.append((self._link[1], len(self._run.parts), self._link[0]))

    def _end_bold(self) -> None:
        if self._bold is not None and self._bold[1] < len(self._run.parts):
            self._run.bolds.append((self._bold[1], len(self._run.parts)))

    def _flush(self) -> bool:
        """Make a block of the run; whether it held any text."""
        run = self._run
        if not run.parts:
            return False
        if self._link is not None:
            self._end_link()
            self._link = (self._link[0], 0)
        if self._bold is not None:
            self._end_bold()
            self._bold = (self._bold[0], 0)
        self._run = _Run()
        text = code_text(run.parts) if self._code else clean_text("".join(run.parts))
        if self._row is not None:
            text = text.strip("| ")
        if text:
            self._emit(text, run)
        return bool(text)

    def _emit(self, text: str, run: _Run) -> None:
        holder = self._holder
        kind, level = self._kind()
        links, linked = self._links(run) if run.links else ((), 0)
        self.prints.append(self._print(run, linked))
        goes_on = self._broken_line_in == holder and bool(self.blocks) and self.blocks[-1].text[-1] not in _SENTENCE_END
        self.blocks.append(Block(len(self.blocks), kind, text, level, links, self._path(holder), goes_on))

    def _print(self, run: _Run, linked: int) -> Print:
        anchors = away = 0
        for _, _, href in run.links:
            anchors += href.startswith("#")
            away += href.startswith(("http", "//")) and not href.startswith(self._root_url)
        pictures, self._pictures = self._pictures, 0
        return Print(self._holder, linked, _bold_letters(run) if run.bolds else 0, anchors, away, pictures, run.inline)

    def _links(self, run: _Run) -> tuple[tuple[Link, ...], int]:
        """The links of *run* that lead to a page, and the number of characters inside links of any kind."""
        texts = [(clean_text("".join(run.parts[start:stop])), href) for start, stop, href in run.links]
        links = tuple(Link(text, url) for text, href in texts if text and (url := self._absolute(href)))
        return links, sum(len(text) for text, _ in texts)

    def _absolute(self, href: str) -> str | None:
        if href.startswith(("http://", "https://")):
            return href
        if href not in self._addresses:
            plain = href[:1] == "/" and href[:2] != "//" and "/." not in href and not _SPACE.search(href)
            self._addresses[href] = self._root_url + href if plain else join_url(self._base_url, href)
        return self._addresses[href]

    def _kind(self) -> tuple[BlockKind, int | None]:
        if self._code:
            return "code", None
        if self._heading:
            return "heading", self._heading
        if self._row is not None:
            return "table_row", None
        if self._item:
            return "list_item", max(1, self._list)
        return ("quote" if self._quote else "paragraph"), None

    def _path(self, place: int) -> str:
        """The DOM path of the block-level element at *place*; inline wrappers between two of them are left out."""
        if (path := self._paths[place]) is not None:
            return path
        missing = []
        while (path := self._paths[place]) is None:
            missing.append(place)
            place = self._parents[place]
        for place in reversed(missing):
            path = self._paths[place] = f"{path}/{dom_step(self._elements[place])}"
        return path


def _bold_letters(run: _Run) -> int:
    return sum(len(part) for start, stop in run.bolds for part in run.parts[start:stop])


def _stands_apart(element: HtmlElement, tag: str) -> bool:
    """Whether *element* follows another piece with nothing between, and is no part of the same word.

    ``<a>One</a><a>Two</a>`` are two words, whatever the style sheet does between them, and so are spans of two classes
    (``<span class=author>…</span><span class=date>…``); equal or plain spans may be one word that an editor has cut.
    """
    before = element.getprevious()
    if before is None or before.tail or before.tag not in _PIECES:
        return False
    return tag == "a" or before.tag != tag or (before.get("class") or "") != (element.get("class") or "")


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
