"""The stories of the newsroom, apart from any site's furniture: what a perfect extractor would return."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

DEMO: Final = Path(__file__).resolve().parent.parent
LAST_EDITION: Final = 2
_STRICT: Final = ConfigDict(extra="forbid", frozen=True, strict=True)
_LINK: Final = re.compile(r"\[([^\]]{1,300})\]\(([^)\s]{1,500})\)")
_BOLD: Final = re.compile(r"\*\*([^*]{1,300})\*\*")
_CELL: Final = " | "

Site = Literal["nahar", "meridian"]
Kind = Literal["paragraph", "heading", "list_item", "quote", "table_row", "picture"]


class Part(BaseModel):
    """One block of a story as it is written in the article file."""

    model_config = _STRICT
    kind: Kind
    source: str
    """The text with its light markup; cells of a table row joined by `` | ``; of a picture, its number."""
    level: int | None = None

    @property
    def text(self) -> str:
        """The plain text, one line."""
        return _BOLD.sub(r"\1", _LINK.sub(r"\1", self.source)).replace("\n", " ")

    @property
    def html(self) -> str:
        """The text as inline HTML."""
        linked = _LINK.sub(r'<a href="\2">\1</a>', escape(self.source, quote=False))
        return _BOLD.sub(r"<strong>\1</strong>", linked).replace("\n", "<br />\n")

    @property
    def cells(self) -> list[str]:
        """The cells of a table row."""
        return self.text.split(_CELL)


class Picture(BaseModel):
    """An image of the story, with what stands under it."""

    model_config = _STRICT
    file: str
    caption: str
    credit: str
    alt: str = ""


class Republished(BaseModel):
    """Where a story stood first."""

    model_config = _STRICT
    publisher: str
    domain: str
    link: str
    """What the page links to: the day's index there, not the article."""
    printed: str
    """The time of first publication as the page prints it."""


class Story(BaseModel):
    """One story in one edition; front matter of ``articles/<site>/<name>.md``."""

    model_config = _STRICT
    site: Site
    name: str
    """Name of the file: ``<slug>``, in a later edition ``<slug>.2``."""
    edition: int = 1
    """The first edition that carries it."""
    taken_down: int | None = None
    """The edition from which on its address answers 410; absent: it stays."""
    address: str | None = None
    """Last part of the address where it is not ``name``."""
    language: str
    title: str
    summary: str
    section: str
    """Key of a section in the site's ``labels.toml``."""
    authors: list[str] = []
    byline: str | None = None
    """The line as printed, where it is more than the names."""
    published: datetime
    modified: datetime | None = None
    printed_date: str | None = None
    """The date as the page shows it; absent: the page shows none outside its text."""
    printed_modified: str | None = None
    tags: list[str] = []
    pictures: list[Picture] = []
    agencies: list[str] = []
    """News agencies credited for the text."""
    cited: list[str] = []
    """News agencies that a sentence names."""
    source_line: str | None = None
    """A credit printed under the story."""
    republished: Republished | None = None
    open_parts: int | None = None
    """How many parts are readable without paying; absent: all."""
    charset: str = "utf-8"
    bare: bool = False
    """No machine-readable date or author on the page."""
    special: str = ""
    """Why this story is in the demo."""
    parts: list[Part]

    @property
    def slug(self) -> str:
        """The name without its edition."""
        return self.name.split(".")[0]

    @property
    def path(self) -> str:
        """Path of the page, percent-encoded."""
        last = quote(self.address or self.slug)
        if self.site == "nahar":
            return f"/{self.published:%Y/%m/%d}/{last}/"
        return f"/{self.language}/{self.section}/{last}-{self.number}"

    @property
    def number(self) -> int:
        """A stable article number, as content systems have them."""
        return 40000 + sum(ord(letter) * (place + 1) for place, letter in enumerate(self.slug)) % 9999

    @property
    def access(self) -> Literal["free", "paywalled"]:
        """Whether the whole text is on the page."""
        return "free" if self.open_parts is None else "paywalled"

    @property
    def shown(self) -> list[Part]:
        """The parts that the page carries, pictures among them."""
        return self.parts[: self.open_parts]

    @cached_property
    def blocks(self) -> list[tuple[str, str]]:
        """Kind and text of each block that a record must hold: nothing more, nothing less, in this order.

        ``meridian`` prints the summary as standfirst; ``nahar`` only in its metas.
        """
        standfirst = [("paragraph", self.summary)] if self.site == "meridian" else []
        return standfirst + [(part.kind, part.text) for part in self.shown if part.kind != "picture"]

    @property
    def content_text(self) -> str:
        """The clean text, one block a line."""
        return "\n".join(text for _, text in self.blocks)

    @property
    def last_change(self) -> datetime:
        """Modification, else publication."""
        return self.modified or self.published


def load_stories(edition: int = 1, site: Site | None = None) -> list[Story]:
    """The stories that *edition* carries, newest first: the gold for what a crawl must return.

    A file ``<slug>.2.md`` takes the place of ``<slug>.md`` from edition 2 on; ``edition = 2`` in a front matter means new in it.
    """
    return [story for story in _published(edition, site) if story.taken_down is None or story.taken_down > edition]


def load_taken_down(edition: int, site: Site) -> list[Story]:
    """The stories that *site* carried before *edition* and no longer does."""
    return [story for story in _published(edition, site) if story.taken_down is not None and story.taken_down <= edition]


def _published(edition: int, site: Site | None) -> list[Story]:
    """Everything that was published up to *edition*, newest first."""
    by_slug: dict[tuple[str, str], Story] = {}
    for story in sorted(map(read_story, (DEMO / "articles").glob("*/*.md")), key=lambda story: story.edition):
        if story.edition <= edition and site in (None, story.site):
            by_slug[story.site, story.slug] = story
    return sorted(by_slug.values(), key=lambda story: (story.published, story.slug), reverse=True)


def read_story(path: Path) -> Story:
    """The story in *path*: TOML front matter between ``+++`` lines, then the text."""
    _, matter, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return Story(site=_site(path.parent.name), name=path.stem, parts=list(_parts(body)), **tomllib.loads(matter))


def _site(folder: str) -> Site:
    return "nahar" if folder == "nahar" else "meridian"


def _parts(body: str) -> Iterator[Part]:
    """Blocks between empty lines: ``## heading``, ``- item``, ``> quote``, ``| a | b |``, ``![0]``, else a paragraph."""
    for chunk in re.split(r"\n{2,}", body.strip()):
        mark = chunk.split(" ", 1)[0]
        if re.fullmatch("#{2,6}", mark):
            yield Part(kind="heading", source=chunk.lstrip("# "), level=len(mark))
        elif mark == "-":
            yield from (Part(kind="list_item", source=line.removeprefix("- "), level=1) for line in chunk.split("\n"))
        elif mark == ">":
            yield from (Part(kind="quote", source=line.removeprefix("> ")) for line in chunk.split("\n"))
        elif mark == "|":
            yield from (Part(kind="table_row", source=line.strip("| ")) for line in chunk.split("\n"))
        elif chunk.startswith("!["):
            yield Part(kind="picture", source=chunk.strip("![]"))
        else:
            yield Part(kind="paragraph", source=chunk)
