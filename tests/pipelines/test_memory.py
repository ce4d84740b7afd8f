"""Which revision an article is: edits by the publisher, changes of ours, deletions and returns."""

import shutil
import sqlite3
import zlib

import pytest

from newsbot.errors import StateError
from newsbot.items import ArchivePointer, Article, Block, Deletion, Extractor
from pipelines.events import to_event
from pipelines.finished import finish
from pipelines.memory import History
from pipelines.revisions import Revision, page_of, record_of
from pipelines.state import MIGRATIONS, history_path

URL = "https://a.example/1"


def article(*texts, version="1", digest="sha1:A", day=5, url=URL, title="عنوان"):
    blocks = tuple(Block(position, "paragraph", text) for position, text in enumerate(texts))
    archive = ArchivePointer(f"a/run-{digest}.warc.gz", 100, 50, digest) if digest else None
    fetched = f"2024-05-{day:02}T10:00:00Z"
    one = Article(url, Extractor(version, "default"), source="a", fetched_at=fetched, blocks=blocks, archive=archive, title=title)
    return finish(one)


def deletion(day=9, url=URL):
    return Deletion(article("x", url=url).id, url, 404, f"2024-05-{day:02}T00:00:00Z", "a")


@pytest.fixture
def history(place):
    history = History(place)
    yield history
    history.close()


def record(history, one, old=None):
    """(revision, processing, ops of the change) of *one*, its record written; ``None`` when it has none."""
    revision = history.judge(one, old)
    if revision is None:
        return None
    history.remember([record_of(revision)])
    change = revision.change
    return revision.revision, revision.processing, [block.op for block in change.blocks] if change else None


def test_an_unchanged_page_after_a_new_model_gives_no_new_revision(history):
    assert record(history, article("أ", "ب")) == (1, 1, None)
    assert record(history, article("أ", version="2", day=6)) == (1, 2, None), "the same bytes"
    moved = article("أ", "ب", "ج", version="3", day=7, digest="sha1:B")
    old = article("أ", "ب", "ج", version="3")
    assert record(history, moved, old) == (1, 3, None), "other bytes around the same story: its old page gives the same text today"


def test_an_edit_beside_a_new_model_is_a_revision_whose_change_is_the_edit_alone(history):
    record(history, article("أ", "ب"))
    edited = article("أ", "ب جديدة", "promo", version="2", day=6, digest="sha1:B")
    assert history.page_to_compare(edited) == page_of(article("أ").record)
    old = article("أ", "ب", "promo", version="2")
    assert record(history, edited, old) == (2, 1, ["changed"])


def test_without_the_old_page_the_same_extractor_means_an_edit_and_another_one_none(history):
    record(history, article("أ"))
    assert record(history, article("ب", digest="sha1:B", day=6)) == (2, 1, ["changed"])
    assert record(history, article("ج", digest="sha1:C", day=7, version="2")) == (2, 2, ["changed"])
    assert record(history, article("د", digest=None, day=8, version="2")) == (3, 1, ["changed"])


def test_the_old_page_is_asked_for_only_where_it_decides(history):
    assert history.page_to_compare(article("أ")) is None, "nothing is known"
    record(history, article("أ"))
    assert history.page_to_compare(article("أ", digest="sha1:B")) is None, "the same text"
    assert history.page_to_compare(article("ب")) is None, "the same bytes"
    assert history.page_to_compare(article("ب", digest="sha1:B")) == page_of(article("أ").record)
    assert history.page_to_compare(article("أ", title="آخر", digest="sha1:B")) == page_of(article("أ").record)


def test_a_change_of_ours_on_the_first_revision_has_no_change(history):
    record(history, article("أ"))
    assert record(history, article("ب", version="2")) == (1, 2, None)


def test_a_deletion_is_told_once_and_only_of_what_has_a_record(history):
    assert history.judge_deletion(deletion()) is None
    record(history, article("أ"))
    event = history.judge_deletion(deletion())
    assert to_event(event) == {
        "event": "deleted", "id": article("أ").id, "url": URL, "status": 404, "seen_at": "2024-05-09T00:00:00Z", "last_revision": 1,
    }  # fmt: skip
    assert history.judge_deletion(deletion(10)) is None, "not even before the event is on the disk"
    history.remember([], [to_event(event)])
    assert history.judge_deletion(deletion(11)) is None


def test_an_article_that_comes_back_is_a_record_again_be_it_the_same(history):
    record(history, article("أ"))
    history.remember([], [to_event(history.judge_deletion(deletion()))])
    assert record(history, article("أ", day=12)) == (2, 1, [])
    assert record(history, article("أ", day=13)) is None
    assert history.judge_deletion(deletion(14)).last_revision == 2


def test_a_deleted_article_stays_deleted_when_its_archived_page_is_extracted_anew(history):
    record(history, article("أ"))
    history.remember([], [to_event(history.judge_deletion(deletion()))])
    revision = history.judge_archived(article("ب", version="2"))
    assert (revision.revision, revision.processing) == (1, 2)
    history.remember([record_of(revision)])
    assert history.judge_deletion(deletion(12)) is None
    assert history.judge(article("ب", version="2", day=13)).revision == 2


def test_being_told_again_of_what_is_written_changes_nothing(history):
    first = article("أ").record
    history.remember([first])
    event = to_event(history.judge_deletion(deletion()))
    history.remember([], [event])
    history.remember([first], [])
    assert history.judge_deletion(deletion()) is None, "a record told once more does not undo a deletion"
    history.remember([], [event])
    second = record_of(Revision(article("ب"), 2))
    history.remember([second])
    history.remember([first], [event])
    assert history.last(first["id"]).revision == 2
    assert not history.last(first["id"]).deleted


def test_a_later_record_on_its_way_is_not_forgotten_with_an_earlier_one(history):
    first = history.judge(article("أ"))
    second = history.judge(article("ب", digest="sha1:B", day=6))
    assert (first.revision, second.revision) == (1, 2)
    history.remember([record_of(first)])
    assert history.judge(article("ب", digest="sha1:B", day=6)) is None


def test_the_memory_of_an_earlier_newsbot_is_moved_and_kept_with_what_a_killed_run_left_in_its_log(tmp_path):
    before = sqlite3.connect(tmp_path / "state.sqlite")
    before.execute("PRAGMA journal_mode = WAL")
    before.execute(MIGRATIONS[0])
    one = article("أ").record
    row = (one["id"], one["content_hash"], zlib.compress("أ".encode()))
    before.execute("INSERT INTO article VALUES (?, 3, 1, ?, 'عنوان', '1', ?)", row)
    before.commit()
    out = tmp_path / "out"
    out.mkdir()
    for name in ("state.sqlite", "state.sqlite-wal"):
        shutil.copy(tmp_path / name, out / name)
    before.close()
    path = history_path(out, "state")
    assert path == out / "state/history.sqlite"
    history = History(path)
    assert history.last(one["id"]).revision == 3
    history.close()
    assert [entry.name for entry in out.iterdir()] == ["state"]
    assert history_path(out, "state") == path


def test_a_memory_that_is_no_database_is_refused_in_one_line(tmp_path):
    (tmp_path / "state.sqlite").write_bytes(b"no database at all" * 99)
    with pytest.raises(StateError, match=r"state\.sqlite: ") as raised:
        history_path(tmp_path, "state")
    assert "\n" not in str(raised.value)


def test_a_title_with_signs_that_no_database_holds_is_no_edit_each_time(history):
    odd = "عنوان\0 \ud800 آخر"
    assert record(history, article("أ", title=odd)) == (1, 1, None)
    assert record(history, article("أ", title=odd, day=6)) is None
    assert record(history, article("أ", title=odd + "!", day=7, digest="sha1:B"), article("أ", title=odd))[0] == 2
