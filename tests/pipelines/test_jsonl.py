import fcntl
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.part_file import OPEN_FILES
from pipelines.jsonl import MAX_AGE_S, MAX_BYTES, MAX_LINES, JsonlWriter, mend

LINE = b'{"a":1}\n'


def writer_to(folder):
    finished = []
    return JsonlWriter(folder, "run", finished.append), finished


def names(folder):
    return sorted(path.name for path in folder.rglob("*.jsonl*"))


def recover(folder):
    """(what was remembered, what was finished) of all part files."""
    remembered, finished = [], []
    for part in sorted(folder.rglob("*.part")):
        mend(part, remembered.extend, finished.append)
    return remembered, finished


def test_a_file_gets_its_name_when_it_is_finished(tmp_path):
    writer, finished = writer_to(tmp_path)
    writer.write("a/2024-05-05", LINE, now=0)
    assert names(tmp_path) == ["run-0001.jsonl.part"]
    writer.write("a/2024-05-05", b'{"b":2}\n', now=0)
    writer.finish()
    path = tmp_path / "a/2024-05-05/run-0001.jsonl"
    assert path.read_bytes() == b'{"a":1}\n{"b":2}\n'
    assert names(tmp_path) == ["run-0001.jsonl"]
    (contents,) = finished
    assert (contents.path, contents.lines, contents.size_bytes, contents.first, contents.last) == (path, 2, 16, LINE, b'{"b":2}\n')


def test_a_file_is_full_at_so_many_lines_or_bytes(tmp_path):
    writer, _ = writer_to(tmp_path)
    assert [writer.write("a", b"{}\n", now=0) for _ in range(MAX_LINES)] == [False] * (MAX_LINES - 1) + [True]
    assert [writer.write("b", b"x" * (MAX_BYTES // 2), now=0) for _ in range(2)] == [False, True]
    writer.finish_due(now=1)
    writer.write("a", LINE, now=1)
    assert names(tmp_path) == ["run-0001.jsonl", "run-0002.jsonl", "run-0003.jsonl.part"]


@pytest.mark.parametrize(("now", "is_finished"), [(999 + MAX_AGE_S, False), (1000 + MAX_AGE_S, True), (500, True)])
def test_an_old_file_is_finished_and_so_is_one_from_a_time_to_come(tmp_path, now, is_finished):
    writer, finished = writer_to(tmp_path)
    writer.write("a", LINE, now=1000)
    writer.finish_due(now)
    assert bool(finished) is is_finished


def test_many_folders_exhaust_no_open_files_and_give_no_more_files(tmp_path):
    writer, finished = writer_to(tmp_path)
    for number in range(OPEN_FILES * 2):
        writer.write(str(number % (OPEN_FILES + 40)), LINE, now=0)
    writer.sync()
    writer.finish()
    assert len(finished) == OPEN_FILES + 40
    assert sum(contents.lines for contents in finished) == OPEN_FILES * 2
    assert all((contents.path).read_bytes() == LINE * contents.lines for contents in finished)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=20), max_size=3), max_size=5), st.binary(max_size=40))
def test_whatever_a_killed_run_left_only_whole_lines_stay(tmp_path_factory, values, torn):
    folder = tmp_path_factory.mktemp("out")
    whole = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    torn = torn.replace(b"\n", b"")
    (folder / "run-0001.jsonl.part").write_bytes(whole + torn)
    remembered, finished = recover(folder)
    assert remembered == values
    assert [contents.path.read_bytes() for contents in finished] == ([whole] if whole else [])
    assert [contents.lines for contents in finished] == ([len(values)] if whole else [])
    assert names(folder) == (["run-0001.jsonl"] if whole else [])


@pytest.mark.parametrize("tail", [b'{"b":"' + b"x" * 500_000, b"\x00" * 4096, b"\x00" * 99 + b"\n" + LINE, b"7\n", b"\xff\xfe\n"])
def test_what_was_never_completely_on_the_disk_is_cut(tmp_path, tail):
    (tmp_path / "run-0001.jsonl.part").write_bytes(LINE + tail)
    recover(tmp_path)
    assert (tmp_path / "run-0001.jsonl").read_bytes() == LINE


def test_a_file_that_a_living_run_writes_is_left_alone(tmp_path):
    writer, _ = writer_to(tmp_path)
    writer.write("a", LINE, now=0)
    part = tmp_path / "a/run-0001.jsonl.part"
    with part.open("rb") as living, pytest.raises(BlockingIOError):
        fcntl.flock(living, fcntl.LOCK_SH | fcntl.LOCK_NB)
    assert recover(tmp_path) == ([], [])
    assert part.read_bytes() == LINE
