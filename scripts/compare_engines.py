"""Both engines of ``scrapy reextract`` over the same WARC files: whether their records are the same, byte for byte, and what each costs.

    python scripts/compare_engines.py --jobs 2 ../shared/gold/*.warc.gz

CPU time is user and system time of all processes, Java's included. Start-up is what a run over a few pages of a line each costs.
"""

from __future__ import annotations

import argparse
import ctypes
import gzip
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
ENGINES: Final = ("local", "spark")
_ADOPT_ORPHANS: Final = 36
"""``PR_SET_CHILD_SUBREAPER``: what outlives its parent is ours, so that its time is counted."""
_PAGE: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html lang=en><title>Short</title><p>This page is short.</p></html>"
_RECORD: Final = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://start.example/{}\r\nContent-Length: {}\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took."""

    cpu_s: float
    wall_s: float


def main() -> int:
    """Compare, print, and exit with 1 where the records differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warc", nargs="+")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    ctypes.CDLL(None, use_errno=True).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    with TemporaryDirectory(prefix="newsbot-") as name:
        folder = Path(name)
        small = [_small(folder / f"small-{number}.warc.gz") for number in range(options.jobs)]
        starts = {engine: _run(engine, folder / f"{engine}-start", options.jobs, small) for engine in ENGINES}
        costs = {engine: _run(engine, folder / engine, options.jobs, options.warc) for engine in ENGINES}
        local, spark = (sorted(_lines(folder / engine)) for engine in ENGINES)
    for engine in ENGINES:
        own = costs[engine].cpu_s - starts[engine].cpu_s
        per_page = f"{1000 * own / max(len(local), 1):.1f} ms a record"
        whole = f"{costs[engine].cpu_s:.1f} s CPU in {costs[engine].wall_s:.0f} s"
        print(f"{engine}: {whole}, of that {starts[engine].cpu_s:.1f} s start-up; {per_page}")
    overhead = (costs["spark"].cpu_s - starts["spark"].cpu_s) / max(costs["local"].cpu_s - starts["local"].cpu_s, 0.001) - 1
    print(f"overhead of spark beside start-up: {100 * overhead:+.0f} %")
    print(f"records: {len(local)} and {len(spark)}, {'identical' if local == spark else f'{len(set(local) ^ set(spark))} lines differ'}")
    return int(local != spark)


def _small(path: Path) -> str:
    """A file of four pages that hold nothing."""
    records = ((_RECORD.format(f"{path.stem}/{number}", len(_PAGE)).encode() + _PAGE + b"\r\n\r\n") for number in range(4))
    path.write_bytes(b"".join(map(gzip.compress, records)))
    return str(path)


def _run(engine: str, out: Path, jobs: int, warcs: Sequence[str]) -> Cost:
    """Run one engine, and wait for all that it left."""
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "reextract",
        "--engine",
        engine,
        "--jobs",
        str(jobs),
        "--out",
        str(out),
        *map(_absolute, warcs),
    ]
    began, before = time.monotonic(), _cpu_s()
    done = subprocess.run(command, cwd=PROJECT, check=False)
    wall_s = time.monotonic() - began
    with suppress(ChildProcessError):
        while True:
            os.wait()
    if done.returncode not in (0, 1, 3):
        shutil.rmtree(out, ignore_errors=True)
        raise SystemExit(f"{engine}: ended with {done.returncode}")
    return Cost(_cpu_s() - before, wall_s)


def _absolute(warc: str) -> str:
    return warc if "://" in warc else str(Path(warc).resolve())


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _lines(out: Path) -> Iterator[bytes]:
    for path in out.glob("articles/**/*.jsonl"):
        yield from path.read_bytes().splitlines()


if __name__ == "__main__":
    sys.exit(main())
