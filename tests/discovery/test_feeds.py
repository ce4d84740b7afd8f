import time
from contextlib import suppress

import pytest

from newsbot.discovery.feeds import MAX_ENTRIES, NotAFeedError, read_feed
from tests.newsroom import rss

AT = "https://a.example/lists/feed"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>عنوان</title><link href="one"/>{date}</entry></feed>'
RSS1 = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<item rdf:about="http://a.example/1"><link>http://a.example/1</link><dc:date>2024-05-05</dc:date></item></rdf:RDF>'
)


def find_entries(body, url):
    return list(read_feed(body, url).links)


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
    "body", [b"", b"/etc/passwd", b"https://a.example/feed", b"<html><a href=x>y</a>", b"\x00\xff" * 99, b'{"items": []}', b"[" * 100_000]
)
def test_what_is_no_feed_is_refused_and_fetches_nothing(body):
    with pytest.raises(NotAFeedError):
        read_feed(body, AT)


def test_an_empty_feed_is_a_feed():
    assert read_feed(rss(), AT).links == ()


def test_an_entry_tells_when_it_changed_last():
    dates = "<published>2024-05-05T10:00:00Z</published><updated>2024-05-06T10:00:00Z</updated>"
    (link,) = find_entries(ATOM.format(date=dates).encode(), AT)
    assert (link.date, link.updated) == ("2024-05-05T10:00:00Z", "2024-05-06T10:00:00Z")


def test_the_content_of_an_entry_is_evidence_for_how_long_the_story_is():
    story = "<p>" + "أعمال الترميم &amp; البناء " * 50 + "</p><script>var x = 1</script>"
    content = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[{story}]]></content:encoded>"
    (link,) = find_entries(rss("/one").decode().replace("</item>", f"<description>قصير</description>{content}</item>").encode(), AT)
    text = " ".join(["أعمال الترميم & البناء"] * 50)
    assert link.text is not None
    assert (link.text.whole, link.text.letters, link.text.start) == (True, len(text), text[:300])


def test_a_description_is_no_content():
    (link,) = find_entries(rss("/one").decode().replace("</item>", "<description>Short.</description></item>").encode(), AT)
    assert link.text is not None
    assert (link.text.whole, link.text.start) == (False, "Short.")


@pytest.mark.parametrize(
    ("said", "interval_s"),
    [
        ("<ttl>15</ttl>", 900),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900),
        ("<sy:updatePeriod> daily </sy:updatePeriod><ttl>5</ttl>", 86_400),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_a_feed_says_how_often_it_changes(said, interval_s):
    head = f'<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>{said}</channel></rss>'
    assert read_feed(head.encode(), AT).interval_s == interval_s


def test_websub_hubs_are_noted():
    hub = '<link rel="hub" href="https://hub.example/"/><link rel="self" href="/feed"/>'
    assert read_feed(f'<feed xmlns="http://www.w3.org/2005/Atom">{hub}</feed>'.encode(), AT).hubs == ("https://hub.example/",)


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
    with suppress(NotAFeedError):
        assert len(find_entries(body, AT)) <= MAX_ENTRIES
    assert time.monotonic() - began < 20
