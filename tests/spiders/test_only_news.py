"""Crawls of one site that changes between them: nothing is fetched or written that is not new."""

from __future__ import annotations

import json
import time
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
    "/list": Answer(f'<html><body><a href="{KNOWN[-1]}?#top">x</a><a href="{KNOWN[-1]}/print">x</a></body></html>'.encode()),
}
AFTER = BEFORE | {path: page(path) for path in NEW} | {
    "/feed": Answer(atom([*NEW, *(path for path in KNOWN if path != DELETED)], changed=UPDATED, retitled=RETITLED), "application/atom+xml"),
    UPDATED: page(UPDATED, "وأضافت البلدية تصحيحا لموعد الافتتاح."),
    RETITLED: page(RETITLED, "وقال التجار إنهم ينتظرون الجدول الزمني."),
    DELETED: Answer(status=410),
}  # fmt: skip


AGES = ",".join(str(seconds / 3600) for seconds in (1, 2, 3, 4, 5, 7, 9, 12, 15, 18, 22, 26, 30, 40, 60, 90, 120))
"""A young article is due again a few seconds after each visit."""
STEADY, WANDERER, ARRIVED = "/side/steady-story-one", "/side/wandering-story-two", "/side/arrived-story-two"
COPY, AMP, LOST = "/side/copy-of-story-one", "/side/steady-story-one/amp", "/side/lost-story-three"
SIDE = (STEADY, WANDERER, LOST)
"""Articles of a second source, whose lists give no dates: they are young, and looked at again."""


def side_page(path: str, title: str, more: str = "") -> Answer:
    return Answer(story(title, more), headers={"ETag": f'"{title}{len(more)}"'.encode("ascii", "xmlcharrefreplace").decode()})


def side_feed(*paths: str) -> Answer:
    entries = ",".join(f'{{"id": "{path}", "url": "{path}"}}' for path in paths)
    return Answer(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{entries}]}}'.encode(), "application/feed+json")


BEFORE |= {"/side.json": side_feed(*SIDE)} | {path: side_page(path, f"خبر جانبي {path}") for path in SIDE}
AFTER |= {
    "/side.json": side_feed(COPY, AMP, *SIDE),
    STEADY: BEFORE[STEADY],
    WANDERER: Answer(status=301, headers={"Location": ARRIVED}),
    ARRIVED: side_page(ARRIVED, f"خبر جانبي {WANDERER}", "وأضيفت فقرة بعد نقل الخبر إلى عنوانه الجديد."),
    LOST: Answer(status=404),
    COPY: side_page(COPY, f"خبر جانبي {STEADY}"),
    AMP: side_page(AMP, f"خبر جانبي {STEADY}"),
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one crawl did."""

    paths: list[str]
    """What it asked for, ``robots.txt`` left out."""
    records: list[dict[str, Any]]
    summary: dict[str, Any]
    side: dict[str, Any]
    """The summary of the second source."""


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
            side = server.url(host="127.0.0.1")
            source_file(out, "side", side, f'discovery.feeds = ["{side}side.json"]')
            began = len(asked(server))
            time.sleep(2 if name == "changed" else 0)
            run = crawl(out, "news", "-a", "source=town,side", "-s", f"NEWSBOT_RECHECK_HOURS={AGES}")
            assert run.returncode == 0, run.stderr
            written = list(by_time(out))
            done[name] = Run(asked(server)[began:], written[seen:], *(last_summary(out / "out")[name] for name in ("town", "side")))
            seen = len(written)
    return done


def asked(server: Server) -> list[str]:
    return [path for path in server.paths() if path != "/robots.txt" and not path.startswith("/side")]


def of(source: str, run: Run) -> list[dict[str, Any]]:
    return [record for record in run.records if record["source"] == source]


def by_time(out: Path) -> Iterator[dict[str, Any]]:
    yield from sorted(records(out / "out"), key=lambda record: (record["revision"], record["fetched_at"]))


def events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in out.glob("out/events/**/*.jsonl") for line in path.read_text().splitlines()]


def test_the_first_crawl_fetches_each_article_once(runs):
    first = runs["first"]
    assert sorted(first.paths) == sorted(["/feed", "/list", *KNOWN])
    assert len(of("town", first)) == len(KNOWN) == first.summary["article"]["new"]


def test_a_second_crawl_of_an_unchanged_site_fetches_no_article_and_writes_nothing(runs, out):
    unchanged = runs["unchanged"]
    assert sorted({*unchanged.paths} - {DELETED}) == ["/feed", "/list"]  # what is gone may come back: it is looked at like a young one
    assert unchanged.records == []
    assert unchanged.summary["more"]["list_not_modified"] == 2
    assert len(events(out)) == 2


def test_three_new_two_edited_and_one_deleted_article_are_three_records_two_revisions_and_one_event(runs, out):
    changed = runs["changed"]
    assert sorted(changed.paths) == sorted(["/feed", "/list", *NEW, UPDATED, RETITLED, DELETED])
    told = sorted((record["url"].partition("localhost:")[2].partition("/")[2], record["revision"]) for record in of("town", changed))
    assert told == sorted([(path[1:], 1) for path in NEW] + [(path[1:], 2) for path in (UPDATED, RETITLED)])
    (event,) = [event for event in events(out) if event["url"].endswith(DELETED)]
    assert (event["event"], event["status"], event["last_revision"]) == ("deleted", 410, 1)
    assert event["id"] == next(record["id"] for record in runs["first"].records if record["url"].endswith(DELETED))
    assert event["id"] == article_id(event["url"])


def test_no_variant_is_fetched_beside_its_article(runs):
    assert not [path for run in runs.values() for path in run.paths if path.endswith("/print")]


def test_a_young_article_is_looked_at_again_and_its_server_says_that_nothing_changed(runs):
    assert runs["changed"].side["not_modified"] == 1


def test_a_young_article_that_is_gone_is_told_though_its_list_still_names_it(runs, out):
    (event,) = [event for event in events(out) if event["url"].endswith(LOST)]
    assert (event["status"], event["id"]) == (404, article_id(event["url"]))


def test_an_article_that_moved_keeps_its_id_and_its_edit_is_a_revision(runs):
    (moved,) = of("side", runs["changed"])
    first = next(record for record in of("side", runs["first"]) if record["url"].endswith(WANDERER))
    assert (moved["id"], moved["revision"], moved["url"].endswith(ARRIVED)) == (first["id"], 2, True)


def test_a_copy_and_an_amp_page_of_a_known_article_make_no_record(runs):
    side = runs["changed"].side
    assert (side["fetched"], side["more"]["duplicate"], side["unchanged"]) == (3, 1, 1)
