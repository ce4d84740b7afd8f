"""How the sites announce their stories: RSS, Atom, JSON Feed, the WordPress API, sitemaps with index and gzip, news sitemaps."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime
from html import escape
from typing import Final

from .meridian import BAD_PAGE
from .pages import Desk, Document
from .stories import Story

FEED_LENGTH: Final = 6
"""A feed holds the newest stories only; the others are in the sitemap."""
NEWS_LENGTH: Final = 4
API_ROOT: Final = "/wp-json/"
API: Final = f"{API_ROOT}wp/v2/posts"
"""Posts of the WordPress site; the one page that it has answers every query."""
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS: Final = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def build_feeds(desk: Desk, stories: Sequence[Story]) -> dict[str, Document]:
    """Feeds and sitemaps of the site by their path."""
    changed = max(story.last_change for story in stories)
    texts, packed = (
        (_nahar(desk, stories), "/post-sitemap.xml.gz") if desk.site == "nahar" else (_meridian(desk, stories), "/sitemaps/2026.xml.gz")
    )
    documents = {path: Document(text.encode(), kind, changed) for path, (kind, text) in texts.items()}
    documents[packed] = Document(gzip.compress(sitemap(desk, stories).encode(), mtime=0), "application/gzip", changed)
    return documents


def _nahar(desk: Desk, stories: Sequence[Story]) -> Mapping[str, tuple[str, str]]:
    return {
        API_ROOT: ("application/json; charset=UTF-8", api_root(desk)),
        API: ("application/json; charset=UTF-8", posts(desk, stories)),
        "/feed/": ("application/rss+xml; charset=UTF-8", rss(desk, stories[:FEED_LENGTH], "/feed/", "ar")),
        "/sitemap_index.xml": ("text/xml; charset=UTF-8", sitemap_index(desk, ["/post-sitemap.xml.gz", "/news-sitemap.xml"])),
        "/news-sitemap.xml": ("text/xml; charset=UTF-8", news_sitemap(desk, stories[:NEWS_LENGTH])),
    }


def _meridian(desk: Desk, stories: Sequence[Story]) -> Mapping[str, tuple[str, str]]:
    english = [story for story in stories if story.language == "en"]
    return {
        "/feeds/all.atom": ("application/atom+xml", atom(desk, stories[:FEED_LENGTH])),
        "/feeds/all.json": ("application/feed+json", json_feed(desk, stories[:FEED_LENGTH])),
        "/feeds/en.rss": ("application/rss+xml", rss(desk, english, "/feeds/en.rss", "en")),
        "/sitemap.xml": ("application/xml", sitemap_index(desk, ["/sitemaps/2026.xml.gz", "/sitemaps/news.xml"])),
        "/sitemaps/news.xml": ("application/xml", news_sitemap(desk, stories[:NEWS_LENGTH])),
    }


def rss(desk: Desk, stories: Sequence[Story], path: str, language: str) -> str:
    """An RSS 2.0 feed; descriptions end with the line that WordPress adds."""
    namespaces = " ".join(
        (
            'xmlns:dc="http://purl.org/dc/elements/1.1/"',
            'xmlns:atom="http://www.w3.org/2005/Atom"',
            'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"',
        )
    )
    head = (
        f"<title>{escape(desk.site_name)}</title><link>{desk.base}/</link><description>{escape(desk.tagline)}</description>"
        f'<atom:link href="{desk.base}{path}" rel="self" type="application/rss+xml"/><language>{language}</language>'
        f"<lastBuildDate>{format_datetime(stories[0].last_change)}</lastBuildDate><sy:updatePeriod>hourly</sy:updatePeriod>"
    )
    return f'{_XML}<rss version="2.0" {namespaces}><channel>{head}{"".join(_rss_item(desk, story) for story in stories)}</channel></rss>\n'


def _rss_item(desk: Desk, story: Story) -> str:
    url, title = escape(desk.url(story)), escape(story.title)
    creator = escape(", ".join(story.authors) or desk.site)
    appeared = f'<p>The post <a href="{url}">{title}</a> appeared first on {escape(desk.site_name)}.</p>'
    description = f"<p>{escape(story.summary)}</p>{appeared}"
    return (
        f"<item><title>{title}</title><link>{url}</link><dc:creator>{creator}</dc:creator>"
        f'<pubDate>{format_datetime(story.published)}</pubDate><guid isPermaLink="false">{desk.base}/?p={story.number}</guid>'
        f"<category>{escape(desk.section(story.section))}</category><description>{escape(description)}</description></item>"
    )


def atom(desk: Desk, stories: Sequence[Story]) -> str:
    """An Atom feed (RFC 4287)."""
    changed = max(story.last_change for story in stories).isoformat()
    head = (
        f'<id>{desk.base}/feeds/all.atom</id><title>{escape(desk.site_name)}</title><link href="{desk.base}/"/>'
        f'<link rel="self" href="{desk.base}/feeds/all.atom"/><updated>{changed}</updated>'
    )
    return f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(_atom_entry(desk, story) for story in stories)}</feed>\n'


def _atom_entry(desk: Desk, story: Story) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in story.authors)
    section = f'<category term="{story.section}" label="{escape(desk.section(story.section))}"/>'
    return (
        f'<entry xml:lang="{story.language}"><id>{desk.url(story)}</id><title>{escape(story.title)}</title><link href="{desk.url(story)}"/>'
        f"<published>{story.published.isoformat()}</published><updated>{story.last_change.isoformat()}</updated>{authors}"
        f"{section}<summary>{escape(story.summary)}</summary></entry>"
    )


def json_feed(desk: Desk, stories: Sequence[Story]) -> str:
    """A JSON Feed 1.1 with the open text of each story."""
    head = {"version": "https://jsonfeed.org/version/1.1", "title": desk.site_name, "home_page_url": f"{desk.base}/"}
    return json.dumps(head | {"items": [_json_item(desk, story) for story in stories]}, ensure_ascii=False) + "\n"


def _json_item(desk: Desk, story: Story) -> dict[str, object]:
    return {
        "id": desk.url(story),
        "url": desk.url(story),
        "title": story.title,
        "summary": story.summary,
        "content_text": story.content_text,
        "date_published": story.published.isoformat(),
        "date_modified": story.last_change.isoformat(),
        "authors": [{"name": name} for name in story.authors],
        "language": story.language,
    }


def api_root(desk: Desk) -> str:
    """What the WordPress API says of the site."""
    return json.dumps({"name": desk.site_name, "home": desk.base, "gmt_offset": "2", "timezone_string": "Asia/Beirut"})


def posts(desk: Desk, stories: Sequence[Story]) -> str:
    """The WordPress API's list of posts, the one that changed last first; its times are UTC and do not say so."""
    newest = sorted(stories, key=lambda story: story.last_change, reverse=True)
    return json.dumps([_post(desk, story) for story in newest])


def _post(desk: Desk, story: Story) -> dict[str, object]:
    published, changed = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" for moment in (story.published, story.last_change))
    return {"id": story.number, "link": desk.url(story), "status": "publish", "date_gmt": published, "modified_gmt": changed}


def sitemap(desk: Desk, stories: Sequence[Story]) -> str:
    """A sitemap of all stories, and of the bad page where the site has one."""
    entries = [f"<url><loc>{desk.url(story)}</loc><lastmod>{story.last_change.isoformat()}</lastmod></url>" for story in stories]
    if desk.site == "meridian":
        entries.append(f"<url><loc>{desk.base}{BAD_PAGE}</loc></url>")
    return f"{_XML}<urlset {_SITEMAP}>{''.join(entries)}</urlset>\n"


def sitemap_index(desk: Desk, paths: Sequence[str]) -> str:
    """A sitemap index."""
    return (
        f"{_XML}<sitemapindex {_SITEMAP}>{''.join(f'<sitemap><loc>{desk.base}{path}</loc></sitemap>' for path in paths)}</sitemapindex>\n"
    )


def news_sitemap(desk: Desk, stories: Sequence[Story]) -> str:
    """A sitemap in the form of Google News."""
    return f"{_XML}<urlset {_SITEMAP} {_NEWS}>{''.join(_news_entry(desk, story) for story in stories)}</urlset>\n"


def _news_entry(desk: Desk, story: Story) -> str:
    publication = f"<news:name>{escape(desk.site_name)}</news:name><news:language>{story.language}</news:language>"
    return (
        f"<url><loc>{desk.url(story)}</loc><news:news><news:publication>{publication}</news:publication>"
        f"<news:publication_date>{story.published.isoformat()}</news:publication_date><news:title>{escape(story.title)}</news:title></news:news></url>"
    )
