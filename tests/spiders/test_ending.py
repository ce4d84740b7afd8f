"""How runs end that cannot go on, and that nothing is lost by it."""

import fcntl
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.newsroom import crawl, records, rss, source_file, story
from tests.server import Answer, serve

STORIES = [f"/story-{number}" for number in range(12)]
SITE = {link: Answer(story(f"خبر رقم {link}")) for link in STORIES} | {"/feed": Answer(rss(*STORIES), "application/rss+xml")}


@pytest.fixture
def town(tmp_path):
    with serve(tmp_path, SITE) as server:
        source_file(tmp_path, "town", server.url(), f'discovery.feeds = ["{server.url("/feed")}"]', delay_s=0.3)
        yield server


def start(data, *options, before=None):
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=town", "--jobs", "1", *options]
    own = {"NEWSBOT_DATA": str(data), "NEWSBOT_OUT": str(data / "out")}
    return subprocess.Popen(command, env={**os.environ, **own}, stderr=subprocess.PIPE, text=True, preexec_fn=before)


def await_requests(server, number):
    deadline = time.monotonic() + 90
    while len(server.paths()) < number and time.monotonic() < deadline:
        time.sleep(0.05)


def names(data):
    return sorted((record["url"].rpartition("/")[2], record["revision"]) for record in records(data / "out"))


JOBS_IN_HAND = 3
"""Pages whose record may be in the feed already when they are given back, because nothing waited for their end."""
WHOLE = sorted((link[1:], 1) for link in STORIES)


def test_a_run_that_is_asked_to_end_ends_in_ten_seconds_and_the_next_one_completes_it(town, tmp_path):
    run = start(tmp_path)
    await_requests(town, 5)
    began = time.monotonic()
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert run.returncode == 0, said
    assert "Traceback" not in said, said
    assert 0 < len(names(tmp_path)) < len(WHOLE)
    (summary,) = (json.loads(path.read_text()) for path in (tmp_path / "out" / "runs").glob("*.json"))
    assert summary["reason"] == "shutdown"
    left = len(WHOLE) - len(names(tmp_path))
    assert left <= sum(wait["addresses"] for wait in summary["waits"]) <= left + JOBS_IN_HAND  # a slow machine leaves pages in hand
    assert list((tmp_path / "out").rglob("*.part")) == []
    second = crawl(tmp_path, "news", "-a", "source=town")
    assert second.returncode == 0, second.stderr
    assert names(tmp_path) == WHOLE


def test_a_full_disk_ends_the_run_with_one_line_and_the_next_one_completes_it(town, tmp_path):
    run = start(tmp_path, "-L", "ERROR", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000)))
    _, said = run.communicate(timeout=90)
    assert run.returncode == 5, said
    errors = [line for line in said.splitlines() if " ERROR: " in line]
    assert len(errors) == 1, said
    assert "Traceback" not in said
    second = crawl(tmp_path, "news", "-a", "source=town")
    assert second.returncode == 0, second.stderr
    assert names(tmp_path) == WHOLE


def refused(tmp_path):
    run = crawl(tmp_path, "news", "-a", "source=town")
    assert run.stderr.strip().count("\n") == 0, run.stderr
    return run.returncode, run.stderr


def test_a_run_that_cannot_begin_says_why_in_one_line(town, tmp_path):
    out = tmp_path / "out"
    out.write_text("a file in the folder's place")
    assert refused(tmp_path)[0] == 2
    out.unlink()
    (out / "state").mkdir(parents=True)
    (out / "articles").write_text("a file in the folder's place")
    code, said = refused(tmp_path)
    assert (code, "articles: cannot be written" in said) == (2, True)
    (out / "articles").unlink()
    (out / "state" / "frontier.sqlite").write_bytes(b"<html>" * 99)
    code, said = refused(tmp_path)
    assert (code, "frontier.sqlite: file is not a database" in said) == (2, True)
    (out / "state" / "frontier.sqlite").unlink()
    with (out / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(tmp_path)[0] == 4
    assert town.paths() == []


def test_a_memory_that_another_program_takes_over_ends_the_run_and_nothing_is_lost(town, tmp_path):
    run = start(tmp_path, "-L", "ERROR")
    await_requests(town, 5)
    other = sqlite3.connect(tmp_path / "out" / "state" / "frontier.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _, said = run.communicate(timeout=90)
    other.execute("ROLLBACK")
    other.close()
    assert run.returncode == 5, said
    assert "frontier.sqlite: database is locked" in said
    assert "Traceback" not in said
    second = crawl(tmp_path, "news", "-a", "source=town")
    assert second.returncode == 0, second.stderr
    assert names(tmp_path) == WHOLE
