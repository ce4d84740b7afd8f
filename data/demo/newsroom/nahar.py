"""The site "nahar": a right-to-left WordPress aggregator, as full of furniture as such sites are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from html import escape
from typing import Final

from .pages import Desk, Document, chunks, elements, html_document, listings, others, picture_document, with_furniture
from .stories import Picture, Story

PREVIEW: Final = "/preview/2026/11/19/next-week-in-the-port/"
"""Looks like an article and is linked everywhere, but robots.txt forbids it."""
ROBOTS: Final = """User-agent: *
Disallow: /wp-admin/
Disallow: /preview/
Allow: /wp-admin/admin-ajax.php

Sitemap: {base}/sitemap_index.xml
Sitemap: {base}/news-sitemap.xml
"""


def build_pages(desk: Desk, stories: Sequence[Story]) -> dict[str, Document]:
    """Every HTML page and picture by its path."""
    newest = stories[0].last_change
    pages = {story.path: html_document(_article(desk, story, stories), story.last_change, story.charset) for story in stories}
    pages[PREVIEW] = html_document(_article(desk, stories[-1], stories), newest)
    for story in stories:
        pages |= {path: picture_document(path, story.published) for path in (_picture_path(picture) for picture in story.pictures)}
    for path, (title, listed) in listings(desk, stories).items():
        for number, page in enumerate(chunks(listed), 1):
            address = path if number == 1 else f"{path}page/{number}/"
            following = f"{path}page/{number + 1}/" if number < len(chunks(listed)) else None
            pages[address] = html_document(_list(desk, (address, title, following), page), newest)
    return pages


def _article(desk: Desk, story: Story, stories: Sequence[Story]) -> str:
    labels = desk.labels(story.language)
    read_also, breaking, *more = others(story, stories, 9)
    boxes = {
        2: f'<div id="inline-related-post" class="mag-box mini-posts-box"><div class="mag-box-title"><h3>{labels["read_also"]}</h3></div>'
        f'<ul class="posts-items"><li class="widget-single-post-item">{_link(desk, read_also)}</li></ul></div>',
        4: f'<div class="stream-item stream-item-in-post"><span class="ad-title">{labels["advert"]}</span></div>',
        99: f'<p><a class="google-news-button" href="https://news.google.com/publications/example">{labels["google_news"]}</a></p>',
    }
    return desk.fill(
        "article",
        labels
        | _story_values(desk, story)
        | {
            "metas": "" if story.bare else _metas(desk, story),
            "post_meta": _post_meta(story, labels),
            "menu": _menu(desk),
            "breaking_items": f"<li>{_link(desk, breaking)}</li>",
            "share_links": _share_links(),
            "story": with_furniture(elements(story, lambda picture: _figure(desk, story, picture)), boxes),
            "tag_links": " ".join(f'<a href="{desk.base}/" rel="tag">{escape(tag)}</a>' for tag in story.tags),
            "source_block": _source_block(story, labels),
            "related": "".join(f'<div class="related-item"><h3 class="post-title">{_link(desk, other)}</h3></div>' for other in more[:3]),
            "most_read": "".join(f"<li>{_link(desk, other)}</li>" for other in more[3:]),
            "comments": _comments(desk.lines(story.language, "comments")),
        },
    )


def _story_values(desk: Desk, story: Story) -> dict[str, str]:
    return {
        "title": escape(story.title),
        "summary": escape(story.summary),
        "url": desk.url(story),
        "section": story.section,
        "section_name": desk.section(story.section),
        "number": str(story.number),
        "charset": story.charset,
    }


def _metas(desk: Desk, story: Story) -> str:
    """Dates and structured data as the usual search plug-in writes them: the "author" is the account that posted."""
    published, modified = (moment.astimezone(UTC).isoformat() for moment in (story.published, story.last_change))
    person = {"@type": "Person", "@id": f"{desk.base}/#/schema/person/1", "name": "nahar"}
    house = {"@type": "Organization", "@id": f"{desk.base}/#organization", "name": desk.site_name, "url": f"{desk.base}/"}
    article = {
        "@type": "Article",
        "@id": f"{desk.url(story)}#article",
        "headline": story.title,
        "datePublished": published,
        "dateModified": modified,
        "author": {"@id": person["@id"], "name": "nahar"},
        "publisher": {"@id": house["@id"]},
        "articleSection": [desk.section(story.section)],
        "inLanguage": "ar",
    }
    structured = json.dumps({"@context": "https://schema.org", "@graph": [article, house, person]}, ensure_ascii=False).replace(
        "<", "\\u003c"
    )
    return (
        f'<meta property="article:published_time" content="{published}" />\n'
        f'<meta property="article:modified_time" content="{modified}" />\n'
        f'<script type="application/ld+json" class="yoast-schema-graph">{structured}</script>'
    )


def _post_meta(story: Story, labels: dict[str, str]) -> str:
    if story.bare:
        return ""
    byline = f'<span class="meta-author">{escape(story.byline)}</span>' if story.byline else ""
    date = f'<span class="date meta-item tie-icon">{escape(story.printed_date)}</span>' if story.printed_date else ""
    views = f'<span class="meta-views meta-item">{labels["views"]}</span>'
    counts = f'{views}<span class="meta-reading-time meta-item">{labels["reading_time"]}</span>'
    return f'<div class="single-post-meta post-meta clearfix">{byline}{date}<div class="tie-alignright">{counts}</div></div>'


def _figure(desk: Desk, story: Story, picture: Picture) -> str:
    """A captioned picture; on ``bare`` pages the importer has printed caption and credit twice over."""
    caption, credit = escape(picture.caption), escape(picture.credit)
    if story.bare:
        line = f'<span class="tdb-caption">{caption}. اعتمادات الصورة: {credit}</span>'
        text = f"{line}{line}<br />{caption}. الصورة: {credit}"
    else:
        text = f"{caption}<br />{credit}" if ":" in credit else f"{caption} ({credit})"
    source = desk.base + _picture_path(picture)
    image = f'<img loading="lazy" decoding="async" class="size-full" src="{source}" alt="" width="1024" height="576" />'
    return f'<figure class="wp-caption aligncenter">{image}<figcaption class="wp-caption-text">{text}</figcaption></figure>'


def _picture_path(picture: Picture) -> str:
    return f"/wp-content/uploads/2026/{picture.file}"


def _source_block(story: Story, labels: dict[str, str]) -> str:
    """The lines under the story: its source, and the second disclaimer."""
    first = story.republished
    if first:
        return (
            f'<a href="{first.link}" target="_blank" rel="nofollow noopener">{labels["source_link"]}</a><br />\n'
            f"{labels['disclaimer']}<br />\n"
            f"{labels['first_published']} :www.{first.domain} {labels['first_date']}:{first.printed}"
        )
    source = f"{escape(story.source_line)}<br />\n" if story.source_line else ""
    return source + labels["disclaimer"]


def _share_links() -> str:
    shops = {"facebook": "فيسبوك", "twitter": "X", "whatsapp": "واتساب", "email": "مشاركة عبر البريد"}
    return "".join(
        f'<a href="https://{shop}.example/share" rel="external noopener nofollow" class="{shop}-share-btn">'
        f'<span class="share-btn-icon"></span><span class="social-text">{name}</span></a>'
        for shop, name in shops.items()
    )


def _comments(lines: list[str]) -> str:
    return "".join(
        f'<li class="comment even depth-1"><article class="comment-body"><footer class="comment-meta"><b class="fn">{name}</b></footer>'
        f'<div class="comment-content"><p>{escape(line)}</p></div></article></li>'
        for name, line in zip(("Salma", "N. K."), lines, strict=True)
    )


def _list(desk: Desk, place: tuple[str, str, str | None], stories: Sequence[Story]) -> str:
    """A listing; *place* is its path, its title and the path of its next page."""
    path, title, following = place
    labels = desk.labels("ar")
    items = "\n".join(
        f'<li class="post-item tie-standard"><h2 class="post-title">{_link(desk, story)}</h2>'
        f'<p class="post-excerpt">{escape(story.summary)}</p>'
        f'<a class="more-link button" href="{desk.url(story)}">Continue reading</a></li>'
        for story in stories
    )
    pages = f'<a class="next" rel="next" href="{desk.base}{following}">{labels["older"]}</a>' if following else ""
    return desk.fill(
        "list", labels | {"title": escape(title), "url": desk.base + path, "menu": _menu(desk), "items": items, "pages": pages}
    )


def _menu(desk: Desk) -> str:
    return "".join(
        f'<li class="menu-item"><a href="{desk.base}/category/{key}/">{name}</a></li>' for key, name in desk.furniture["sections"].items()
    )


def _link(desk: Desk, story: Story) -> str:
    return f'<a href="{desk.url(story)}">{escape(story.title)}</a>'
