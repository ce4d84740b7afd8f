"""Exports: the right records, typed, whole or not at all."""

import csv
import json
import random
import resource
import sqlite3
from contextlib import contextmanager
from datetime import UTC, date, datetime

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.errors import FeedError, OutputError
from newsbot.feed import export as exporting
from newsbot.feed.export import FORMATS, Request, export
from newsbot.feed.exporters.arrow_types import record_type
from newsbot.feed.selection import Selection
from pipelines.field_docs import example_record
from pipelines.record_lines import record_line
from tests.feed.feeds import add_file, event, record
from tests.feed.test_views import RELEASED


def quiet(total):
    return int


@pytest.fixture
def out(tmp_path):
    """Two sources, three days, an article in three versions, one deleted, one deleted and seen again."""
    folder = tmp_path / "out"
    add_file(folder, [record(1, revision=1), record(2), record(3)])
    add_file(folder, [event(2), event(3)], "events")
    arabic = {"language": "ar-LB", "source": "nahar"}
    add_file(folder, [record(4, fetched_at="2026-11-22T00:00:00Z", **arabic)], folder="nahar/2026-11-22")
    later = "2026-11-26T10:00:00Z"
    add_file(
        folder,
        [record(1, processing=2, fetched_at=later), record(1, fetched_at=later), record(3, revision=3, fetched_at=later)],
        folder="example/2026-11-26",
    )
    return folder


def exported(out, tmp_path, latest=False, **conditions):
    """Id, revision and processing of what is exported, by lines and by tables, which must agree."""
    selection = Selection(**conditions)
    for form, name in (("sqlite", "a.sqlite"), ("parquet", "a.parquet")):
        export(out, Request(form, tmp_path / name, selection, latest), quiet)
    keys = ("id", "revision", "processing")
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        rows = database.execute(f"SELECT {', '.join(keys)} FROM articles").fetchall()
    assert rows == [tuple(row[key] for key in keys) for row in pq.read_table(tmp_path / "a.parquet").to_pylist()]
    return sorted((int(number, 16), *versions) for number, *versions in rows)


def test_everything_is_exported_without_conditions(out, tmp_path):
    assert exported(out, tmp_path) == [(1, 1, 1), (1, 2, 1), (1, 2, 2), (2, 2, 1), (3, 2, 1), (3, 3, 1), (4, 2, 1)]


@pytest.mark.parametrize(
    ("conditions", "numbers"),
    [
        ({"sources": ("nahar",)}, [4]),
        ({"languages": ("ar",)}, [4]),
        ({"languages": ("en", "ar-LB")}, [1, 1, 1, 2, 3, 3, 4]),
        ({"since": "2026-11-22T00:00:00Z"}, [1, 1, 3, 4]),
        ({"until": "2026-11-22T00:00:00Z"}, [1, 2, 3]),
        ({"since": "2026-11-22T00:00:01Z", "sources": ("nahar",)}, []),
    ],
)
def test_conditions_choose_records(out, tmp_path, conditions, numbers):
    assert [number for number, *_ in exported(out, tmp_path, **conditions)] == numbers


def test_latest_is_one_record_an_article_the_newest_and_none_that_is_gone(out, tmp_path):
    assert exported(out, tmp_path, latest=True) == [(1, 2, 2), (3, 3, 1), (4, 2, 1)]


def test_latest_at_an_earlier_time_knows_nothing_of_what_came_later(out, tmp_path):
    assert exported(out, tmp_path, latest=True, until="2026-11-23T00:00:00Z") == [(1, 1, 1), (2, 2, 1), (3, 2, 1), (4, 2, 1)]


def test_any_other_event_takes_its_article_out_whenever_it_was_fetched(out, tmp_path):
    add_file(out, [event(1, event="forgotten", seen_at="2026-11-01T00:00:00Z")], "events")
    assert [number for number, *_ in exported(out, tmp_path, latest=True)] == [3, 4]


def plain(value):
    """A row of Parquet as the record was."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_typed_forms_keep_every_value(tmp_path, form):
    given = [*RELEASED, record(5, provenance={"published": [{"origin": "x", "raw": "2024-05-05T00:00:00Z", "chosen": True}]})]
    add_file(tmp_path / "out", given)
    path = tmp_path / f"a.{form}"
    export(tmp_path / "out", Request(form, path), quiet)
    if form == "parquet":
        assert pq.read_schema(path).equals(record_type())
        rows = pq.read_table(path, schema=record_type()).to_pylist(maps_as_pydicts="strict")
    else:
        with duckdb.connect(path) as database:
            rows = database.sql("FROM articles").to_arrow_table().cast(record_type()).to_pylist(maps_as_pydicts="strict")
    assert [{key: plain(value) for key, value in row.items()} for row in rows] == given


@settings(deadline=None, max_examples=15)
@given(st.lists(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), st.integers(0, 3), max_size=4), max_size=5))
def test_provenance_is_a_map_whatever_its_keys(tmp_path_factory, sizes):
    folder = tmp_path_factory.mktemp("feed")
    one = {"origin": "h1", "raw": "2024-05-05", "chosen": False}
    given = [record(provenance={key: [one] * size for key, size in keys.items()}) for keys in sizes]
    add_file(folder / "out", [record(), *given])
    export(folder / "out", Request("parquet", folder / "a.parquet"), quiet)
    rows = pq.read_table(folder / "a.parquet", columns=["provenance"]).to_pylist(maps_as_pydicts="strict")
    assert [row["provenance"] for row in rows[1:]] == [line["provenance"] for line in given]


def test_csv_has_one_row_a_record_and_json_where_it_is_nested(out, tmp_path):
    export(out, Request("csv", tmp_path / "a.csv", latest=True), quiet)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 3 and rows[0]["external_url"] == record()["external_url"]
    assert json.loads(rows[0]["attribution"]) == record()["attribution"]


def test_parquet_in_a_folder_has_one_file_for_each_source_and_day(out, tmp_path):
    export(out, Request("parquet", tmp_path / "lake"), quiet)
    parts = {str(path.parent.relative_to(tmp_path / "lake")) for path in tmp_path.glob("lake/**/*.parquet")}
    assert parts == {"source=example/day=2026-11-21", "source=example/day=2026-11-26", "source=nahar/day=2026-11-22"}
    lake = f"read_parquet('{tmp_path}/lake/**/*.parquet', hive_partitioning = true)"
    rows = duckdb.sql(f"SELECT source, day, count(*) FROM {lake} GROUP BY ALL ORDER BY ALL").fetchall()
    assert [row[2] for row in rows] == [3, 3, 1]
    export(out, Request("parquet", tmp_path / "lake", Selection(sources=("nahar",))), quiet)
    assert len(list(tmp_path.glob("lake/**/*.parquet"))) == 1


def test_a_single_file_of_records_is_exported_too(out, tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"".join(record_line(record(number)) for number in range(5)))
    for form in FORMATS:
        assert export(path, Request(form, tmp_path / f"single.{form}"), quiet).records == 5


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("line", "why"),
    [
        (record_line(record())[:-200], "torn|no records"),
        (b'{"schema_version": "9.0"}\n', "9.0"),
        (record_line(record(schema_version="9.0")), "9.0"),
        (b'{"a": 1}\n', "no record"),
        (b"[1]\n", "no JSON object|no record"),
        (b"\xff\xfe\n", "no JSON|no record"),
    ],
)
def test_what_is_no_record_stops_the_export_and_nothing_is_left(tmp_path, form, line, why):
    path = tmp_path / "in" / "records.jsonl"
    path.parent.mkdir()
    path.write_bytes(record_line(record()) + line)
    (tmp_path / "to").mkdir()
    with pytest.raises(FeedError, match=why) as refused:
        export(path, Request(form, tmp_path / "to" / f"a.{form}"), quiet)
    assert "\n" not in str(refused.value) and list((tmp_path / "to").iterdir()) == []


def test_a_damaged_file_of_the_feed_stops_the_export(out, tmp_path):
    path = next(out.glob("articles/*/*/*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"Rana", b"Rama"))
    (tmp_path / "a.csv").write_text("the one before")
    with pytest.raises(FeedError, match="damaged"):
        export(out, Request("csv", tmp_path / "a.csv"), quiet)
    assert (tmp_path / "a.csv").read_text() == "the one before"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("place", ["missing/a.x", "file.txt/a.x", "folder"])
def test_a_place_that_cannot_be_written_is_refused_in_one_line(out, tmp_path, form, place):
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").touch()
    with pytest.raises(OutputError) as refused:
        export(out, Request(form, tmp_path / place), quiet)
    assert "\n" not in str(refused.value) and str(tmp_path / place) in str(refused.value)
    assert sorted(path.name for path in tmp_path.rglob("*") if "part" in path.name) == []


@pytest.mark.parametrize("place", ["articles/a.csv", "manifest.jsonl", ""])
def test_the_feed_is_never_written_over(out, place):
    with pytest.raises(OutputError, match="part of the feed"):
        export(out, Request("csv", out / place), quiet)


def test_a_pruned_feed_is_exported_from_its_oldest_file_on(out, tmp_path):
    next(out.glob("articles/*/*/*0001.jsonl")).unlink()
    assert [number for number, *_ in exported(out, tmp_path)] == [1, 1, 3, 4]


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(exporting._EXTRAS, "parquet", ("no_such_package",))
    with pytest.raises(exporting.ConfigError, match=r"pip install '\.\[parquet\]'"):
        exporting.require_installed("parquet")


def test_the_example_record_has_a_value_in_every_column(tmp_path):
    add_file(tmp_path / "out", [example_record()])
    export(tmp_path / "out", Request("parquet", tmp_path / "a.parquet"), quiet)
    assert all(column.null_count == 0 for column in pq.read_table(tmp_path / "a.parquet").columns)


@pytest.fixture
def small_disk():
    """Files cannot grow beyond 64 KB: what a full disk is to a writer, an error in the midst of writing."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    @contextmanager
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 2**10, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_one_line_and_nothing_is_left(tmp_path, small_disk, form):
    words = random.Random(1)
    given = [record(number, title=words.randbytes(100).hex(), content_text=words.randbytes(400).hex()) for number in range(300)]
    add_file(tmp_path / "out", given)
    (tmp_path / "to").mkdir()
    with small_disk(), pytest.raises(OutputError) as refused:
        export(tmp_path / "out", Request(form, tmp_path / "to" / "a.x"), quiet)
    assert "\n" not in str(refused.value) and list((tmp_path / "to").iterdir()) == []
