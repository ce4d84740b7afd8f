"""Archives of our own for both engines: what a year of crawling holds, in little."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from newsbot.near_pairs import Text, compose_pairs
from tests.sites.site import site
from tests.sites.stories import load, stories
from tests.warc import record, response

HTML = "Content-Type: text/html; charset=utf-8\r\n"


@dataclass(frozen=True)
class Visit:
    """One page as it was fetched on a day of November."""

    url: str
    body: bytes
    day: int = 5


def write_visits(path: Path, visits: Iterable[Visit]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    members = (gzip.compress(record(response(one.body, HTML), one.url, date=f"2026-11-{one.day:02}T10:00:00Z"), 1) for one in visits)
    path.write_bytes(b"".join(members))
    return path


def make_archive(folder: Path, files: int = 100) -> list[Path]:
    """*files* archives with every case that memory decides; one in the middle is cut off, one is no archive."""
    visits = [*_site(), *_copies(), *_captures()]
    random.Random(5).shuffle(visits)
    visits.sort(key=lambda one: one.day)
    share = -(-len(visits) // files)
    paths = [write_visits(folder / f"{number:03}.warc.gz", visits[number * share : (number + 1) * share]) for number in range(files)]
    cut = paths[files // 2]
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 2 // 3])
    paths[files // 2 + 1].write_bytes(b"<html>no archive</html>" * 20)
    return paths


def _site() -> Iterator[Visit]:
    """Pages of a source whose furniture is learned; some of its stories stand under two addresses."""
    for number, page in enumerate(site("ar", 30)):
        yield Visit(page.raw.url, page.raw.body, 1 + number // 10)


def _copies() -> Iterator[Visit]:
    """Stories on many hosts: whole, cut and edited copies, and others that only have their names and numbers."""
    bases = list(_texts())
    for number, base in enumerate(bases):
        yield Visit(f"https://first{number % 7}.example/news/{number}", _page(str(base), base.language), 2)
    for number, pair in enumerate(compose_pairs(bases, 60, seed=11)):
        yield Visit(f"https://later{number % 11}.example/story/{number}", _page(pair.text, bases[pair.base].language), 3 + number % 3)


def _captures() -> Iterator[Visit]:
    """One article again and again: the same, edited, under the address of another form, with a line of another story, listed."""
    base = str(next(_texts()))
    for day in range(1, 7):
        text = base + ("\nA correction was added to this report on the next day, after readers had asked for it." if day > 3 else "")
        yield Visit(f"https://again.example/story{'?utm_source=feed' if day % 2 else ''}", _page(text, "es"), day)
    yield Visit("https://again.example/amp/story", _page(base, "es"), 4)
    yield Visit("https://again.example/", b"<html><body><a href=/a>a</a></body></html>", 4)


def _texts() -> Iterator[Text]:
    for language in ("es", "ar"):
        for story in stories(load(language), 8, seed=23):
            yield Text(language, tuple(f"{text}\n" for _, text in story.lines))


def _page(text: str, language: str) -> bytes:
    lines = [line for line in text.split("\n") if line.strip()]
    story = "".join(f"<p>{escape(line)}</p>" for line in lines)
    head = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(lines[0][:60])}</title></head>'
    return f"{head}<body><article><h1>{escape(lines[0][:60])}</h1>{story}</article></body></html>".encode()
