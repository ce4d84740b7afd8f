from newsbot.discovery.autodiscovery import MAX_LISTS, Announced, find_lists
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
