import gzip
import json
import sqlite3
from contextlib import closing

import pytest

from newsbot.archive.captures import Captures
from newsbot.archive.files import ArchiveFiles
from newsbot.archive.note import Note
from newsbot.archive.records import Exchange, pack, payload_digest
from newsbot.discovery.readings import Entry as Listed
from newsbot.discovery.readings import Reading
from newsbot.errors import FeedError, OutputError
from newsbot.feed.following import follow
from newsbot.frontier import Entry, SqliteFrontier
from newsbot.list_memory import ListMemory
from newsbot.retention import forgetting
from newsbot.retention.forgetting import find_traces, forget
from newsbot.urls import article_id
from pipelines.event_schema import event_schema
from pipelines.forgotten import forgotten_keys
from pipelines.manifest import NAME, read_manifest
from pipelines.record_files import RecordFiles
from pipelines.state import State
from tests.feed.feeds import add_file, event, record

URL = "https://news.example/أخبار/secret-4711"
OTHER = "https://news.example/other-1"
ID = article_id(URL)
SECRET = "secret-4711"
NOW = "2026-11-30T12:00:00Z"


def article(url, **values):
    own = {"id": article_id(url), "url": url, "canonical_url": url, "title": f"عنوان {url}", "source": "town"}
    return record(**(own | values))


def archive(out):
    captures = Captures(out / "state" / "archive.sqlite")
    files = ArchiveFiles(out / "archive", "20261122T120000Z-aaaaaa", 10**9, captures)
    for url in (URL, OTHER):
        body = f"<html><p>{url}</p></html>".encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        one = Exchange(url, f"GET {url} HTTP/1.1\r\n\r\n".encode(), head, body, "2026-11-22T12:00:00Z", 200, Note("town"))
        files.store(one, pack(one, payload_digest(body)), now=0)
    files.close()


@pytest.fixture
def out(tmp_path):
    """Two articles everywhere where a crawl leaves them; one of them has two revisions, and another one copies it."""
    folder = tmp_path / "out"
    first = article(URL, revision=1)
    lines = [article(OTHER, duplicate_of={"id": ID, "similarity": 0.9}), article(URL, revision=2)]
    add_file(folder, [first])
    add_file(folder, lines)
    add_file(folder, [event(0, id=ID, url=URL, last_revision=2)], "events")
    archive(folder)
    with closing(State(folder / "state" / "history.sqlite")) as state:
        state.store([lines[1], lines[0]])
    frontier = SqliteFrontier(folder / "state" / "frontier.sqlite", "run", ["town"])
    frontier.add([Entry(article_id(url), "town", "news.example", "article", json.dumps({"url": url})) for url in (URL, OTHER)], 0)
    frontier.close()
    with ListMemory(folder / "state" / "lists.sqlite") as lists:
        lists.store("list:1", Reading((Listed(URL, ""), Listed(OTHER, "")), 0.0, None, (), ""))
    (folder / "report").mkdir()
    (folder / "report" / f"{ID}.html").write_text(SECRET)
    return folder


def take_down(out, name=ID, run="20261130T120000Z-bbbbbb"):
    return forget(out, "state", name, run, lambda: 1_796_000_000.0, NOW)


def delivered(out, cursor=None):
    lines = []
    places = list(follow(out, cursor, lines.append))
    return [one for one in map(json.loads, b"".join(lines).splitlines()) if "cursor" not in one], places


def everything(out):
    """All bytes below *out*, unpacked."""
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if path.name.endswith(".gz") else data


@pytest.mark.parametrize("name", [ID, URL, URL + "#comments"])
def test_nothing_of_it_is_left_anywhere_and_all_else_stays(out, name):
    traces = take_down(out, name)
    assert (traces.records, len(traces.files), traces.last_revision) == (2, 3, 2)
    assert [path for path, data in everything(out) if SECRET.encode() in data] == []
    found, _ = delivered(out)
    assert [(one.get("event"), one["id"]) for one in found] == [(None, article_id(OTHER)), ("forgotten", ID)]
    with closing(State(out / "state" / "history.sqlite")) as state:
        assert state.last(ID) is None and state.last(article_id(OTHER)) is not None
    with closing(sqlite3.connect(out / "state" / "frontier.sqlite")) as frontier:
        assert frontier.execute("SELECT key FROM entry").fetchall() == [(article_id(OTHER),)]
    with ListMemory(out / "state" / "lists.sqlite") as lists:
        assert [one.url for one in lists.last("list:1").entries] == [OTHER]
    assert ID in forgotten_keys(out / "state") and not (out / "report" / f"{ID}.html").exists()


def test_readers_who_have_it_are_told_and_get_nothing_twice(out):
    _, places = delivered(out)
    take_down(out)
    found, later = delivered(out, places[-1])
    assert found == [{"event": "forgotten", "id": ID, "url": None, "status": None, "seen_at": NOW, "last_revision": 2}]
    assert [place.sequence for place in later] == [4, 5, 6, 7]
    assert set(event_schema()["required"]) == set(found[0])
    half, _ = delivered(out, places[0])
    assert [one["id"] for one in half] == [article_id(OTHER), ID]


def test_the_manifest_is_only_appended_to_and_proves_every_file(out):
    before = (out / NAME).read_bytes()
    take_down(out)
    assert (out / NAME).read_bytes().startswith(before)
    later = list(read_manifest(out / NAME, 3))
    assert [(one.kind, one.supersedes, one.records) for one in later] == [
        ("events", None, 1), ("articles", 1, 0), ("articles", 2, 1), ("events", 3, 0),
    ]  # fmt: skip


def test_twice_is_once(out):
    take_down(out)
    before = dict(everything(out))
    again = take_down(out, URL, "20261130T130000Z-cccccc")
    assert (again.records, again.files, again.is_told) == (0, (), True)
    assert {path: data for path, data in everything(out) if path.suffix == ".jsonl"} == {
        path: data for path, data in before.items() if path.suffix == ".jsonl"
    }


@pytest.mark.parametrize("step", ["forget_keys", "rewrite_without", "blank", "forget_article"])
def test_killed_at_any_step_it_goes_on_when_run_again(out, monkeypatch, step):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(forgetting, step, die)
        take_down(out)
    delivered(out)  # sound at every step
    take_down(out, run="20261130T130000Z-cccccc")
    assert [path for path, data in everything(out) if SECRET.encode() in data] == []
    assert [one["event"] for one in delivered(out)[0] if "event" in one] == ["forgotten"]


def test_what_a_killed_run_left_is_finished_first_so_that_nothing_hides_in_it(out):
    from pipelines.events import Tombstone

    files = RecordFiles(out, "20261129T120000Z-dddddd", lambda records, events: None)
    files.recover(0)
    files.write(Tombstone(article_id(OTHER), NOW, "town", 1), 0)
    files.leave()
    part = next(out.glob("events/**/*.part"))
    part.write_bytes(part.read_bytes() + json.dumps(event(0, id=ID, url=URL), ensure_ascii=False).encode() + b"\n" + b'{"half')
    take_down(out)
    assert [path for path, data in everything(out) if SECRET.encode() in data] == [] and not list(out.rglob("*.part"))


def test_an_address_that_was_never_seen_is_refused_and_nothing_changes(out):
    before = dict(everything(out))
    with pytest.raises(FeedError, match="nothing of such an article"):
        take_down(out, "https://news.example/never")
    after = dict(everything(out))
    assert {path: data for path, data in after.items() if path in before and path.parent.name != "state"} == {
        path: data for path, data in before.items() if path.parent.name != "state"
    }
    assert forgotten_keys(out / "state") == frozenset()


def test_a_damaged_file_is_never_given_a_new_checksum(out):
    path = sorted(out.glob("articles/*/*/*"))[0]
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(FeedError, match="sequence 1 is damaged"):
        take_down(out)
    assert len(list(read_manifest(out / NAME))) == 3


def test_a_full_disk_is_one_line_and_the_feed_is_sound(out, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        take_down(out)
    monkeypatch.undo()
    assert ("forgotten", ID) in [(one.get("event"), one["id"]) for one in delivered(out)[0]]
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]


def test_a_dry_look_tells_what_there_is_and_changes_nothing(out):
    before = dict(everything(out))
    traces = find_traces(out, "state", URL)
    assert (traces.records, len(traces.archived)) == (2, 1)
    assert {path: data for path, data in everything(out) if path.parent.name != "state"} == {
        path: data for path, data in before.items() if path.parent.name != "state"
    }
