"""HTML and feed fragments of attribution: their text, and what their markup says outright."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MOST_LETTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Fragment:
    """A fragment, taken apart."""

    text: str
    """What a reader sees; parts of different elements are parted by `` | `` where no space or mark stands between them."""
    authors: tuple[str, ...] = ()
    """Names that the markup calls authors."""
    persons: tuple[str, ...] = ()
    """Those of them whose type is Person."""
    publishers: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    """(name, address) of feed sources."""
    links: tuple[tuple[str, str], ...] = ()
    """(text, address) of http links."""


def read_fragment(markup: str) -> Fragment:
    """*markup* taken apart: JSON-LD, author metas, feed elements, then text and links."""
    from bs4 import BeautifulSoup, Tag  # imported late: it costs 0.1 s, and pages have their own tree

    soup = BeautifulSoup(f"<div>{markup[:MOST_LETTERS]}</div>", "lxml")  # without a tag, a text like ".txt" is warned of as a file's name
    authors, persons, publishers = _declared(soup)
    sources = tuple((_text(tag), _attribute(tag, "url")) for tag in soup.find_all("source") if isinstance(tag, Tag))
    for tag in soup.find_all(["script", "style", "meta", "source", "dc:creator", "author", "creator"]):
        if isinstance(tag, Tag):
            tag.extract()
    links = [(_text(tag), _attribute(tag, "href")) for tag in soup.find_all("a") if isinstance(tag, Tag)]
    return Fragment(_visible(soup), authors, persons, publishers, sources, tuple(link for link in links if link[1].startswith("http")))


def _visible(soup: BeautifulSoup) -> str:
    """The text in one line; elements that touch without space or mark are parted by `` | ``."""
    joined = ""
    for part in soup.find_all(string=True):
        text = str(part)
        touching = bool(joined) and joined[-1].isalnum() and text[:1].isalnum() and part.parent is not None
        joined += f" | {text}" if touching else text
    return " ".join(joined.split())


def _declared(soup: BeautifulSoup) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    from bs4 import Tag

    authors: list[str] = []
    persons: list[str] = []
    publishers: list[str] = []
    for script in soup.find_all("script"):
        for node in _nodes(_json(script.get_text())):
            for name, kind in _named(node.get("author")):
                (persons if kind == "Person" else authors).append(name)
            publishers.extend(name for name, _ in _named(node.get("publisher")))
    for tag in soup.find_all(["meta", "dc:creator", "author", "creator"]):
        if isinstance(tag, Tag):
            named = (_attribute(tag, "name") or _attribute(tag, "property")).lower()
            if tag.name != "meta":
                authors.append(_text(tag))
            elif named in _AUTHOR_METAS:
                authors.append(_attribute(tag, "content"))
    return tuple(filter(None, authors)), tuple(filter(None, persons)), tuple(filter(None, publishers))


_AUTHOR_METAS: Final = frozenset({"author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl"})


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD document, the graph's too."""
    waiting = [value]
    for _ in range(200):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            yield one
            waiting.append(one.get("@graph"))


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """(name, type) of people and organisations in a JSON-LD value."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one, ""
        elif isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"], str(one.get("@type"))


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value.strip() if isinstance(value, str) else ""
