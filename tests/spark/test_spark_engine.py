"""Re-extraction on Spark beside re-extraction on one machine: the same archives, the same records."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from newsbot.errors import EngineError
from newsbot.feed.reading import entries, opened
from newsbot.spark.session import require_spark
from pipelines.manifest import NAME
from tests.newsroom import source_file
from tests.spark.archives import make_archive

QUICK = "spark.sql.codegen.wholeStage false\nspark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n"
"""Compiling for hours of work costs more than these minutes of it."""
GOLD = Path(__file__).parents[2].parent / "shared" / "gold"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with the one source that is known."""
    folder = tmp_path_factory.mktemp("data")
    source_file(folder, "ar", "https://ar.example/")
    return folder


@pytest.fixture(scope="module")
def warcs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warcs")
    gold = [GOLD / "arabic.warc.gz"] if (GOLD / "arabic.warc.gz").exists() else []
    return [*make_archive(folder, 16), *gold]


@pytest.fixture(scope="module")
def spark(data, tmp_path_factory):
    """A function of arguments: exit code and words of a run on Spark, two tasks at a time."""
    try:
        require_spark()
    except EngineError as error:
        if os.environ.get("NEWSBOT_REQUIRE_SPARK"):
            pytest.fail(f"{error}; make java installs it")
        pytest.skip(f"Spark was not tried: {error}")
    conf = tmp_path_factory.mktemp("conf")
    (conf / "spark-defaults.conf").write_text(QUICK, encoding="ascii")
    environment = {**_environment(data), "SPARK_CONF_DIR": str(conf)}
    command = [sys.executable, "-m", "tests.spark.driver"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:

        def run(*arguments):
            process.stdin.write(json.dumps(["--jobs", "2", *map(str, arguments)]) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            return answer["code"], answer["said"]

        run.pid = process.pid
        yield run
        process.stdin.close()


@pytest.fixture(scope="module")
def local(data, warcs, tmp_path_factory):
    """What one machine makes of the archives: its output folder, exit code and words."""
    out = tmp_path_factory.mktemp("local")
    command = [sys.executable, "-m", "scrapy", "reextract", "--jobs", "2", "--out", str(out), *map(str, warcs)]
    done = subprocess.run(command, env=_environment(data), capture_output=True, text=True, timeout=300, check=False)
    return out, done.returncode, done.stderr


@pytest.fixture(scope="module")
def whole(spark, warcs, tmp_path_factory):
    """The same of Spark."""
    out = tmp_path_factory.mktemp("spark")
    return out, *spark("--out", out, *warcs)


def _environment(data):
    return {**os.environ, "NEWSBOT_DATA": str(data), "NEWSBOT_SPEED": "fast"}


def lines(out):
    return sorted(line for path in out.glob("articles/**/*.jsonl") for line in path.read_bytes().splitlines())


def faults(said):
    return sorted(line for line in said.splitlines() if ".warc.gz:" in line)


def test_the_records_are_those_of_one_machine_byte_for_byte(local, whole):
    assert lines(whole[0]) == lines(local[0])
    records = [json.loads(line) for line in lines(whole[0])]
    assert Counter(record["revision"] for record in records)[2] == 1
    assert sum(record["duplicate_of"] is not None for record in records) > 20
    assert sum(cut["rule"] == "repeats" for record in records for cut in record["removed"]) > 20


def test_files_that_cannot_be_read_are_one_line_each_and_the_rest_goes_on(local, whole):
    assert whole[1] == local[1] == 1
    assert faults(whole[2]) == faults(local[2])
    assert len(faults(whole[2])) == 2


def test_the_summaries_count_the_same(local, whole):
    own, other = (_counted(out) for out in (whole[0], local[0]))
    assert own == other


def _counted(out):
    """What the runs in *out* counted, added up."""
    counts = Counter()
    for path in (out / "runs").glob("*.json"):
        for row in json.loads(path.read_bytes())["sources"]:
            for name, value in row.items():
                entries_of = value.items() if isinstance(value, dict) else [("", value)]
                counts.update({(row["source"], name, key): number for key, number in entries_of if isinstance(number, int)})
    return {key: number for key, number in counts.items() if number}


def test_parts_are_named_by_archive_and_extractor_and_proved_by_the_manifest(whole):
    out = whole[0]
    known = list(entries(out))
    assert [entry.sequence for entry in known] == list(range(1, len(known) + 1))
    assert {out / entry.path for entry in known} == set(out.glob("articles/**/*.jsonl"))
    held = 0
    for entry in known:
        kind, source, _, name = entry.path.split("/")
        assert kind == "articles" and name.startswith(("0", "arabic-")) and f"-{entry.extractor}-" in name
        with opened(out, entry) as stream:
            held += sum(json.loads(line)["source"] == (None if source == "_unknown" else source) for line in stream)
    assert held == len(lines(out))


def test_another_run_has_nothing_to_do_and_changes_nothing(spark, warcs, whole):
    out = whole[0]
    before = _prints(out)
    code, said = spark("--out", out, *warcs)
    assert code == 1 and len(faults(said)) == 2, "what broke off is told again"
    assert f"0 of {len(warcs)} archive files were left" in said
    assert _prints(out) == before


def _prints(out):
    kept = [*out.glob("articles/**/*"), out / NAME]
    return {path: path.read_bytes() for path in kept if path.is_file()}


def test_killed_workers_change_nothing(spark, warcs, whole, tmp_path):
    killed, done = [], threading.Event()
    killer = threading.Thread(target=_kill_workers, args=(spark.pid, killed, done))
    killer.start()
    code, said = spark("--out", tmp_path, *warcs)
    done.set()
    killer.join()
    assert code == 1, said
    assert len(killed) == 2
    assert lines(tmp_path) == lines(whole[0])
    assert not list((tmp_path / "spark").rglob("*.part"))


def _kill_workers(pid, killed, done):
    """Kill two of the processes in which tasks run, a second apart."""
    while len(killed) < 2 and not done.wait(1.0):
        workers = [worker for daemon in _named(pid, "pyspark.daemon") for worker in _children(daemon)]
        if workers:
            with suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)
                killed.append(workers[0])


def _named(pid, name):
    return [one for one in _below(pid) if name in _command(one)]


def _below(pid):
    for child in _children(pid):
        yield child
        yield from _below(child)


def _children(pid):
    with suppress(OSError):
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    return []


def _command(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    return ""


def test_parts_as_parquet_hold_the_same_records_and_more_files_may_follow(spark, warcs, whole, tmp_path):
    arrow = pytest.importorskip("pyarrow.parquet")
    code, said = spark("--jobs", 1, "--out", tmp_path, "--to", "parquet", warcs[0])
    assert code == 0, said
    before = {path: path.read_bytes() for path in tmp_path.glob("parquet/**/*.parquet")}
    code, said = spark("--jobs", 1, "--out", tmp_path, "--to", "parquet", *warcs[:3])
    assert code == 0 and "2 of 3 archive files were left" in said, said
    assert before and all(path.read_bytes() == data for path, data in before.items())
    known = list(entries(tmp_path / "parquet"))
    rows = [row for entry in known for row in arrow.ParquetFile(tmp_path / "parquet" / entry.path).read().to_pylist()]
    assert _told(rows) == _told(record for record in map(json.loads, lines(whole[0])) if record["archive"]["file"] in map(str, warcs[:3]))
    assert sum(entry.records for entry in known) == len(rows)


def _told(records):
    """What does not hang on how much was learned."""
    return sorted((one["id"], one["revision"], one["cluster"] or "", one["title"]) for one in records)


def test_a_folder_with_other_records_is_refused_in_one_line(spark, local, warcs):
    code, said = spark("--out", local[0], *warcs[:2])
    assert code == 2 and said.count("\n") == 1
    assert "--out" in said and "--engine local" in said


def test_who_goes_on_in_the_folder_knows_the_articles(whole, warcs, data, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(whole[0], out)
    command = [sys.executable, "-m", "scrapy", "reextract", "--jobs", "1", "--out", str(out), *map(str, warcs[:3])]
    done = subprocess.run(command, env=_environment(data), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert lines(out) == lines(whole[0])
