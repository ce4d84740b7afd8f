from urllib.parse import urljoin

import pytest

from newsbot.discovery import belongs, is_allowed, is_trap
from newsbot.discovery.sections import find_article_links, find_next_page
from newsbot.page import Page, RawPage
from newsbot.sources import Source

LINKS = (
    "/2024/05/05/market", "/news/the-old-market-reopens", "/news/the-old-market-reopens?utm_source=x#top",
    "/اخبار/ترميم-السوق-القديم-قريبا", "/tag/market",
    "/about", "/", "https://sub.a.example/story-12345", "https://other.example/story-12345", "mailto:x@a.example", "javascript:x()", "http://[bad",
    "/photo-of-the-market.jpg",
)  # fmt: skip


def source(**values):
    return Source.model_validate({"id": "a", "name": "A", "homepage": "https://www.a.example/", **values})


def found(**values):
    body = "".join(f'<a href="{link}">x</a>' for link in LINKS)
    page = Page.parse(RawPage("https://www.a.example/section", f"<html><body>{body}</body></html>".encode()))
    return [link.url.removeprefix("https://www.a.example") for link in find_article_links(page, source(**values))]


def test_links_that_look_like_articles_of_the_source_each_once():
    assert found() == [
        "/2024/05/05/market", "/news/the-old-market-reopens", "/اخبار/ترميم-السوق-القديم-قريبا", "https://sub.a.example/story-12345"
    ]  # fmt: skip


def test_allow_patterns_decide_and_deny_wins():
    assert found(articles={"allow": ["/about$", "/2024/"], "deny": ["/05/05/"]}) == ["/about"]


def test_base_elements_move_relative_links():
    body = b"<html><head><base href='https://a.example/deep/'></head><body><a href='story-of-1234'>x</a></body></html>"
    page = Page.parse(RawPage("https://a.example/", body))
    assert [link.url for link in find_article_links(page, source())] == ["https://a.example/deep/story-of-1234"]


def test_hosts_of_a_source():
    assert belongs("https://a.example/x", source())
    assert belongs("https://news.a.example/x", source())
    assert not belongs("https://nota.example/x", source())
    assert not belongs("https://a.example.evil.example/x", source())
    assert belongs("https://b.example/x", source(hosts=["b.example"]))


def test_without_patterns_everything_is_allowed():
    assert is_allowed("https://a.example/anything", source())


def next_page(at, *links, head=""):
    body = "".join(f'<a href="{link}">x</a>' for link in links)
    return find_next_page(Page.parse(RawPage(at, f"<html><head>{head}</head><body>{body}</body></html>".encode())))


@pytest.mark.parametrize(
    ("at", "link"),
    [
        ("https://a.example/news/", "/news/page/2/"),
        ("https://a.example/news/page/2/", "/news/page/3/"),
        ("https://a.example/news", "/news?page=2"),
        ("https://a.example/?s=x&p=9", "/?s=x&p=10"),
        ("https://a.example/أخبار/", "/أخبار/صفحة/2/"),
        ("https://a.example/news", "/news-2"),
    ],
)
def test_the_next_page_differs_by_its_number_alone(at, link):
    assert next_page(at, "/about", "/news/story-of-the-year-2024", "/news/12", link) == urljoin(at, link)


def test_rel_next_goes_before_numbers():
    at = "https://a.example/news/"
    assert next_page(at, "/news/page/2/", head='<link rel="prev next" href="/news/after/41/">') == "https://a.example/news/after/41/"


@pytest.mark.parametrize(
    "link", ["/news/page/1/", "/news/page/4/", "/sport/page/3/", "/news/page/2/#top", "https://b.example/news/page/3/"]
)
def test_other_pages_do_not_follow(link):
    assert next_page("https://a.example/news/page/2/", link) is None


def test_an_address_of_another_site_is_no_next_page():
    assert next_page("https://a.example/news/", head='<link rel="next" href="https://evil.example/2">') is None


@pytest.mark.parametrize(
    ("address", "trap"),
    [
        ("https://a.example/news/story", False),
        ("https://a.example/" + "a/b/" * 5, True),
        ("https://a.example/" + "/".join(map(str, range(30))), True),
        ("https://a.example/x?" + "&".join(f"f{n}=1" for n in range(20)), True),
        ("https://a.example/" + "x" * 3000, True),
    ],
)
def test_addresses_without_end_are_traps(address, trap):
    assert is_trap(address) is trap
