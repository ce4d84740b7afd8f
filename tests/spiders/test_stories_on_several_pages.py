"""Crawls of a site that prints its stories over several addresses."""

import os
import subprocess
import sys

import pytest

from tests.newsroom import PARAGRAPHS, crawl, last_summary, records, rss, source_file
from tests.server import Answer, serve

WHOLE, BROKEN, CLOSED, DENIED = (f"/news/the-old-market-{name}" for name in ("whole", "broken", "closed", "denied"))
MORE = tuple(f"{paragraph} ({number})" for number in (2, 3) for paragraph in PARAGRAPHS)


def part(path, number):
    text = PARAGRAPHS if number == 1 else [one for one in MORE if one.endswith(f"({number})")]
    links = "".join(f'<a href="{path}{f"?page={other}" if other > 1 else ""}">{other}</a> ' for other in (1, 2, 3) if other != number)
    story = "".join(f"<p>{path} {one}</p>" for one in text)
    title = f"السوق القديم {path}"
    head = f'<html lang="ar"><head><meta charset="utf-8"><title>{title}</title></head>'
    return Answer(f"{head}<body><article><h1>{title}</h1>{story}{links}</article>".encode())


ANSWERS = {
    "/feed": Answer(rss(WHOLE, BROKEN, CLOSED, DENIED), "application/rss+xml"),
    "/robots.txt": Answer(f"User-agent: *\nDisallow: {CLOSED}?page=3\n".encode(), "text/plain"),
    **{path: part(path, 1) for path in (WHOLE, BROKEN, CLOSED, DENIED)},
    **{f"{path}?page=2": part(path, 2) for path in (WHOLE, CLOSED, DENIED)},
    f"{WHOLE}?page=3": part(WHOLE, 3),
    f"{CLOSED}?page=3": part(CLOSED, 3),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    data = tmp_path_factory.mktemp("several")
    with serve(data, ANSWERS) as server:
        more = f'discovery.feeds = ["{server.url("/feed")}"]\narticles.deny = ["denied[?]page="]'
        source_file(data, "market", server.url(), more)
        run = crawl(data, "news", "-a", "source=market")
        assert run.returncode == 0, run.stderr
        yield data, server.paths()


def told(data):
    return {record["url"].rpartition("/")[2]: record for record in records(data / "out")}


def test_a_story_is_one_record_with_the_text_of_all_its_pages(crawled):
    data, asked = crawled
    whole = told(data)[WHOLE.rpartition("/")[2]]
    assert whole["content_text"].split("\n") == [f"{WHOLE} {one}" for one in (*PARAGRAPHS, *MORE)]
    assert "more_pages" not in whole["quality"]["flags"] and len(told(data)) == 4
    assert [path for path in asked if path.startswith(WHOLE)] == [WHOLE, f"{WHOLE}?page=2", f"{WHOLE}?page=3"]


def test_pages_that_do_not_come_are_told_and_what_robots_or_the_source_forbid_is_not_asked_for(crawled):
    data, asked = crawled
    broken, closed = (told(data)[path.rpartition("/")[2]] for path in (BROKEN, CLOSED))
    assert "more_pages" in broken["quality"]["flags"] and broken["content_text"].count("\n") == len(PARAGRAPHS) - 1
    assert "more_pages" in closed["quality"]["flags"] and closed["content_text"].count("\n") == len(PARAGRAPHS) * 2 - 1
    assert f"{CLOSED}?page=3" not in asked and not any(path.startswith(f"{DENIED}?") for path in asked)
    more = last_summary(data / "out")["market"]["more"]
    assert (more["later_page"], more["later_page_failed"]) == (3, 3)


def test_the_archive_gives_the_same_records_again(crawled):
    data, _ = crawled
    before = told(data)
    environment = {**os.environ, "NEWSBOT_DATA": str(data), "NEWSBOT_OUT": str(data / "out")}
    command = [sys.executable, "-m", "scrapy", "reextract", "--again", "--jobs", "1"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert told(data) == before, run.stdout
