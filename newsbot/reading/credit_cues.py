"""What a line must hold to be a credit line at all, so that of a page's many lines only those few are read that may be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from newsbot.credit_tables import CreditTables, Lexicon
from newsbot.reading.agencies import agency_names
from newsbot.reading.credit_stretches import Setting
from newsbot.reading.tokens import UNSPACED, PhraseBook, folded_words

_Rests = Mapping[str, tuple[frozenset[str], ...]]
"""For each first word of phrases the words that follow it."""
_MARK_CUES: Final = re.compile(r"[©@«“\"„‹「『]|://|www\.|[a-z0-9-]\.[a-z]", re.IGNORECASE)
"""Marks of addresses, of rights, and quotes, behind which any words may be a name."""
_PEOPLE: Final = frozenset(
    {"by", "reporter", "writer", "interviewer", "compiled", "prepared", "editor", "translator", "contributor", "camera", "photo"}
)
_PARTING: Final = re.compile(r"[^\w\s]")


def may_credit(text: str, setting: Setting) -> bool:
    """Whether *text*, a line that stands where no byline is expected, can be a credit: it has a word or mark that no such line lacks.

    That is a label, an agency, an outlet, an office or a profession, all words of it, or a place beside other words; names alone
    credit nothing there. Lines of scripts without spaces are not judged.
    """
    if _MARK_CUES.search(text) or UNSPACED.search(text):
        return True
    words = folded_words(text)
    cues = _cues(setting.lexicon, setting.tables)
    if _any_of(cues, words) or not words.isdisjoint(setting.site):
        return True
    joined = {word[1:] for word in words if word[:1] in setting.lexicon.joined} if setting.lexicon.joined else ()
    if joined and _any_of(cues, words.union(joined)):
        return True
    return _PARTING.search(text) is not None and _may_name_place(words, setting)


def may_label_people(text: str, setting: Setting) -> bool:
    """Whether *text*, a short line, has all words of some label that people follow: writers, editors, photographers."""
    words = folded_words(text)
    return _any_of(_people_labels(setting.lexicon), words) or (UNSPACED.search(text) is not None and may_credit(text, setting))


@lru_cache(maxsize=128)
def _people_labels(lexicon: Lexicon) -> _Rests:
    return _by_first_word(phrase for phrase, (kind, _) in lexicon.labels.entries if kind in _PEOPLE)


def _may_name_place(words: set[str], setting: Setting) -> bool:
    tables = setting.tables
    return not (words.isdisjoint(_place_starts(tables)) and words.isdisjoint(_own_place_starts(setting.lexicon, tables)))


@lru_cache(maxsize=128)
def unit_starts(lexicon: Lexicon, tables: CreditTables) -> frozenset[str]:
    """The words at which labels, agencies, and dates that open with a word begin."""
    books: tuple[PhraseBook[Any], ...] = (
        lexicon.labels, lexicon.after, lexicon.date_leads, lexicon.weekdays, lexicon.months, agency_names(tables),
    )  # fmt: skip
    return frozenset(word for book in books for word in book.first_words)


def _any_of(phrases: _Rests, words: set[str]) -> bool:
    return any(rest <= words for word in words if word in phrases for rest in phrases[word])


@lru_cache(maxsize=128)
def _cues(lexicon: Lexicon, tables: CreditTables) -> _Rests:
    books: tuple[PhraseBook[Any], ...] = (
        lexicon.labels, lexicon.after, lexicon.jobs, lexicon.desks, lexicon.outlets, lexicon.known, agency_names(tables),
    )  # fmt: skip
    return _by_first_word(phrase for book in books for phrase in book.phrases)


@lru_cache(maxsize=8)
def _place_starts(tables: CreditTables) -> frozenset[str]:
    """The first words of the places of all languages' table."""
    return frozenset(place.partition(" ")[0] for place in tables.places)


@lru_cache(maxsize=128)
def _own_place_starts(lexicon: Lexicon, tables: CreditTables) -> frozenset[str]:
    """The first words of the places that only the language's own table has."""
    return frozenset(place.partition(" ")[0] for place in lexicon.places - tables.places)


def _by_first_word(phrases: Iterable[tuple[str, ...]]) -> _Rests:
    found: dict[str, list[frozenset[str]]] = {}
    for first, *rest in phrases:
        found.setdefault(first, []).append(frozenset(rest))
    return {first: tuple(rests) for first, rests in found.items()}
