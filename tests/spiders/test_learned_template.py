"""A crawl learns while it runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.newsroom import crawl, last_summary, records, rss, source_file
from tests.server import Answer, serve
from tests.sites.site import site
from tests.sites.stories import load


def test_a_crawl_learns_what_repeats_while_it_runs(tmp_path: Path) -> None:
    pages = {f"/{page.raw.url.rpartition('/')[2]}": page for page in site("ar", 16)}
    answers = {path: Answer(page.raw.body) for path, page in pages.items()}
    with serve(tmp_path, answers | {"/feed": Answer(rss(*pages), "application/rss+xml")}) as server:
        source_file(tmp_path, "coast", server.url(), f'discovery.feeds = ["{server.url("/feed")}"]')
        run = crawl(tmp_path, "news", "-a", "source=coast", environment={"NEWSBOT_SPEED": "fast"})
    assert run.returncode == 0, run.stderr
    counted = last_summary(tmp_path / "out")["coast"]["more"]
    assert sum(count for what, count in counted.items() if what.partition("/")[0] == "layout") >= 14
    motto = load("ar")["furniture"]["motto"]
    clean = [record for record in records(tmp_path / "out") if motto not in record["content_text"]]
    assert len(clean) >= 5
    for record in clean:
        assert motto in [cut["text"] for cut in record["removed"] if (cut["rule"], cut["step"]) == ("repeats", "repeat")]
        assert set(pages[f"/{record['url'].rpartition('/')[2]}"].story) <= set(record["content_text"].split("\n"))
    with closing(sqlite3.connect(tmp_path / "out" / "state" / "templates.sqlite")) as memory:
        assert memory.execute("SELECT id, pages FROM source").fetchall()[0][0] == "coast"
