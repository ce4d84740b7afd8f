"""Sites that are asked politely, or not: each host has its own wishes."""

from __future__ import annotations

import time
from email.utils import formatdate

from tests.hostile_sites import failing, hang_up
from tests.newsroom import rss
from tests.visits import Behaviour, Visitor, good, page, to


def polite_sites() -> dict[str, dict[str, Behaviour]]:
    stories = {f"/good-{number:02}": good(f"/good-{number:02}") for number in range(6)}
    feed = {"/feed": page(rss(*stories), content_type="application/rss+xml")}
    keys = {
        "/feed": page(rss("/good-00", "/to-port", "/flaky"), content_type="application/rss+xml"),
        "/good-00": good("/good-00"),
        "/to-port": to("http://127.0.0.20:{other}/good-01"),
        "/good-01": good("/good-01"),
        "/flaky": Once(failing, good("/flaky")),
    }
    moved = {"/feed": page(rss("/a", "/b", "/c", "/good-00", "/port"), content_type="application/rss+xml")}
    moved |= {f"/{letter}": to(f"http://127.0.0.12:{{port}}/good-0{number}") for number, letter in enumerate("abc")}
    moved |= {"/port": to("http://127.0.0.11:{other}/good-01"), "/good-00": good("/good-00"), "/good-01": good("/good-01")}
    return {
        "127.0.0.11": moved,
        "127.0.0.12": stories,
        "127.0.0.13": {"/robots.txt": page(b"User-agent: *\nCrawl-delay: 1", content_type="text/plain"), **feed, **stories},
        "127.0.0.14": {**feed, **{path: slowly(behave, 0.5) for path, behave in stories.items()}},
        "127.0.0.15": {**feed, **stories, "/good-02": Once(wait_seconds, good("/good-02"))},
        "127.0.0.16": {**feed, **stories, "/good-02": Once(wait_until, good("/good-02"))},
        "127.0.0.17": {"/robots.txt": page(b"User-agent: *\nCrawl-delay: 99999", content_type="text/plain"), **feed, **stories},
        "127.0.0.18": {"/feed": page(rss(*(f"/bad-{number}" for number in range(20))), content_type="application/rss+xml")}
        | {f"/bad-{number}": lambda visitor: visitor.answer(b"", status="500 Internal Server Error") for number in range(20)},
        "127.0.0.19": {**feed, **stories, "/good-02": hang_up},
        "127.0.0.20": keys,
        "127.0.0.24": {"/feed": secure_feed, **stories},
    }


class Once:
    """One behaviour for the first visitor, another one for all who come later."""

    def __init__(self, first: Behaviour, later: Behaviour) -> None:
        self.first, self.later, self.visited = first, later, False

    def __call__(self, visitor: Visitor) -> None:
        behave = self.later if self.visited else self.first
        self.visited = True
        behave(visitor)


def slowly(behave: Behaviour, seconds: float) -> Behaviour:
    def wait(visitor: Visitor) -> None:
        time.sleep(seconds)
        behave(visitor)

    return wait


def secure_feed(visitor: Visitor) -> None:
    """Stories by http and by https."""
    secure = [f"https://127.0.0.24:{visitor.tls_port}/good-0{number}" for number in range(3)]
    visitor.answer(rss(secure[0], "/good-03", secure[1], "/good-04", secure[2]), content_type="application/rss+xml")


def wait_seconds(visitor: Visitor) -> None:
    visitor.answer(b"", "Retry-After: 2", status="429 Too Many Requests")


def wait_until(visitor: Visitor) -> None:
    visitor.answer(b"", f"Retry-After: {formatdate(time.time() + 3, usegmt=True)}", status="503 Service Unavailable")
