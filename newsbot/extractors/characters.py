"""What kinds of characters blocks are made of: counted for all blocks of a page at once, the same for every script."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

KINDS: Final = (
    "other",
    "space",
    "lower",
    "upper",
    "caseless",
    "wide",
    "digit",
    "stop",
    "comma",
    "colon",
    "quote",
    "bracket",
    "dash",
    "symbol",
)
"""``caseless``: letters and marks of scripts without capitals; ``wide``: Han, Kana, Hangul, Thai and others written without spaces."""
_KIND: Final = {name: number for number, name in enumerate(KINDS)}
_BY_HAND: Final = {
    **dict.fromkeys(".!?…؟۔।॥。！？｡։።᠃", "stop"),
    **dict.fromkeys(",،、，;؛；·", "comma"),
    **dict.fromkeys(":：", "colon"),
    **dict.fromkeys("\"'“”„‟‘’‚‛«»‹›「」『』", "quote"),
}
_CATEGORY: Final = {
    "Ll": "lower",
    **dict.fromkeys(("Lu", "Lt"), "upper"),
    **dict.fromkeys(("Lo", "Lm", "Mn", "Mc"), "caseless"),
    **dict.fromkeys(("Nd", "Nl", "No"), "digit"),
    **dict.fromkeys(("Zs", "Zl", "Cc"), "space"),
    "Pd": "dash",
    **dict.fromkeys(("Ps", "Pe"), "bracket"),
    **dict.fromkeys(("Pi", "Pf"), "quote"),
    **dict.fromkeys(("Sm", "Sc", "Sk", "So"), "symbol"),
}
_WIDE: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
)
"""Thai and Lao, Burmese, Khmer, Kana, Han, Hangul, Han again."""
_PLANE: Final = 0x10000


def _kind(code: int) -> int:
    letter = chr(code)
    if letter in _BY_HAND:
        return _KIND[_BY_HAND[letter]]
    kind = _CATEGORY.get(unicodedata.category(letter), "other")
    if kind == "caseless" and any(first <= code <= last for first, last in _WIDE):
        return _KIND["wide"]
    return _KIND[kind]


_TABLE: Final = np.array([_kind(code) for code in range(_PLANE)] + [_KIND["wide"]], np.uint8)
"""Kind of each character of the basic plane; the last entry stands for all others."""


@dataclass(frozen=True, slots=True)
class Characters:
    """Counts for *n* blocks."""

    counts: NDArray[np.float32]
    """(n, kinds)."""
    first: NDArray[np.uint8]
    """Kind of each block's first character."""
    last: NDArray[np.uint8]
    """Kind of each block's last character."""
    before_last: NDArray[np.uint8]
    """Kind of the character before the last (of the last, where a block has only one)."""

    def of(self, *names: str) -> NDArray[np.float32]:
        """How many characters of the kinds *names* each block has."""
        total: NDArray[np.float32] = self.counts[:, [_KIND[name] for name in names]].sum(axis=1)
        return total


def count_characters(texts: Sequence[str]) -> Characters:
    """The characters of *texts*, none of which is empty."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _TABLE[np.minimum(codes, _PLANE)]
    stops = lengths.cumsum()
    owners = np.repeat(np.arange(len(texts)) * len(KINDS), lengths)
    counts = np.bincount(owners + kinds, minlength=len(texts) * len(KINDS)).reshape(len(texts), len(KINDS))
    last = stops - 1
    return Characters(counts.astype(np.float32), kinds[stops - lengths], kinds[last], kinds[np.maximum(last - 1, stops - lengths)])
