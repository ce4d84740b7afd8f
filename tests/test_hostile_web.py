"""One crawl through everything that the web can do to it: it ends by itself, stays small, and brings all that is good."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.hostile_server import serve_hostile
from tests.hostile_sites import FINE, PAGES
from tests.newsroom import PARAGRAPHS, last_summary, records, source_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.0/8 and /proc")
MEGABYTES = 600
SECONDS = 200
SOURCES = {
    "town": ("127.0.0.1", 'discovery.feeds = ["{home}feed"]', 8),
    "busy": ("127.0.0.3", 'discovery.feeds = ["{home}feed"]', 1),
    "shut": ("127.0.0.4", 'discovery.feeds = ["{home}feed"]', 1),
    "huge-robots": ("127.0.0.5", 'discovery.feeds = ["{home}feed"]', 1),
    "bombs": (
        "127.0.0.6",
        'discovery.feeds = ["{home}bomb", "{home}far"]\ndiscovery.sitemaps = ["{home}map.xml"]\narticles.deny = ["/denied/"]',
        2,
    ),
    "maps": ("127.0.0.7", 'discovery.sitemaps = ["{home}index.xml", "{home}million.xml.gz"]\narticles.deny = ["/no/"]', 2),
}


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with serve_hostile(folder) as server:
        for name, (host, lists, concurrency) in SOURCES.items():
            home = server.url(host=host)
            more = lists.format(home=home) + (f'\nhosts = ["{socket.gethostname()}"]' if name == "town" else "")
            source_file(folder, name, home, more)
            path = folder / "sources" / f"{name}.toml"
            path.write_text(path.read_text() + f"concurrency = {concurrency}\n")
        begin = time.monotonic()
        run, peak = run_measured(folder)
        took_s = time.monotonic() - begin
        yield Crawl(folder, run, peak, took_s, server)


class Crawl:
    def __init__(self, folder, run, peak, took_s, server):
        self.run, self.peak, self.took_s, self.server = run, peak, took_s, server
        self.out = folder / "out"
        self.records = {record["url"]: record for record in records(self.out)}
        self.summary = last_summary(self.out)
        self.requests = server.requests()

    def record(self, path, host="127.0.0.1"):
        return self.records[self.server.url(path, host)]


def run_measured(folder: Path) -> tuple[subprocess.CompletedProcess[str], dict[int, int]]:
    """A crawl of all sources, and the peak of memory (MB) of each process that it had."""
    options = [
        "RETRY_TIMES=0",
        "DOWNLOAD_TIMEOUT=8",
        "NEWSBOT_PAGE_TIMEOUT_S=12",
        "NEWSBOT_MAX_WAIT_S=1",
        "CONCURRENT_REQUESTS_PER_DOMAIN=8",
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"source={','.join(SOURCES)}", "--jobs", "1"]
    environment = {**os.environ, "NEWSBOT_DATA": str(folder), "NEWSBOT_OUT": str(folder / "out")}
    process = subprocess.Popen(
        [*command, *(part for option in options for part in ("-s", option))],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    peaks: dict[int, int] = {}
    watching = threading.Thread(target=watch, args=(process, peaks), daemon=True)
    watching.start()
    _, errors = process.communicate(timeout=SECONDS)
    watching.join()
    return subprocess.CompletedProcess(command, process.returncode, "", errors), peaks


def watch(process: subprocess.Popen[str], peaks: dict[int, int]) -> None:
    while process.poll() is None:
        for number in (process.pid, *children(process.pid)):
            try:
                status = Path(f"/proc/{number}/status").read_text()
            except OSError:
                continue
            if "VmHWM:" in status:
                peaks[number] = max(peaks.get(number, 0), int(status.partition("VmHWM:")[2].split()[0]) // 1024)
        time.sleep(0.1)


def children(parent: int) -> list[int]:
    try:
        return [int(number) for task in Path(f"/proc/{parent}/task").iterdir() for number in (task / "children").read_text().split()]
    except OSError:
        return []


def test_the_crawl_ends_by_itself_without_a_traceback(crawl):
    assert crawl.run.returncode in (0, 1), crawl.run.stderr[-3000:]
    assert "Traceback" not in crawl.run.stderr, crawl.run.stderr[-6000:]


def test_every_process_stays_small(crawl):
    assert crawl.peak and max(crawl.peak.values()) < MEGABYTES, crawl.peak


@pytest.mark.parametrize("path", [path for path in FINE if path != "/fine/refresh"])
def test_what_is_good_arrives(crawl, path):
    assert crawl.record(path)["content_text"].startswith(PARAGRAPHS[0]) or path == "/fine/iso-8859-6"


def test_nothing_else_does(crawl):
    town = {url for url, record in crawl.records.items() if record["source"] == "town"}
    assert town <= {crawl.server.url(path) for path in FINE}


def test_what_is_bad_is_reported_with_its_reason(crawl):
    failed, rejected = crawl.summary["town"]["failed"], crawl.summary["town"]["rejected"]
    bad = [path for path in PAGES if path not in (*FINE, "/pair-b", "/feed")]
    assert failed["download_timeout"] + failed["too_large"] == 9
    assert failed["too_many_redirects"] >= 2
    assert failed["private_address"] >= 5
    assert sum(failed.values()) + sum(rejected.values()) >= len(bad), (failed, rejected)


def test_no_request_leaves_for_a_refused_address(crawl):
    own = {f"{host}:{crawl.server.port}" for host, *_ in SOURCES.values()}
    assert {request["host"] for request in crawl.requests} <= own
    assert not [request for request in crawl.requests if "reached" in request["path"] or "entity" in request["path"]]


def test_a_host_that_says_never_is_asked_once(crawl):
    assert [request["path"] for request in crawl.requests if request["host"].startswith("127.0.0.3")] == ["/robots.txt", "/feed"]


def test_nothing_is_asked_of_a_host_whose_robots_txt_cannot_be_had(crawl):
    assert {request["path"] for request in crawl.requests if request["host"].startswith("127.0.0.4")} == {"/robots.txt"}
    assert crawl.summary["shut"]["list_failed"] == {"robots_unreachable": 1}


def test_a_huge_robots_txt_is_read_in_part_and_obeyed(crawl):
    assert crawl.summary["huge-robots"]["article"] == {"new": 1}
    assert crawl.summary["huge-robots"]["failed"] == {"robots": 1}


def test_bombs_in_lists_hurt_nobody_beside_them(crawl):
    assert crawl.record("/good-far", "127.0.0.6")
    assert crawl.record("/good-00", "127.0.0.7")


def test_a_canonical_address_of_another_site_is_not_taken_over(crawl):
    assert "elsewhere.example" not in (crawl.record("/fine/hijack")["canonical_url"] or "")


def test_control_letters_and_markup_of_titles_reach_nobody(crawl):
    title = crawl.record("/fine/control")["title"]
    assert not any(ord(letter) < 32 for letter in title)
    table = crawl.run.stderr
    assert "<script>" not in table and "\u202e" not in table
    files = [path.name for path in crawl.out.rglob("*")]
    assert not [name for name in files if "passwd" in name]


def test_the_summary_is_whole(crawl):
    path = max((crawl.out / "runs").glob("*.json"))
    assert {row["source"] for row in json.loads(path.read_text())["sources"]} >= set(SOURCES)
