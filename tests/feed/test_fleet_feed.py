"""The feed of a fleet: its manifest is the database's, its files lie in a folder or in S3-compatible storage; readers see no difference."""

import json
from contextlib import ExitStack, closing

import pytest

from newsbot.errors import CursorError, FeedError, OutputError, RunLocked
from newsbot.feed.export import Request, export
from newsbot.feed.following import follow
from newsbot.feed.places import open_feed
from newsbot.fleet_database import FleetDatabase, fleet_lock
from newsbot.report.gathered import gather
from newsbot.retention.fleet_forgetting import forget_in_fleet
from newsbot.retention.fleet_memory import count_old, trim
from newsbot.retention.limits import Limits
from newsbot.retention.pruning import plan, prune
from newsbot.urls import article_id
from pipelines.fleet_files import FleetFiles
from pipelines.forgotten import forgotten_keys
from pipelines.storage import storage_at
from tests.pipelines.test_fleet_writers import STORY, Worker, article, taken_for_dead

NOW = 1_800_000_000.0
DAY_S = 86_400.0
TODAY = "2027-01-15T08:00:00Z"


@pytest.fixture
def bucket(storage, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage.meta.endpoint_url)
    return storage


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path):
    """What ``NEWSBOT_FEED`` says."""
    if request.param == "folder":
        return ""
    request.getfixturevalue("bucket")
    return f"s3://news/{tmp_path.name}"


@pytest.fixture
def fleet(postgresql, tmp_path, place):
    """A fleet whose feed has five files, one a day."""
    with ExitStack() as closing:
        yield Fleet(postgresql.empty(), tmp_path / "out", place, closing)


class Fleet:
    def __init__(self, address, out, place, closing):
        self.address, self.out, self.place, self.closing = address, out, place, closing
        self.worker = self.start("worker")
        for number in range(5):
            self.worker.judge(article(f"https://a.example/{number}", f"{STORY} {number}" * (number + 1), day=number + 1))
            self.worker.files.finish(NOW - (10 - number) * DAY_S)
        self.feed = closing.enter_context(open_feed(out, address, place))

    def start(self, name):
        worker = Worker(self.address, name, self.out)
        self.closing.callback(worker.die)
        worker.files = FleetFiles(worker.writer, storage_at(self.place, self.out), worker.remember)
        return worker

    def lines(self, cursor=None):
        given = []
        places = list(follow(self.feed, cursor, given.append))
        return [json.loads(line) for line in b"".join(given).splitlines()], places


def test_readers_follow_it_from_cursor_to_cursor(fleet):
    lines, places = fleet.lines()
    records = [line for line in lines if "cursor" not in line]
    assert [record["url"][-1] for record in records] == list("01234") and [place.sequence for place in places] == [1, 2, 3, 4, 5]
    fleet.worker.judge(article("https://a.example/9", "جديد", day=6))
    fleet.worker.files.checkpoint(NOW)
    assert fleet.lines(places[-1]) == ([], []), "what stands in no file yet is not there"
    fleet.worker.files.finish(NOW)
    more, _ = fleet.lines(places[-1])
    assert [line.get("url") for line in more] == ["https://a.example/9", None]


def test_it_is_exported_and_shown(fleet, tmp_path):
    done = export(fleet.feed, Request("csv", tmp_path / "all.csv"), lambda total: int)
    assert done.records == 5 and len((tmp_path / "all.csv").read_text().splitlines()) == 6
    assert [record["url"][-1] for record in gather(fleet.out, fleet.address, fleet.feed).articles] == list("43210")


def test_old_files_go_and_readers_are_told(fleet):
    _, places = fleet.lines()
    pruning = plan(fleet.out, Limits(feed_days=8.5), NOW, fleet.feed)
    prune(fleet.out, pruning, fleet.feed)
    assert [entry.path for entry in fleet.feed.entries() if fleet.feed.has(entry)] == [one.path for one in list(fleet.feed.entries())[2:]]
    assert [place.sequence for place in fleet.lines()[1]] == [3, 4, 5]
    assert [place.sequence for place in fleet.lines(places[2])[1]] == [4, 5]
    with pytest.raises(CursorError, match="pruned up to sequence 2"):
        fleet.lines(places[0])
    assert plan(fleet.out, Limits(feed_days=8.5), NOW, fleet.feed).holdings == ()
    assert len(plan(fleet.out, Limits(budget_bytes=0), NOW, fleet.feed).holdings) == 2, "the newest file stays"


def test_an_article_is_taken_down_while_workers_go_on(fleet):
    known = article_id("https://a.example/2")
    fleet.worker.judge(article("https://a.example/2", f"{STORY} معدل", day=6))
    fleet.worker.files.checkpoint(NOW)
    traces = forget_in_fleet(fleet.out, fleet.feed, "https://a.example/2", "forget", lambda: NOW, TODAY)
    assert (traces.id, traces.records, traces.pending) == (known, 1, 1)
    fleet.worker.files.finish(NOW)
    lines, _ = fleet.lines()
    assert [line.get("event") for line in lines if line.get("id") == known] == ["forgotten"]
    assert len([line for line in lines if line.get("url")]) == 4
    assert known in forgotten_keys(fleet.address)
    assert fleet.worker.judge(article("https://a.example/2", f"{STORY} مرة أخرى", day=7)) == "unchanged"
    assert forget_in_fleet(fleet.out, fleet.feed, known, "again", lambda: NOW, TODAY).records == 0
    with pytest.raises(FeedError, match="nothing of such an article"):
        forget_in_fleet(fleet.out, fleet.feed, "0" * 32, "never", lambda: NOW, TODAY)


def test_a_worker_that_is_at_the_article_is_waited_for(fleet):
    fleet.worker.judge(article("https://a.example/2", f"{STORY} معدل", day=6))
    fleet.worker.die()
    taken_for_dead(fleet.address, "worker")
    traces = forget_in_fleet(fleet.out, fleet.feed, "https://a.example/2", "forget", lambda: NOW, TODAY)
    assert (traces.records, traces.pending) == (1, 0), "what a dead worker had not stored is undone"


def test_a_file_that_is_not_what_the_manifest_says_is_not_read(fleet):
    entry = next(fleet.feed.entries(2))
    fleet.feed.storage.put(entry.path, b"{}\n")
    with pytest.raises(FeedError, match="sequence 3 is damaged"):
        fleet.lines()
    fleet.feed.storage.remove(entry.path)
    with pytest.raises(FeedError, match="sequence 3 cannot be read"):
        fleet.lines()


def test_a_storage_that_is_gone_is_one_line_and_nothing_is_lost(fleet, monkeypatch):
    if not fleet.place:
        (fleet.out / "articles").rename(fleet.out / "away")
        (fleet.out / "articles").write_text("in the way")
    else:
        monkeypatch.setattr(fleet.worker.files._storage, "_bucket", "no-such-bucket")
    fleet.worker.judge(article("https://a.example/9", "جديد", day=6))
    with pytest.raises(OutputError) as raised:
        fleet.worker.files.finish(NOW)
    assert "\n" not in str(raised.value)
    fleet.worker.die()
    taken_for_dead(fleet.address, "worker")
    if not fleet.place:
        (fleet.out / "articles").unlink()
        (fleet.out / "away").rename(fleet.out / "articles")
    other = fleet.start("other")
    other.files.recover(NOW)
    other.files.close(NOW)
    assert fleet.lines()[0][-2]["url"] == "https://a.example/9"


def test_a_large_file_appears_when_its_last_part_is_there(bucket):
    storage = storage_at("s3://news/large", None)
    data = b'{"id":"x"}\n' * 1_000_000
    storage.put("articles/a.jsonl", data)
    with storage.open("articles/a.jsonl") as stream:
        assert storage.size_bytes("articles/a.jsonl") == len(data) and stream.read() == data
    assert bucket.head_object(Bucket="news", Key="large/articles/a.jsonl")["ETag"].strip('"').endswith("-2"), "two parts"
    assert storage.size_bytes("articles/b.jsonl") is None
    storage.remove("articles/b.jsonl")


def test_one_at_a_time_prunes_forgets_or_re_extracts(postgresql):
    address = postgresql.empty()
    with fleet_lock(address), pytest.raises(RunLocked, match="somebody else"), fleet_lock(address):
        raise AssertionError
    with fleet_lock(address), fleet_lock(postgresql.empty()):
        pass


def test_what_the_memory_can_do_without_is_counted_as_it_is_deleted(fleet):
    with closing(FleetDatabase(fleet.address)) as database:
        assert count_old(database, NOW, ["a/run.warc.gz"]) == trim(database, NOW, ["a/run.warc.gz"])
