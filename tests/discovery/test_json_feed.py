import json

import pytest

from newsbot.discovery.feeds import NotAFeedError, read_feed

AT = "https://a.example/lists/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items, **values):
    return json.dumps({"version": VERSION, "title": "t", "items": list(items), **values}, ensure_ascii=False).encode()


def test_entries_have_address_title_and_both_dates():
    entry = {
        "id": "7",
        "url": "../خبر",
        "title": " عنوان  الخبر ",
        "date_published": "2024-05-05T10:00:00+03:00",
        "date_modified": "2024-05-06T10:00:00+03:00",
        "content_html": "<p>نص الخبر</p>",
    }
    (link,) = read_feed(feed(entry), AT, "application/feed+json").links
    assert (link.url, link.rung, link.found_at, link.title) == ("https://a.example/خبر", "feed", AT, "عنوان الخبر")
    assert (link.date, link.updated) == ("2024-05-05T10:00:00+03:00", "2024-05-06T10:00:00+03:00")
    assert link.text is not None and (link.text.start, link.text.whole) == ("نص الخبر", True)


def test_an_id_that_is_an_address_stands_for_the_address():
    links = read_feed(feed({"id": "https://a.example/1"}, {"id": "2"}, {"url": 3}, "four", None), AT).links
    assert [link.url for link in links] == ["https://a.example/1"]


def test_another_publishers_address_is_not_the_entrys():
    assert read_feed(feed({"id": "1", "external_url": "https://b.example/1"}), AT).links == ()


def test_hubs_are_noted():
    assert read_feed(feed(hubs=[{"type": "WebSub", "url": "https://hub.example/"}, "x", {"url": "ftp://y"}]), AT).hubs == (
        "https://hub.example/",
    )


@pytest.mark.parametrize(
    "body", [b"{", b'{"version": 1}', b'{"version": "https://jsonfeed.org/version/1", "items": {}}', b'{"a":' * 50_000]
)
def test_other_json_is_no_feed(body):
    with pytest.raises(NotAFeedError):
        read_feed(body, AT)
