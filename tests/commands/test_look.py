"""``scrapy trial``, ``explain`` and ``throughput``: commands for people who look before they crawl."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.newsroom import PARAGRAPHS, rss, source_file, story
from tests.server import Answer, serve
from tests.warc import write_warc

PROJECT = Path(__file__).parents[2]
FOUNDING = PROJECT / "tests" / "pages" / "beiruttime" / "russia-africa-defence" / "page.html"


def scrapy(*arguments: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    own = {"COLUMNS": "200", **({"NEWSBOT_DATA": str(data), "NEWSBOT_OUT": str(data / "out")} if data else {})}
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, env={**os.environ, **own}, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def test_a_trial_shows_articles_and_writes_nothing(tmp_path):
    answers = {"/feed": Answer(rss("/one", "/two", "/three"), "application/rss+xml"), "/one": Answer(story()), "/two": Answer(story())}
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "town", server.url(), f'discovery.feeds = ["{server.url()}feed"]')
        tried = scrapy("trial", "town", "-n", "2", data=tmp_path)
        assert tried.returncode == 0, tried.stderr
        assert tried.stdout.count("بدء ترميم السوق القديم") == 2 and PARAGRAPHS[0][:40] in tried.stdout
        assert not (tmp_path / "out").exists()
        by_address = scrapy("trial", f"{server.url()}feed", "-n", "1")
        assert by_address.returncode == 0 and "بدء ترميم السوق القديم" in by_address.stdout, by_address.stderr


def test_a_trial_without_an_article_says_why(tmp_path):
    with serve(tmp_path, {"/feed": Answer(rss("/gone"), "application/rss+xml")}) as server:
        source_file(tmp_path, "town", server.url(), f'discovery.feeds = ["{server.url()}feed"]')
        tried = scrapy("trial", "town", data=tmp_path)
    assert tried.returncode == 1 and "failed: " in tried.stdout


def test_an_explanation_names_rule_and_origin():
    explained = scrapy("explain", str(FOUNDING), "--url", "https://beiruttime-lb.example/russia-africa-defence/")
    assert explained.returncode == 0, explained.stderr
    for part in ("ar/disclaimer-site", "keep", "dateline", "TASS", "defense-arabic.com"):
        assert part in explained.stdout


def test_an_address_is_explained_too(tmp_path):
    with serve(tmp_path, {"/one": Answer(story())}) as server:
        explained = scrapy("explain", server.url("/one"))
        assert explained.returncode == 0 and PARAGRAPHS[1][:30] in explained.stdout, explained.stderr
        missing = scrapy("explain", server.url("/none"))
        assert missing.returncode == 1 and "failed" in missing.stderr


def test_a_page_cannot_write_to_the_terminal(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(story(title="&#27;[2Jtitle &#27;]0;owned&#7;"))
    explained = scrapy("explain", str(page))
    assert explained.returncode == 0 and "\x1b[2J" not in explained.stdout and "\x07" not in explained.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("trial",),
        ("trial", "nobody"),
        ("trial", "beiruttime", "-n", "0"),
        ("trial", "beiruttime"),
        ("explain",),
        ("explain", "no-such-file.html"),
        ("explain", str(FOUNDING), "--source", "nobody"),
        ("throughput",),
        ("throughput", "no-such-file.warc.gz"),
        ("throughput", str(FOUNDING)),
        ("throughput", "--of", "dates", "no-such-file.jsonl"),
    ],
)
def test_a_mistake_is_one_line_and_code_2(arguments):
    done = scrapy(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1


def test_throughput_shows_steps_and_the_ratio_to_trafilatura(tmp_path):
    path = write_warc(tmp_path / "pages.warc.gz", {f"https://a.example/{number}": story() for number in range(3)})
    measured = scrapy("throughput", str(path), "--jobs", "1")
    assert measured.returncode == 0, measured.stderr
    for part in ("3 pages", "parse", "trafilatura", "pages a second"):
        assert part in measured.stdout


def test_throughput_of_date_strings_tells_the_median_and_the_first_call():
    measured = scrapy("throughput", "--of", "dates")
    assert measured.returncode == 0, measured.stderr
    rate, first = measured.stdout.splitlines()
    assert "date strings: median" in rate and first.startswith("first call of this process:")
