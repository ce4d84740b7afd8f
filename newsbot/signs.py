"""What the memory of a source's pages is made of: signs of blocks and places, and the template that they add up to.

A sign is a number of 64 bits. Two lines that a reader takes for the same, whatever numbers stand in them, have the same text sign; two
places that a designer takes for the same have the same place sign. Nothing of a page's text can be read back from signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsbot.reading.folding import fold_line

LINKED: Final = 1
"""Flag: most of the block is link."""
STORY: Final = 2
"""Flag: the block was judged to be of the story, by the page alone."""
TITLE: Final = 4
BYLINE: Final = 8
DATE: Final = 16

Rows = NDArray[Any]
"""Rows of one of the types below."""
BLOCK: Final = np.dtype([("text", "<u8"), ("place", "<u8"), ("letters", "<u4"), ("likely", "<f4"), ("flags", "u1")])
"""One block of a page: ``text`` is 0 where there is no letter, ``letters`` count more in scripts with large alphabets, ``likely`` is the
chance to be of the story, by the page alone."""
TEXT: Final = np.dtype([("key", "<u8"), ("count", "<f4"), ("pages", "<f4"), ("seen", "<u4"), ("times", "<u2")])
"""A text at its place: ``count`` of ``pages`` since it was first seen have it; both fade with every page. ``times``: without fading."""
PLACE: Final = np.dtype(
    [("key", "<u8"), ("count", "<f4"), ("pages", "<f4"), ("seen", "<u4")]
    + [(name, "<f4") for name in ("letters", "story", "blocks", "again", "linked", "title", "byline", "date")]
)
"""A place, alike: ``letters`` there and those of them that were likely of the ``story``; ``blocks`` there whose text varies, those whose
text was seen ``again`` on another page, that are ``linked``; those that are the title, a byline, a date. These fade with every page that
has the place."""

_DIGITS: Final = re.compile(r"\d+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_SHORT: Final = 200
_LONG: Final = 600
"""Letters beyond which a text is not folded: so much is repeated letter by letter or not at all."""
_NAMED_STEPS: Final = 5
_WORDS: Final = re.compile(r"[-_]+")
_OF_THE_PAGE: Final = re.compile(r"(?:category|cat|tag|author|topic|section|postid|parent|term|user|lang)-", re.IGNORECASE)
"""Beginnings of class names that tell what a page is about, not what a place is for (WordPress and its kin print them)."""
_LEAST_LIKENESS: Final = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class LayoutTemplate:
    """What is known of the pages of one layout."""

    id: str
    pages: int
    places: Rows
    """:data:`PLACE`, by key."""
    texts: Rows
    """:data:`TEXT` that were seen more than once, by key."""


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """What is known of a source's pages: a snapshot, handed to the workers. An empty one asks for signs and knows nothing."""

    layouts: tuple[LayoutTemplate, ...] = ()


def sign_of(text: str) -> int:
    """The sign of any *text*, letter by letter."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def text_sign(text: str) -> int:
    """The sign of a line in matching form, all numbers taken for one; 0 where it has no letter."""
    return _short_sign(text) if len(text) <= _SHORT else _sign_of_line(text)


@lru_cache(maxsize=8192)
def _short_sign(text: str) -> int:
    """Lines so short are mostly those that repeat: remembered from page to page."""
    return _sign_of_line(text)


def _sign_of_line(text: str) -> int:
    folded = _DIGITS.sub("0", fold_line(text) if len(text) <= _LONG else text)
    return sign_of(folded) if _LETTER.search(folded) else 0


@lru_cache(maxsize=8192)
def place_sign(path: str) -> int:
    """The sign of the place that :attr:`newsbot.items.Block.path` names."""
    return sign_of(place_words(path))


def place_words(path: str) -> str:
    """*path* without what varies from page to page and from build to build: tags, and lasting words of the names of the last five."""
    steps = path.split("/")
    return "/".join([*(re.split(r"[#.]", step, maxsplit=1)[0] for step in steps[:-_NAMED_STEPS]), *map(_lasting, steps[-_NAMED_STEPS:])])


@lru_cache(maxsize=8192)
def _lasting(step: str) -> str:
    tag, *names = re.split(r"[#.]", step)
    return ".".join([tag, *dict.fromkeys(word for name in names if not _OF_THE_PAGE.match(name) and (word := _lasting_word(name)))])


def _lasting_word(name: str) -> str:
    """``post-1234`` -> ``post``, ``body__3fKx9`` -> ``body``, ``col-md-8`` -> ``col-md``: pieces with digits are numbers or hashes."""
    return "-".join(piece for piece in _WORDS.split(name) if piece.isalpha())


def paired(texts: NDArray[np.uint64], places: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Signs of texts at their places; 0 where the text has none."""
    turned = (places << np.uint64(23)) | (places >> np.uint64(41))
    return np.where(texts == 0, np.uint64(0), texts ^ turned)


def look_up(keys: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """For each of *wanted* its index in the sorted *keys*, and whether it is there (the index then means something)."""
    if not len(keys):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), bool)
    index = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return index, keys[index] == wanted


def nearest(layouts: Sequence[LayoutTemplate], rows: Rows) -> LayoutTemplate | None:
    """The layout that a page with *rows* has; ``None`` when it is like none: its story stands elsewhere, or most places are others."""
    present = np.unique(rows["place"])
    main = main_place(rows)
    alike = [(_likeness(layout, present, main), layout) for layout in layouts]
    likeness, layout = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return layout if likeness >= _LEAST_LIKENESS else None


def main_place(rows: Rows) -> int | None:
    """The place with most of the story's letters, by the page alone."""
    story = rows[(rows["flags"] & STORY) > 0]
    if not len(story):
        return None
    places, number = np.unique(story["place"], return_inverse=True)
    return int(places[np.bincount(number, story["letters"]).argmax()])


def _likeness(layout: LayoutTemplate, present: NDArray[np.uint64], main: int | None) -> float:
    """How much of what the layout is expected to have is there, and the other way round: harmonic mean, 0 to 1."""
    keys, shares = layout.places["key"], layout.places["count"] / np.maximum(layout.places["pages"], 1e-9)
    if main is not None and not look_up(keys, np.array([main], np.uint64))[1][0]:
        return 0.0
    index, there = look_up(keys, present)
    expected, known = float(shares[index[there]].sum() / max(float(shares.sum()), 1e-9)), float(there.mean()) if len(there) else 0.0
    return 2 * expected * known / max(expected + known, 1e-9)
