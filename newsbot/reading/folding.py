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
_WHITE: Final = re.compile(r"\s+")
_TATWEEL: Final = "\u0640"
_ARABIC_MARKS: Final = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")


def fold(text: str) -> str:
    """The matching form of *text*.

    NFKC and case folding; Arabic harakat, tatweel and all format characters (zero-width joiners, bidi marks, soft hyphens)
    dropped; letters that differ only by habit made one; Latin, Greek and Cyrillic accents dropped; digits to ASCII; quotes and
    dashes to ASCII; white space runs to one space. Idempotent.
    """
    if text.isascii():
        return _WHITE.sub(" ", text.casefold()).strip()
    once = _fold_once(text)
    return once if once.isascii() else _fold_once(once)


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(map(_fold_character, text))
    return _WHITE.sub(" ", unicodedata.normalize("NFC", kept).translate(_LETTERS)).strip()


@lru_cache(maxsize=4096)
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
