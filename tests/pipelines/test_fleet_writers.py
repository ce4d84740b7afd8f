"""Several writers of one fleet: an article is one writer's at a time, and whatever befalls a writer, nothing is lost or told twice."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import psycopg
import pytest

from newsbot.errors import StateError, StateLost
from newsbot.fleet_database import FleetDatabase
from newsbot.items import Article, Block, Deletion, Extractor
from newsbot.urls import article_id
from pipelines.finished import Finished, finish
from pipelines.fleet_files import FleetFiles
from pipelines.fleet_manifest import FleetManifest
from pipelines.fleet_writer import FORMS, PART, BusyError, FleetWriter
from pipelines.identity import Duplicate, Identities
from pipelines.memory import History
from pipelines.neighbours import Neighbours
from pipelines.storage import FolderStorage

STORY = "أعلنت بلدية المدينة الساحلية صباح اليوم أن أعمال ترميم السوق القديم ستبدأ في مطلع الشهر المقبل وقال رئيسها إن التمويل صار مكتملا "
AT = "https://news.example/politics/market-12345"


def article(url=AT, text=STORY, canonical=None, source="town", day=1, **more):
    blocks = (Block(0, "paragraph", text),)
    fetched = f"2026-11-{day:02}T10:00:00Z"
    return finish(Article(url, Extractor("1"), source, canonical_url=canonical, fetched_at=fetched, title="السوق", blocks=blocks, **more))


class Worker:
    """One writer with all its memories, as a crawl has them."""

    def __init__(self, address, name, out, patience_s=10.0):
        database = FleetDatabase(address, PART, FORMS, patience_s)
        self.writer = FleetWriter(database, name)
        self.identities = Identities(database, self.writer)
        self.history = History(database, self.writer)
        self.neighbours = Neighbours(database, 30, self.writer)
        self.files = FleetFiles(self.writer, FolderStorage(out), self.remember)
        self.files.recover(0)

    def remember(self, records, events):
        self.history.remember(records, events)
        self.identities.remember(records)
        self.neighbours.remember(records)

    def judge(self, one):
        """The record, or in a word why there is none."""
        judged = self.identities.judge(one)
        if isinstance(judged, Duplicate):
            return "duplicate"
        revision = self.history.judge(judged)
        if revision is None:
            self.history.give_up(judged.id)
            return "unchanged"
        return self.files.write(self.neighbours.judge(revision), 0)

    def patiently(self, one, deadline_s=20.0):
        """The same, as soon as no other worker is at the article."""
        end = time.monotonic() + deadline_s
        while True:
            try:
                return self.judge(one)
            except BusyError:
                assert time.monotonic() < end
                self.files.checkpoint(0)
                time.sleep(0.01)

    def die(self):
        self.writer.database.close()


@pytest.fixture
def address(postgresql):
    return postgresql.empty()


@pytest.fixture
def start(address, tmp_path):
    workers = []

    def started(name, **more):
        workers.append(Worker(address, name, tmp_path, **more))
        return workers[-1]

    yield started
    for worker in workers:
        worker.die()


def taken_for_dead(address, *names):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE writer SET until = 0 WHERE name = ANY(%s)", (list(names),))


def feed(address, out):
    """All lines of the feed, when the manifest says of every file what is in it, and nothing but its files is there."""
    database = FleetDatabase(address, PART, FORMS)
    entries = list(FleetManifest(database).entries())
    left = [database.rows(f"SELECT * FROM {table}") for table in ("pending_line", "unfinished_file")]
    database.close()
    assert left == [[], []]
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert sorted(entry.path for entry in entries) == sorted(there)
    lines = []
    for entry in entries:
        data = (out / entry.path).read_bytes()
        assert (entry.bytes, entry.sha256, entry.records) == (len(data), hashlib.sha256(data).hexdigest(), data.count(b"\n"))
        lines += map(json.loads, data.splitlines())
    return lines


def revisions(lines):
    return sorted((line["id"], line["revision"], line["processing"]) for line in lines if "event" not in line)


def test_what_one_writer_has_stored_all_know(start, address, tmp_path):
    first, second = start("first"), start("second")
    record = first.judge(article())
    first.files.checkpoint(0)
    assert second.judge(article(f"{AT}/print")) == "unchanged"
    assert second.judge(article("https://news.example/copy-77777")) == "duplicate"
    edited = second.judge(article(text=STORY + "تصحيح", day=2))
    assert (edited["id"], edited["revision"]) == (record["id"], 2)
    for worker in (second, first):
        worker.files.close(0)
    assert revisions(feed(address, tmp_path)) == [(record["id"], 1, 1), (record["id"], 2, 1)]


@pytest.mark.parametrize(
    "again",
    [
        article(f"{AT}/print", "نص آخر"),
        article("https://news.example/other-99999", "نص آخر", canonical=AT),
        article("https://news.example/moved-22222", "نص آخر", addresses=(AT,)),
        article("https://news.example/copy-77777"),
    ],
    ids=["variant", "canonical", "redirect", "same text"],
)
def test_an_article_is_one_writers_until_its_record_is_stored(start, again):
    first, second = start("first"), start("second")
    record = first.judge(article())
    with pytest.raises(BusyError):
        second.judge(again)
    first.files.checkpoint(0)
    judged = second.judge(again)
    if again.record["title"] == record["title"] and again.record["content_text"] == record["content_text"]:
        assert judged == "duplicate"
    else:
        assert (judged["id"], judged["revision"]) == (record["id"], 2)


def test_two_edits_of_one_article_are_two_revisions(start, address, tmp_path):
    first, second = start("first"), start("second")
    first.judge(article())
    first.files.checkpoint(0)
    first.judge(article(text=STORY + "أ", day=2))
    with pytest.raises(BusyError):
        second.judge(article(text=STORY + "ب", day=3))
    first.files.checkpoint(0)
    assert second.judge(article(text=STORY + "ب", day=3))["revision"] == 3
    second.files.close(0)
    first.files.close(0)
    assert [revision for _, revision, _ in revisions(feed(address, tmp_path))] == [1, 2, 3]


def test_a_deletion_is_told_once(start, address, tmp_path):
    first, second = start("first"), start("second")
    first.judge(article())
    first.files.checkpoint(0)
    gone = Deletion(article_id(AT), AT, 410, "2026-11-22T08:00:00Z", "town")
    first.files.write(first.history.judge_deletion(gone), 0)
    with pytest.raises(BusyError):
        second.history.judge_deletion(gone)
    first.files.checkpoint(0)
    assert second.history.judge_deletion(gone) is None
    for worker in (first, second):
        worker.files.close(0)
    assert [line["event"] for line in feed(address, tmp_path) if "event" in line] == ["deleted"]


def test_copies_that_come_at_once_know_each_other(start):
    first, second = start("first"), start("second")
    one = first.judge(article("https://a.example/1", source="a"))
    other = second.judge(article("https://b.example/2", STORY + "نقلا عن الموقع", source="b", day=2))
    assert other["duplicate_of"]["id"] == one["id"] and other["cluster"] == one["id"]
    second.files.checkpoint(0)
    first.files.checkpoint(0)
    third = second.judge(article("https://c.example/3", STORY + "هذا ما ورد", source="c", day=3))
    assert third["duplicate_of"]["id"] == one["id"] and third["cluster"] == one["id"]


def test_what_a_writer_does_not_write_is_free_at_once(start):
    first, second = start("first"), start("second")
    first.judge(article())
    first.files.checkpoint(0)
    assert first.judge(article(f"{AT}/print")) == "unchanged"
    assert isinstance(second.identities.judge(article(text="نص آخر", canonical=AT)), Finished)


def test_a_killed_writers_decisions_that_were_not_stored_are_undone(start, address, tmp_path):
    killed, other = start("killed"), start("other")
    killed.judge(article())
    killed.die()
    with pytest.raises(BusyError):
        other.judge(article(f"{AT}/print"))
    taken_for_dead(address, "killed")
    other.files.recover(0)
    assert other.judge(article(f"{AT}/print"))["revision"] == 1
    other.files.close(0)
    assert len(feed(address, tmp_path)) == 1


def test_a_killed_writers_stored_records_are_put_into_files_by_whoever_comes_next(start, address, tmp_path):
    killed = start("killed")
    killed.judge(article())
    killed.files.checkpoint(0)
    killed.judge(article("https://news.example/never-stored-1", "لم يحفظ"))
    killed.die()
    taken_for_dead(address, "killed")
    other = start("other")
    assert other.judge(article(f"{AT}/print")) == "unchanged"
    other.files.close(0)
    (line,) = feed(address, tmp_path)
    assert line["id"] == article_id(AT)


def test_a_writer_that_died_over_a_file_leaves_none_that_nobody_lists(start, address, tmp_path):
    killed = start("killed")
    killed.judge(article())
    killed.files.checkpoint(0)

    class Crash(BaseException):
        pass

    def crash(*_):
        raise Crash

    killed.files._list = crash
    with pytest.raises(Crash):
        killed.files.checkpoint(10_000)
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1
    taken_for_dead(address, "killed")
    start("other").files.close(0)
    assert len(feed(address, tmp_path)) == 1


def test_a_writer_that_is_taken_for_dead_stores_nothing_more(start, address, tmp_path):
    slow, other = start("slow"), start("other")
    slow.judge(article())
    taken_for_dead(address, "slow")
    other.files.recover(0)
    assert other.judge(article())["revision"] == 1
    with pytest.raises(StateError, match="taken for dead"):
        slow.files.checkpoint(0)
    with pytest.raises(StateError, match="taken for dead"):
        slow.files.close(0)
    other.files.close(0)
    assert len(feed(address, tmp_path)) == 1


def test_a_cut_connection_loses_and_repeats_nothing(start, address, tmp_path):
    worker = start("worker")
    for number in range(5):
        worker.judge(article(f"https://news.example/story-{number}", f"نص {number}"))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        worker.files.checkpoint(number * 400)
    worker.files.close(9_000)
    assert len(feed(address, tmp_path)) == 5


def test_an_answer_that_is_lost_with_the_connection_is_no_second_record(start, address, tmp_path):
    worker = start("worker")
    worker.judge(article())
    database, lost = worker.writer.database, []

    class Losing:
        """The transaction happens, and the answer to its end does not come."""

        def __enter__(self):
            self.real = transaction()
            return self.real.__enter__()

        def __exit__(self, *error):
            self.real.__exit__(*error)
            if not lost and error[0] is None:
                lost.append(True)
                raise StateLost("lost")

    transaction = database._database.transaction
    database._database.transaction = Losing
    worker.files.checkpoint(0)
    assert lost and not worker.history._unwritten
    worker.files.close(0)
    assert len(feed(address, tmp_path)) == 1


def test_without_a_database_a_writer_gives_up_in_one_line(start):
    worker = start("worker", patience_s=0.3)
    worker.judge(article())
    worker.writer.database.run = lambda work: (_ for _ in ()).throw(StateLost("gone"))
    with pytest.raises(StateError):
        worker.files.checkpoint(0)


def test_many_writers_at_the_same_articles_make_each_record_once(start, address, tmp_path):
    names = [f"w{number}" for number in range(4)]
    workers = [start(name) for name in names]
    chance, gate = Random(8), threading.Barrier(len(workers))
    pages = [page(story, version) for story in range(12) for version in range(3) for _ in range(3)]

    def work(worker, share):
        gate.wait()
        for place, one in enumerate(share):
            worker.patiently(one)
            if place % 5 == 0:
                worker.files.checkpoint(0)
        worker.files.close(0)

    chance.shuffle(pages)
    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(work, worker, pages[place :: len(workers)]) for place, worker in enumerate(workers)]:
            done.result()
    found = revisions(feed(address, tmp_path))
    assert max(Counter(found).values()) == 1
    by_article: dict[str, list[int]] = {}
    for known, revision, _ in found:
        by_article.setdefault(known, []).append(revision)
    assert len(by_article) == 12 and all(said == list(range(1, len(said) + 1)) for said in by_article.values())


def page(story, version):
    """One of three texts of a story, at one of its addresses."""
    at = f"https://news.example/story-{story:05}"
    return article([at, f"{at}/print", f"https://amp.news.example/story-{story:05}"][version], f"قصة {story} نسخة {version}", at)


def test_a_file_is_finished_when_it_is_as_old_as_was_asked_for(start, address, tmp_path):
    worker = start("worker")
    worker.files = FleetFiles(worker.writer, FolderStorage(tmp_path), worker.remember, age_s=1_000)
    worker.judge(article())
    for now, files in ((0, 0), (999, 0), (1_000, 1)):
        worker.files.checkpoint(now)
        assert len(list(tmp_path.rglob("*.jsonl"))) == files


def test_what_is_known_costs_a_staying_worker_no_memory(start):
    worker = start("worker")
    worker.judge(article())
    worker.files.checkpoint(0)
    for _ in range(3):
        assert worker.judge(article()) == "unchanged"
    kept = (worker.identities._addresses, worker.identities._texts, worker.identities._unwritten, worker.history._unwritten)
    assert not any(kept) and not worker.writer._held and not worker.neighbours._unwritten
