"""Columns about where blocks stand in the tree: tags and names of the elements around them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from newsbot.extractors.columns import Column
from newsbot.extractors.outline import PageBlocks
from newsbot.extractors.vocabulary import GROUPS, groups_in

_TAGS: Final = {
    name: number
    for number, name in enumerate(
        "p div li article main section aside nav header footer figure figcaption form button table td ul ol blockquote h1 h2 h3 h4 h5 h6 "
        "details summary address label dl body span".split()
    )
}
_ABOVE: Final = tuple("article main section aside nav header footer figure form button table li ul ol blockquote details".split())
_NAMED: Final = frozenset(("class", "id", "role", "itemprop", "data-testid", "data-component", "data-type", "data-module"))
_ABOVE_BITS: Final = np.array([_TAGS[name] for name in _ABOVE])
_GROUP_BITS: Final = np.arange(len(GROUPS))
_HIDDEN_WORDS: Final = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")


def measure_places(found: PageBlocks) -> dict[str, Column]:
    """Tags and word groups around each block."""
    outline = found.outline
    own = [
        _names(element) if stop > start else 0 for element, start, stop in zip(outline.elements, outline.starts, outline.stops, strict=True)
    ]
    tags = [_TAGS.get(element.tag, -1) for element in outline.elements]
    above, named, depth, hidden = [0] * len(own), [0] * len(own), [0] * len(own), [0] * len(own)
    for index, parent in enumerate(outline.parents):
        bit = 1 << tags[index] if tags[index] >= 0 else 0
        hidden[index] = own[index] >> 62
        if parent >= 0:
            above[index] = above[parent] | bit
            named[index] = named[parent] | own[index]
            depth[index] = depth[parent] + 1
            hidden[index] |= hidden[parent]
    holders = np.array([one.holder for one in found.prints], np.int64)
    parents = np.maximum(np.array(outline.parents, np.int64)[holders], 0)
    grand = np.maximum(np.array(outline.parents, np.int64)[parents], 0)
    own_bits, all_bits, tag_bits = (np.array(bits, np.int64) for bits in (own, named, above))
    tag = np.array(tags, np.float32)
    inline = np.array([0 if one.inline is None else _names(one.inline) for one in found.prints], np.int64)
    columns = {"tag": tag[holders], "parent_tag": tag[parents], "grand_tag": tag[grand]}
    columns["depth"] = np.array(depth, np.float32)[holders]
    columns["hidden"] = np.array(hidden, np.float32)[holders]
    columns["itemprop_body"] = (all_bits[holders] >> 61 & 1).astype(np.float32)
    columns.update(zip((f"in_{name}" for name in _ABOVE), _bits(tag_bits[holders], _ABOVE_BITS), strict=True))
    near = 4 * _bits(own_bits[holders] | inline) + 2 * _bits(own_bits[parents]) + _bits(own_bits[grand])
    inside = _bits(all_bits[holders])
    for number, name in enumerate(GROUPS):
        columns[f"named_{name}"] = near[number]
        columns[f"inside_{name}"] = inside[number]
    return columns


def _bits(words: NDArray[np.int64], numbers: NDArray[np.int64] = _GROUP_BITS) -> NDArray[np.float32]:
    """(numbers, words): the bits *numbers* of each of *words*."""
    return (words >> numbers[:, None] & 1).astype(np.float32)


def _names(element: HtmlElement) -> int:
    return _bits_of(tuple(element.items()))


@lru_cache(maxsize=8192)
def _bits_of(attributes: tuple[tuple[str, str], ...]) -> int:
    """Word groups of an element's names as bits; bit 61: holds the article body by itemprop, bit 62: not shown."""
    bits = 0
    for key, value in attributes:
        if key in _NAMED:
            bits |= groups_in(value)
            if key == "itemprop" and "articlebody" in value.lower():
                bits |= 1 << 61
        elif (
            key == "hidden"
            or (key == "aria-hidden" and value == "true")
            or (key == "style" and any(word in value for word in _HIDDEN_WORDS))
        ):
            bits |= 1 << 62
    return bits
