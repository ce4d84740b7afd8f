"""One crawl of many hosts, judged by what they saw: how often they were asked, and with which credentials."""

from __future__ import annotations

import gzip
import sqlite3
import sys
from itertools import pairwise

import pytest

from tests.hostile_server import serve_hostile
from tests.newsroom import crawl as run_crawl
from tests.newsroom import last_summary, records, source_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.0/8")
SECRETS = {"READER_KEY": "k-4711-secret", "SESSION": "s-4712-secret", "PROXY_PASS": "p-4713-secret"}
DELAY_S = {"11": 0.3, "12": 0.3, "13": 1.0, "14": 0.2, "15": 0.2, "16": 0.2, "18": 0.1, "19": 0.2, "24": 0.3}
SOURCES = {
    "moved": ("127.0.0.11", 0.3, 1, 'hosts = ["127.0.0.12", "127.0.0.11"]'),
    "told": ("127.0.0.13", 0.1, 4, ""),
    "slow": ("127.0.0.14", 0.2, 3, ""),
    "seconds": ("127.0.0.15", 0.2, 1, ""),
    "date": ("127.0.0.16", 0.2, 1, ""),
    "absurd": ("127.0.0.17", 0.1, 1, ""),
    "broken": ("127.0.0.18", 0.1, 1, ""),
    "resets": ("127.0.0.19", 0.2, 1, ""),
    "secure": ("127.0.0.24", 0.3, 1, 'hosts = ["127.0.0.24"]'),
    "keyed": (
        "127.0.0.20",
        0,
        1,
        '[access]\nheaders = {X-Reader = "key ${READER_KEY}"}\ncookies = {session = "${SESSION}"}\nprivate_hosts = ["127.0.0.20"]',
    ),
    "proxied": ("127.0.0.22", 0, 1, '[access]\nproxy = "http://me:${PROXY_PASS}@127.0.0.23:%d"'),
}


class Crawl:
    def __init__(self, server, run, out):
        self.run, self.out, self.port, self.other_port = run, out, server.port, server.other_port
        self.requests = server.requests()
        self.summary = last_summary(out)
        self.records = records(out)

    def of(self, number):
        return [request for request in self.requests if request["host"].startswith(f"127.0.0.{number}:")]

    def gaps(self, number):
        return [after["at"] - before["at"] for before, after in pairwise(sorted(self.of(number), key=lambda request: request["at"]))]

    def paths(self, number):
        return [request["path"] for request in self.of(number)]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manners")
    with serve_hostile(folder) as server:
        for name, (host, delay_s, concurrency, more) in SOURCES.items():
            home = server.url(host=host)
            more = more % server.port if "%d" in more else more
            tables = f'discovery.feeds = ["{home}feed"]\n'
            source_file(folder, name, home, more + "\n" + tables if more.startswith("hosts") else tables, delay_s)
            path = folder / "sources" / f"{name}.toml"
            path.write_text(path.read_text() + f"concurrency = {concurrency}\n" + (more if more.startswith("[") else ""))
        options = (
            "NEWSBOT_MAX_WAIT_S=20",
            "NEWSBOT_HOST_FAILURES=4",
            "NEWSBOT_BACK_OFF_S=100",
            "RETRY_TIMES=1",
            "CONCURRENT_REQUESTS_PER_DOMAIN=4",
            "DOWNLOAD_VERIFY_CERTIFICATES=0",
        )
        arguments = [part for option in options for part in ("-s", option)]
        run = run_crawl(folder, "news", "-a", f"source={','.join(SOURCES)}", *arguments, environment=SECRETS)
        first = Crawl(server, run, folder / "out")
        again = run_crawl(folder, "news", "-a", "source=told", *arguments, environment=SECRETS)
        first.second = server.requests()[len(first.requests) :], again
        yield first


def test_it_ends_well(crawl):
    assert crawl.run.returncode in (0, 1), crawl.run.stderr
    assert "Traceback" not in crawl.run.stderr, crawl.run.stderr


@pytest.mark.parametrize("number", [number for number in DELAY_S if number != "14"])
def test_no_gap_between_two_requests_to_a_host_is_shorter_than_its_delay(crawl, number):
    """Held strictly: a host writes down a request before it answers, and the delay counts from the answer's first byte."""
    assert len(crawl.gaps(number)) >= 3
    assert min(crawl.gaps(number)) >= DELAY_S[number], crawl.paths(number)


def test_several_at_once_keep_the_gap_and_do_overlap(crawl):
    gaps = crawl.gaps("14")
    assert min(gaps) >= DELAY_S["14"] - 0.03  # the host's own clock: nothing ties its log to our sending
    assert min(gaps[2:]) < 0.5  # an answer takes that long


def test_redirects_keep_the_pace_of_the_host_that_they_lead_to(crawl):
    assert {"/good-00", "/good-01", "/good-02"} <= set(crawl.paths("12"))
    assert f"127.0.0.11:{crawl.other_port}" in {request["host"] for request in crawl.of("11")}


def test_https_and_http_share_one_pace(crawl):
    assert len({request["host"] for request in crawl.of("24")}) == 2
    assert crawl.summary["secure"]["article"] == {"new": 5}


def test_retry_after_is_kept_to_the_second(crawl):
    for number, seconds in (("15", 2), ("16", 2)):
        paths, gaps = crawl.paths(number), crawl.gaps(number)
        first = paths.index("/good-02")
        assert seconds <= gaps[first] < seconds + 3.5, (number, gaps)
        assert paths.count("/good-02") == 2


def test_what_was_postponed_arrives(crawl):
    for name in ("seconds", "date"):
        assert crawl.summary[name]["article"] == {"new": 6}
        assert not crawl.summary[name]["failed"]


def test_an_absurd_crawl_delay_holds_the_host(crawl):
    assert crawl.paths("17") == ["/robots.txt"]


def test_a_later_run_knows_the_robots_txt_of_the_day(crawl):
    requests, run = crawl.second
    assert run.returncode == 0, run.stderr
    assert "/feed" in [request["path"] for request in requests]
    assert "/robots.txt" not in [request["path"] for request in requests]


def test_a_host_that_keeps_failing_is_left_alone(crawl):
    assert len([path for path in crawl.paths("18") if path.startswith("/bad")]) == 4


def test_a_request_is_never_sent_twice_behind_the_delay(crawl):
    assert crawl.paths("19").count("/good-02") == 2  # RETRY_TIMES=1


def test_credentials_go_to_the_sources_own_pages(crawl):
    for path in ("/feed", "/good-00", "/flaky"):
        for request in crawl.of("20"):
            if request["path"] == path:
                assert request["headers"]["X-Reader"] == "key k-4711-secret"
                assert request["headers"]["Cookie"] == "session=s-4712-secret"
    assert crawl.paths("20").count("/flaky") == 2


def test_and_nowhere_else(crawl):
    shown = [request for request in crawl.requests if any(secret in str(request["headers"]) for secret in SECRETS.values())]
    own, proxy = f"127.0.0.20:{crawl.port}", f"127.0.0.23:{crawl.port}"
    assert {request["host"] for request in shown} == {own, proxy} - ({proxy} if not crawl.of("23") or "4713" not in str(shown) else set())
    assert [request for request in crawl.of("20") if request["host"].endswith(str(crawl.other_port))]


def test_a_proxy_is_asked_in_the_hosts_place(crawl):
    assert not crawl.of("22")
    assert {request["path"].rpartition("/")[2] for request in crawl.of("23")} == {"robots.txt", "feed", "good"}
    assert all(request["headers"]["Proxy-Authorization"].startswith("Basic ") for request in crawl.of("23"))


def test_no_secret_stays_behind(crawl):
    basic = "bWU6cC00NzEzLXNlY3JldA"  # me:p-4713-secret
    left = crawl.run.stderr.encode() + crawl.run.stdout.encode()
    for path in crawl.out.rglob("*"):
        if path.is_file():
            left += contents(path)
    assert not [secret for secret in (*SECRETS.values(), basic) if secret.encode() in left]


def contents(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix != ".sqlite":
        return path.read_bytes()
    with sqlite3.connect(path) as database:
        text = "\n".join(database.iterdump())
    database.close()
    return text.encode()


def test_a_missing_variable_ends_the_crawl_before_it_begins(tmp_path):
    source_file(tmp_path, "keyed", "http://127.0.0.1:9/")
    path = tmp_path / "sources" / "keyed.toml"
    path.write_text(path.read_text() + '[access]\nheaders = {X-Reader = "${NO_SUCH_KEY}"}\n')
    run = run_crawl(tmp_path, "news", "-a", "source=keyed")
    assert run.returncode == 2
    assert run.stderr.strip() == (
        "keyed.toml: access.headers.X-Reader: the environment has no NO_SUCH_KEY; set it (export NO_SUCH_KEY=...), or take the key out"
    )
