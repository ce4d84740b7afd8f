from newsbot.discovery import belongs, is_allowed
from newsbot.discovery.sections import find_article_links
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
