"""A record in the forms that others know."""

import json
from pathlib import Path

import feedparser
import msgspec_schemaorg.models as vocabulary
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree
from zyte_common_items import Article as ZyteArticle

from newsbot.feed.exporters.documents import write_atom, write_json_feed
from newsbot.feed.views.atom import NAMESPACE, UNKNOWN_TIME
from newsbot.feed.views.json_feed import from_item, to_item
from newsbot.feed.views.news_article import to_news_article
from newsbot.feed.views.zyte_article import to_zyte_article
from tests.feed.feeds import record

FOLDER = Path(__file__).parent
JSON_FEED = Draft202012Validator(json.loads((FOLDER / "json_feed_1_1.schema.json").read_text()), format_checker=FormatChecker())
ATOM = etree.RelaxNG(etree.parse(FOLDER / "atom.rng"))
RELEASED = [
    json.loads(line) for path in sorted(FOLDER.glob("released/*/records.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()
]
BARE = RELEASED[-1]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
DATES = st.sampled_from(
    [None, "2024", "2024-05", "2024-05-05", "2024-05-05T14:07:12", "2024-05-05T14:07+03:00", "2024-05-05T14:07:12+03:00"]
)


@st.composite
def records(draw):
    words = {key: draw(st.none() | TEXTS) for key in ("title", "summary", "section")}
    body = [{"kind": draw(st.sampled_from(["paragraph", "list_item", "code"])), "text": draw(TEXTS), "level": None, "links": []}]
    people = draw(st.lists(st.fixed_dictionaries({"name": TEXTS, "url": st.none()}), max_size=2))
    given = {"tags": draw(st.lists(TEXTS, max_size=2)), "authors": people, "body": body, "content_text": body[0]["text"]}
    return BARE | words | given | {"date_published": draw(DATES), "date_modified": draw(DATES)}


def feed_of(path, write, given):
    assert write(given, path) == len(given)
    return path


@settings(deadline=None, max_examples=40)
@given(st.lists(records(), max_size=3))
def test_json_feed_is_valid_and_carries_the_whole_record(tmp_path_factory, given):
    path = feed_of(tmp_path_factory.mktemp("feed") / "feed.json", write_json_feed, given)
    feed = json.loads(path.read_bytes())
    JSON_FEED.validate(feed)
    assert [from_item(item) for item in feed["items"]] == given


@pytest.mark.parametrize("given", [*RELEASED, record()])
def test_an_item_is_valid_and_gives_its_record_back(given):
    item = json.loads(json.dumps(to_item(given)))
    JSON_FEED.validate({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [item]})
    assert from_item(item) == given


def test_an_item_of_somebody_else_has_no_record():
    with pytest.raises(ValueError, match="_newsbot"):
        from_item({"id": "1", "content_text": "x"})


def test_a_date_without_time_stands_only_in_the_record():
    item = to_item(record(date_published="2024-05-05", date_modified=None))
    assert "date_published" not in item and item["_newsbot"]["date_published"] == "2024-05-05"


@settings(deadline=None, max_examples=40)
@given(st.lists(records(), max_size=3))
def test_atom_is_valid_by_its_schema_and_read_without_complaint(tmp_path_factory, given):
    path = feed_of(tmp_path_factory.mktemp("feed") / "feed.atom", write_atom, given)
    document = etree.parse(path)
    assert ATOM.validate(document), ATOM.error_log
    read = feedparser.parse(path.read_bytes())
    assert not read.bozo and len(read.entries) == len(given)
    for entry in document.iterfind(f"{{{NAMESPACE}}}entry"):
        assert entry.findtext(f"{{{NAMESPACE}}}author/{{{NAMESPACE}}}name")


def test_atom_tells_title_text_people_and_times(tmp_path):
    path = feed_of(
        tmp_path / "feed.atom", write_atom, [record(), record(2, **{key: BARE[key] for key in ("date_modified", "date_published")})]
    )
    read = feedparser.parse(path.read_bytes())
    first, second = read.entries
    assert first.title == record()["title"] and first.author == "Rana Khoury" and first.link == record()["url"]
    assert "<h2>Ships come back</h2>" in first.content[0].value
    assert (first.updated, first.published) == ("2026-11-21T09:12:00+02:00", "2026-11-20T18:30:00+02:00")
    assert second.published == "2026-11-20T16:30:00Z"
    assert feedparser.parse(feed_of(tmp_path / "empty.atom", write_atom, [])).feed.updated == UNKNOWN_TIME


def nodes(value):
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(part)


@pytest.mark.parametrize("given", [*RELEASED, record(access={"status": "paywalled", "evidence": []})])
def test_every_term_of_news_article_is_one_of_schema_org(given):
    for node in nodes(to_news_article(given)):
        known = getattr(vocabulary, node["@type"]).__struct_fields__
        assert set(node) - {"@type", "@context"} <= set(known), node["@type"]


def test_news_article_tells_the_story_and_leaves_out_what_is_not_known():
    article = to_news_article(record())
    assert article["isBasedOn"]["url"] == "https://wire.example/2026/11/20/harbour-lights"
    assert article["editor"] == [{"@type": "Person", "name": "Omar Saleh"}]
    assert None not in article.values() and "isAccessibleForFree" not in to_news_article(BARE)


@pytest.mark.parametrize("given", [*RELEASED, record(language="zh-Hant", date_published="2024-05")])
def test_zyte_article_is_one_of_its_class(given):
    fields = to_zyte_article(given)
    article = ZyteArticle.from_dict(fields)
    assert article.articleBody == given["content_text"] and not article._unknown_fields_dict
    assert article.datePublished is None or "T" in article.datePublished


def test_a_record_without_an_address_is_no_zyte_article():
    assert to_zyte_article(BARE | {"url": None, "canonical_url": None}) is None
