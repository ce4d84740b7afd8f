import os
import signal
import subprocess
import sys
import time

from tests.newsroom import crawl, records, rss, source_file, story
from tests.server import Answer, serve


def test_a_killed_crawl_leaves_whole_records_and_the_next_one_completes_them(tmp_path):
    links = [f"/story-{number}" for number in range(6)]
    answers = {link: Answer(story(f"خبر رقم {link}")) for link in links} | {"/feed": Answer(rss(*links), "application/rss+xml")}
    out = tmp_path / "out"
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "town", server.url(), f'discovery.feeds = ["{server.url("/feed")}"]', delay_s=0.5)
        command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=town", "--jobs", "1"]
        killed = subprocess.Popen(
            command, env={**os.environ, "NEWSBOT_DATA": str(tmp_path), "NEWSBOT_OUT": str(out)}, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not any(path.stat().st_size for path in out.rglob("*.part")) and time.monotonic() < deadline:
            time.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert list(out.rglob("*.part"))
        second = crawl(tmp_path, "news", "-a", "source=town")
    assert second.returncode == 0, second.stderr
    assert list(out.rglob("*.part")) == []
    assert sorted((record["url"].rpartition("/")[2], record["revision"]) for record in records(out)) == [(link[1:], 1) for link in links]
