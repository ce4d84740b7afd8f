"""Which blocks of a labelled page belong to its story: gold texts, passages or lines laid over the page's blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

UNKNOWN: Final = -1
_WORD: Final = re.compile(r"\w+")
_FEW: Final = 4
"""Words below which a block must be a line of the gold text: "More" stands in every text."""
_MOST_PLACES: Final = 12
_SHINGLE: Final = 4

Labels = NDArray[np.int8]
"""1 for the story's blocks, 0 for others, :data:`UNKNOWN` where the gold does not tell."""


@dataclass(frozen=True, slots=True)
class _Match:
    """A block laid over the gold words *start* to *stop*."""

    block: int
    start: int
    stop: int
    weight: float


def label(texts: Sequence[str], gold: Mapping[str, object]) -> Labels:
    """The labels of a page's block *texts* by its *gold* line: a whole text, else passages, else lines."""
    if isinstance(gold.get("text"), str):
        return _by_text(texts, str(gold["text"]))
    if "main" in gold:
        return _by_lines(texts, gold)
    return _by_passages(texts, _strings(gold.get("with")), _strings(gold.get("without")))


def _strings(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _by_passages(texts: Sequence[str], wanted: Sequence[str], unwanted: Sequence[str]) -> Labels:
    labels = np.full(len(texts), UNKNOWN, np.int8)
    flat = [" ".join(text.split()) for text in texts]
    for passage in map(_squeezed, unwanted):
        labels[[index for index, text in enumerate(flat) if passage and passage in text]] = 0
    for passage in map(_squeezed, wanted):
        holders = [index for index, text in enumerate(flat) if passage and passage in text]
        sure = len(holders) == 1 and labels[holders[0]] == UNKNOWN
        labels[holders] = 1 if sure else UNKNOWN
    return labels


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _by_lines(texts: Sequence[str], gold: Mapping[str, object]) -> Labels:
    wanted, either, unwanted = ({_letters(one) for one in _strings(gold.get(key))} for key in ("main", "either", "must_not"))
    labels = np.full(len(texts), UNKNOWN, np.int8)
    for index, text in enumerate(texts):
        key = _letters(text)
        if key in wanted:
            labels[index] = 1
        elif key in unwanted and key not in either:
            labels[index] = 0
    return labels


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _by_text(texts: Sequence[str], gold: str) -> Labels:
    """Blocks laid over the gold text in order, as many words as possible; a second printing of the same words is unknown."""
    lines = [_WORD.findall(line) for line in gold.splitlines()]
    words = [word for line in lines for word in line]
    ends = set(np.cumsum([len(line) for line in lines]).tolist()) | {0}
    places = _places(words)
    labels = np.zeros(len(texts), np.int8)
    if not words:
        labels[:] = UNKNOWN
        return labels
    matches = [match for index, text in enumerate(texts) for match in _lay(index, _WORD.findall(text), words, places, ends)]
    labels[[match.block for match in matches]] = UNKNOWN
    chain = _heaviest_chain(matches)
    covered = np.zeros(len(words), bool)
    for match in chain:
        covered[match.start : match.stop] = True
        labels[match.block] = 1
    _add_out_of_order(labels, matches, covered)
    return labels


def _places(words: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """Where each word, and each run of four, stands."""
    places: dict[tuple[str, ...], list[int]] = {}
    for size in (1, _SHINGLE):
        for index in range(len(words) - size + 1):
            places.setdefault(tuple(words[index : index + size]), []).append(index)
    return places


def _lay(
    block: int, words: Sequence[str], gold: Sequence[str], places: Mapping[tuple[str, ...], Sequence[int]], ends: set[int]
) -> list[_Match]:
    """The places of *gold* that a block's *words* fit: all of them, or for long blocks at least half."""
    count = len(words)
    if not count:
        return []
    starts = places.get(tuple(words[: _SHINGLE if count >= _SHINGLE else 1]), ())
    whole = [start for start in starts if list(gold[start : start + count]) == list(words)]
    if count < _FEW:
        whole = [start for start in whole if start in ends and start + count in ends]
    if whole:
        return [_Match(block, start, start + count, count) for start in whole[:_MOST_PLACES]]
    return _lay_partly(block, words, places) if count >= 2 * _SHINGLE else []


def _lay_partly(block: int, words: Sequence[str], places: Mapping[tuple[str, ...], Sequence[int]]) -> list[_Match]:
    shingles = [tuple(words[index : index + _SHINGLE]) for index in range(len(words) - _SHINGLE + 1)]
    hits = [(index, places[shingle]) for index, shingle in enumerate(shingles) if shingle in places]
    if len(hits) < 0.5 * len(shingles):
        return []
    starts = sorted({start - index for index, found in hits for start in found[:_MOST_PLACES]})
    best = max(starts, key=lambda start: sum(start + index in found for index, found in hits))
    first = max(0, best + hits[0][0])
    return [_Match(block, first, max(first + 1, best + hits[-1][0] + _SHINGLE), 0.9 * len(hits))]


def _heaviest_chain(matches: Sequence[_Match]) -> list[_Match]:
    """The matches of greatest weight that follow one another in the page and in the gold text."""
    if not matches:
        return []
    blocks, starts, stops, weights = (
        np.array(column) for column in zip(*((m.block, m.start, m.stop, m.weight) for m in matches), strict=True)
    )
    best, before = weights.astype(float), np.full(len(matches), -1)
    for index in range(len(matches)):
        fits = np.flatnonzero((blocks[:index] < blocks[index]) & (stops[:index] <= starts[index]))
        if len(fits):
            previous = fits[np.argmax(best[fits])]
            best[index] += best[previous]
            before[index] = previous
    chain, here = [], int(np.argmax(best))
    while here >= 0:
        chain.append(matches[here])
        here = int(before[here])
    return chain[::-1]


def _add_out_of_order(labels: Labels, matches: Sequence[_Match], covered: NDArray[np.bool_]) -> None:
    """Long blocks whose gold words no block of the chain covers: pages print some passages elsewhere than the gold text."""
    for match in sorted(matches, key=lambda match: -match.weight):
        if labels[match.block] == UNKNOWN and match.weight >= 2 * _SHINGLE and covered[match.start : match.stop].mean() < 0.2:
            covered[match.start : match.stop] = True
            labels[match.block] = 1
