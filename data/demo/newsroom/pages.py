"""What both sites share: documents, templates with furniture, and a story's parts as HTML elements."""

from __future__ import annotations

import struct
import tomllib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from string import Template
from typing import Final

from .stories import DEMO, Part, Picture, Site, Story

HTML: Final = "text/html; charset=utf-8"
PAGE_SIZE: Final = 4
"""Stories on a home or section page."""

Labels = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Document:
    """What the server answers for one path."""

    body: bytes
    content_type: str
    changed: datetime
    status: int = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """One site's templates and furniture."""

    site: Site
    base: str
    """Scheme, host and port, without a closing slash."""
    furniture: Mapping[str, Labels]
    """By language, and ``sections``."""
    site_name: str
    tagline: str

    def labels(self, language: str) -> dict[str, str]:
        """The furniture in *language*, escaped, with the names of the site."""
        lines = {key: escape(line) for key, line in self.furniture[language].items() if isinstance(line, str)}
        return lines | {"base": self.base, "site_name": escape(self.site_name), "tagline": escape(self.tagline)}

    def lines(self, language: str, key: str) -> list[str]:
        """A list of the furniture."""
        lines = self.furniture[language][key]
        return [lines] if isinstance(lines, str) else lines

    def section(self, key: str) -> str:
        """The printed name of a section."""
        return str(self.furniture["sections"][key])

    def fill(self, template: str, values: Mapping[str, str]) -> str:
        """The page made from ``sites/<site>/<template>.html``; every name in it must have a value."""
        return Template((DEMO / "sites" / self.site / f"{template}.html").read_text(encoding="utf-8")).substitute(values)

    def url(self, story: Story) -> str:
        """The story's address."""
        return self.base + story.path


def open_desk(site: Site, base: str) -> Desk:
    """The desk of *site* that publishes under *base*."""
    entries = tomllib.loads((DEMO / "sites" / site / "labels.toml").read_text(encoding="utf-8"))
    return Desk(site, base, entries, entries.pop("site_name"), entries.pop("tagline"))


def elements(story: Story, figure: Callable[[Picture], str]) -> Iterator[str]:
    """The story's top-level HTML elements, in order; *figure* draws a picture in the site's own way."""
    for kind, group in groupby(story.shown, key=lambda part: part.kind):
        parts = list(group)
        match kind:
            case "list_item":
                yield "<ul>" + "".join(f"<li>{part.html}</li>" for part in parts) + "</ul>"
            case "quote":
                yield "<blockquote>" + "".join(f"<p>{part.html}</p>" for part in parts) + "</blockquote>"
            case "table_row":
                yield _table(parts)
            case "picture":
                yield from (figure(story.pictures[int(part.source)]) for part in parts)
            case "heading":
                yield from (f"<h{part.level}>{part.html}</h{part.level}>" for part in parts)
            case _:
                yield from (f"<p>{part.html}</p>" for part in parts)


def _table(rows: Sequence[Part]) -> str:
    head, *body = ([escape(cell) for cell in row.cells] for row in rows)
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in body]
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def with_furniture(story_elements: Iterable[str], boxes: Mapping[int, str]) -> str:
    """The elements with boxes put between them: each after that many elements, or at the end."""
    lines = list(story_elements)
    for place in sorted(boxes, reverse=True):
        lines.insert(place, boxes[place])
    return "\n".join(lines)


def others(story: Story, stories: Sequence[Story], count: int) -> list[Story]:
    """Other stories to point to: those of the same language first."""
    rest = [other for other in stories if other.slug != story.slug]
    return sorted(rest, key=lambda other: (other.language != story.language, (other.number * story.number) % 97))[:count]


def listings(desk: Desk, stories: Sequence[Story]) -> dict[str, tuple[str, list[Story]]]:
    """Title and stories of each listing by its path: home, languages or categories, and tags, in the site's own form."""
    lists: dict[str, tuple[str, list[Story]]] = {"/": (desk.site_name, list(stories))}
    for story in stories:
        for path, title in listing_places(desk, story):
            lists.setdefault(path, (title, []))[1].append(story)
    return lists


def listing_places(desk: Desk, story: Story) -> Iterator[tuple[str, str]]:
    """Path and title of the listings that *story* stands in, besides the home page."""
    name = desk.section(story.section)
    if desk.site == "nahar":
        yield f"/category/{story.section}/", name
    else:
        yield f"/{story.language}/", f"{desk.site_name} ({story.language})"
        yield f"/{story.language}/{story.section}/", name


def chunks(stories: Sequence[Story]) -> list[Sequence[Story]]:
    """The stories page by page."""
    return [stories[start : start + PAGE_SIZE] for start in range(0, len(stories), PAGE_SIZE)]


def gone_document(changed: datetime) -> Document:
    """What stands where a story was taken down."""
    return Document(b"<!doctype html><html><head><title>410</title></head><body><h1>Gone</h1></body></html>", HTML, changed, 410)


def html_document(text: str, changed: datetime, charset: str = "utf-8") -> Document:
    """A page; in another charset than UTF-8 only the page itself says so, not the header."""
    kind = HTML if charset == "utf-8" else "text/html"
    return Document(text.encode(charset, "xmlcharrefreplace"), kind, changed)


def picture_document(path: str, changed: datetime) -> Document:
    """A plain 16:9 PNG whose colour follows from *path*."""
    shade = zlib.crc32(path.encode())
    row = b"\0" + bytes((90 + (shade & 63), 110 + (shade >> 8 & 63), 130 + (shade >> 16 & 63))) * 160
    header = struct.pack(">IIBBBBB", 160, 90, 8, 2, 0, 0, 0)
    chunks_ = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(row * 90)), _chunk(b"IEND", b""))
    return Document(b"\x89PNG\r\n\x1a\n" + b"".join(chunks_), "image/png", changed)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
