"""Text as a reader sees it: no noise, no white space but single spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOISE: Final = dict.fromkeys(
    [0xAD, 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFFFC, *range(0x80, 0xA0)]
)
"""Soft hyphen, zero-width space, bidi marks, word joiner, byte order mark, C1 controls. Zero-width joiners are letters' and stay."""
_HAS_NOISE: Final = re.compile("[{}]".format("".join(map(chr, _NOISE))))


def clean_text(text: str) -> str:
    """*text* as a reader sees it: NFC, white space folded to single spaces, bidi and other invisible marks out, joiners kept."""
    if text.isascii():
        return " ".join(text.split())
    if _HAS_NOISE.search(text):
        text = text.translate(_NOISE)
    return " ".join(unicodedata.normalize("NFC", text).split()).strip("\u200c\u200d ")


def code_text(parts: list[str]) -> str:
    """The lines of a code block, joined from *parts*: tabs as spaces, ends trimmed, no empty line before or after."""
    lines = (line.translate(_NOISE).rstrip() for line in unicodedata.normalize("NFC", "".join(parts)).expandtabs(4).splitlines())
    return "\n".join(lines).strip("\n")
