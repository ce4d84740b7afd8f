"""scrapy prune --revision-days: what was told anew goes, and no reader misses or repeats anything for it."""

import json

import pytest

from newsbot.errors import FeedError
from newsbot.feed.following import follow
from newsbot.feed.reading import kept_entries
from newsbot.retention.old_revisions import drop, outdated
from newsbot.retention.pruning import DAY_S
from pipelines.manifest import NAME, read_manifest
from tests.feed.feeds import add_file, event, record

CLOSED = 1_795_248_000.0  # 2026-11-21T08:00:00Z, as add_file has it
NOW = CLOSED + 10 * DAY_S
TODAY = "2026-12-01T08:00:00Z"


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    add_file(folder, [record(1, revision=1), record(2, revision=1), record(3, revision=1)])
    add_file(folder, [record(1, revision=2), record(2, revision=1, processing=2)])
    add_file(folder, [event(3)], "events")
    add_file(folder, [record(1, revision=2, title="the same line once more"), record(4, revision=1)])
    return folder


def thin(out, days=5.0):
    found = list(outdated(out, days, NOW))
    for one in found:
        drop(out, one, TODAY)
    return [(one.entry.sequence, sorted(one.lines)) for one in found]


def told(out, cursor=None):
    parts = []
    places = list(follow(out, cursor, parts.append))
    lines = [line for line in map(json.loads, b"".join(parts).splitlines()) if "id" in line]
    return [(line["id"][-1], line.get("revision"), line.get("processing")) for line in lines], places


def test_the_newest_record_of_each_article_stays_be_it_deleted_since(out):
    assert thin(out) == [(1, [0, 1]), (2, [0])]
    assert told(out)[0] == [("3", 1, 1), ("2", 1, 2), ("3", None, None), ("1", 2, 1), ("4", 1, 1)]


def test_every_file_stays_provable_and_what_is_done_is_done(out):
    thin(out)
    assert [entry.supersedes for entry in read_manifest(out / NAME)] == [None] * 4 + [1, 2]
    assert [entry.sequence for entry in kept_entries(out)] == [1, 2, 3, 4]
    assert thin(out) == []


def test_a_reader_before_in_and_after_the_rewritten_files_goes_on(out):
    places = told(out)[1]
    thin(out)
    assert told(out, places[-1])[0] == []
    assert told(out, places[1])[0] == [("3", None, None), ("1", 2, 1), ("4", 1, 1)]
    assert [line for line in told(out, places[0])[0] if line[0] == "2"] == [("2", 1, 2)]


def test_young_files_are_left_alone(out):
    before = (out / NAME).read_bytes()
    assert thin(out, days=11) == []
    assert (out / NAME).read_bytes() == before


def test_a_damaged_file_gets_no_new_checksum(out):
    path = next(out.glob("articles/**/run-0002.jsonl"))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FeedError, match="run-0002"):
        thin(out)
    assert len(list(read_manifest(out / NAME))) == 4
