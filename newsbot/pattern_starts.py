"""With which letters a pattern can begin, so that of hundreds of patterns only those few are tried that may match."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""
      (?P<escape>\\.)
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<open>\((?!\?)|\(\?:)
    | (?P<special>\(\?|[.^$])                                   # look-arounds, flags, any character: not told
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>(?:[*+?]|\{(?P<least>\d*),?\d*\})[?+]?)
    | (?P<letter>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_SET: Final = re.compile(r"\[(?P<letters>[^\]\[\\^-]+)-?\]")
_DIGITS: Final = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Start:
    """How a part of a pattern begins."""

    letters: frozenset[str] | None
    """Every letter that it can begin with; ``None`` when any, and maybe nothing."""
    empty: bool = False
    """Whether it matches nothing at all too, so that what follows may come first."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    tokens: tuple[re.Match[str], ...]
    closings: Mapping[int, int]
    """Index of the closing bracket by that of its opening one."""

    @classmethod
    def read(cls, pattern: str) -> _Pattern:
        tokens = tuple(_TOKEN.finditer(pattern))
        open_ones: list[int] = []
        closings: dict[int, int] = {}
        for index, token in enumerate(tokens):
            if token["open"] or token[0] == "(?":
                open_ones.append(index)
            elif token["close"] and open_ones:
                closings[open_ones.pop()] = index
        return cls(tokens, closings)

    def rows(self, first: int, last: int) -> list[tuple[int, int]]:
        """(first, last) of the alternatives between two places, the last token not included."""
        begins, index = [first], first
        while index < last:
            if self.tokens[index]["bar"]:
                begins.append(index + 1)
            index = self.closings.get(index, index) + 1
        return list(zip(begins, [*(begin - 1 for begin in begins[1:]), last], strict=True))


def branches_of(pattern: str) -> list[tuple[str, Start]]:
    """The alternatives of *pattern*, each a pattern, and how it begins; a pattern that is nothing but a group is taken apart."""
    read = _Pattern.read(pattern)
    first, last = 0, len(read.tokens)
    while first < last and read.tokens[first][0] == "(?:" and read.closings.get(first) == last - 1:
        first, last = first + 1, last - 1
    return [(_text(read.tokens[begin:end]), _start_of_row(read, begin, end)) for begin, end in read.rows(first, last)]


def _text(tokens: Sequence[re.Match[str]]) -> str:
    return "".join(token[0] for token in tokens)


def _start(read: _Pattern, first: int, last: int) -> Start:
    """The start of the alternatives between two places."""
    starts = [_start_of_row(read, begin, end) for begin, end in read.rows(first, last)]
    return Start(_union([start.letters for start in starts]), any(start.empty for start in starts))


def _start_of_row(read: _Pattern, first: int, last: int) -> Start:
    """The start of things that follow one another; never wrong, but not every form is told."""
    found: list[frozenset[str] | None] = []
    index = first
    while index < last:
        token = read.tokens[index]
        end = read.closings.get(index, index)
        start = _start(read, index + 1, end) if token["open"] else _one(token)
        found.append(start.letters)
        index = end + 1
        repeat = read.tokens[index] if index < last and read.tokens[index]["repeat"] else None
        if start.letters is None or not (start.empty or (repeat and _may_be_none(repeat))):
            return Start(_union(found))
        index += repeat is not None
    return Start(_union(found), empty=True)


def _one(token: re.Match[str]) -> Start:
    if token["letter"]:
        return Start(frozenset(token["letter"]))
    if token["escape"] == r"\d":
        return Start(_DIGITS)
    if token["escape"] and not token["escape"][1].isalnum():
        return Start(frozenset(token["escape"][1]))
    plain = _PLAIN_SET.fullmatch(token[0]) if token["set"] else None
    return Start(frozenset(token[0][1:-1]) if plain else None)


def _may_be_none(repeat: re.Match[str]) -> bool:
    return repeat[0][0] in "*?" or repeat["least"] in ("", "0")


def _union(sets: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [one for one in sets if one is not None]
    return frozenset[str]().union(*known) if len(known) == len(sets) else None
