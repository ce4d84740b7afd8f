"""Crawls of a fleet one after the other, by different workers: one memory, one feed, files in S3-compatible storage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsbot.feed.following import follow
from newsbot.feed.places import open_feed
from tests.many_hosts import path_of, serve_hosts, title_of
from tests.newsroom import source_file

PROJECT = Path(__file__).parent.parent.parent
ARTICLES = 4


@pytest.fixture
def fleet(postgresql, storage, tmp_path, monkeypatch):
    """Address of the database and place of the files."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage.meta.endpoint_url)
    return postgresql.empty(), f"s3://news/{tmp_path.name}"


def crawl(folder: Path, fleet: tuple[str, str], worker: str) -> dict:
    """The summary of one run of *worker*, whose output folder is its own."""
    out = folder / worker
    own = {
        "NEWSBOT_DATA": str(folder),
        "NEWSBOT_OUT": str(out),
        "NEWSBOT_STATE": fleet[0],
        "NEWSBOT_FEED": fleet[1],
        "NEWSBOT_SPEED": "fast",
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=one,other", "--jobs", "1", "-s", "NEWSBOT_ROUND_S=0.01"]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = (out / "runs").glob("*.json")
    return json.loads(path.read_text())


def test_a_second_worker_knows_what_the_first_has_written(fleet, tmp_path):
    with serve_hosts(tmp_path, 2, ARTICLES) as site:
        for host, name in zip(site.hosts, ("one", "other"), strict=True):
            source_file(tmp_path, name, site.url(host, "/"), f'discovery.feeds = ["{site.url(host, "/feed")}"]')
        first, second = crawl(tmp_path, fleet, "first"), crawl(tmp_path, fleet, "second")
        wanted = {title_of(host, number) for host in site.hosts for number in range(ARTICLES)}
        asked = [line.split()[1] for line in site.requests() if path_of(0).rstrip("0") in line]
    assert [sum(row["article"].get("new", 0) for row in told["sources"]) for told in (first, second)] == [2 * ARTICLES, 0]
    assert len(asked) == 2 * ARTICLES, "what is known is not fetched again"
    given: list[bytes] = []
    with open_feed(tmp_path / "anywhere", *fleet) as feed:
        places = list(follow(feed, None, given.append))
    lines = [json.loads(line) for line in b"".join(given).splitlines()]
    assert {line["title"] for line in lines if "title" in line} == wanted
    assert [place.sequence for place in places] == [1, 2]
    assert not list((tmp_path / "first").rglob("*.jsonl")), "files are in the storage alone"
