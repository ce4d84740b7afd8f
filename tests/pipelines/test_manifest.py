from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.errors import ManifestError
from pipelines.manifest import NAME, Entry, Manifest, entry_line, read_manifest


def entry(sequence, path="articles/a/2024-05-05/run-0001.jsonl", **values):
    shape = {
        "kind": "articles", "records": 3, "bytes": 99, "sha256": "0" * 64, "schema_version": "0.1", "extractor": "0.1.0",
        "first": "2024-05-05T10:00:00Z", "last": None, "closed_at": "2024-05-05T10:05:00Z",
    }  # fmt: skip
    return Entry(sequence=sequence, path=path, **(shape | values))


def sequences(folder, after=0):
    return [entry.sequence for entry in read_manifest(folder / NAME, after)]


def append_some(folder, count):
    manifest = Manifest(folder)
    for _ in range(count):
        manifest.append(entry)


def test_what_is_appended_is_read_in_order(tmp_path):
    assert sequences(tmp_path) == []
    append_some(tmp_path, 3)
    assert list(read_manifest(tmp_path / NAME)) == [entry(1), entry(2), entry(3)]
    assert sequences(tmp_path, after=2) == [3]
    assert sequences(tmp_path, after=9) == []


def test_two_processes_never_give_one_sequence_twice(tmp_path):
    context = get_context("spawn")
    processes = [context.Process(target=append_some, args=(tmp_path, 20)) for _ in range(2)]
    for process in processes:
        process.start()
    append_some(tmp_path, 20)
    for process in processes:
        process.join()
    assert sequences(tmp_path) == list(range(1, 61))


@settings(deadline=None)
@given(st.data())
def test_half_a_last_line_is_not_there_and_is_cut_before_the_next(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("out")
    line = entry_line(entry(2, "ملف"))
    half = line[: data.draw(st.integers(0, len(line) - 1))]
    (folder / NAME).write_bytes(entry_line(entry(1)) + half)
    assert sequences(folder) == [1]
    Manifest(folder).append(entry)
    assert (folder / NAME).read_bytes() == entry_line(entry(1)) + entry_line(entry(2))


@settings(deadline=None)
@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=60), st.integers(0, 10_001), st.integers(0, 6000))
def test_reading_after_a_sequence_is_reading_all_and_passing_over(tmp_path_factory, numbers, after, width):
    folder = tmp_path_factory.mktemp("out")
    (folder / NAME).write_bytes(b"".join(entry_line(entry(number, "x" * width)) for number in sorted(numbers)))
    assert sequences(folder, after) == [number for number in sorted(numbers) if number > after]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"sequence":2,\n', "torn or no JSON"),
        (b"\xff\x00\n", "torn or no JSON"),
        (b"[1]\n", "no entry of a manifest"),
        (b'{"id":"a","title":"b"}\n', "no entry of a manifest"),
        (b'{"sequence":2}\n', "path: field required"),
        (entry_line(entry(2)).replace(b'"records":3', b'"records":"3"'), "records: input should be a valid integer"),
        (entry_line(entry(1)), "sequence 1 comes after 1"),
        (entry_line(entry(2, schema_version="1.0")), "the form 1.0, not 0."),
        (entry_line(entry(2)).replace(b'"articles",', b'"films",'), "kind: input should be 'articles' or 'events'"),
    ],
)
def test_a_line_that_cannot_be_trusted_is_said_in_one_line_after_those_that_can(tmp_path, line, says):
    (tmp_path / NAME).write_bytes(entry_line(entry(1)) + line + entry_line(entry(9)))
    entries = read_manifest(tmp_path / NAME)
    assert next(entries).sequence == 1
    with pytest.raises(ManifestError, match=says) as raised:
        next(entries)
    assert "manifest.jsonl: byte " in str(raised.value) and "\n" not in str(raised.value)


def test_keys_of_a_later_minor_form_are_passed_over(tmp_path):
    (tmp_path / NAME).write_bytes(entry_line(entry(1, schema_version="0.9")).replace(b"{", b'{"more":[1],'))
    assert sequences(tmp_path) == [1]


def test_nothing_is_appended_to_a_foreign_file(tmp_path):
    (tmp_path / NAME).write_bytes(b'{"foreign":1}\n')
    with pytest.raises(ManifestError):
        Manifest(tmp_path).append(entry)
    assert (tmp_path / NAME).read_bytes() == b'{"foreign":1}\n'


def test_a_file_has_one_line_however_often_it_is_reported(tmp_path):
    manifest = Manifest(tmp_path)
    assert manifest.append_missing("a", lambda number: entry(number, "a")) == entry(1, "a")
    assert manifest.append_missing("a", lambda number: entry(number, "a")) is None
    assert sequences(tmp_path) == [1]
