"""Following the feed: every file once, in order, whoever is killed whenever."""

import hashlib
import json
import os
import random
import re
import signal
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from newsbot.errors import CursorError, FeedError, ManifestError
from newsbot.feed.cursors import Cursor, load_cursor, read_cursor, save_cursor
from newsbot.feed.export import Request, export
from newsbot.feed.following import follow, follow_on
from newsbot.feed.output import EndedError
from pipelines.manifest import NAME, Manifest, entry_line, read_manifest
from pipelines.record_lines import record_line
from tests.feed.feeds import add_file, event, prune, record

PAGE = (Path(__file__).parents[2] / "docs" / "following.md").read_text(encoding="utf-8")
READER = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
KILLS = 50


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    for number in range(1, 6):
        add_file(folder, [record(number * 10), record(number * 10 + 1)])
    return folder


def numbers(out, cursor=None):
    """The ids that are delivered after *cursor*, and the last cursor."""
    lines = []
    last = cursor
    for place in follow(out, cursor, lines.append):
        last = place
    entries = [json.loads(line) for line in b"".join(lines).splitlines()]
    return [int(entry["id"], 16) for entry in entries if "id" in entry], last


def test_all_records_come_in_order_each_file_followed_by_its_cursor(out):
    lines = []
    places = [str(place) for place in follow(out, None, lines.append)]
    entries = [json.loads(line) for line in b"".join(lines).splitlines()]
    assert [entry["cursor"] for entry in entries if "cursor" in entry] == places
    assert ["cursor" in entry for entry in entries] == [False, False, True] * 5
    assert numbers(out)[0] == [10, 11, 20, 21, 30, 31, 40, 41, 50, 51]


def test_a_cursor_survives_more_files_events_and_pruning_before_it(out):
    _, place = numbers(out)
    assert numbers(out, place) == ([], place)
    add_file(out, [event(10)], "events")
    add_file(out, [record(60)])
    prune(out, 5)
    seen, place = numbers(out, read_cursor(str(place)))
    assert seen == [10, 60] and place.sequence == 7


def test_a_cursor_older_than_the_pruned_feed_is_refused_and_the_oldest_sequence_is_named(out):
    place = next(iter(follow(out, None, len)))
    prune(out, 3)
    with pytest.raises(CursorError, match=r"the oldest is 4.*--cursor 3\.0+") as refused:
        list(follow(out, place, len))
    assert numbers(out, read_cursor(str(refused.value).split()[-1]))[0] == [40, 41, 50, 51]
    assert numbers(out)[0] == [40, 41, 50, 51]


def test_pruned_files_whose_lines_stay_in_the_manifest_are_pruned_all_the_same(out):
    for path in sorted(out.glob("articles/*/*/*"))[:3]:
        path.unlink()
    assert numbers(out)[0] == [40, 41, 50, 51]
    with pytest.raises(CursorError, match="the oldest is 4"):
        numbers(out, Cursor(1, "00000000"))


def test_a_cursor_of_another_feed_is_refused(out, tmp_path):
    _, place = numbers(out)
    other = tmp_path / "other"
    add_file(other, [record(1)])
    with pytest.raises(CursorError, match="does not reach that far"):
        numbers(other, place)
    for _ in range(5):
        add_file(other, [record(1)], folder="else/2026-11-21")
    with pytest.raises(CursorError, match="of another feed"):
        numbers(other, place)


@pytest.mark.parametrize("text", ["", "12", "x.y", "1.zzzzzzzz", "9" * 40 + ".00000000", "{}"])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(CursorError):
        read_cursor(text)


def test_nothing_of_a_damaged_file_is_delivered_and_what_came_before_counts(out):
    path = sorted(out.glob("articles/*/*/*"))[2]
    path.write_bytes(path.read_bytes()[:-9])
    lines = []
    with pytest.raises(FeedError, match=r"sequence 3 is damaged \(\d+ bytes instead of \d+\)"):
        list(follow(out, None, lines.append))
    assert b"".join(lines).count(b"\n") == 6
    path.unlink()
    with pytest.raises(FeedError, match="sequence 3 cannot be read"):
        list(follow(out, None, len))


def rewrite(out, sequence, lines):
    """As forgetting an article does: first the line that says what the file will be, then the file."""
    entry = next(read_manifest(out / NAME, sequence - 1))
    data = b"".join(map(record_line, lines))
    told = {"records": len(lines), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "supersedes": sequence}
    Manifest(out).append(lambda number: replace(entry, sequence=number, **told))
    yield
    (out / entry.path).write_bytes(data)
    yield


def test_a_rewritten_file_is_delivered_in_its_old_place_as_it_is_now_and_once(out):
    before = numbers(out)[1]
    steps = rewrite(out, 2, [record(21)])
    next(steps)
    assert numbers(out)[0] == [10, 11, 20, 21, 30, 31, 40, 41, 50, 51]  # killed between: the old bytes count
    next(steps)
    seen, place = numbers(out)
    assert (seen, place.sequence) == ([10, 11, 21, 30, 31, 40, 41, 50, 51], 6)
    seen, place = numbers(out, before)
    assert (seen, place.sequence) == ([], 6)
    add_file(out, [record(60)])
    assert numbers(out, place)[0] == [60]


def test_a_file_that_is_rewritten_while_it_is_followed_is_delivered_as_it_is_now(out):
    lines = []
    places = follow(out, None, lines.append)
    next(places)
    list(rewrite(out, 2, []))
    assert [cursor.sequence for cursor in places] == [2, 3, 4, 5, 6]
    assert b"".join(lines).count(b"content_text") == 8


def test_a_rewritten_file_with_yet_other_bytes_is_damaged(out):
    list(rewrite(out, 2, [record(21)]))
    path = out / next(read_manifest(out / NAME, 1)).path
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(FeedError, match="sequence 2 is damaged"):
        numbers(out)


def test_a_rewritten_file_is_exported_once(out, tmp_path):
    list(rewrite(out, 2, [record(21)]))
    assert export(out, Request("csv", tmp_path / "x.csv"), lambda total: int).records == 9


def test_what_is_pruned_while_a_reader_is_on_the_way_is_told_as_pruned(out):
    places = follow(out, None, len)
    next(places)
    for path in sorted(out.glob("articles/*/*/*"))[:3]:
        path.unlink()
    with pytest.raises(CursorError, match="the oldest is 4"):
        list(places)


def test_records_of_a_later_contract_are_refused(out):
    add_file(out, [record(60, schema_version="9.0")], version="9.0")
    with pytest.raises(ManifestError, match=r"9\.0"):
        numbers(out)


@pytest.mark.parametrize("line", [b"not json\n", b'{"a": 1}\n', b"[]\n"])
def test_a_foreign_manifest_is_refused(out, line):
    with (out / NAME).open("ab") as manifest:
        manifest.write(line)
    with pytest.raises(ManifestError):
        numbers(out)


def test_half_a_line_of_the_manifest_is_not_there_yet(out):
    entry = add_file(out, [record(60)])
    whole = (out / NAME).read_bytes()
    (out / NAME).write_bytes(whole.removesuffix(entry_line(entry)) + entry_line(entry)[:40])
    assert numbers(out)[0][-1] == 51


def test_waiting_goes_on_with_what_comes_and_ends_when_nobody_wants_more(tmp_path):
    (tmp_path / "out").mkdir()
    rounds = iter([1, 2, None])

    def wait():
        number = next(rounds)
        if number is None:
            raise EndedError
        add_file(tmp_path / "out", [record(number)])

    seen = []
    with pytest.raises(EndedError):
        for place in follow_on(tmp_path / "out", None, len, wait):
            seen.append(place.sequence)  # noqa: PERF401 - kept although the loop ends by an exception
    assert seen == [1, 2]


def test_a_saved_cursor_is_read_again_and_a_foreign_file_refused(tmp_path):
    path = tmp_path / "place"
    assert load_cursor(path) is None
    save_cursor(path, Cursor(7, "0123abcd"))
    assert load_cursor(path) == Cursor(7, "0123abcd") and list(tmp_path.iterdir()) == [path]
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CursorError, match="holds no cursor"):
        load_cursor(path)


def forked(work) -> int:
    """Process id of a child that does *work*, and nothing of pytest's."""
    if child := os.fork():
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def read_feed(out, database_path, reader):
    """The reader of docs/following.md, its feed in a process of its own."""
    database = reader["open_database"](database_path)
    cursor = next(iter(reader["find_cursor"](database)), None)
    take, give = os.pipe()

    def send():
        os.close(take)
        for _ in follow(out, read_cursor(cursor) if cursor else None, lambda lines: os.write(give, lines)):
            time.sleep(0.001)

    sender = forked(send)
    os.close(give)
    with os.fdopen(take, "rb") as lines:
        reader["take_in"](lines, database)
    os.waitpid(sender, 0)


def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path):
    """Reader and feed are killed at random moments while files are added, until 50 were; then one run to the end."""
    out, path = tmp_path / "out", tmp_path / "articles.sqlite"
    reader = {"__name__": "reader"}
    exec(compile(READER, "following.md", "exec"), reader)
    chance, expected = random.Random(7), []
    kills = 0
    while kills < KILLS:
        for _ in range(4):
            start = len(expected)
            expected += range(start, start + chance.randint(1, 40))
            add_file(out, [record(number) for number in expected[start:]])
        child = forked(lambda: (os.setpgid(0, 0), read_feed(out, path, reader)))
        time.sleep(chance.uniform(0, 0.04))
        if os.waitpid(child, os.WNOHANG) == (0, 0):
            try:
                os.killpg(child, signal.SIGKILL)
            except ProcessLookupError:
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            kills += 1
    read_feed(out, path, reader)
    with sqlite3.connect(path) as database:
        found = [int(number, 16) for (number,) in database.execute("SELECT id FROM article ORDER BY rowid")]
    assert found == expected
