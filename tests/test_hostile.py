"""Pages that nobody would print: each gives a record or a rejection, in bounded time and memory."""

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from newsbot.batch import judge, open_pool
from newsbot.config import SHIPPED
from newsbot.page import RawPage

SENTENCE = "The council decided on Monday to rebuild the bridge over the river, which a flood had carried away. "
STORY = f"<h1>Bridge to be rebuilt</h1>{f'<p>{SENTENCE * 3}</p>' * 6}"
LIMIT_S = 20


def html(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>Bridge to be rebuilt</title>{head}</head><body>{body}</body></html>".encode()


WRONG_TYPES = (
    '{"@type":["NewsArticle",7],"headline":{"a":[]},"author":[[["x"]],3,null,{"name":{}}],"datePublished":[5,{}],'
    '"image":{"url":[null]},"publisher":"x","keywords":{"a":1}}'
)


PAGES = {
    "empty": b"",
    "white space": b" \n\t" * 1000,
    "binary": bytes(range(256)) * 4000,
    "pdf": b"%PDF-1.7\n" + b"x" * 10000,
    "null bytes": html(STORY).replace(b" ", b" \x00"),
    "3 MB of paragraphs": html(f"<article><h1>Bridge</h1>{f'<p>{SENTENCE}</p>' * 30000}</article>"),
    "5 MB of links": html("<ul>" + '<li><a href="/a">A link to somewhere</a></li>' * 100000 + "</ul>"),
    "5 MB in one paragraph": html(f"<p>{SENTENCE * 50000}</p>"),
    "5 MB of one letter": html("<p>" + "a" * 5_000_000 + "</p>"),
    "50,000 deep": html("<div>" * 50000 + STORY + "</div>" * 50000),
    "50,000 deep after the story": html(STORY + "<div>" * 50000 + "x"),
    "50,000 unclosed inline elements": html(STORY + "<b><i>x" * 25000),
    "50,000 attributes": html(f"<div {' '.join(f'a{n}=1' for n in range(50000))}>{STORY}</div>"),
    "a class of 1 MB": html(f'<div class="{"share " * 180000}">{STORY}</div>'),
    "wrongly declared utf-8": html(STORY, '<meta charset="utf-8">').replace(b"bridge", "جسر".encode("windows-1256")),
    "script only": html("<script>document.write('news')</script>" * 100),
    "script data only": html("<div id=root></div><script>window.__STATE__={'a':1}</script>"),
    "deep json-ld": html(STORY, f'<script type="application/ld+json">{"[" * 50000}{"]" * 50000}</script>'),
    "huge json-ld": html(
        STORY, '<script type="application/ld+json">{"@type":"NewsArticle","headline":[' + '"x",' * 500000 + '"y"]}</script>'
    ),
    "wrong types in json-ld": html(STORY, f'<script type="application/ld+json">{WRONG_TYPES}</script>'),
    "many headings": html("<h1>x</h1>" * 30000 + STORY),
    "many metas": html(STORY, '<meta property="article:published_time" content="2024-13-45T99:99:99Z">' * 20000),
    "a date of a million digits": html(f'<time datetime="{"1" * 1000000}">x</time>{STORY}'),
    "punctuation": html(f"<p>{'-- ( : ' * 200000}</p>{STORY}"),
    "combining marks": html(f"<p>{'e' + chr(0x301) * 500000}</p>{STORY}"),
    "table of 50,000 cells": html(f"<table>{'<tr>' + '<td>1</td>' * 50 + '</tr>'}</table>" * 1000 + STORY),
    "nested tables": html("<table><tr><td>" * 500 + STORY + "</td></tr></table>" * 500),
    "no html element": b"<p>" + SENTENCE.encode() * 30,
    "frameset": b"<html><frameset><frame src=a></frameset></html>",
    "xhtml with entities": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><html><body><p>&b;</p>'
    + STORY.encode()
    + b"</body></html>",
    "surrogates": html(STORY + "<p>&#xD800;&#x110000;&#0;</p>"),
    "terminal escapes": html(f"<h1>&#27;[2J&#7;title</h1><p>&#27;]0;x&#7;{SENTENCE * 5}</p>"),
}


@pytest.fixture(scope="module")
def pool():
    with open_pool((SHIPPED,), 2, LIMIT_S, None, judge) as pool:
        yield pool


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_is_a_record_or_a_rejection(pool, name):
    begin = time.monotonic()
    outcome = pool.submit(RawPage("https://e.example/2024/05/05/bridge-to-be-rebuilt", PAGES[name], "2024-05-06T00:00:00Z")).result()
    assert outcome.article is not None or outcome.rejected, outcome.reason
    assert time.monotonic() - begin < LIMIT_S + 10
    if outcome.article is not None:
        printed = "".join(block.text for block in outcome.article.blocks) + (outcome.article.title or "")
        assert not any(ord(letter) < 32 and letter != "\n" for letter in printed)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell of its processes as files")
def test_workers_stay_small(pool):
    """Peak memory of the workers that have read the pages above."""
    peaks_kb = list(worker_peaks())
    assert peaks_kb and max(peaks_kb) < 600 * 1024


def worker_peaks():
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # processes end while they are looked at
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            if int(status["PPid"]) == os.getpid() and b"workers.py" in (folder / "cmdline").read_bytes():
                yield int(status["VmHWM"].split()[0])


def test_a_theme_that_gives_a_box_its_class_to_the_whole_page_loses_no_story(pool):
    body = html(STORY).replace(b"<body>", b'<body class="sharedaddy">')
    outcome = pool.submit(RawPage("https://e.example/2024/05/05/bridge-to-be-rebuilt", body)).result()
    assert outcome.article is not None and SENTENCE.strip() in outcome.article.blocks[0].text
