"""Small pages of our own, built for one test each."""

from __future__ import annotations

from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.metadata import Metadata, read_metadata
from newsbot.items import Block
from newsbot.page import Page, RawPage

ADDRESS = "https://news.example/2024/05/05/old-bridge-opens"


def page_of(head: str = "", body: str = "", url: str = ADDRESS, status: int | None = 200, lang: str = "", **headers: str) -> Page:
    """A page with *head* and *body*."""
    html = f"<!doctype html><html{f' lang={lang}' if lang else ''}><head>{head}</head><body>{body}</body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page.parse(RawPage(url=url, body=html.encode(), status=status, headers={"content-type": "text/html; charset=utf-8", **named}))


def metadata_of(head: str = "", body: str = "", url: str = ADDRESS) -> Metadata:
    """What :func:`page_of` declares."""
    return read_metadata(page_of(head, body, url))


def story_of(page: Page) -> tuple[list[Block], tuple[Block, ...]]:
    """The blocks inside ``<article>`` and all blocks."""
    blocks = find_blocks(page).blocks
    return [block for block in blocks if "/article" in block.path], blocks


def jsonld(text: str) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{text}</script>'
