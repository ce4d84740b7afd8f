import os
import sqlite3
import time

import pytest

from newsbot.discovery.readings import Entry as Listed
from newsbot.discovery.readings import Reading
from newsbot.errors import CursorError
from newsbot.feed.cursors import Cursor
from newsbot.feed.following import follow
from newsbot.frontier import Entry, SqliteFrontier, Visit
from newsbot.list_memory import ListMemory
from newsbot.retention.limits import Limits, read_size, shown_size
from newsbot.retention.pruning import DAY_S, plan, prune, used_bytes
from newsbot.retention.trimming import count_old, trim
from newsbot.urls import article_id
from pipelines.manifest import NAME, entry_line, read_manifest
from tests.feed.feeds import add_file, event, record

NOW = 1_795_000_000.0  # in November 2026


def day(number):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW - number * DAY_S))


@pytest.fixture
def out(tmp_path):
    """Ten files of the feed and ten of the archive, the oldest ten days old; and what a run is just writing."""
    folder = tmp_path / "out"
    for age in range(10, 0, -1):
        add_file(folder, [event(age)] if age == 9 else [record(age)], "events" if age == 9 else "articles", folder=f"town/day-{age}")
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(NOW - age * DAY_S))
        path = folder / "archive" / "town" / f"{stamp}-aaaaaa-0001.warc.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1000)
    entries = list(read_manifest(folder / NAME))
    aged = [
        type(entry)(**{**{key: getattr(entry, key) for key in entry.__slots__}, "closed_at": day(11 - entry.sequence)}) for entry in entries
    ]
    (folder / NAME).write_bytes(b"".join(map(entry_line, aged)))
    for part in ("archive/town/20200101T000000Z-aaaaaa-0001.warc.gz.part", "articles/town/day-9/run-0099.jsonl.part"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_bytes(b"x" * 5000)
    return folder


def names(pruning):
    return [one.path.name for one in pruning.holdings]


def test_what_is_older_goes_and_nothing_unfinished_ever(out):
    pruning = plan(out, Limits(archive_days=3.5, feed_days=7.5), NOW)
    assert [one.kind for one in pruning.holdings] == ["archive"] * 7 + ["articles", "events", "articles"]
    prune(out, pruning)
    assert len(list(out.glob("archive/*/*.gz"))) == 3 and len(list(out.glob("**/*.part"))) == 2
    assert not (out / "articles/town/day-10").exists() and (out / "articles/town/day-9").exists()
    assert len(list(read_manifest(out / NAME))) == 10


def test_readers_go_on_where_nothing_is_missing_and_are_told_where_something_is(out):
    before = list(follow(out, None, len))
    prune(out, plan(out, Limits(feed_days=7.5), NOW))
    lines = []
    assert [place.sequence for place in follow(out, None, lines.append)] == list(range(4, 11))
    assert [place.sequence for place in follow(out, before[4], len)] == list(range(6, 11))
    with pytest.raises(CursorError, match="the oldest is 4"):
        list(follow(out, before[1], len))


def test_the_newest_file_stays_however_old_so_that_readers_who_kept_up_go_on(out):
    last = list(follow(out, None, len))[-1]
    prune(out, plan(out, Limits(feed_days=0), NOW + 99 * DAY_S))
    assert [place.sequence for place in follow(out, None, len)] == [10]
    assert list(follow(out, last, len)) == []
    add_file(out, [record(99)])
    assert [place.sequence for place in follow(out, last, len)] == [11]
    assert list(follow(out, Cursor(9, "0" * 8), len))


def test_a_killed_prune_leaves_no_gap(out):
    pruning = plan(out, Limits(feed_days=4.5), NOW)
    for done in range(len(pruning.holdings)):
        prune(out, type(pruning)(pruning.holdings[: done + 1], pruning.reasons))
        assert [place.sequence for place in follow(out, None, len)] == list(range(done + 2, 11))


def test_the_budget_takes_the_archive_first_then_the_feed_and_nothing_of_the_last_day(out):
    used = used_bytes(out)
    assert plan(out, Limits(budget_bytes=used), NOW).holdings == ()
    one = plan(out, Limits(budget_bytes=used - 1500), NOW)
    assert [holding.kind for holding in one.holdings] == ["archive"] * 2 and set(one.reasons.values()) == {"budget"}
    most = plan(out, Limits(budget_bytes=0), NOW)
    assert most.over_bytes > 0 and len(most.holdings) == 9 + 9
    assert plan(out, Limits(budget_bytes=0), NOW - 20 * DAY_S).holdings == ()
    both = plan(out, Limits(archive_days=8.5, budget_bytes=used - 3500), NOW)
    assert [both.reasons[holding.path] for holding in both.holdings] == ["older than 8.5 days"] * 2 + ["budget"] * 2


def test_the_age_of_an_archive_file_is_that_of_its_run_whoever_copied_it(out):
    path = min(out.glob("archive/*/*.gz"))
    os.utime(path)
    (out / "archive/town/foreign.warc.gz").write_bytes(b"x")
    os.utime(out / "archive/town/foreign.warc.gz", (NOW - 99 * DAY_S,) * 2)
    assert names(plan(out, Limits(archive_days=9.5), NOW)) == ["foreign.warc.gz", path.name]


def test_trimming_keeps_what_lists_still_name_and_what_is_due(tmp_path):
    frontier = SqliteFrontier(tmp_path / "frontier.sqlite", "run", ["town"])
    urls = [f"https://a.example/{number}" for number in range(4)]
    frontier.add([Entry(article_id(url), "town", "a.example", "article", "{}") for url in urls], 0)
    frontier.lease(9, lambda host: 9, 1)
    for url, due in zip(urls, (None, None, NOW * 2, None), strict=True):
        frontier.finish(article_id(url), Visit(NOW if url.endswith("3") else 10, due_at=due), 10)
    frontier.close()
    with ListMemory(tmp_path / "lists.sqlite") as lists:
        lists.store("list:1", Reading((Listed(urls[1], ""),), 0.0, None, (), ""))
    assert [one.rows for one in count_old(tmp_path, NOW - 1, ())] == [1]
    assert [one.rows for one in trim(tmp_path, NOW - 1, ())] == [1]
    with sqlite3.connect(tmp_path / "frontier.sqlite") as database:
        kept = {key for (key,) in database.execute("SELECT key FROM entry")}
    assert kept == {article_id(url) for url in urls[1:]}
    assert trim(tmp_path, 0.0, ()) == [] and trim(tmp_path / "nowhere", NOW, ["a"]) == []


@pytest.mark.parametrize(("text", "size"), [("500G", 500 * 10**9), ("1.5 TB", 1.5 * 10**12), ("7", 7), ("2 kB", 2000), ("٥G", 5 * 10**9)])
def test_sizes_are_read(text, size):
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1", "1e9", "5X", "9" * 99])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="is no size"):
        read_size(text)


def test_sizes_are_shown():
    assert [shown_size(size) for size in (0, 999, 1500, 2 * 10**9, 10**13)] == ["0 B", "999 B", "1.5 kB", "2.0 GB", "10.0 TB"]
