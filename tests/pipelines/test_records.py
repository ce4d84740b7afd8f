import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from newsbot.items import Article, Block, Dates, DateValue, Extractor, Image, Link, Quality, Removal
from pipelines.record_lines import record_line
from pipelines.records import content_hash, content_text, join_lines, to_record
from pipelines.schema import record_schema

SCHEMA = Draft202012Validator(record_schema(), format_checker=FormatChecker())
TEXTS = st.text(min_size=1).filter(str.strip)


def article(**values) -> Article:
    values.setdefault("blocks", (Block(0, "paragraph", "Text."),))
    return Article("https://e.example/a", Extractor("0"), **values)


def test_the_schema_is_itself_valid():
    Draft202012Validator.check_schema(record_schema())


def test_the_schema_describes_every_key_of_a_record_and_no_other():
    assert list(record_schema()["properties"]) == list(to_record(article()))


def test_an_empty_article_is_null_and_never_empty_text():
    record = to_record(article())
    SCHEMA.validate(record)
    assert record["title"] is None and record["authors"] == [] and record["date_published"] is None


@given(TEXTS, TEXTS, TEXTS)
def test_a_record_survives_its_own_line(title, text, caption):
    given = article(
        title=title,
        blocks=(Block(0, "paragraph", text, None, (Link(title, "https://e.example/"),)),),
        images=(Image("https://e.example/i", caption),),
    )
    record = to_record(given)
    line = record_line(record)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    if not any(0xD800 <= ord(c) < 0xE000 for c in title + text + caption):
        assert json.loads(line) == record
    SCHEMA.validate(record)


def test_lines_that_one_break_parts_are_joined_and_others_are_not():
    blocks = (Block(3, "paragraph", "One"), Block(4, "paragraph", "two", continues=True), Block(6, "paragraph", "three", continues=True))
    assert content_text(blocks) == "One two\nthree"
    assert [block.text for block in join_lines(blocks)] == ["One two", "three"]


def test_cuts_beside_the_story_and_cuts_by_rule_are_shown_the_others_counted():
    story = (Block(10, "paragraph", "Story."),)
    far, near, ruled = Block(0, "paragraph", "menu"), Block(12, "paragraph", "promo"), Block(40, "paragraph", "Share")
    cuts = (
        Removal("not-chosen", "choice", far, "menu"),
        Removal("not-chosen", "choice", near, "promo"),
        Removal("en/share", "rule", ruled, "Share"),
    )
    record = to_record(article(blocks=story, removals=cuts))
    assert [row["text"] for row in record["removed"]] == ["promo", "Share"]
    assert record["quality"]["unchosen"] == 2


def test_more_than_64_kb_of_cuts_are_flagged():
    cuts = tuple(Removal("en/x", "rule", Block(n, "paragraph", "x" * 1000), "x" * 1000) for n in range(1, 100))
    record = to_record(article(removals=cuts, quality=Quality()))
    assert len(record["removed"]) == 65 and "removed_truncated" in record["quality"]["flags"]


@pytest.mark.parametrize(
    ("value", "precision", "zone", "day", "utc"),
    [
        ("2024-05-05T01:07:12+03:00", "second", "Asia/Beirut", "2024-05-05", "2024-05-04T22:07:12Z"),
        ("2024-05-04T22:07:12+00:00", "second", "Asia/Beirut", "2024-05-05", "2024-05-04T22:07:12Z"),
        ("2024-05-04T22:07:12Z", "second", None, "2024-05-04", "2024-05-04T22:07:12Z"),
        ("2024-05-05T14:07:12", "second", "Asia/Beirut", "2024-05-05", None),
        ("2024-05-05", "day", "Asia/Beirut", "2024-05-05", None),
        ("2024-05", "month", "Asia/Beirut", None, None),
        ("0001-01-01T00:00:00+14:00", "second", None, "0001-01-01", None),
    ],
)
def test_local_day_and_instant_are_never_guessed(value, precision, zone, day, utc):
    date = DateValue(value, precision, "text", "jsonld:datePublished", value)
    record = to_record(article(dates=Dates(date), timezone=zone))
    assert (record["published_day"], record["published_utc"]) == (day, utc)


def test_the_hash_is_of_the_normal_form():
    assert content_hash("é") == content_hash("e\u0301")
