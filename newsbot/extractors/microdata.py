"""Microdata (``itemprop``) and RDFa (``property`` outside metas): the values that a page marks in its visible markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from newsbot.extractors.blocks import clean_text
from newsbot.extractors.meta_names import ITEM_NAMES

MAX_ITEMS: Final = 600
_MAX_LETTERS: Final = 2000
_ADDRESS: Final = {
    "a": "href",
    "link": "href",
    "area": "href",
    "img": "src",
    "audio": "src",
    "video": "src",
    "iframe": "src",
    "object": "data",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One marked value."""

    name: str
    """Property in lower case."""
    value: str
    scope: str
    """Type of the item that it belongs to, without namespace; "" when the page gives none."""
    url: str | None = None
    """Address inside the element, as written."""
    kind: str = ""
    """Type of the value itself where it is an item (``Person``)."""
    related: bool = False
    """Belongs to an article item inside or after the first one of the page: a teaser."""


def read_items(tree: HtmlElement) -> tuple[Item, ...]:
    """The marked values of the page in document order, those of nested items (a publisher's name) left out."""
    marked = tree.xpath("//*[@itemprop]")
    main: HtmlElement | None = None
    items: list[Item] = []
    for element in marked[:MAX_ITEMS]:
        scope = _scope(element)
        if scope is not None and main is None and _type(scope).endswith(("Article", "Posting")):
            main = scope
        items.extend(_read(element, scope, main))
    return tuple(items)


def _read(element: HtmlElement, scope: HtmlElement | None, main: HtmlElement | None) -> Iterator[Item]:
    names = [name for name in (element.get("itemprop") or "").lower().split() if name in ITEM_NAMES]
    if not names or (scope is not None and scope.get("itemprop")):
        return
    value, url = _value(element)
    kind = _type(element) if element.get("itemscope") is not None else ""
    scope_type = "" if scope is None else _type(scope)
    related = main is not None and scope is not main and scope_type.endswith(("Article", "Posting"))
    for name in names:
        if value or url:
            yield Item(name, value, scope_type, url, kind, related)


def _scope(element: HtmlElement) -> HtmlElement | None:
    return next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)


def _type(element: HtmlElement) -> str:
    return (element.get("itemtype") or "").strip().rstrip("/").rpartition("/")[2]


def _value(element: HtmlElement) -> tuple[str, str | None]:
    """(text, address) of a marked element."""
    url = element.get(_ADDRESS.get(str(element.tag), "href"))
    for attribute in ("content", "datetime"):
        if written := element.get(attribute):
            return clean_text(written[:_MAX_LETTERS]), url
    inner = _first(element, "name", "headline") if element.get("itemscope") is not None else None
    if inner is not None:
        link = url or inner.get("href") or _first_link(element)
        return clean_text(inner.get("content") or _text(inner)), link
    return clean_text(_text(element)), url or _first_link(element)


def _first(element: HtmlElement, *names: str) -> HtmlElement | None:
    return next((below for below in element.iterdescendants() if below.get("itemprop") in names), None)


def _first_link(element: HtmlElement) -> str | None:
    link = element.find(".//a[@href]")
    return None if link is None else link.get("href")


def _text(element: HtmlElement) -> str:
    """The element's text, its first letters only: a marked body is not wanted here."""
    parts, letters = [], 0
    for part in element.itertext():
        parts.append(part)
        letters += len(part)
        if letters > _MAX_LETTERS:
            break
    return "".join(parts)[:_MAX_LETTERS]
