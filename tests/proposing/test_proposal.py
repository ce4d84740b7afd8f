import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.items import Article, Dates, DateValue, Extractor
from newsbot.proposing.file import to_toml
from newsbot.proposing.places import country_of_host, country_of_locales, country_of_zone, zones_of_country, zones_with_offsets
from newsbot.proposing.proposal import Finding, ListSeen, Proposal, SiteSeen, propose, source_id

HOME = "https://www.sahel-news.com.lb/"


def article(language: str, date: str) -> Article:
    published = DateValue(date, "second", "text", "jsonld:datePublished", date)
    return Article(HOME, Extractor("1"), language=language, dates=Dates(published=published))


def seen(**more) -> SiteSeen:
    articles = (article("ar", "2026-07-01T10:00:00+03:00"), article("ar", "2026-01-01T10:00:00+02:00"))
    feed = ListSeen("feeds", f"{HOME}feed/", tuple(f"{HOME}2026/01/1{n}/story-{n}/" for n in range(9)))
    return SiteSeen(HOME, "ساحل نيوز", ("ar",), (HOME,), (feed,), articles=articles, **more)


def test_the_offsets_of_summer_and_winter_name_the_zone_of_the_country():
    proposal = propose(seen())
    assert (proposal.value("country"), proposal.value("timezone"), proposal.value("languages")) == ("LB", "Asia/Beirut", ("ar",))


def test_without_a_country_no_zone_is_named():
    site = SiteSeen("https://sahel.example/", articles=seen().articles)
    finding = next(one for one in propose(site).findings if one.key == "timezone")
    assert (finding.value, finding.sure) == (None, False)


@pytest.mark.parametrize("title", ["ساحل نيوز | أخبار المدينة كل صباح", "أخبار المدينة – ساحل نيوز", "ساحل نيوز"])
def test_a_name_that_home_page_and_feed_share_is_the_name(title):
    feed = ListSeen("feeds", f"{HOME}feed/", (HOME,), title="ساحل نيوز")
    finding = propose(SiteSeen(HOME, title, lists=(feed,))).findings[0]
    assert (finding.value, finding.sure) == ("ساحل نيوز", True)


def test_a_feed_of_another_name_is_not_taken_for_the_sites():
    feed = ListSeen("feeds", f"{HOME}feed/", (HOME,), title="الرئيسية")
    finding = propose(SiteSeen(HOME, "ساحل نيوز", lists=(feed,))).findings[0]
    assert (finding.value, finding.sure) == ("ساحل نيوز", False)


def test_a_stated_zone_is_taken_and_names_the_country():
    site = SiteSeen("https://sahel.example/", timezone="Africa/Tripoli")
    assert (propose(site).value("timezone"), propose(site).value("country")) == ("Africa/Tripoli", "LY")


def test_a_list_that_names_nothing_new_is_left_out():
    first = seen().lists[0]
    proposal = propose(SiteSeen(HOME, lists=(first, ListSeen("feeds", f"{HOME}feed.json", first.articles[:4]))))
    assert proposal.value("discovery.feeds") == (f"{HOME}feed/",)


def test_robots_may_ask_for_more_patience_not_for_less():
    assert propose(seen(crawl_delay_s=10.0)).value("politeness.delay_s") == 10.0
    assert propose(seen(crawl_delay_s=0.1)).value("politeness.delay_s") == 2.0


@pytest.mark.parametrize(
    ("homepage", "name"),
    [
        ("https://www.beiruttime.com/", "beiruttime"),
        ("https://news.bbc.co.uk/", "bbc"),
        ("http://127.0.0.1:80/", "127-0-0"),
        ("https://أخبار.مصر/", "xn-igbicxr"),
    ],
)
def test_ids_come_from_hosts(homepage, name):
    assert source_id(homepage) == name


def test_domains_that_are_sold_to_everyone_are_no_country():
    assert [country_of_host(host) for host in ("a.example.lb", "bbc.co.uk", "site.io", "site.com")] == ["LB", "GB", None, None]
    assert country_of_locales(["ar_LB", "en-GB", "ar-LB", "x"]) == "LB"
    assert country_of_zone("Asia/Amman") == "JO"


def test_zones_of_a_country_are_told_apart_by_offsets_only():
    assert zones_of_country("DE") == ("Europe/Berlin",)
    assert zones_with_offsets(zones_of_country("US"), ["2026-07-01T08:00:00-07:00", "2026-01-01T08:00:00-07:00"]) == ("America/Phoenix",)
    assert zones_with_offsets(zones_of_country("LB"), ["2026-07-01T08:00:00Z", "tomorrow"]) == ()
    feeds = ["Wed, 01 Jul 2026 08:00:00 +0300", "Thu, 01 Jan 2026 08:00:00 +0200"]
    assert zones_with_offsets(zones_of_country("LB"), feeds) == ("Asia/Beirut",)
    assert zones_with_offsets(zones_of_country("LB"), ["Wed, 99 Jul 2026 08:00:00 +0300", "Thu, 01 Jan 2026 08:00:00 -0000"]) == ()


@given(st.text(min_size=1, max_size=60), st.lists(st.text(max_size=30), max_size=3))
def test_whatever_was_found_the_file_is_toml(name, addresses):
    clean = [text.encode("utf-8", "replace").decode() for text in (name, *addresses)]
    findings = (
        Finding("name", clean[0], "x", False),
        Finding("discovery.feeds", tuple(clean[1:]), "y"),
        Finding("country", None, "z", False),
    )
    told = tomllib.loads(to_toml(Proposal("an-id", findings), HOME))
    assert (told["name"], told["discovery"]["feeds"]) == (clean[0], clean[1:])
