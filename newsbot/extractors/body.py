"""Which blocks are the story: those whose text trafilatura's output holds.

A later step puts a learned choice here; its contract stays: blocks in, the chosen ones out, in page order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Final

from newsbot.items import Block

_NO_LETTERS: Final = re.compile(r"[\W_]+")
_PASSAGE: Final = 25
"""Letters from which a block is told by standing anywhere in the output; a shorter one must be a whole line of it ("More" is in every text)."""


def choose_blocks(blocks: Sequence[Block], lines: Sequence[str]) -> tuple[Block, ...]:
    """The *blocks* whose text stands in *lines*, in page order, each text once: where it is printed twice, the one nearest the story's middle."""
    keys = [letters_of(line) for line in lines]
    output, whole_lines = "".join(keys), frozenset(keys)
    found: dict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        key = letters_of(block.text)
        if key and (key in whole_lines or (len(key) >= _PASSAGE and key in output)):
            found[key].append(block)
    if not found:
        return ()
    middle = median(block.position for group in found.values() for block in group)
    nearest = (min(group, key=lambda block: abs(block.position - middle)) for group in found.values())
    return tuple(sorted(nearest, key=lambda block: block.position))


def letters_of(text: str) -> str:
    """Letters and digits of *text* alone, for comparing texts whose spaces, marks and joiners may differ."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
