"""The demo newsroom: what it tells, what it serves, and that it ends when it should."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.etree
import lxml.html
import pytest
from protego import Protego

from data.demo import run
from data.demo.newsroom.feeds import API
from data.demo.newsroom.meridian import BAD_PAGE
from data.demo.newsroom.nahar import PREVIEW
from data.demo.newsroom.site import build_site
from data.demo.newsroom.stories import DEMO, Story, load_stories, load_taken_down, read_story
from newsbot.discovery.feeds import read_feed
from newsbot.discovery.wordpress import read_posts
from newsbot.sources import load_source

PROJECT = Path(__file__).resolve().parents[2]
BASES = {"nahar": "http://localhost:8001", "meridian": "http://127.0.0.1:8002"}
FEEDS = {"nahar": ["/feed/"], "meridian": ["/feeds/all.atom", "/feeds/en.rss"]}
INDEXES = {"nahar": "/sitemap_index.xml", "meridian": "/sitemap.xml"}
FILES = sorted((DEMO / "articles").glob("*/*.md"))
STORIES = load_stories(2)
both_sites = pytest.mark.parametrize("site", ["nahar", "meridian"])
every_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


@contextmanager
def open_newsroom(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-m", "data.demo.newsroom", *options]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process, json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def place() -> Iterator[dict[str, str]]:
    with open_newsroom() as (_, place):
        yield place


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers), answer.read()


def page_lines(story: Story) -> str:
    document = build_site(story.site, BASES[story.site], 2)[story.path]
    tree = lxml.html.fromstring(document.body)
    for line_break in tree.iter("br"):
        line_break.tail = f" {(line_break.tail or '').lstrip()}"
    return "\n".join(" ".join(element.text_content().split()) for element in tree.iter("p", "h1", "h2", "h3", "li", "td", "th"))


# What is told


def test_there_are_enough_stories_in_enough_languages():
    stories = load_stories(1)
    languages = [story.language for story in stories]
    assert len(stories) >= 15
    assert set(languages) == {"ar", "fa", "ur", "en", "fr", "de", "es", "ru", "tr", "ja"}
    assert languages.count("ar") >= 5


def test_second_edition_has_two_new_stories_one_edited_and_one_taken_down():
    first, second = ({(story.site, story.slug): story for story in load_stories(edition)} for edition in (1, 2))
    assert sorted(slug for _, slug in second.keys() - first.keys()) == ["dust-station", "puente-de-sal"]
    assert first.keys() - second.keys() == {("meridian", "velo-cargo")}
    changed = [key for key in first.keys() & second.keys() if first[key] != second[key]]
    assert changed == [("meridian", "tide-mill")]
    old, new = first[changed[0]], second[changed[0]]
    assert old.path == new.path
    assert old.content_text != new.content_text
    assert old.last_change < new.last_change


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_story_has_text_and_uses_each_of_its_pictures_once(path: Path):
    story = read_story(path)
    assert len([part for part in story.parts if part.kind == "paragraph"]) >= 4
    assert [part.source for part in story.parts if part.kind == "picture"] == [str(number) for number in range(len(story.pictures))]
    assert story.special


def test_story_paths_are_unique():
    assert len({(story.site, story.path) for story in STORIES}) == len(STORIES)


@every_story
def test_page_carries_every_block_of_its_story_once_and_in_order(story: Story):
    lines = page_lines(story).split("\n")
    wanted = [cell for kind, text in story.blocks for cell in (text.split(" | ") if kind == "table_row" else [text])]
    story_lines = [line for line in lines if line in wanted]
    assert story_lines == wanted


@every_story
def test_page_has_at_least_as_much_furniture_as_story(story: Story):
    assert len(page_lines(story).split("\n")) > len(story.blocks) + 10


def test_paywalled_page_keeps_the_rest_of_the_story_back():
    story = next(story for story in STORIES if story.access == "paywalled")
    kept_back = [part.text for part in story.parts if part not in story.shown]
    assert kept_back
    assert not any(text in page_lines(story) for text in kept_back)


# What is served


@both_sites
def test_every_address_answers_and_links_only_to_addresses_that_answer(place: dict[str, str], site: str):
    base = place[site]
    documents = build_site(site, base, 1)
    for path in documents:
        status, headers, body = fetch(base + path)
        assert status == 200, path
        if headers["Content-Type"].startswith("text/html") and path != BAD_PAGE:
            links = {urljoin(base + path, link.get("href")) for link in lxml.html.fromstring(body).iter("a")}
            inside = {link.removeprefix(base).split("#")[0] for link in links if link.startswith(base)}
            assert inside - documents.keys() <= {"/subscribe"}, path


@both_sites
@pytest.mark.parametrize("edition", [1, 2])
def test_feeds_are_well_formed_and_hold_only_stories(site: str, edition: int):
    documents = build_site(site, BASES[site], edition)
    for path in FEEDS[site]:
        feed = feedparser.parse(documents[path].body)
        assert not feed.bozo
        assert len(feed.entries) >= 3
        assert all(urlsplit(entry.link).path in documents and entry.published_parsed for entry in feed.entries)


def test_json_feed_and_posts_tell_the_stories():
    stories = load_stories(1, "meridian")[:6]
    feed = read_feed(build_site("meridian", BASES["meridian"], 1)["/feeds/all.json"].body, BASES["meridian"])
    assert [(link.url, link.title) for link in feed.links] == [(BASES["meridian"] + story.path, story.title) for story in stories]
    posts = read_posts(build_site("nahar", BASES["nahar"], 1)[API].body, BASES["nahar"])
    assert {link.url for link in posts} == {BASES["nahar"] + story.path for story in load_stories(1, "nahar")}


def test_posts_answer_every_query(place: dict[str, str]):
    assert fetch(f"{place['nahar']}{API}?per_page=100&page=1")[0] == 200


def test_a_story_that_was_taken_down_is_gone_and_named_nowhere():
    (story,) = load_taken_down(2, "meridian")
    first, second = (build_site("meridian", BASES["meridian"], edition) for edition in (1, 2))
    assert (first[story.path].status, second[story.path].status) == (200, 410)
    assert not [path for path, document in second.items() if story.path.encode() in document.body]


@both_sites
def test_sitemap_index_leads_to_every_story(site: str):
    documents = build_site(site, BASES[site], 1)
    found: set[str] = set()
    for child in locations(documents[INDEXES[site]].body):
        body = documents[child].body
        found |= set(locations(gzip.decompress(body) if child.endswith(".gz") else body))
    assert found - {BAD_PAGE} == {story.path for story in load_stories(1, site)}


def locations(sitemap: bytes) -> list[str]:
    return [urlsplit(loc.text).path for loc in lxml.etree.fromstring(sitemap).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


@both_sites
def test_listings_lead_to_every_story_page_by_page(site: str):
    documents = build_site(site, BASES[site], 1)
    seen, path = set(), "/"
    while path:
        tree = lxml.html.fromstring(documents[path].body)
        seen |= {link.get("href").removeprefix(BASES[site]) for link in tree.iter("a")}
        following = tree.xpath("string(//a[@rel='next']/@href)")
        path = following.removeprefix(BASES[site])
    assert {story.path for story in load_stories(1, site)} <= seen


@both_sites
def test_robots_allow_stories_and_forbid_what_looks_like_one(site: str):
    documents = build_site(site, BASES[site], 1)
    robots = Protego.parse(documents["/robots.txt"].body.decode())
    stories = load_stories(1, site)
    forbidden = PREVIEW if site == "nahar" else f"/print{stories[0].path}"
    assert all(robots.can_fetch(BASES[site] + story.path, "newsbot") for story in stories)
    assert forbidden in documents
    assert not robots.can_fetch(BASES[site] + forbidden, "newsbot")
    assert set(robots.sitemaps) <= {BASES[site] + path for path in documents}


@both_sites
def test_unchanged_pages_are_not_sent_again(place: dict[str, str], site: str):
    url = place[site] + load_stories(1, site)[0].path
    _, headers, _ = fetch(url)
    assert fetch(url, If_None_Match=headers["ETag"])[0] == 304
    assert fetch(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert fetch(url, If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert fetch(url, If_Modified_Since="Thu, 01 Jan 2026 00:00:00 GMT")[0] == 200
    assert fetch(url, If_Modified_Since="yesterday")[0] == 200


def test_pages_are_sent_gzipped_to_those_who_ask(place: dict[str, str]):
    url = place["meridian"] + "/"
    plain, packed = fetch(url), fetch(url, Accept_Encoding="gzip")
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]
    assert "Content-Encoding" not in fetch(place["meridian"] + "/sitemaps/2026.xml.gz", Accept_Encoding="gzip")[1]


def test_head_and_unknown_addresses_are_answered(place: dict[str, str]):
    assert fetch(place["nahar"] + "/", method="HEAD")[::2] == (200, b"")
    assert fetch(place["nahar"] + "/2026/01/01/nothing-here/")[0] == 404


def test_old_charset_is_declared_in_the_page_only(place: dict[str, str]):
    story = next(story for story in STORIES if story.charset == "windows-1256")
    _, headers, body = fetch(place["nahar"] + story.path)
    assert headers["Content-Type"] == "text/html"
    assert story.blocks[0][1] in body.decode("windows-1256")


def test_bad_page_calls_a_pdf_html(place: dict[str, str]):
    _, headers, body = fetch(place["meridian"] + BAD_PAGE)
    assert headers["Content-Type"].startswith("text/html")
    assert body.startswith(b"%PDF")


# How it lives and ends


def test_second_edition_is_served_at_the_same_addresses_and_requests_are_logged(tmp_path: Path):
    with open_newsroom() as (_, first):
        pass
    ports = ",".join(str(urlsplit(first[site]).port) for site in ("nahar", "meridian"))
    log = tmp_path / "log.jsonl"
    with open_newsroom("--edition=2", f"--ports={ports}", f"--log={log}") as (_, second):
        assert {**first, "edition": 2} == second
        new = next(story for story in STORIES if story.slug == "puente-de-sal")
        assert fetch(second["meridian"] + new.path, User_Agent="tester")[0] == 200
    entry = json.loads(log.read_text(encoding="utf-8"))
    assert (entry["path"], entry["status"], entry["agent"]) == (new.path, 200, "tester")


def test_taken_port_is_said_in_one_line(place: dict[str, str]):
    port = urlsplit(place["nahar"]).port
    command = [sys.executable, "-m", "data.demo.newsroom", f"--ports={port},0"]
    process = subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert process.stderr.count("\n") == 1
    assert process.stdout == ""


def test_newsroom_ends_when_the_one_who_started_it_is_killed():
    starter = (
        "import subprocess, sys\n"
        "command = [sys.executable, '-m', 'data.demo.newsroom']\n"
        "process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "print(process.stdout.readline(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", starter], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        base = json.loads(parent.stdout.readline())["meridian"]
        assert fetch(base + "/robots.txt")[0] == 200
        parent.kill()
    assert is_closed_soon(base)


def is_closed_soon(base: str) -> bool:
    for _ in range(100):
        try:
            fetch(base + "/robots.txt")
        except (urllib.error.URLError, ConnectionError):
            return True
    return False


def test_demo_sources_are_valid_and_announce_what_exists(tmp_path: Path):
    run.write_sources(tmp_path, {**BASES, "edition": 1})
    for site in ("nahar", "meridian"):
        source = load_source(tmp_path / "data" / "sources" / f"{site}-demo.toml")
        documents = build_site(site, BASES[site], 1)
        discovery = source.discovery
        announced = [*discovery.feeds, *discovery.news_sitemaps, *discovery.sitemaps, *discovery.sections]
        assert all(address.removeprefix(BASES[site]) in documents for address in announced)
        assert source.all_hosts == {urlsplit(BASES[site]).hostname}
