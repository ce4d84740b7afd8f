"""How fast `scrapy export` is, and how much memory it takes, beside a bare pyarrow conversion of the same file.

python scripts/benchmark_export.py make RECORDS.jsonl COUNT FEED...   COUNT records made of those below the output folders FEED
python scripts/benchmark_export.py bare RECORDS.jsonl OUT.parquet     pyarrow alone: open_json with the types given, ParquetWriter
python scripts/benchmark_export.py run RECORDS.jsonl FOLDER [FORM...] each in a process of its own: bare, parquet, csv+latest ...
python scripts/benchmark_export.py ask OUT.parquet|OUT.duckdb         "articles per day and source" by DuckDB
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DAYS = 28
SOURCES = 40
QUESTION = "SELECT published_day, source, count(*) FROM {} GROUP BY ALL ORDER BY ALL"


def make(path: str, count: str, *feeds: str) -> None:
    """Copies of real records, each with an id, a source and a day of its own."""
    lines = [json.loads(line) for feed in feeds for file in sorted(Path(feed).glob("articles/*/*/*.jsonl")) for line in file.open()]
    marks = {"id": "@ID@", "source": "@SOURCE@", "published_day": "@DAY@"}
    parts = [json.dumps(line | marks, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines]
    with Path(path).open("wb", buffering=2**20) as out:
        for number in range(int(count)):
            line = parts[number % len(parts)].replace(b"@ID@", b"%032x" % (number * 2654435761 % 2**64), 1)
            line = line.replace(b"@SOURCE@", b"source-%02d" % (number % SOURCES), 1)
            out.write(line.replace(b"@DAY@", b"2026-%02d-%02d" % (1 + number // DAYS % 12, 1 + number % DAYS), 1))


def bare(path: str, out: str) -> None:
    """Pyarrow's own reader to its own writer, batch by batch."""
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    from newsbot.feed.exporters.arrow_types import written_type

    with Path(path).open("rb") as stream:
        evidence = frozenset(key for _ in range(1000) for key in json.loads(stream.readline() or b'{"provenance": {}}')["provenance"])
    schema = written_type(evidence)
    options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    reader = pj.open_json(path, read_options=pj.ReadOptions(block_size=16 * 2**20), parse_options=options)
    with pq.ParquetWriter(out, schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def run(path: str, folder: str, *forms: str) -> None:
    """Each form once, with its time and its greatest memory."""
    size = Path(path).stat().st_size
    Path(folder).mkdir(parents=True, exist_ok=True)
    own = [sys.executable, str(Path(__file__)), "bare", path, f"{folder}/bare.parquet"]
    commands = {form: own if form == "bare" else _export(form, path, folder) for form in forms or ("bare", "parquet")}
    for name, command in commands.items():
        began = time.monotonic()
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
        wall, cpu = time.monotonic() - began, usage.ru_utime + usage.ru_stime
        rate, memory = size / wall / 2**20, usage.ru_maxrss / 1024
        print(f"{name:14} {wall:7.1f} s wall {cpu:7.1f} s CPU {rate:6.0f} MB/s {memory:6.0f} MB memory, status {status}", flush=True)


def _export(form: str, path: str, folder: str) -> list[str]:
    form, _, option = form.partition("+")
    suffix = "+latest" if option else ""
    more = ["--latest"] if option else []
    return [sys.executable, "-m", "scrapy", "export", "--to", form, "--from", path, *more, f"{folder}/records{suffix}.{form}"]


def ask(path: str) -> None:
    """The question, three times."""
    import duckdb

    database = duckdb.connect(path, read_only=True) if path.endswith(".duckdb") else duckdb.connect()
    table = "articles" if path.endswith(".duckdb") else f"'{path}'"
    for _ in range(3):
        began = time.monotonic()
        rows = database.execute(QUESTION.format(table)).fetchall()
        print(f"{len(rows)} rows, {sum(row[2] for row in rows):,} records, {time.monotonic() - began:.2f} s")


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    {"make": make, "bare": bare, "run": run, "ask": ask}[sys.argv[1]](*sys.argv[2:])
