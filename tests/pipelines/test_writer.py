import os

import pytest

from newsbot.items import Article, Block, Deletion, Extractor
from pipelines.finished import finish
from pipelines.memory import History
from pipelines.record_files import CHECKPOINT_RECORDS, RecordFiles, folder_of
from pipelines.revisions import Memory, changed_blocks, next_revision
from pipelines.state import history_path
from tests.newsroom import records


def article(*texts, version="1", url="https://a.example/1", source="a", fetched_at="2024-05-05T23:59:59Z", title=None):
    blocks = tuple(Block(position, "paragraph", text) for position, text in enumerate(texts))
    return finish(Article(url, Extractor(version), source=source, fetched_at=fetched_at, blocks=blocks, title=title))


class Run:
    """One run over *out*; kill() in the place of close() leaves what a dead process leaves."""

    def __init__(self, out, name, now=0.0):
        self.now = now
        self.history = History(history_path(out, "state"))
        self.files = RecordFiles(out, name, self.history.remember)
        self.files.recover(now)

    def write(self, *articles):
        for one in articles:
            revision = self.history.judge(one)
            if revision is not None:
                self.files.write(revision, self.now)

    def delete(self, name):
        event = self.history.judge_deletion(Deletion(article("x", url=name).id, name, 404, "2024-05-07T00:00:00Z", "a"))
        if event is not None:
            self.files.write(event, self.now)

    def close(self):
        self.files.close(self.now)
        self.history.close()

    def kill(self):
        self.files.leave()
        self.history.close()


def written(out):
    return [(record["url"][-1], record["revision"], record["processing"]) for record in records(out)]


def test_an_edit_is_a_revision_and_a_new_extractor_a_processing(tmp_path):
    for name, one in enumerate(
        [
            article("x"),
            article("x"),
            article("x", "y"),
            article("x", "y", version="2"),
            article("y", version="3"),
            article("z", version="3"),
        ]
    ):
        run = Run(tmp_path, str(name))
        run.write(one)
        run.close()
    assert written(tmp_path) == [("1", 1, 1), ("1", 2, 1), ("1", 2, 2), ("1", 3, 1)]


def test_the_same_result_of_a_new_extractor_counts_for_later_edits(tmp_path):
    for name, one in enumerate([article("x"), article("x", version="2"), article("y", version="2")]):
        run = Run(tmp_path, str(name))
        run.write(one)
        run.close()
    assert written(tmp_path) == [("1", 1, 1), ("1", 2, 1)]


def test_an_article_that_comes_twice_in_a_run_is_written_once(tmp_path):
    run = Run(tmp_path, "run")
    run.write(article("x"), article("x"))
    run.close()
    assert written(tmp_path) == [("1", 1, 1)]


def test_a_killed_run_is_continued_without_loss_and_without_repetition(tmp_path):
    killed = Run(tmp_path, "killed")
    killed.write(article("x"), article("x", url="https://a.example/2"))
    (part,) = tmp_path.rglob("*.part")
    os.truncate(part, part.stat().st_size - 5)
    killed.kill()
    run = Run(tmp_path, "next")
    run.write(article("x"), article("x", url="https://a.example/2"))
    run.close()
    assert sorted(written(tmp_path)) == [("1", 1, 1), ("2", 1, 1)]


def test_nothing_is_remembered_before_it_is_on_the_disk(tmp_path):
    run = Run(tmp_path, "run")
    run.write(article("x"))
    other = History(history_path(tmp_path, "state"))
    assert other.judge(article("x")) is not None
    run.files.checkpoint(0)
    assert History(history_path(tmp_path, "state")).judge(article("x")) is None


def test_a_checkpoint_comes_by_itself(tmp_path):
    durable = []
    files = RecordFiles(tmp_path, "run", lambda records, events: durable.extend(records))
    for number in range(CHECKPOINT_RECORDS):
        files.write(next_revision(article("x", url=f"https://a.example/{number}"), None), now=0)
    assert len(durable) == CHECKPOINT_RECORDS


@pytest.mark.parametrize(
    ("source", "fetched_at", "folder"),
    [
        ("a", "2024-05-05T23:59:59Z", "a/2024-05-05"),
        (None, None, "_unknown/undated"),
        ("../../etc", "../../x", "_unknown/undated"),
        ("a/b", "2024-05-05", "_unknown/2024-05-05"),
    ],
)
def test_the_folder_is_source_and_day_and_nothing_else(source, fetched_at, folder):
    assert folder_of(source, fetched_at) == folder


def test_a_change_names_the_blocks_that_differ():
    def ops(old, new):
        return [(change.op, change.old, change.new) for change in changed_blocks(old.split(), new.split())]

    assert ops("a b c", "a x c") == [("changed", "b", "x")]
    assert ops("a b c", "a c d") == [("removed", "b", None), ("added", None, "d")]
    assert ops("a", "a") == []
    assert len(ops(" ".join(map(str, range(3000))), " ".join(map(str, range(9000, 12000))))) == 6000


def test_a_new_title_is_an_edit_too():
    record = article("x", title="old").record
    last = Memory(1, 1, record["content_hash"], "old", "1/None", "x")
    revision = next_revision(article("x", title="new"), last)
    assert revision is not None
    assert (revision.revision, revision.change.blocks) == (2, ())
