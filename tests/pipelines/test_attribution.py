"""The attribution stage on articles of our own making."""

from __future__ import annotations

from typing import Final

import pytest

from newsbot.config import load_config
from newsbot.items import Article, Block, Extractor, Provenance
from pipelines.attribution import normalise_attribution

CONFIG: Final = load_config()
SITE: Final = Provenance("publisher", "meta:og:site_name", "Example Times")


def article(*candidates: Provenance, text: str = "The council met.", language: str = "en") -> Article:
    blocks = tuple(Block(index, "paragraph", line) for index, line in enumerate(text.split("\n")))
    return normalise_attribution(
        Article(
            url="https://news.example.com/2024/05/05/council-meets-again",
            extractor=Extractor("0"),
            fetched_at="2024-05-06T00:00:00Z",
            language=language,
            blocks=blocks,
            candidates=(SITE, *candidates),
        ),
        CONFIG,
    )


def names(one: Article) -> list[str]:
    return [author.name for author in one.authors]


@pytest.mark.parametrize(
    ("origin", "raw", "expected"),
    [
        ("jsonld:author:Person", "Jane Doe", ["Jane Doe"]),
        ("jsonld:author:Person", "Example Times", []),
        ("jsonld:author:Person", "Reuters", []),
        ("jsonld:author:Person", "Staff Reporter", []),
        ("jsonld:author:Organization", "Example Times Staff", []),
        ("meta:author", "Jane Doe, John Roe", ["Jane Doe", "John Roe"]),
        ("meta:author", "admin", []),
        ("meta:author", "jane.doe@example.com", []),
        ("meta:author", "By Dr. Jane Doe", ["Jane Doe"]),
    ],
)
def test_authors_are_people_only(origin: str, raw: str, expected: list[str]) -> None:
    assert names(article(Provenance("author", origin, raw))) == expected


def test_a_byline_that_names_more_people_than_the_markup_is_believed() -> None:
    one = article(
        Provenance("author", "jsonld:author:Person", "Jane Doe"), Provenance("byline", "byline:class", "By Jane Doe and John Roe")
    )
    assert names(one) == ["Jane Doe", "John Roe"]


def test_keeps_the_address_of_an_author() -> None:
    one = article(Provenance("author", "jsonld:author:Person", "Jane Doe", "https://news.example.com/people/jane"))
    assert one.authors[0].url == "https://news.example.com/people/jane"


def test_credited_and_cited_agencies_stay_apart() -> None:
    one = article(text="BEIRUT, May 5 (Reuters) - Talks resumed.\nA minister told AFP that the talks went well.")
    assert [(agency.id, agency.where) for agency in one.attribution.agencies] == [("Reuters", "dateline")]
    assert [(agency.id, agency.where) for agency in one.attribution.cited] == [("AFP", "sentence")]
    assert one.attribution.dateline is not None
    assert (one.attribution.dateline.place, one.attribution.dateline.date) == ("BEIRUT", "2024-05-05")


def test_a_republished_story_names_its_first_publisher() -> None:
    line = "نشر الخبر اول مرة على موقع :www.example.org بتاريخ:2024-05-05 14:07:12"
    label = Provenance("credit_line", "line:9", "مصدر الخبر", "https://www.example.org/2024/05/05/")
    one = article(
        Provenance("credit_line", "line:12", line), label, text="موقع المثال العربي 5 ماي 2024: بدأت المحادثات أمس.", language="ar"
    )
    original = one.attribution.original
    assert original is not None
    assert (original.publisher, original.domain, original.url) == ("موقع المثال العربي", "example.org", None)
    assert original.date_published == "2024-05-05T14:07:12"
    assert one.external_url is None


def test_the_address_of_the_first_article_is_kept_an_index_is_not() -> None:
    address = "https://www.example.org/world/council-meets-for-a-third-time-123456"
    one = article(Provenance("credit_line", "line:9", f"Read the original article: {address}"))
    assert one.attribution.original is not None
    assert one.external_url == one.attribution.original.url == address


def test_an_article_without_evidence_gets_no_attribution() -> None:
    one = normalise_attribution(Article(url="", extractor=Extractor("0")), CONFIG)
    assert (one.authors, one.attribution.publisher, one.attribution.original, one.attribution.agencies) == ((), None, None, ())


def test_one_origin_is_believed_not_the_sum_of_all() -> None:
    one = article(Provenance("author", "jsonld:author", "Anna Maria Smith"), Provenance("author", "meta:author", "Anna Smith | Example"))
    assert names(one) == ["Anna Maria Smith"]


def test_who_posted_gives_way_to_whom_the_page_calls_the_writer() -> None:
    one = article(Provenance("author", "jsonld:author:Person", "Tom Hall"), Provenance("byline", "byline:line", "Written by Jane Doe"))
    assert names(one) == ["Jane Doe"]


def test_a_shortened_name_is_the_same_person() -> None:
    one = article(Provenance("byline", "byline:class", "By Jane Doe"), Provenance("byline", "byline:class", "Jane D."))
    assert names(one) == ["Jane Doe"]


def test_bylines_far_from_the_headline_count_when_they_agree() -> None:
    far = Provenance("byline", "byline-far:class", "Jane Doe")
    assert names(article(far, far)) == ["Jane Doe"]
    assert names(article(far, Provenance("byline", "byline-far:class", "John Roe"))) == []


def test_the_photographer_of_a_credit_line_is_no_author() -> None:
    assert names(article(Provenance("credit_line", "line:9", "Jane Doe / AP"))) == []
    assert names(article(Provenance("credit_line", "line:9", "Reporting by Jane Doe; Editing by Tom Hall"))) == ["Jane Doe"]


def test_declared_contributors_are_no_authors() -> None:
    one = article(Provenance("contributor", "jsonld:contributor:Person", "Tom Hall"))
    assert names(one) == []
    assert [(person.name, person.role) for person in one.attribution.contributors] == [("Tom Hall", "contributor")]
