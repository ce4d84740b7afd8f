"""Choice, refinement, replacement and confidence of a page's dates."""

from datetime import datetime

import pytest

from newsbot.config import load_config
from newsbot.items import Article, DiscoveredBy, Extractor, Provenance
from newsbot.page import RawPage
from pipelines.dates import normalise_dates

CONFIG = load_config()


def published(*candidates, url="https://news.example/a", language="en", timezone=None, fetched_at="2023-11-19T18:20:30Z"):
    article = Article(
        url=url,
        extractor=Extractor("0"),
        language=language,
        timezone=timezone,
        fetched_at=fetched_at,
        candidates=tuple(Provenance(*one) if len(one) == 3 else Provenance("published", *one) for one in candidates),
    )
    return normalise_dates(article, CONFIG)


def test_takes_the_most_trusted_and_names_who_agrees():
    dates = published(
        ("jsonld:datePublished", "2023-02-13T10:00:00+02:00"),
        ("meta:article:published_time", "2023-02-13T10:00:00+02:00"),
        ("header", "3 May 2021"),
    ).dates
    assert dates.published is not None
    assert dates.published.value == "2023-02-13T10:00:00+02:00"
    assert dates.published.offset_basis == "text"
    assert dates.published.agree == ("meta:article:published_time",)
    assert dates.published.disagree == ("header",)
    assert dates.published.confidence == 0.84


def test_refines_a_day_by_a_time_of_the_same_day():
    found = published(
        ("jsonld:datePublished", "2023-02-13"), ("header", "13 فبراير 2023 - 4:05 م"), language="ar", timezone="Asia/Beirut"
    ).dates
    assert found.published is not None
    assert (found.published.value, found.published.offset_basis) == ("2023-02-13T16:05+02:00", "config")
    assert found.published.origin == "jsonld:datePublished"


def test_two_other_kinds_outvote_the_first():
    found = published(
        ("jsonld:datePublished", "2023-02-13"),
        ("header", "3 May 2021"),
        ("url", "https://news.example/2021/05/03/a"),
        url="https://news.example/2021/05/03/a",
    ).dates
    assert found.published is not None
    assert found.published.value == "2021-05-03"


def test_a_copied_z_gives_way_to_the_zone_of_the_page():
    found = published(
        ("meta:article:published_time", "2023-02-13T09:23:13Z"), ("header", "13 February 2023 09:23"), timezone="Africa/Cairo"
    ).dates
    assert found.published is not None
    assert (found.published.value, found.published.flags) == ("2023-02-13T09:23:13+02:00", ("copied_z",))


def test_an_instant_in_utc_is_told_on_the_clock_that_the_page_prints():
    found = published(("jsonld:datePublished", "2023-11-09T01:09:55Z"), ("header", "November 8, 2023 at 6:09 p.m.")).dates
    assert found.published is not None
    assert (found.published.value, found.published.flags) == ("2023-11-08T18:09:55-07:00", ("offset_from_utc",))


def test_an_instant_in_utc_is_told_on_the_clock_of_a_country_with_one_time():
    found = published(("jsonld:datePublished", "2023-02-13T23:30:00Z"), url="https://news.de/a").dates
    assert found.published is not None
    assert (found.published.value, found.published.offset_basis) == ("2023-02-14T00:30:00+01:00", "country")


def test_no_offset_is_invented_for_a_printed_time():
    found = published(("header", "13 February 2023 09:23"), url="https://news.de/a").dates
    assert found.published is not None
    assert (found.published.value, found.published.offset_basis) == ("2023-02-13T09:23", None)


@pytest.mark.parametrize("raw", ["2031-01-01", "1970-01-01T00:00:00Z", "0001-01-01", "{{date}}", "2023-02-30"])
def test_refuses_what_cannot_be(raw):
    assert published(("jsonld:datePublished", raw)).dates.published is None


def test_a_date_is_not_called_future_without_knowing_when_the_page_was_fetched():
    assert published(("jsonld:datePublished", "2031-01-01"), fetched_at=None).dates.published is not None


def test_an_update_is_never_the_publication():
    dates = published(
        ("header", "Published 3 May 2021 | Updated 4 May 2021"), ("modified", "header", "Published 3 May 2021 | Updated 4 May 2021")
    ).dates
    assert dates.published is not None
    assert dates.modified is not None
    assert (dates.published.value, dates.modified.value) == ("2021-05-03", "2021-05-04")
    assert published(("modified", "label", "Updated 4 May 2021")).dates.published is None


def test_a_label_wins_over_a_declaration_that_repeats_the_last_change():
    stamp = "2023-02-13T10:00:00+02:00"
    dates = published(("jsonld:datePublished", stamp), ("label", "Published: 3 May 2021"), ("modified", "jsonld:dateModified", stamp)).dates
    assert dates.published is not None
    assert dates.published.value == "2021-05-03"


def test_marks_the_chosen_candidate():
    article = published(("jsonld:datePublished", "2023-02-13"), ("header", "3 May 2021"))
    assert [one.chosen for one in article.candidates] == [True, False]


def test_the_first_publication_elsewhere_stands_apart():
    line = "نشر الخبر اول مرة على موقع :www.first.example بتاريخ:2023-03-03 10:11:12"
    dates = published(("original", "line:7", line), ("dateline", "موقع الأول 3 مارس 2023:"), language="ar").dates
    assert dates.original is not None
    assert dates.published is not None
    assert (dates.original.value, dates.original.offset_basis) == ("2023-03-03T10:11:12", None)
    assert (dates.published.value, dates.published.precision, dates.published.confidence) == ("2023-03-03", "day", 0.5)


def test_is_pure_and_settles_at_once():
    article = published(("jsonld:datePublished", "2023-02-13T23:30:00Z"), ("header", "13 February 2023"))
    again = normalise_dates(article, CONFIG)
    assert again == article
    assert datetime.fromisoformat(article.dates.published.value).tzinfo is not None
    assert RawPage("https://a.example", b"", discovered_by=DiscoveredBy("feed", "https://a.example/feed", "x")).url
