from newsbot.discovery.autodiscovery import MAX_LINKED, MAX_LISTS, Announced, find_linked_feeds, find_lists
from newsbot.page import Page, RawPage

HEAD = """
<link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="atom">
<link rel="alternate" type="application/feed+json" href="https://feeds.example/a.json">
<link rel="alternate" type="application/rss+xml" href="/feed/#again">
<link rel="alternate" hreflang="en" href="/en/">
<link rel="sitemap" href="/map.xml">
<link rel="https://api.w.org/" href="https://a.example/wp-json/">
<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">
"""


def found(head, **headers):
    return list(
        find_lists(Page.parse(RawPage("https://a.example/", f"<html><head>{head}</head><body>x</body></html>".encode(), headers=headers)))
    )


def test_feeds_sitemaps_and_the_api_are_found_each_once():
    assert found(HEAD) == [
        Announced("feed", "https://a.example/feed/"),
        Announced("feed", "https://a.example/atom"),
        Announced("feed", "https://feeds.example/a.json"),
        Announced("sitemap", "https://a.example/map.xml"),
        Announced("wordpress", "https://a.example/wp-json/"),
    ]


def test_the_api_is_found_in_the_header_too():
    assert found("", link='<https://a.example/wp-json/>; rel="https://api.w.org/"') == [
        Announced("wordpress", "https://a.example/wp-json/")
    ]


def test_a_page_names_no_endless_number_of_lists():
    assert len(found("".join(f"<link rel=alternate type=application/rss+xml href=/f{n}>" for n in range(500)))) == MAX_LISTS


def linked(body):
    page = Page.parse(RawPage("https://a.example/news/", f"<html><body>{body}</body></html>".encode()))
    return [one.url for one in find_linked_feeds(page)]


FEEDS = ("/feed/", "rss.xml", "/atom", "/ar/feed", "/feeds/all", "/index.rss", "/rss/news.xml", "/feed.json")
OTHERS = ("/feedback", "/rss-explained", "/comments/feed/", "https://other.example/feed/", "/atom-power", "mailto:rss@a.example", "/feed/1")


def test_links_to_feeds_are_known_by_their_address():
    for address in FEEDS:
        assert len(linked(f'<a href="{address}">خلاصات</a><a href="{address}#again">x</a>')) == 1, address
    assert linked("".join(f'<a href="{address}">x</a>' for address in OTHERS)) == []
    assert len(linked("".join(f'<a href="/{n}/feed/">x</a>' for n in range(99)))) == MAX_LINKED
