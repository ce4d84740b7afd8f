"""Twenty kinds of furniture, half of them with text that varies from page to page, none of them known to any rule."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.sites.stories import Story

FIXED = ("motto", "errata", "plea", "ethics", "app", "share", "footer", "nav")
VARIED = ("circle", "watching", "weather", "market", "related", "popular", "ticker", "about", "poll", "liked", "day", "proverb", "next")
KINDS = (*FIXED, *VARIED)

Furniture = dict[str, tuple[str, ...]]
"""By kind its lines; for boxes the heading first."""


def furniture(words: dict[str, Any], story: Story, others: Sequence[Story], seed: int) -> Furniture:
    """What stands around and inside *story* on the page; *others* are those published before it or with it."""
    rng = random.Random(seed * 1000 + story.number)
    texts = words["furniture"]
    headlines = [other.title for other in others if other.title != story.title]
    numbers = {"count": f"{rng.randint(2, 99)}", "degrees": rng.randint(4, 38), "change": f"{rng.uniform(0, 2):.1f}"}
    teased = rng.choice([other for other in others if other.title != story.title])
    return {
        **{kind: (texts[kind],) for kind in ("motto", "errata", "plea", "ethics", "app", "share", "footer")},
        **{kind: (texts[kind].format(**numbers),) for kind in ("circle", "watching", "weather", "market")},
        "nav": tuple(texts["nav"]),
        "related": (texts["related"], *rng.sample(headlines, 3)),
        "popular": (texts["popular"], *headlines[: 5 + story.number % 3]),
        "ticker": (texts["ticker"], rng.choice(headlines)),
        "about": (texts["about"], texts["bios"][story.author].format(name=words["names"][story.author])),
        "poll": (texts["poll"], rng.choice(texts["questions"]), texts["yes"], texts["no"]),
        "liked": (texts["liked"], rng.choice(texts["comments"])),
        "day": (texts["day"], rng.choice(texts["history"])),
        "proverb": (texts["proverb"], rng.choice(texts["proverbs"])),
        "next": (texts["next"], teased.title, next(text for tag, text in teased.lines[1:] if tag == "p")),
    }
