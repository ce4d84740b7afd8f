"""Crawls of one site that changes between them: nothing is fetched or written that is not new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsbot.urls import article_id
from tests.newsroom import crawl, last_summary, records, source_file, story
from tests.server import Answer, Server, serve

FIRST_DAY = "2026-11-01T08:00:00Z"
TOMORROW = "2099-01-01T00:00:00Z"
"""A date that is later than any visit."""
TITLES = {f"/news/story-{number}-of-the-town": f"خبر رقم {number} من المدينة" for number in range(10)}
PATHS = list(TITLES)
KNOWN, NEW = PATHS[3:], PATHS[:3]
UPDATED, RETITLED, DELETED = KNOWN[0], KNOWN[1], KNOWN[2]


def atom(paths: list[str], **updated: str) -> bytes:
    """A feed of *paths*; *updated* by number of the story."""
    entries = "".join(
        f'<entry><title>{TITLES[path]}{" (محدث)" if path == updated.get("retitled") else ""}</title><link href="{path}"/>'
        f"<published>{FIRST_DAY}</published><updated>{TOMORROW if path == updated.get('changed') else FIRST_DAY}</updated></entry>"
        for path in paths
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{entries}</feed>'.encode()


def page(path: str, more: str = "") -> Answer:
    return Answer(story(TITLES[path], more), headers={"ETag": f'"{path}{len(more)}"'})


BEFORE = {path: page(path) for path in KNOWN} | {
    "/feed": Answer(atom(KNOWN), "application/atom+xml", headers={"ETag": '"feed"'}),
    "/list": Answer(f'<html><body><a href="{KNOWN[-1]}?utm_source=list">x</a><a href="{KNOWN[-1]}/print">x</a></body></html>'.encode()),
}
AFTER = BEFORE | {path: page(path) for path in NEW} | {
    "/feed": Answer(atom([*NEW, *(path for path in KNOWN if path != DELETED)], changed=UPDATED, retitled=RETITLED), "application/atom+xml"),
    UPDATED: page(UPDATED, "وأضافت البلدية تصحيحا لموعد الافتتاح."),
    RETITLED: page(RETITLED, "وقال التجار إنهم ينتظرون الجدول الزمني."),
    DELETED: Answer(status=410),
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one crawl did."""

    paths: list[str]
    """What it asked for, ``robots.txt`` left out."""
    records: list[dict[str, Any]]
    summary: dict[str, Any]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("only-news")


@pytest.fixture(scope="module")
def runs(out: Path) -> dict[str, Run]:
    """The site as it was, then changed, then as it is: unchanged."""
    done: dict[str, Run] = {}
    port, seen = 0, 0
    for name, answers in {"first": BEFORE, "changed": AFTER, "unchanged": AFTER}.items():
        with serve(out, answers, port) as server:
            port = server.port
            lists = f'discovery.feeds = ["{server.url("/feed")}"]\ndiscovery.sections = ["{server.url("/list")}"]'
            source_file(out, "town", server.url(), lists)
            began = len(asked(server))
            run = crawl(out, "news", "-a", "source=town")
            assert run.returncode == 0, run.stderr
            written = list(by_time(out))
            done[name] = Run(asked(server)[began:], written[seen:], last_summary(out / "out")["town"])
            seen = len(written)
    return done


def asked(server: Server) -> list[str]:
    return [path for path in server.paths() if path != "/robots.txt"]


def by_time(out: Path) -> Iterator[dict[str, Any]]:
    yield from sorted(records(out / "out"), key=lambda record: (record["revision"], record["fetched_at"]))


def events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in out.glob("out/events/**/*.jsonl") for line in path.read_text().splitlines()]


def test_the_first_crawl_fetches_each_article_once(runs):
    first = runs["first"]
    assert sorted(first.paths) == sorted(["/feed", "/list", *KNOWN])
    assert len(first.records) == len(KNOWN) == first.summary["article"]["new"]


def test_a_second_crawl_of_an_unchanged_site_fetches_no_article_and_writes_nothing(runs, out):
    unchanged = runs["unchanged"]
    assert sorted(unchanged.paths) == ["/feed", "/list"]
    assert unchanged.records == []
    assert unchanged.summary["more"]["list_not_modified"] == 2
    assert len(events(out)) == 1


def test_three_new_two_edited_and_one_deleted_article_are_three_records_two_revisions_and_one_event(runs, out):
    changed = runs["changed"]
    assert sorted(changed.paths) == sorted(["/feed", "/list", *NEW, UPDATED, RETITLED, DELETED])
    told = sorted((record["url"].partition("localhost:")[2].partition("/")[2], record["revision"]) for record in changed.records)
    assert told == sorted([(path[1:], 1) for path in NEW] + [(path[1:], 2) for path in (UPDATED, RETITLED)])
    (event,) = events(out)
    assert (event["event"], event["status"], event["last_revision"]) == ("deleted", 410, 1)
    assert event["id"] == next(record["id"] for record in runs["first"].records if record["url"].endswith(DELETED))
    assert event["id"] == article_id(event["url"])


def test_no_variant_and_no_tracked_address_is_fetched_beside_its_article(runs):
    assert not [path for run in runs.values() for path in run.paths if "utm_" in path or path.endswith("/print")]
