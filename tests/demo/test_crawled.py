"""The demo newsroom, crawled for real: every record against what its authors wrote."""

import json

import pytest
from jsonschema import Draft202012Validator

from data.demo.newsroom.stories import load_stories, load_taken_down
from data.demo.outcome import story_path
from pipelines.schema import record_schema
from tests.demo.crawled import crawl_once, first_records, read_records

SCHEMA = Draft202012Validator(record_schema())
STORIES = {story.path: story for story in load_stories(edition=1)}


@pytest.fixture(scope="session")
def out(tmp_path_factory):
    return crawl_once(tmp_path_factory)


@pytest.fixture(scope="session")
def records(out):
    return {story_path(record["url"]): record for record in first_records(out)}


def test_every_story_is_a_record_and_nothing_else_is(records):
    assert set(records) == set(STORIES)


@pytest.mark.parametrize("path", STORIES)
def test_the_record_is_valid(records, path):
    SCHEMA.validate(records[path])


@pytest.mark.parametrize("path", STORIES)
def test_the_text_is_what_the_author_wrote(records, path):
    assert records[path]["content_text"] == STORIES[path].content_text


@pytest.mark.parametrize("path", STORIES)
def test_title_language_and_authors_are_right(records, path):
    record, story = records[path], STORIES[path]
    assert record["title"] == story.title
    assert record["language"].partition("-")[0] == story.language
    assert [author["name"] for author in record["authors"]] == list(story.authors)


@pytest.mark.parametrize("path", STORIES)
def test_the_date_is_right(records, path):
    record, story = records[path], STORIES[path]
    assert (record["date_published"] or "")[:10] == f"{story.published:%Y-%m-%d}"


@pytest.mark.parametrize("path", STORIES)
def test_agencies_and_access_are_right(records, path):
    record, story = records[path], STORIES[path]
    assert {one["id"] for one in record["attribution"]["agencies"]} == set(story.agencies)
    assert {one["id"] for one in record["attribution"]["cited"]} == set(story.cited)
    assert (record["access"]["status"] == "paywalled") == (story.access == "paywalled")


def test_the_second_crawl_writes_only_what_is_new_or_edited(out, records):
    before = {record["id"] for record in records.values()}
    again = [record for record in read_records(out) if record["id"] not in before or record["revision"] > 1]
    new = [record for record in again if record["revision"] == 1]
    edited = [record for record in again if record["revision"] == 2]
    assert {story_path(record["url"]) for record in new} == {story.path for story in load_stories(edition=2)} - set(STORIES)
    assert len(edited) == 1 and edited[0]["change"]["blocks"]
    (event,) = [json.loads(line) for path in out.glob("events/*/*/*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    (gone,) = load_taken_down(2, "meridian")
    assert (event["event"], story_path(event["url"]), event["status"], event["id"] in before) == ("deleted", gone.path, 410, True)
