"""The demo newsroom, both editions crawled for real: once for all test processes of a run."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FIRST = "first.jsonl"
"""The records after the first crawl, in the folder of both."""


def crawl_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of both crawls; the first process makes it, the others wait."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    out = root / "demo-out"
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "demo.done").exists():
            _demo(out)
            (root / FIRST).write_text("".join(map(_line, read_records(out))), encoding="utf-8")
            _demo(out, "--again")
            (root / "demo.done").touch()
    return out


def first_records(out: Path) -> list[dict]:
    """The records that the first crawl made."""
    return [json.loads(line) for line in (out.parent / FIRST).read_text(encoding="utf-8").splitlines()]


def read_records(out: Path) -> list[dict]:
    """All records below *out*."""
    return [json.loads(line) for path in sorted(out.glob("articles/*/*/*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]


def _demo(out: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "data.demo.run", "--out", str(out), *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def _line(record: dict) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
