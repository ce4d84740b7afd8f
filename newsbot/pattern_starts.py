"""What a line must hold to match a pattern at all, so that of hundreds of patterns only those few are tried that may match."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"""
      (?P<escape>\\.)
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<open>\((?!\?)|\(\?:)
    | (?P<look>\(\?(?:=|!|<=|<!))
    | (?P<special>\(\?|[.^$])                                   # flags, names, any character: not told
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>(?:[*+?]|\{(?P<least>\d*),?\d*\})[?+]?)
    | (?P<letter>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_SET: Final = re.compile(r"\[(?P<digits>\\d)?(?P<letters>[^\]\[\\^-]*-?)\]")
_DIGITS: Final = frozenset("0123456789")
LONGEST: Final = 4
"""Letters of a beginning that are told: more of them part hardly more lines."""
_KEPT: Final = LONGEST + 3
"""Characters that are kept of a beginning with its punctuation."""
_PUNCTUATION: Final = "\0"
"""Stands for any characters that are no letters or digits."""
_NO_WORD: Final = re.compile(r"\W+")
_MOST: Final = 400
"""Beginnings of one pattern; of a pattern with more only shorter ones are told."""

_Beginnings = frozenset[tuple[str, bool]]
"""(letters, whether the part may be over right after them, so that what follows comes next)."""
_ANYTHING: Final[_Beginnings] = frozenset({("", False)})
_NOTHING: Final[_Beginnings] = frozenset({("", True)})


@dataclass(frozen=True, slots=True)
class Start:
    """What a line must hold to match a pattern, punctuation before it aside."""

    beginnings: frozenset[str] | None
    """It begins with one of these, of one to :data:`LONGEST` letters; ``None`` when with anything."""
    needs: frozenset[str] = frozenset()
    """One of these stands in it; empty when nothing is told."""


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
            if token["open"] or token["look"] or token[0] == "(?":
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

    def items(self, first: int, last: int) -> list[tuple[int, int, re.Match[str] | None]]:
        """(first, last token, repeat) of the things that follow one another between two places."""
        found, index = [], first
        while index < last:
            end = self.closings.get(index, index)
            repeat = self.tokens[end + 1] if end + 1 < last and self.tokens[end + 1]["repeat"] else None
            found.append((index, end, repeat))
            index = end + 1 + (repeat is not None)
        return found


@lru_cache(maxsize=4096)
def branches_of(pattern: str) -> tuple[tuple[str, Start], ...]:
    """The alternatives of *pattern*, each a pattern, and how it starts; a pattern that is nothing but a group is taken apart."""
    read = _Pattern.read(pattern)
    first, last = 0, len(read.tokens)
    while first < last and read.tokens[first][0] == "(?:" and read.closings.get(first) == last - 1:
        first, last = first + 1, last - 1
    return tuple((_text(read.tokens[begin:end]), _start(read, begin, end)) for begin, end in read.rows(first, last))


def _text(tokens: Sequence[re.Match[str]]) -> str:
    return "".join(token[0] for token in tokens)


def _start(read: _Pattern, first: int, last: int) -> Start:
    letters = frozenset(_first_letters(begun) for begun, _ in _row(read, first, last))
    needs = _needs(read, first, last)
    if not all(letters):
        return Start(None, needs)
    return Start(letters, needs if _worth(needs) > _worth(letters) else frozenset())


def _first_letters(begun: str) -> str:
    """*begun* from its first letter or digit on; what follows punctuation of any kind is not told."""
    outer = _NO_WORD.match(begun)
    return begun[outer.end() if outer else 0 :].partition(_PUNCTUATION)[0][:LONGEST]


def _alternatives(read: _Pattern, first: int, last: int) -> _Beginnings:
    return frozenset[tuple[str, bool]]().union(*(_row(read, begin, end) for begin, end in read.rows(first, last)))


def _row(read: _Pattern, first: int, last: int) -> _Beginnings:
    """The beginnings of things that follow one another; never wrong, but not every form is told."""
    so_far = _NOTHING
    for begin, end, repeat in read.items(first, last):
        one = _repeated(_item(read, begin, end), repeat)
        longer = frozenset(_joined(begun, more, over) for begun, going in so_far if going for more, over in one)
        longer |= {pair for pair in so_far if not pair[1]}
        if len(longer) > _MOST:
            return frozenset((begun, False) for begun, _ in so_far)
        so_far = longer
        if not any(going for _, going in so_far):
            break
    return so_far


def _joined(begun: str, more: str, over: bool) -> tuple[str, bool]:
    whole = begun + more
    return (whole[:_KEPT], False) if len(whole) >= _KEPT else (whole, over)


def _item(read: _Pattern, begin: int, end: int) -> _Beginnings:
    """The beginnings of one thing."""
    token = read.tokens[begin]
    if token["open"]:
        return _alternatives(read, begin + 1, end)
    if token["look"]:
        return _NOTHING
    letters = {_PUNCTUATION} if token[0] == r"\W" else _letters(token)
    return _ANYTHING if letters is None else frozenset((letter, True) for letter in letters)


def _repeated(one: _Beginnings, repeat: re.Match[str] | None) -> _Beginnings:
    if repeat is None:
        return one
    if repeat[0][0] != "?":
        punctuation = all(_NO_WORD.fullmatch(begun) for begun, _ in one)
        one = frozenset({(_PUNCTUATION, True)}) if punctuation else frozenset((begun, going and not begun) for begun, going in one)
    return one | _NOTHING if _may_be_none(repeat) else one


def _letters(token: re.Match[str]) -> frozenset[str] | None:
    """The letters that *token* may stand for; ``None`` for any."""
    if token["letter"]:
        return frozenset(token["letter"])
    if token["escape"] == r"\d":
        return _DIGITS
    if token["escape"] and not token["escape"][1].isalnum():
        return frozenset(token["escape"][1])
    plain = _PLAIN_SET.fullmatch(token[0]) if token["set"] else None
    return frozenset(plain["letters"]) | (_DIGITS if plain["digits"] else frozenset()) if plain else None


def _may_be_none(repeat: re.Match[str]) -> bool:
    return repeat[0][0] in "*?" or repeat["least"] in ("", "0")


def _needs(read: _Pattern, first: int, last: int) -> frozenset[str]:
    """Texts of which one stands in whatever matches the row, the longest that are found; none when nothing is told."""
    best: frozenset[str] = frozenset()
    run = ""
    for begin, end, repeat in read.items(first, last):
        token = read.tokens[begin]
        letters = _letters(token)
        if letters and len(letters) == 1 and repeat is None:
            run += next(iter(letters))
            best = max(best, frozenset({run}), key=_worth)
            continue
        run = ""
        if token["open"] and not (repeat and _may_be_none(repeat)):
            inner = [_needs(read, *row) for row in read.rows(begin + 1, end)]
            best = max(best, frozenset[str]().union(*inner) if all(inner) else best, key=_worth)
    return best


def _worth(texts: frozenset[str]) -> int:
    """Letters of the shortest."""
    return min(map(len, texts), default=0)
