import time

import pytest

from newsbot.discovery.feeds import MAX_ENTRIES, find_entries, is_feed
from tests.newsroom import rss

AT = "https://a.example/lists/feed"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>عنوان</title><link href="one"/>{date}</entry></feed>'
RSS1 = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<item rdf:about="http://a.example/1"><link>http://a.example/1</link><dc:date>2024-05-05</dc:date></item></rdf:RDF>'
)


def test_rss_gives_links_dates_as_written_and_titles():
    (link,) = find_entries(rss("/one?a=1&amp;b=2"), AT)
    assert (link.url, link.rung, link.found_at) == ("https://a.example/one?a=1&b=2", "feed", AT)
    assert link.date == "Sun, 05 May 2024 10:00:00 +0300"


def test_atom_links_are_relative_to_the_feed():
    (link,) = find_entries(ATOM.format(date="<published>2024-05-05T10:00:00Z</published>").encode(), AT)
    assert (link.url, link.title, link.date) == ("https://a.example/lists/one", "عنوان", "2024-05-05T10:00:00Z")


def test_an_update_is_no_publication():
    (link,) = find_entries(ATOM.format(date="<updated>2024-05-05T10:00:00Z</updated>").encode(), AT)
    assert link.date is None


def test_rss_1_has_its_date_from_dublin_core():
    (link,) = find_entries(RSS1.encode(), AT)
    assert (link.url, link.date) == ("http://a.example/1", "2024-05-05")


def test_declared_encodings_are_read():
    text = rss("/خبر").decode().replace("?>", ' encoding="windows-1256"?>', 1)
    (link,) = find_entries(text.encode("windows-1256"), AT)
    assert link.url == "https://a.example/خبر"


def test_a_feed_that_breaks_off_gives_what_comes_before():
    assert [link.url[-1] for link in find_entries(rss("/1", "/2", "/3")[:-60], AT)][:2] == ["1", "2"]


@pytest.mark.parametrize(
    "body", [b"", b"/etc/passwd", b"https://a.example/feed", b"<html><a href=x>y</a>", b"\x00\xff" * 99, b'{"items": []}']
)
def test_what_is_no_feed_gives_nothing_and_fetches_nothing(body):
    assert list(find_entries(body, AT)) == []
    assert not is_feed(body, AT)


def test_an_empty_feed_is_a_feed():
    assert is_feed(rss(), AT)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel>" + b"<item><link>/x</link></item>" * 100_000,
        b"<rss version='2.0'><channel><item><title>" + b"&" * 300_000,
        b"<rss version='2.0'><channel>" + b"<a>" * 30_000,
        b"<!DOCTYPE x [" + b'<!ENTITY a "&b;&b;&b;">' * 50_000 + b"]><rss version='2.0'/>",
    ],
    ids=["many", "ampersands", "deep", "entities"],
)
def test_hostile_feeds_end(body):
    began = time.monotonic()
    assert len(list(find_entries(body, AT))) <= MAX_ENTRIES
    assert time.monotonic() - began < 20
