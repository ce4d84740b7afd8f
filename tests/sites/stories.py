"""Stories of our own, put together from sentences by a seeded generator: what must stay."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

LANGUAGES = ("ar", "es", "ja")


@dataclass(frozen=True)
class Story:
    """One article: its lines in order, each with its tag."""

    number: int
    title: str
    author: int
    lines: tuple[tuple[str, str], ...]
    """(tag, text): ``p``, ``h3``, ``li``, ``blockquote``, ``live``."""


def load(language: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))


def stories(words: dict[str, Any], count: int, seed: int) -> list[Story]:
    """*count* stories; two of them are printed a second time, under another number."""
    rng = random.Random(seed)
    told: list[Story] = []
    titles: set[str] = set()
    while len(told) < count:
        story = _story(words, len(told), rng)
        if story.title not in titles:
            titles.add(story.title)
            told.append(story)
    for original, again in ((3, 6), (count // 2, count - 4)):
        told[again] = replace(told[original], number=again)
    return told


def _filled(template: str, words: dict[str, Any], rng: random.Random) -> str:
    return template.format(
        name=rng.choice(words["names"]), place=rng.choice(words["places"]), thing=rng.choice(words["things"]), number=rng.randint(3, 480)
    )


def _paragraph(words: dict[str, Any], rng: random.Random) -> str:
    gap = "" if words["dateline"].startswith("【") else " "
    return gap.join(_filled(one, words, rng) for one in rng.sample(words["sentences"], rng.choice((1, 2, 2, 3))))


def _story(words: dict[str, Any], number: int, rng: random.Random) -> Story:
    """Some have a subheading, the introduction of a series, a quotation that others have too, a refrain, a ticker, a list."""
    title = _filled(rng.choice(words["titles"]), words, rng)
    lines = [("p", _paragraph(words, rng)) for _ in range(rng.randint(5, 9))]
    if number % 2:
        lines[0] = ("p", words["dateline"] + lines[0][1])
    if number % 3 == 1:
        lines.insert(3, ("h3", rng.choice(words["subheads"])))
    if number % 6 == 2:
        lines.insert(2, ("blockquote", rng.choice(words["quotes"])))
    if number % 6 == 4:
        lines[2:2] = [("p", words["refrain"])]
        lines.insert(5, ("p", words["refrain"]))
    if number % 6 == 5:
        for hour in (10, 11, 12):
            lines += [("h3", f"{words['update']} {hour}:{number:02}"), ("live", _paragraph(words, rng))]
    if number % 4 == 0:
        lines.insert(0, ("p", words["series"]))
    if number % 7 == 3:
        lines += [("li", _filled(rng.choice(words["sentences"]), words, rng)) for _ in range(3)]
    return Story(number, title, rng.randrange(5), tuple(lines))
