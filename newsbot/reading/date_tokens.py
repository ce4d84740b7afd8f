"""A text as the tokens of a date: numbers, names, marks, labels, with one letter for each (the *signature*).

Patterns are then searched in the signature, which is short and has one alphabet for all languages: ``5 مايو 2024`` and ``5. Mai 2024``
are ``nMY`` and ``n.MY``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from newsbot.date_tables import Lexicon, Term, is_unspaced
from newsbot.reading.folding import fold

LONGEST_TEXT: Final = 400
"""Letters that are looked at: a date line is short, and a longer text is somebody's prose."""
_BIDI: Final = dict.fromkeys((0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_SAME: Final = str.maketrans(
    {
        letter: mark
        for mark, letters in {
            ":": "：։꞉˸∶",
            "/": "／",
            ".": "．٫۔॰",
            ",": "，、،؛",
            "(": "（«",
            ")": "）»",
            "-": "−–—―‐‑〜﹣－",
            "|": "•·・│｜।‧⋅",
            '"': "″״“”",
            "'": "׳’‘",
            "1": "①",
        }.items()
        for letter in letters
    }
)
_MARK_RANGES: Final = """
    300-36f 483-487 591-5bd 610-61a 640-640 64b-65f 670-670 6d6-6ed 900-903 93a-94f 951-957 962-963 981-983 9bc-9cd 9d7-9d7
    a01-a03 a3c-a51 a70-a71 a81-a83 abc-acd b01-b03 b3c-b57 b82-b82 bbe-bcd c00-c04 c3e-c56 c81-c83 cbc-cd6 d00-d03 d3b-d4d
    d81-d83 dca-ddf e31-e3a e47-e4e eb1-ebc ec8-ecd f18-f84 102b-103e 1056-1060 17b4-17d3 200c-200d ad-ad
"""
"""Vowel signs and joiners that belong to a word, which Python does not count as letters."""
_MARKS: Final = "".join("-".join(chr(int(end, 16)) for end in pair.split("-")) for pair in _MARK_RANGES.split())
_TOKEN: Final = re.compile(rf"(?P<digits>\d+)|(?P<word>[^\W\d_](?:[^\W\d_{{}}]|[{_MARKS}])*)|(?P<mark>\S)".replace("{}", ""))
_GLUED_YEAR: Final = re.compile(r"(?<=[/.\-])((?:19|20)\d\d)(?=\d{1,2}:\d\d)|((?:[/.\-]|[^\W\d_] ?)(?:19|20)\d\d)(?=\d{2}:\d\d)")
_ISO_TIME: Final = re.compile(r"(?<=\d)T(\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?", re.ASCII)
_HAN_NUMBER: Final = re.compile(r"[〇零○一二三四五六七八九十廿卅]{1,6}(?=[年月日号號时時点點分秒])")
_HAN_DIGITS: Final = {letter: value for value, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_GEMATRIA: Final = dict(zip("אבגדהוזחטיכלמנסעפצקרשת", (*range(1, 10), *range(10, 100, 10), *range(100, 500, 100)), strict=True))
_HEBREW_NUMBER: Final = re.compile(r"(?<![א-ת])([בהל]?)([א-ת]{1,5})(?:\"([א-ת])|'(?![א-ת]))(?![א-ת\"])")
_THOUSANDS: Final = re.compile(r"(?<![א-ת])ה'(?=[א-ת]{2,4}\"[א-ת])")
"""The thousands of a Hebrew year, which are seldom written."""
_AFTER_YEAR: Final = "gesutyMOBXULCVRWlacoZQP"
_AFTER_NUMBER: Final = "MOBhikdqmyPDgesutoaXULCVRWlcZQ"
_AFTER_AGO: Final = "NnhikdqmyDfMO"
_AFTER_AT: Final = "nZcPQMOXULR"
_USUALLY: Final = "MOXULCVRWlcaoZQADnNfhikdqmyPgesut"


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a known phrase or an unknown word."""

    kind: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A text read as tokens."""

    text: str
    """Without bidi marks, punctuation in ASCII; spans of tokens count in it."""
    tokens: tuple[Token, ...]
    signature: str
    """The kinds of the tokens: one letter each."""

    def raw(self, first: int, last: int) -> str:
        """The text of tokens *first* up to *last* (excluded)."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]


def clean(text: str) -> str:
    """*text* without bidi marks, its punctuation in ASCII; at most :data:`LONGEST_TEXT` letters."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = _THOUSANDS.sub("", text.translate(_BIDI).translate(_SAME))
        text = _HEBREW_NUMBER.sub(_hebrew_number, _HAN_NUMBER.sub(_han_number, text))
    return _GLUED_YEAR.sub(lambda match: match[0] + " ", text)


def spaced(text: str) -> str:
    """*text* with a space where ISO 8601 has a ``T``, without fractions of seconds: for a machine form inside a line."""
    return _ISO_TIME.sub(r" \1", text)


def read_tokens(text: str, lexicon: Lexicon) -> Line:
    """The tokens of *text* (cleaned)."""
    pieces = [(match.lastgroup, match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    tokens: list[Token] = []
    place = 0
    while place < len(pieces):
        group, piece, start, end = pieces[place]
        place += 1
        if group == "digits":
            tokens.append(_number(piece, start, end))
        elif piece == "'" and tokens and tokens[-1].end == start:
            continue  # of an abbreviation (``ינו׳``) or an elision (``d'avril``)
        elif group == "mark":
            tokens.append(Token(piece if piece in ".,/-|:()+'\"" else ";", piece, start, end))
        else:
            place = _read_words(pieces, place - 1, lexicon, tokens)
    return Line(text, tuple(tokens), "".join(token.kind for token in tokens))


Piece = tuple[str | None, str, int, int]


def _read_words(pieces: list[Piece], place: int, lexicon: Lexicon, tokens: list[Token]) -> int:
    """Append the phrase at *place* to *tokens*; the place after it."""
    _, piece, start, end = pieces[place]
    word = folded(piece)
    if not word:
        tokens.append(Token("-", piece, start, end))
        return place + 1
    longest = lexicon.longest.get(word, 0)
    if longest:
        terms, after = _phrase(pieces, place, word, longest, lexicon)
        if terms:
            tokens.append(_token(terms, tokens, start, pieces[after - 1][3]))
            return after
    if is_unspaced(word[0]):
        _segment(piece, start, lexicon, tokens)
    else:
        _prefixed(word, start, end, lexicon, tokens)
    return place + 1


def _phrase(pieces: list[Piece], place: int, word: str, longest: int, lexicon: Lexicon) -> tuple[tuple[Term, ...], int]:
    """The longest phrase at *place*, stops and hyphens between its words passed over; and the place after it."""
    words: list[str] = [word]
    ends = [place + 1]
    ahead = place + 1
    while len(words) < longest and ahead < len(pieces):
        group, piece, _, _ = pieces[ahead]
        if group == "mark" and piece not in ".-'\"" and (piece != "/" or len(word) > 1):
            break
        if group != "mark":
            words.append(str(int(piece)) if group == "digits" and len(piece) < 5 else folded(piece))
            ends.append(ahead + 1)
        ahead += 1
    for length in range(len(words), 0, -1):
        if terms := lexicon.phrases.get(tuple(words[:length])):
            return terms, ends[length - 1]
    return (), place


def _prefixed(word: str, start: int, end: int, lexicon: Lexicon, tokens: list[Token]) -> None:
    """A word with a particle written to it (``بتاريخ``, ``במאי``): what is left when the particle is taken off."""
    terms = next((terms for stem in _stems(word) if (terms := lexicon.phrases.get((stem,)))), None)
    tokens.append(_token(terms, tokens, start, end) if terms else Token("w", word, start, end))


def _stems(word: str) -> tuple[str, ...]:
    first = word[0]
    if word.endswith("ماه") and len(word) > 4:
        return (word[:-3],)  # بهمن‌ماه
    if first in "وفبل" and len(word) > 3:
        stem = word[1:]
        return (stem, stem[1:] if stem[0] in "بل" else stem, stem[2:] if stem.startswith("ال") else stem)
    if "\u05d0" <= first <= "\u05ea" and first in "בהלוכמש" and len(word) > 2:
        return (word[1:], word[2:]) if len(word) > 3 else (word[1:],)
    return ()


def _segment(piece: str, start: int, lexicon: Lexicon, tokens: list[Token]) -> None:
    """Known words inside a run of a script without spaces; what lies between them is one unknown word."""
    place, unknown = 0, -1
    while place < len(piece):
        word = next((word for word in lexicon.glued.get(piece[place], ()) if piece.startswith(word, place)), None)
        if word is None:
            if unknown < 0:
                unknown = place
            place += 1
            continue
        if unknown >= 0:
            tokens.append(Token("w", piece[unknown:place], start + unknown, start + place))
            unknown = -1
        tokens.append(_token(lexicon.phrases[(word,)], tokens, start + place, start + place + len(word)))
        place += len(word)
    if unknown >= 0:
        tokens.append(Token("w", piece[unknown:], start + unknown, start + len(piece)))


def _token(terms: tuple[Term, ...], before: list[Token], start: int, end: int) -> Token:
    """The meaning that fits what stands before, as a token."""
    if len(terms) == 1:
        return Token(terms[0].kind, terms[0].value, start, end)
    last = before[-1].kind if before else ""
    order = (
        _AFTER_YEAR
        if last == "Y"
        else _AFTER_NUMBER
        if last in ("n", "N", "f", "3")
        else _AFTER_AGO
        if last == "A"
        else _AFTER_AT
        if last == "a"
        else _USUALLY
    )
    best = min(terms, key=lambda term: order.find(term.kind) if term.kind in order else 99)
    return Token(best.kind, best.value, start, end)


def _number(piece: str, start: int, end: int) -> Token:
    kind = {1: "n", 2: "n", 3: "3", 4: "Y"}.get(len(piece), "x")
    return Token(kind, int(piece) if len(piece) < 20 else 0, start, end)


@lru_cache(maxsize=16384)
def folded(word: str) -> str:
    """:func:`fold` of one word, remembered: dates are made of the same few words."""
    return fold(word)


def _han_number(match: re.Match[str]) -> str:
    """Chinese numerals before a unit of time: ``二〇二四``, ``十二``, ``二十五``."""
    letters = match[0].replace("廿", "二十").replace("卅", "三十")
    if "十" not in letters:
        return "".join(str(_HAN_DIGITS[letter]) for letter in letters)
    tens, _, ones = letters.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return match[0]
    return str((_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0))


def _hebrew_number(match: re.Match[str]) -> str:
    """Hebrew numerals: ``כ"ז`` 27, ``תשפ"ד`` 784 (the thousands are not written): 5784."""
    letters = unicodedata.normalize("NFC", match[2] + (match[3] or ""))
    if any(letter not in _GEMATRIA for letter in letters):
        return match[0]
    value = sum(_GEMATRIA[letter] for letter in letters)
    return f"{match[1]} {value + 5000 if value >= 600 else value}" if value >= 600 or value <= 30 else match[0]
