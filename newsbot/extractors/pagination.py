"""Where a story goes on that is printed over several addresses.

A link leads to a further page of the same story when it says the page's number, or declares itself the next one, and its address is that of
the first page with the number added and nothing else changed. No word of any language is looked at. The pages of a comment section have the
same form; they are told by the names of the boxes that they stand in, and by bringing the same story again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml import html

from newsbot.extractors.vocabulary import GROUPS, groups_in
from newsbot.page import Page, join_url
from newsbot.urls import canonical_form

_MOST_LETTERS: Final = 40
"""Letters of a label that may hold a page's number, with the white space around it."""
_COMMENTS: Final = 1 << GROUPS.index("comment")
_FILE: Final = re.compile(r"\.[a-z]{3,5}$")
_FIRST: Final = re.compile(r"[/_-]1$")
_GAINED: Final = re.compile(r"(?:[/_.;,-]|%2C)(?:[^/?&=\d]{1,40}[/=_-])?(\d{1,3})")
"""What a path gains: ``/2``, ``/page/2``, ``_2``, ``-seite-2``, ``,2``."""


def following_pages(page: Page, most: int) -> tuple[str, ...]:
    """Addresses of the pages that follow *page* in its story, in order, none left out between them, up to the page numbered *most*.

    A later page is told by ``page.raw.part_of``, the address of the first one.
    """
    first = _parts(page.raw.part_of or page.url)
    if first is None or most < 2:
        return ()
    own = page_number(first, page.url) or 1
    known: dict[int, str] = {}
    for link, label in _numbered_links(page.tree, own + 1):
        url = join_url(page.base_url, link.get("href", ""))
        number = page_number(first, url) if url else None
        if url and number and number > own and number == label and not _is_of_comments(link):
            known.setdefault(number, url)
    return tuple(known[number] for number in takewhile(known.__contains__, range(own + 1, most + 1)))


def page_number(first: SplitResult, url: str) -> int | None:
    """The number that *url* adds to *first*, the canonical form of a story's first page; ``None``: it is no later page of that story."""
    other = _parts(url)
    if other is None or first.netloc != other.netloc:
        return None
    number = _number_in_query(first, other) if first.path == other.path else _number_in_path(first, other)
    return number if number is not None and number > 1 else None


def _parts(url: str) -> SplitResult | None:
    """The canonical form of *url* in its parts; ``None`` for what is no address."""
    try:
        parts = urlsplit(canonical_form(url))
    except ValueError:
        return None
    return parts if parts.netloc else None


def _number_in_query(first: SplitResult, other: SplitResult) -> int | None:
    own, others = dict(parse_qsl(first.query)), dict(parse_qsl(other.query))
    changed = [name for name in {**own, **others} if own.get(name) != others.get(name)]
    if len(changed) != 1 or own.get(changed[0], "1") != "1":
        return None
    return _small(others.get(changed[0], ""))


def _number_in_path(first: SplitResult, other: SplitResult) -> int | None:
    if first.query != other.query:
        return None
    path, whole = other.path.rstrip("/"), first.path.rstrip("/")
    ending = _FILE.search(whole)
    stem = whole.removesuffix(ending[0]) if ending else whole
    for start, end in ((whole, ""), (stem, ending[0] if ending else ""), (_FIRST.sub("", stem), ending[0] if ending else "")):
        if start.count("/") and path.startswith(start) and path.endswith(end):
            found = _GAINED.fullmatch(path[len(start) : len(path) - len(end)])
            if found:
                return int(found[1])
    return None


def _small(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 3 else None


def _numbered_links(tree: html.HtmlElement, following: int) -> Iterator[tuple[html.HtmlElement, int]]:
    """Links with the number of the page that they say they lead to; *following* is that of the next one."""
    for link in tree.iter("a", "link"):
        if "next" in (link.get("rel") or "").lower().split():
            yield link, following
        elif link.tag == "a" and (label := _label(link)).isdecimal() and len(label) <= 3:
            yield link, int(label)


def _label(link: html.HtmlElement) -> str:
    """What *link* shows, if that is as short as a number."""
    text = link.text or ""
    if not text.strip() and len(link):
        text = link[0].text or ""
    return text.strip() if len(text) <= _MOST_LETTERS else ""


def _is_of_comments(link: html.HtmlElement) -> bool:
    names = [link.get("href", "").partition("#")[2]]
    names += [f"{box.get('class', '')} {box.get('id', '')}" for box in link.iterancestors() if box.tag not in ("body", "html")]
    return any(groups_in(name) & _COMMENTS for name in names)
