"""The matching form of a text: for comparing, never for output.

Sites spell the same phrase in many ways (``إقرأ`` / ``اقرأ`` / ``اقرا``, three digit sets, Arabic ``ي ك`` in Persian pages, tatweel,
harakat, curly quotes, soft hyphens). Two texts that a reader takes for the same fold to the same string.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SAME_LETTER: Final = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیېے", "ي"),
    **dict.fromkeys("ةۀەہھ", "ه"),
    **dict.fromkeys("ک", "ك"),
    **dict.fromkeys("ؤ", "و"),
    **dict.fromkeys("ئ", "ي"),
    **dict.fromkeys("‘’‚‛ʼ`´′", "'"),
    **dict.fromkeys("“”„‟«»‹›″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "ı": "i",
    "ё": "е",
    "ς": "σ",
}
_LETTERS: Final = str.maketrans(_SAME_LETTER)
_SHORT: Final = 1000
_TATWEEL: Final = "\u0640"
_ARABIC_MARKS: Final = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")


def fold(text: str) -> str:
    """The matching form of *text*.

    NFKC and case folding; Arabic harakat, tatweel and all format characters (zero-width joiners, bidi marks, soft hyphens)
    dropped; letters that differ only by habit made one; Latin, Greek and Cyrillic accents dropped; digits to ASCII; quotes and
    dashes to ASCII; white space runs to one space. Idempotent.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    once = _fold_once(text)
    return once if once.isascii() else _fold_once(once)


@lru_cache(maxsize=4096)
def _fold_short(text: str) -> str:
    return fold(text)


def fold_line(text: str) -> str:
    """:func:`fold` for lines that are asked about several times a page: short ones are remembered."""
    return _fold_short(text) if len(text) <= _SHORT else fold(text)


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = text.translate(_FORMS)
    return " ".join(unicodedata.normalize("NFC", kept).translate(_LETTERS).split())


class _Forms(dict[int, str]):
    """The matching form of each character, worked out when it is first met: a table for :meth:`str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _fold_character(chr(code))
        return form


def _fold_character(character: str) -> str:
    """*character* in matching form; "" when it only decorates."""
    category = unicodedata.category(character)
    if category == "Cf" or character == _TATWEEL or (category == "Mn" and _decorates(character)):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    return " " if category in ("Cc", "Zs", "Zl", "Zp") else character.translate(_LETTERS)


def _decorates(mark: str) -> bool:
    """Whether a combining mark is an accent or a vowel sign that writers leave out, not a letter of its script.

    Combining diacriticals (U+0300-036F) and Arabic and Hebrew points go; the vowel signs of Indic scripts and Thai, and the
    voicing marks of kana, are letters and stay.
    """
    return "\u0300" <= mark <= "\u036f" or "\u0591" <= mark <= "\u05c7" or bool(_ARABIC_MARKS.match(mark))


_FORMS: Final = _Forms()
