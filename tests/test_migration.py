"""One machine's memory goes into a fleet's database and comes back as it was; each goes on where the other stood."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from newsbot.archive.captures import Captures
from newsbot.archive.records import Capture
from newsbot.discovery.readings import Entry as Listed
from newsbot.discovery.readings import Reading
from newsbot.errors import OutputError, StateError
from newsbot.feed.cursors import Cursor
from newsbot.feed.following import follow
from newsbot.feed.places import open_feed
from newsbot.fleet.migration import KEPT, export_state, import_state
from newsbot.fleet.operating import init
from newsbot.frontier import Entry, SqliteFrontier, Visit
from newsbot.frontier.postgresql import PostgresqlFrontier
from newsbot.list_memory import ListMemory
from newsbot.polite.robots_memory import RobotsMemory, Verdict
from newsbot.tables import open_tables
from pipelines.forgotten import forget_keys
from pipelines.record_files import RecordFiles
from pipelines.revisions import Revision
from pipelines.steps import MemorySteps
from pipelines.storage import FolderStorage, storage_at
from pipelines.templates import FORMS as TEMPLATES
from tests.pipelines.test_fleet_writers import STORY, Worker, article

NOW = 1_800_000_000.0
UNTOLD = {("frontier", "worker"), ("frontier", "clock")}
PASSING = {"id", "worker", "named", "lease_until"}
"""Columns that say what a run has done, and that another run begins anew."""


def crawled(out, numbers, run="20261122T100000Z-aaaaaa"):
    """What a run over articles leaves."""
    steps = MemorySteps(out, "state", 30, lambda *_: None)
    files = RecordFiles(out, run, steps.remember)
    files.recover(NOW)
    for number in numbers:
        judged = steps.judge(article(f"https://www.a.example/{number}", f"{STORY} {number}", day=number + 1))
        assert isinstance(judged, Revision)
        files.write(judged, NOW)
        files.checkpoint(NOW + number * 400)
    files.close(NOW)
    steps.close()


def visited(out):
    """A frontier with addresses in all states, one of them in the hand of a run that was killed."""
    with closing(SqliteFrontier(out / "state" / "frontier.sqlite", "run", ["town"])) as frontier:
        request = '{"url":"https://www.a.example/%d"}'
        entries = [Entry(f"a{number}", "town", "www.a.example", "article", request % number) for number in range(4)]
        frontier.add([*entries, Entry("l", "town", "b.example", "list", '{"url":"https://b.example/feed"}')], NOW)
        frontier.lease(5, lambda host: 3, NOW)
        frontier.finish("a0", Visit(NOW, 200, '"etag"', None, "digest", 2, NOW + 3600), NOW)
        for _ in range(3):
            frontier.fail("a1", "timeout", NOW)
            frontier.lease(5, lambda host: 3, NOW + 10**6)
        frontier.hold_host("b.example", NOW + 60, "retry_after", NOW)


@pytest.fixture
def machine(tmp_path):
    """An output folder with everything in it that there can be."""
    out = tmp_path / "machine"
    crawled(out, range(3))
    visited(out)
    state = out / "state"
    with ListMemory(state / "lists.sqlite") as lists:
        lists.store("l", Reading((Listed("https://a.example/1", "m"),), NOW, 60.0, ("https://hub.example",), ""))
    with closing(RobotsMemory(state / "robots.sqlite")) as robots:
        robots.put("https://a.example", Verdict("rules", NOW, b"User-agent: *\n"))
    with closing(Captures(state / "archive.sqlite")) as captures:
        captures.note("https://a.example/1", Capture("<urn:1>", "sha1:A", "2026-11-22T10:00:00Z", "a/run.warc.gz", 10, 20))
        captures.store()
    with closing(open_tables(state / "templates.sqlite", "templates", TEMPLATES)) as templates:
        templates.change("INSERT INTO source (id, memory, pages) VALUES (?, ?, ?)", ("town", b"\x00learned\xff", 7))
        templates.change("INSERT INTO sample (source, sign, words) VALUES (?, ?, ?)", ("town", -(2**63), "شعار الموقع"))
    forget_keys(state, "f" * 32, {"e" * 32}, "2026-11-22T12:00:00Z")
    return out


@pytest.fixture
def address(postgresql):
    address = postgresql.empty()
    init(address)
    return address


def rows(folder):
    """All rows of all files of a state, but for what passes."""
    found = {}
    for path in sorted(folder.glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                wanted = [name for name in columns if path.stem != "frontier" or name not in PASSING]
                if (path.stem, table) not in UNTOLD and database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall():
                    found[path.stem, table] = sorted(database.execute(f"SELECT {', '.join(wanted)} FROM {table}").fetchall(), key=repr)
    return found


def delivered(feed, cursor=None):
    given = []
    places = [str(place) for place in follow(feed, cursor, given.append)]
    return b"".join(given), places


def test_there_and_back_it_is_what_it_was(machine, address, tmp_path):
    feed, places = delivered(machine)
    counts = import_state(machine, "state", address, FolderStorage(machine))
    assert counts["manifest"] == 3 and counts["frontier"] == 7 and all(counts[part] for part in ("history", "identities", "templates"))
    assert (machine / KEPT).is_file() and not (machine / "manifest.jsonl").exists()
    with open_feed(machine, address) as fleet:
        assert delivered(fleet) == (feed, places), "readers go on with their cursors"
    back = tmp_path / "back"
    assert export_state(address, FolderStorage(machine), back, "state")["history"] == counts["history"]
    assert rows(back / "state") == rows(machine / "state")
    assert delivered(back) == (feed, places)
    assert sorted(path.name for path in back.iterdir()) == ["articles", "manifest.jsonl", "state"]


def test_each_goes_on_where_the_other_stood(machine, address, tmp_path):
    import_state(machine, "state", address, FolderStorage(machine))
    worker = Worker(address, "worker", machine)
    assert worker.judge(article("https://www.a.example/0", f"{STORY} 0", day=1)) == "unchanged"
    assert worker.judge(article("https://www.a.example/1", f"{STORY} معدل", day=9))["revision"] == 2
    new = worker.judge(article("https://b.example/7", f"{STORY} 0 ونقل", source="b", day=9))
    assert new["duplicate_of"] is not None, "near-duplicates are known"
    worker.files.close(NOW)
    worker.die()
    with closing(PostgresqlFrontier(address, "worker", ["town"])) as frontier:
        frontier.begin(NOW)
        assert {lease.key for lease in frontier.lease(9, lambda host: 9, NOW + 10**6)} == {"a2", "a3", "l"}
        for key in ("a2", "a3", "l"):
            frontier.finish(key, Visit(NOW + 1, 200), NOW)
    back = tmp_path / "back"
    export_state(address, FolderStorage(machine), back, "state")
    _, places = delivered(back)
    assert [place.partition(".")[0] for place in places] == list("12345")
    with pytest.raises(AssertionError):
        crawled(back, [0], "20261123T100000Z-bbbbbb")
    crawled(back, [5], "20261123T100000Z-cccccc")
    assert len(delivered(back, Cursor(5, places[-1].partition(".")[2]))[1]) == 1


def test_files_go_into_storage_and_come_from_it(machine, address, tmp_path, storage, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage.meta.endpoint_url)
    bucket = storage_at(f"s3://news/{tmp_path.name}", machine)
    feed = delivered(machine)
    import_state(machine, "state", address, bucket)
    shutil.rmtree(machine / "articles")
    with open_feed(machine, address, f"s3://news/{tmp_path.name}") as fleet:
        assert delivered(fleet) == feed
    export_state(address, bucket, tmp_path / "back", "state")
    assert delivered(tmp_path / "back") == feed


def test_what_a_killed_run_left_is_finished_before(machine, address):
    steps = MemorySteps(machine, "state", 30, lambda *_: None)
    files = RecordFiles(machine, "20261122T110000Z-dddddd", steps.remember)
    files.recover(NOW)
    files.write(steps.judge(article("https://www.a.example/8", "لم يحفظ بعد", day=8)), NOW)
    files.leave()
    steps.close()
    assert import_state(machine, "state", address, FolderStorage(machine))["manifest"] == 4
    with open_feed(machine, address) as fleet:
        assert json.loads(delivered(fleet)[0].splitlines()[-2])["url"].endswith("/8")


def test_nothing_is_mixed_or_written_over(machine, address, tmp_path):
    import_state(machine, "state", address, FolderStorage(machine))
    with pytest.raises(StateError, match="holds something already"):
        import_state(machine, "state", address, FolderStorage(machine))
    with pytest.raises(OutputError, match="holds a memory or a feed already"):
        export_state(address, FolderStorage(machine), machine, "state")
    with pytest.raises(StateError, match="there is no memory to import"):
        import_state(tmp_path / "nothing", "state", address, FolderStorage(machine))


def test_a_fleet_at_work_is_not_exported(machine, address, tmp_path):
    import_state(machine, "state", address, FolderStorage(machine))
    worker = Worker(address, "worker", machine)
    with pytest.raises(StateError, match="worker: this worker is at work"):
        export_state(address, FolderStorage(machine), tmp_path / "back", "state")
    worker.files.close(NOW)
    worker.die()
    with closing(PostgresqlFrontier(address, "worker", ["town"])) as frontier:
        frontier.lease(1, lambda host: 9, NOW + 10**6)
    with pytest.raises(StateError, match="1 addresses are still in hand"):
        export_state(address, FolderStorage(machine), tmp_path / "back", "state")
    assert not (tmp_path / "back" / "state").exists()
