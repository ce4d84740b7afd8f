"""Names of people in a stretch of a credit line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from newsbot.credit_tables import Lexicon
from newsbot.reading.tokens import PhraseBook, Token

_MOST_WORDS: Final = 6
_MOST_CASELESS: Final = 5
"""In scripts without capitals a longer run of words is a sentence sooner than a name."""
_MOST_LETTERS: Final = 60
_IDEOGRAPHS: Final = range(2, 9)
"""Letters of a name in Han or kana; four Han letters at most without kana."""
_MOST_PLACE_WORDS: Final = 3
_HANGUL: Final = range(2, 6)
"""Syllables of a Korean name."""
_LETTER_BY_LETTER: Final = (("\u0e01", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
"""Thai and Lao, Burmese, Khmer."""
_MOST_UNSPACED: Final = 40
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})


def people_in(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> tuple[str, ...]:
    """The people that *tokens*, a stretch of *text* without commas and "and", name; empty when it is no name.

    Honorifics before a name and the place behind it ("in London") are left out; joined "and" ("ليلى بسام وعلي") parts two names.
    """
    tokens = without_honorifics(tokens, lexicon)
    tokens = _without_place(text, tokens, lexicon)
    parts = _parted(tokens, lexicon)
    names = tuple(_printed(text, part, cut) for part, cut in parts)
    shaped = all(_is_name(text, part, lexicon) for part, _ in parts)
    return tuple(name for name in names if name) if shaped else ()


def is_full_name(name: str) -> bool:
    """Whether *name* is of more than one word, where scripts have capitals and names have family names."""
    return " " in name or not _is_cased(name[:1])


def listed_names(names: Iterable[str]) -> tuple[str, ...]:
    """*names* of one list: a single word behind a full name is a degree or an office sooner (``Anna Smith, MD, Marketing``)."""
    kept: list[str] = []
    for name in names:
        if is_full_name(name) or not any(" " in before for before in kept):
            kept.append(name)
    return tuple(kept)


def without_honorifics(tokens: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """*tokens* from the name on: ranks, degrees and offices before it go, unless nothing else is left."""
    while tokens and (found := lexicon.honorifics.match(tokens, 0)):
        rest = tokens[found[0] :]
        while rest and rest[0].kind == "mark":
            rest = rest[1:]
        if not rest:
            break
        tokens = rest
    return tokens


def _may_be_place(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether *tokens* behind "in" name a place: known, written with a capital, or one word where there are none."""
    if not tokens:
        return True
    if " ".join(token.folded for token in tokens) in lexicon.places:
        return True
    short = len(tokens) <= (_MOST_PLACE_WORDS if _is_cased(text[tokens[0].start]) or is_ideograph(text[tokens[0].start]) else 2)
    return short and not has_prose(text, tokens, lexicon)


def _without_place(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    for at in range(1, len(tokens)):
        if tokens[at].folded not in lexicon.within:
            continue
        found = lexicon.within.match(tokens, at)
        if found and tokens[at].folded not in lexicon.particles and _may_be_place(text, tokens[found[0] :], lexicon):
            return tokens[:at]
    return tokens


def _parted(tokens: Sequence[Token], lexicon: Lexicon) -> list[tuple[Sequence[Token], int]]:
    """Runs of tokens, one a person, each with the number of letters to leave out at its start (a joined "and")."""
    parts: list[tuple[Sequence[Token], int]] = []
    start, cut = 0, 0
    for at in range(2, len(tokens) - 1):
        word = tokens[at].folded
        if at - start >= 2 and word[:1] in lexicon.joined and len(word) > 2 and word not in lexicon.names and len(tokens) - at >= 2:
            parts.append((tokens[start:at], cut))
            start, cut = at, 1
    parts.append((tokens[start:], cut))
    return parts


def _printed(text: str, tokens: Sequence[Token], cut: int) -> str:
    if not tokens:
        return ""
    while len(tokens) > 1 and tokens[-1].kind == "mark":
        tokens = tokens[:-1]
    start, last = tokens[0].start + cut, tokens[-1]
    end = last.end + 1 if _keeps_stop(text, tokens) else last.end
    return text[start:end].strip(" .\u200c\u200d-" if end == last.end else " ")


def _keeps_stop(text: str, tokens: Sequence[Token]) -> bool:
    """Whether the name ends with an abbreviation whose stop is part of it: John Roe Jr."""
    return tokens[-1].folded in _SUFFIXES and text[tokens[-1].end : tokens[-1].end + 1] == "."


def _is_name(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    words = [token for token in tokens if token.kind == "word"]
    raw = [text[token.start : token.end] for token in words]
    if (
        not words
        or not all(unicodedata.category(word[0])[0] in "LM" for word in raw)
        or len(words) != sum(token.kind != "mark" for token in tokens)
        or not _plain(text[tokens[0].start : tokens[-1].end])
    ):
        return False
    if any(is_ideograph(letter) for letter in raw[0]):
        return _is_ideographic_name("".join(raw)) and not has_prose(text, tokens, lexicon)
    if any(first <= raw[0][0] <= last for first, last in _LETTER_BY_LETTER):
        return _is_unspaced_name(text[tokens[0].start : tokens[-1].end])
    if "\uac00" <= raw[0][0] <= "\ud7a3":
        return len(words) <= 2 and len("".join(raw)) in _HANGUL
    if _is_cased(raw[0][-1]):
        return len(words) <= _MOST_WORDS and _is_capitalised(words, raw, lexicon)
    return len(words) <= _MOST_CASELESS and not has_prose(text, tokens, lexicon)


def has_prose(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a function word of the language stands in *tokens*."""
    return any(token.folded in lexicon.prose or text[token.start : token.end] in lexicon.exact_prose for token in tokens)


def _plain(name: str) -> bool:
    return len(name) <= _MOST_LETTERS and not any(letter.isdigit() or letter in '?!:;"' for letter in name)


def is_ideograph(letter: str) -> bool:
    """Whether *letter* is Han, kana, or of another script whose words are not spaced."""
    return "\u3041" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff"


def _is_ideographic_name(name: str) -> bool:
    kana = any("\u3041" <= letter <= "\u30ff" for letter in name)
    return len(name) in (_IDEOGRAPHS if kana else range(2, 6))


def _is_unspaced_name(name: str) -> bool:
    """Whether words of a script without spaces in its sentences are short enough for given name, family name and title."""
    return len(name) <= _MOST_UNSPACED and len(name.split()) in (2, 3)


def _is_cased(letter: str) -> bool:
    return letter.isupper() or letter.title() != letter


def _is_capitalised(words: Sequence[Token], raw: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether every word starts with a capital or is a particle ("van"), and one at least does."""
    capitals = [unicodedata.category(word[0]) in ("Lu", "Lt") or (len(word) > 1 and word[1].isupper()) for word in raw]
    others = (token for token, capital in zip(words, capitals, strict=True) if not capital)
    folded = {token.folded for token in words}
    return any(capitals) and all(token.folded in lexicon.particles for token in others) and not (folded & lexicon.prose - lexicon.particles)


def starts_phrase(book: PhraseBook[None], tokens: Sequence[Token]) -> bool:
    """Whether some phrase of *book* occurs in *tokens*."""
    return book.occurs_in(tokens)
