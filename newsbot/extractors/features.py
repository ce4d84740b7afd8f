"""What can be measured of each block of a page: the columns that the choice of the story is learned on.

Every column is cheap, means the same in every script and is about the page, never about one site. Columns come in families:

==============  ==============================================================================================================
own             kind, length in letters (those of scripts without spaces count double), links, bold, punctuation, first and last character
place           tags, roles and word groups (:mod:`vocabulary`) of the holder, its parent and all ancestors; depth; hidden
order           share of the page's text before and after; distance to the headline, to the first and last running text
repeats         how often the text stands on the page; whether it is the title, the description, a part of JSON-LD's ``articleBody``
containers      of the holder and the larger elements around it: text, link density, share of the page's running text and of trafilatura's
alike           of all blocks whose elements are named alike: number, text, links, share of running text and of trafilatura's
trafilatura     whether its output has the block as a line, holds it, or holds its beginning
near            of three neighbours each way: length, links, kind, same element, trafilatura; and windows of five and fifteen
==============  ==============================================================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.characters import KINDS, Characters, count_characters
from newsbot.extractors.columns import Column
from newsbot.extractors.containers import measure_alike, measure_containers, measure_neighbours
from newsbot.extractors.layout import Layout, lay_out
from newsbot.extractors.outline import PageBlocks
from newsbot.extractors.places import measure_places

_BLOCK_KINDS: Final = {"paragraph": 0, "heading": 1, "list_item": 2, "quote": 3, "table_row": 4, "code": 5}
_RUNNING: Final = 80
"""Letters from which a block with few links counts as running text."""
_PASSAGE: Final = 25
_COMPARED: Final = 1000
_HEAD: Final = 10
_BEGINNING: Final = 60


@dataclass(frozen=True, slots=True)
class Hints:
    """What a page says elsewhere about its story, and what trafilatura takes for it; texts as printed, "" and () when silent."""

    titles: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    body: str = ""
    """JSON-LD ``articleBody``."""
    kind: int = 0
    """1 where JSON-LD names an article of this page, 2 where it is called a news article, else 0."""
    lines: tuple[str, ...] | None = None
    """trafilatura's output; ``None`` when it was not asked."""


@dataclass(frozen=True, slots=True)
class Measures:
    """All that is measured of a page."""

    columns: dict[str, Column]
    """By name, in a fixed order; each as long as there are blocks."""
    layout: Layout


def squeeze(text: str) -> str:
    """*text* without white space and joiners: how texts are compared here."""
    text = "".join(text.split())
    return text if text.isascii() else text.replace("\u200c", "").replace("\u200d", "")


def measure(found: PageBlocks, hints: Hints) -> Measures:
    """What is measured of the blocks of *found*."""
    texts = [block.text for block in found.blocks]
    keys = [squeeze(text) for text in texts]
    base = _own(found, texts)
    layout = lay_out(found, keys)
    columns = dict(base)
    columns.update(_repeats(keys, hints))
    columns["page_kind"] = np.full(len(keys), hints.kind, np.float32)
    columns.update(_verdict(keys, hints.lines))
    columns["running"] = _running(columns)
    columns.update(_order(columns))
    columns.update(measure_places(found))
    columns.update(measure_containers(layout, columns))
    columns.update(measure_alike(layout, columns))
    columns.update(measure_neighbours(found, columns))
    return Measures(columns, layout)


def matrix(columns: Mapping[str, Column]) -> NDArray[np.float32]:
    """(columns, blocks)."""
    return np.stack([np.asarray(column, np.float32) for column in columns.values()])


def _own(found: PageBlocks, texts: Sequence[str]) -> dict[str, Column]:
    marks = count_characters(texts)
    letters = marks.of("lower", "upper", "caseless", "digit") + 2 * marks.of("wide")
    length = np.maximum(marks.counts.sum(axis=1), 1)
    linked = np.array([one.linked for one in found.prints], np.float32)
    bold = np.array([one.bold for one in found.prints], np.float32)
    columns = {
        "kind": np.array([_BLOCK_KINDS[block.kind] for block in found.blocks], np.float32),
        "level": np.array([block.level or 0 for block in found.blocks], np.float32),
        "letters": letters,
        "words": marks.of("space") + 1,
        "link_share": np.minimum(linked / length, 1),
        "links": np.array([len(block.links) for block in found.blocks], np.float32),
        "anchors": np.array([one.anchors for one in found.prints], np.float32),
        "away": np.array([one.away for one in found.prints], np.float32),
        "pictures": np.array([one.pictures for one in found.prints], np.float32),
        "bold_share": np.minimum(bold / length, 1),
        "inline": np.array([one.inline is not None for one in found.prints], np.float32),
        "continues": np.array([block.continues for block in found.blocks], np.float32),
        "first_char": marks.first.astype(np.float32),
        "last_char": marks.last.astype(np.float32),
        "before_last_char": marks.before_last.astype(np.float32),
        "comma_count": marks.of("comma"),
        "stop_count": marks.of("stop"),
    }
    columns.update(_shares(marks, letters, length))
    return columns


def _shares(marks: Characters, letters: Column, length: Column) -> dict[str, Column]:
    some = np.maximum(letters, 1)
    cased = np.maximum(marks.of("lower", "upper"), 1)
    shares: dict[str, Column] = {
        f"{name}_share": marks.of(name) / length
        for name in KINDS
        if name in ("digit", "stop", "comma", "colon", "quote", "symbol", "bracket")
    }
    shares["upper_share"] = marks.of("upper") / cased
    shares["letters_per_word"] = some / (marks.of("space") + 1)
    return shares


def _repeats(keys: Sequence[str], hints: Hints) -> dict[str, Column]:
    seen = Counter(keys)
    so_far: Counter[str] = Counter()
    earlier = np.zeros(len(keys), np.float32)
    for index, key in enumerate(keys):
        earlier[index] = so_far[key]
        so_far[key] += 1
    titles, descriptions = _likenesses(hints.titles), _likenesses(hints.descriptions)
    body = squeeze(hints.body)
    folded = [key[:_COMPARED].lower() for key in keys]
    return {
        "repeats": np.array([seen[key] for key in keys], np.float32),
        "earlier": earlier,
        "is_title": np.array(list(map(titles, folded)), np.float32),
        "is_description": np.array(list(map(descriptions, folded)), np.float32),
        "in_body": np.array([len(key) >= _PASSAGE and key in body for key in keys] if body else np.zeros(len(keys)), np.float32),
        "has_body": np.full(len(keys), np.log1p(len(body)), np.float32),
    }


def _likenesses(texts: Sequence[str]) -> Callable[[str], float]:
    """How like one of *texts* a key is: 3 the same, 2 one begins the other, 1 it stands in one, 0 else."""
    others = frozenset(squeeze(text)[:_COMPARED].lower() for text in texts)
    joined = "\n".join(sorted(others))
    heads = {other[:_HEAD] for other in others if len(other) >= _HEAD}

    def likeness(key: str) -> float:
        if key in others:
            return 3.0
        if len(key) < _HEAD:
            return 0.0
        if key[:_HEAD] in heads and any(
            key.startswith(other[:_BEGINNING]) or other.startswith(key[:_BEGINNING]) for other in others if other
        ):
            return 2.0
        return 1.0 if key in joined else 0.0

    return likeness


def _verdict(keys: Sequence[str], lines: Sequence[str] | None) -> dict[str, Column]:
    if lines is None:
        return {"traf": np.full(len(keys), np.nan, np.float32)}
    printed = [squeeze(line) for line in lines]
    whole = {line.removeprefix("-") for line in printed} | set(printed)
    output = "".join(printed)
    return {"traf": np.array([_stands(key, whole, output) for key in keys], np.float32)}


def _stands(key: str, whole: set[str], output: str) -> float:
    """3 for a line of the output, 2 for a passage in it, 1 for a block whose beginning or end is, else 0."""
    if key in whole:
        return 3.0
    if len(key) < _PASSAGE:
        return 0.0
    if key in output:
        return 2.0
    return 1.0 if key[:_PASSAGE] in output or key[-_PASSAGE:] in output else 0.0


def _running(columns: Mapping[str, Column]) -> Column:
    """Letters of running text, 0 for blocks that are none: short, full of links, or without any stop or comma."""
    prose = (columns["letters"] >= _RUNNING) & (columns["link_share"] < 0.4) & (columns["comma_count"] + columns["stop_count"] > 0)
    return np.where(prose, columns["letters"] * (1 - columns["link_share"]), 0).astype(np.float32)


def _order(columns: Mapping[str, Column]) -> dict[str, Column]:
    count = len(columns["letters"])
    places = np.arange(count, dtype=np.float32)
    running, total = columns["running"], max(float(columns["running"].sum()), 1.0)
    before = np.cumsum(running) - running
    prose = np.flatnonzero(running)
    first, last = (prose[0], prose[-1]) if len(prose) else (0, count - 1)
    ordered = {
        "blocks": np.full(count, count),
        "page_running": np.full(count, total),
        "place": places / max(count, 1),
        "running_before": before / total,
        "from_first_running": np.clip(places - first, -100, 1000),
        "from_last_running": np.clip(places - last, -1000, 100),
        **_distances("h1", (columns["level"] == 1) & (columns["kind"] == 1), places, before),
        **_distances("headline", columns["is_title"] >= 2, places, before),
        **_distances("heading", columns["kind"] == 1, places, before),
    }
    return {name: column.astype(np.float32) for name, column in ordered.items()}


def _distances(name: str, marked: NDArray[np.bool_], places: Column, before: Column) -> dict[str, Column]:
    """Blocks and running letters since the last *marked* block before, blocks since the first one; -1 where there is none."""
    where = np.flatnonzero(marked)
    if not len(where):
        nothing = np.full(len(places), -1.0)
        return {f"since_{name}": nothing, f"since_first_{name}": nothing, f"running_since_{name}": nothing}
    index = np.searchsorted(where, places, side="right") - 1
    last = where[np.maximum(index, 0)]
    missing = index < 0
    return {
        f"since_{name}": np.where(missing, -1, places - last),
        f"since_first_{name}": np.clip(places - where[0], -200, 1000),
        f"running_since_{name}": np.where(missing, -1, before - before[last]),
    }
