"""The site "meridian": an international newsroom made by a static-site generator, tidy and well described."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Final

from .pages import HTML, Desk, Document, chunks, elements, html_document, listings, others, picture_document, with_furniture
from .stories import Picture, Story

BAD_PAGE: Final = "/en/science/flood-map-annex-47999"
"""A PDF that the server calls HTML: linked like any story, and none."""
_PDF: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"
ROBOTS: Final = """User-agent: *
Disallow: /print/
Disallow: /*?sort=

User-agent: ExampleScraper
Disallow: /

Sitemap: {base}/sitemap.xml
"""


def build_pages(desk: Desk, stories: Sequence[Story]) -> dict[str, Document]:
    """Every HTML page and picture by its path."""
    newest = stories[0].last_change
    pages = {BAD_PAGE: Document(_PDF, HTML, stories[-1].published)}
    for story in stories:
        pages[story.path] = html_document(_article(desk, story, stories), story.last_change)
        pages[f"/print{story.path}"] = html_document(_print(desk, story), story.last_change)
        pages |= {f"/media/{picture.file}": picture_document(picture.file, story.published) for picture in story.pictures}
    for path, (title, listed) in listings(desk, stories).items():
        for number, page in enumerate(chunks(listed), 1):
            address = path if number == 1 else f"{path}?page={number}"
            following = f"{path}?page={number + 1}" if number < len(chunks(listed)) else None
            pages[address] = html_document(_list(desk, (address, title, following), page), newest)
    return pages


def _article(desk: Desk, story: Story, stories: Sequence[Story]) -> str:
    labels = desk.labels(story.language)
    read_more, *more = others(story, stories, 8)
    boxes = {2: f'<aside class="inline-more"><span>{labels["read_more"]}</span> {_link(desk, read_more)}</aside>'}
    return desk.fill(
        "article",
        labels
        | _story_values(desk, story, labels)
        | {
            "jsonld": json.dumps(_structured(desk, story), ensure_ascii=False).replace("<", "\\u003c"),
            "menu": _menu(desk),
            "story": with_furniture(elements(story, lambda picture: _figure(desk, labels["photo"], picture)), boxes),
            "after": _after(story, labels),
            "tag_links": "".join(f"<li>{escape(tag)}</li>" for tag in story.tags),
            "more": "".join(f"<li>{_link(desk, other)}</li>" for other in more[:3]),
            "most_read": "".join(f"<li>{_link(desk, other)}</li>" for other in more[3:]),
            "ticker": "".join(f"<li>{escape(line)}</li>" for line in desk.lines(story.language, "ticker")),
        },
    )


def _story_values(desk: Desk, story: Story, labels: dict[str, str]) -> dict[str, str]:
    modified = story.printed_modified
    updated = f'<span class="article__updated">{labels["updated"]} {escape(modified)}</span>' if modified else ""
    return {
        "title": escape(story.title),
        "summary": escape(story.summary),
        "url": desk.url(story),
        "path": story.path,
        "language": story.language,
        "section": story.section,
        "section_name": escape(desk.section(story.section)),
        "number": str(story.number),
        "byline": escape(story.byline) if story.byline else f"{labels['by']} {escape(', '.join(story.authors))}",
        "published": story.published.isoformat(),
        "printed_date": escape(story.printed_date or ""),
        "updated": updated,
    }


def _structured(desk: Desk, story: Story) -> dict[str, object]:
    """The story as schema.org NewsArticle."""
    locked = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".article__locked"}
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": desk.url(story),
        "headline": story.title,
        "description": story.summary,
        "datePublished": story.published.isoformat(),
        "dateModified": story.last_change.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": desk.site_name, "url": f"{desk.base}/"},
        "articleSection": desk.section(story.section),
        "inLanguage": story.language,
        "keywords": story.tags,
        "image": [f"{desk.base}/media/{picture.file}" for picture in story.pictures],
        "isAccessibleForFree": story.access == "free",
    } | ({} if story.access == "free" else {"hasPart": locked})


def _figure(desk: Desk, label: str, picture: Picture) -> str:
    credit = picture.credit if any(mark in picture.credit for mark in ":・") else f"{label} {picture.credit}"
    image = f'<img src="{desk.base}/media/{picture.file}" alt="{escape(picture.alt)}" width="1200" height="675">'
    caption = f'{escape(picture.caption)} <span class="media__credit">{escape(credit)}</span>'
    return f'<figure class="media">{image}<figcaption class="media__caption">{caption}</figcaption></figure>'


def _after(story: Story, labels: dict[str, str]) -> str:
    """What stands between the story and its topics: a credit, or the gate in the place of the rest."""
    if story.access == "paywalled":
        return f'<section class="article__locked paywall"><h2>{labels["gate_title"]}</h2><p>{labels["gate_text"]}</p></section>'
    return f'<p class="article__source">{escape(story.source_line)}</p>' if story.source_line else ""


def _print(desk: Desk, story: Story) -> str:
    """The version for paper, which robots.txt keeps crawlers from."""
    body = "\n".join(elements(story, lambda picture: f"<p><small>{escape(picture.caption)}</small></p>"))
    head = f'<meta charset="utf-8"><title>{escape(story.title)}</title><link rel="canonical" href="{desk.url(story)}">'
    return f'<!doctype html>\n<html lang="{story.language}"><head>{head}</head><body><h1>{escape(story.title)}</h1>\n{body}</body></html>'


def _list(desk: Desk, place: tuple[str, str, str | None], stories: Sequence[Story]) -> str:
    """A listing; *place* is its path, its title and the path of its next page."""
    path, title, following = place
    first = path.split("/")[1]
    language = first if first in desk.furniture else "en"
    labels = desk.labels(language)
    cards = [
        f'<div class="card"><h2 class="card__title">{_link(desk, story)}</h2><p>{escape(story.summary)}</p></div>' for story in stories
    ]
    if path.startswith("/en/science/") or path == "/":
        cards.append(
            f'<div class="card"><h2 class="card__title"><a href="{desk.base}{BAD_PAGE}">Annex: flood maps of the lower town</a></h2></div>'
        )
    pages = f'<a rel="next" href="{desk.base}{following}">{labels["older"]}</a>' if following else ""
    values = {
        "language": "en-GB" if path == "/" else language,
        "title": escape(title),
        "url": desk.base + path,
        "menu": _menu(desk),
        "items": "\n".join(cards),
        "pages": pages,
    }
    return desk.fill("list", labels | values)


def _menu(desk: Desk) -> str:
    return "".join(
        f'<li><a href="{desk.base}/{language}/" lang="{language}">{language}</a></li>'
        for language in desk.furniture
        if language != "sections"
    )


def _link(desk: Desk, story: Story) -> str:
    return f'<a href="{desk.url(story)}">{escape(story.title)}</a>'
