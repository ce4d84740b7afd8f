"""Dates in ``<time>`` elements and in the attributes of elements that their class calls a date (hAtom, h-entry, themes)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from newsbot.extractors.blocks import clean_text, dom_path
from newsbot.items import Provenance

MAX_ELEMENTS: Final = 40
_LETTERS: Final = 120
_ATTRIBUTES: Final = (
    "datetime",
    "title",
    "data-datetime",
    "data-date",
    "data-time",
    "data-timestamp",
    "data-published",
    "content",
    "data-utc",
)
_PUBLISHED: Final = re.compile(
    r"publi|posted|post-date|post_date|entry-date|created|dt-published|pubdate|erstellt|issued|date-?time-?pub", re.IGNORECASE
)
_MODIFIED: Final = re.compile(r"updat|modif|changed|edited|revised|dt-updated|aktualis", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?:^|[\s_-])(?:date|datum|time|timestamp|published|updated|fecha|datetime|zeit|posted)(?:$|[\s_-])", re.IGNORECASE
)
_OTHER_PARTS: Final = r"""
    nav aside side-?bar\w{0,10} comments? commentlist comment-\w{1,20} related widgets? recommend\w{0,8} teasers?
    more-?(?:news|stories|posts) most-?read popular latest recent\w{0,10} archives? calendar events? carousel
    slider copyright ticker breaking newsletter trending reply replies respond disqus menu promo\w{0,4} upcoming
    read-?more also similar colophon rail tweets? twitter feed-?item suggest\w{0,6}
"""
ELSEWHERE: Final = re.compile(
    rf"(?:(?:^|[/.#])footer|(?:^|[/.#_-])(?:{'|'.join(_OTHER_PARTS.split())}))(?=$|[/.#_-])",
    re.IGNORECASE,
)
"""Steps of a DOM path under which dates are those of other things."""

_OTHER_TAG: Final = re.compile(r"(?:nav|aside)(?:$|[.#])")


def find_time_elements(tree: HtmlElement) -> Iterator[Provenance]:
    """Marked ``<time>`` elements, then the first unmarked one; each as its attribute and as its text."""
    unmarked = True
    for element in islice(tree.iter("time"), MAX_ELEMENTS):
        if is_elsewhere(element):
            continue
        marks = _marks(element)
        if _MODIFIED.search(marks) and not _PUBLISHED.search(marks):
            yield from _values(element, "modified", "time:modified")
        elif "pubdate" in element.attrib or _PUBLISHED.search(marks):
            yield from _values(element, "published", "time:published")
        elif unmarked:
            unmarked = False
            yield from _values(element, "published", "time")


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether the element stands in a part of the page that speaks of other things."""
    return path_is_elsewhere(dom_path(element))


@lru_cache(maxsize=8192)
def path_is_elsewhere(path: str) -> bool:
    """Whether a DOM path leads into such a part; an article's own footer holds what is said about it."""
    steps = path.split("/")[2:]
    return any(
        ELSEWHERE.search("/" + step)
        for index, step in enumerate(steps[:-1])
        if not (step.startswith("footer") and any(above.startswith("article") for above in steps[:index]))
    ) or bool(steps and _OTHER_TAG.match(steps[-1]))


def _marks(element: HtmlElement) -> str:
    """What the element and the one around it are called."""
    parent = element.getparent()
    own = " ".join(element.get(name, "") for name in ("class", "itemprop", "property", "id"))
    around = " ".join(parent.get(name, "") for name in ("class", "id")) if parent is not None and len(parent) < 3 else ""
    return f"{own} {around}"[:400]


def _values(element: HtmlElement, field: str, origin: str) -> Iterator[Provenance]:
    written = clean_text((element.get("datetime") or element.get("content") or "")[:_LETTERS])
    shown = clean_text("".join(islice(element.itertext(), 20))[:_LETTERS])
    if written:
        yield Provenance(field, origin, written)
    if shown and shown != written:
        yield Provenance(field, f"{origin}:text", shown)


def find_titled_dates(tree: HtmlElement) -> Iterator[Provenance]:
    """Attributes of elements that are called a date: ``<abbr class="published" title="2012-05-08T10:00:00+02:00">``."""
    marked = tree.xpath(
        "//*[@class and not(self::time) and not(self::meta)"
        " and (@title or @datetime or @data-datetime or @data-date or @data-time or @data-timestamp)]"
    )
    count = 0
    for element in marked[: 20 * MAX_ELEMENTS]:
        names = element.get("class")
        if not _DATE.search(names) or is_elsewhere(element):
            continue
        raw = next((value for name in _ATTRIBUTES if (value := element.get(name)) and any(char.isdigit() for char in value)), None)
        if raw:
            is_change = _MODIFIED.search(names) and not _PUBLISHED.search(names)
            yield Provenance("modified" if is_change else "published", "class:attribute", clean_text(raw[:_LETTERS]))
            count += 1
        if count >= 3:
            return
