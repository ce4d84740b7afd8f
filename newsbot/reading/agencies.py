"""News agencies named in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from newsbot.credit_tables import CreditTables, Lexicon
from newsbot.reading.tokens import PhraseBook, Token, folded_words, tokens_of, words_of

_NEAR: Final = 6
"""Words between a citing word and the agency's name; more belong to another clause."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an agency."""

    id: str
    ordinary: bool
    """Whether the name is also a common word."""
    photo: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An agency in a sequence of tokens."""

    name: Name
    first: int
    """Index of its first token."""
    last: int
    """Index after its last token."""


@lru_cache(maxsize=8)
def agency_names(tables: CreditTables) -> PhraseBook[Name]:
    """All printed names of all agencies."""
    return PhraseBook((form, Name(agency.id, form in agency.ordinary, agency.photo)) for agency in tables.agencies for form in agency.forms)


@lru_cache(maxsize=8)
def agency_domains(tables: CreditTables) -> Mapping[str, Name]:
    """Agencies by registrable domain."""
    return {domain: Name(agency.id, ordinary=False, photo=agency.photo) for agency in tables.agencies for domain in agency.domains}


def agency_named(text: str, tables: CreditTables) -> Name | None:
    """The agency whose name, or whose name behind a word such as "agency", the whole *text* is."""
    tokens = [token for token in tokens_of(text[:200]) if token.kind != "mark" or token.folded in ".-'"]
    found = agency_names(tables).match(tokens, 0) if tokens else None
    return found[1] if found and not words_of(text[:200])[_words(tokens[: found[0]]) :] else None


def _words(tokens: Sequence[Token]) -> int:
    return sum(token.kind != "mark" for token in tokens)


def cited_agencies(text: str, lexicon: Lexicon, tables: CreditTables) -> tuple[tuple[str, str], ...]:
    """Agencies that a sentence of *text* names as having reported: (id, the name as printed), once each, in order.

    A name counts when a citing word stands near it in the same sentence; an agency that is itself the topic ("a Reuters journalist
    was killed") does not, nor does an everyday word that is also a name, unless "agency" stands beside it.
    """
    cited: dict[str, str] = {}
    if not may_name_agency(text, lexicon, tables):
        return ()
    for sentence in _sentences(tokens_of(text)):
        found = list(_found(sentence, text, lexicon, tables))
        flags = [_is_cited(sentence, one, lexicon) for one in found]
        for place, one in enumerate(found):
            beside = place > 0 and flags[place - 1] and _joined(sentence, found[place - 1], one, lexicon)
            flags[place] = flags[place] or beside
            if flags[place]:
                cited.setdefault(one.name.id, text[sentence[one.first].start : sentence[one.last - 1].end])
    return tuple(cited.items())


def may_name_agency(text: str, lexicon: Lexicon, tables: CreditTables) -> bool:
    """Whether all words of some agency's name are among those of *text*: few paragraphs have them, and others cite none."""
    words = folded_words(text)
    return any(rest <= words for word in words for rest in _rests(word, lexicon, tables))


def _sentences(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Sentences of *tokens*, cut at full stops that no initial stands before."""
    sentence: list[Token] = []
    for place, token in enumerate(tokens):
        sentence.append(token)
        ends = token.folded in "!?؟。।۔\n" or (token.folded == "." and place > 0 and len(tokens[place - 1].folded) > 1)
        if ends and token.kind in ("mark", "line"):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _found(tokens: Sequence[Token], text: str, lexicon: Lexicon, tables: CreditTables) -> Iterator[Found]:
    """Agencies in a sentence, prefixes of the language taken off ("لرويترز"); everyday words only beside an introduction or in capitals."""
    names = agency_names(tables)
    at = 0
    while at < len(tokens):
        match = _match(names, tokens, at, lexicon)
        if match is None or match[1].photo:
            at += 1
            continue
        end, name = match
        first = at
        at = end
        if not name.ordinary or _introduced(tokens, first, end, lexicon) or _is_acronym(text[tokens[first].start : tokens[end - 1].end]):
            yield Found(name, first, end)


@lru_cache(maxsize=16384)
def _rests(word: str, lexicon: Lexicon, tables: CreditTables) -> tuple[frozenset[str], ...]:
    """For each name of an agency that may begin with *word*, whatever prefix or suffix it carries, the words that follow."""
    names = _name_rests(tables)
    plain = [word, *(word.removesuffix(suffix) for suffix in lexicon.suffixes)]
    rests = [word.removeprefix(prefix) for prefix in lexicon.prefixes]
    forms = dict.fromkeys((*plain, *rests, *(f"ال{rest}" for rest in rests)))
    return tuple(rest for form in forms for rest in names.get(form, ()))


@lru_cache(maxsize=8)
def _name_rests(tables: CreditTables) -> Mapping[str, tuple[frozenset[str], ...]]:
    """For each first word of agencies' names the words that follow it."""
    found: dict[str, list[frozenset[str]]] = {}
    for first, *rest in agency_names(tables).phrases:
        found.setdefault(first, []).append(frozenset(rest))
    return {first: tuple(rests) for first, rests in found.items()}


def _match(names: PhraseBook[Name], tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, Name] | None:
    token = tokens[at]
    if token.kind == "mark":
        return None
    if found := names.match(tokens, at):
        return found
    for suffix in lexicon.suffixes:
        if token.folded.endswith(suffix) and len(token.folded) > len(suffix) + 1:
            found = names.match(tokens, at, token.folded[: -len(suffix)])
            if found:
                return found
    for prefix in lexicon.prefixes:
        rest = token.folded[len(prefix) :]
        if len(rest) >= 2 and token.folded.startswith(prefix):
            for first in (rest, f"ال{rest}") if prefix == "لل" else (rest,):
                found = names.match(tokens, at, first)
                if found and not found[1].ordinary:
                    return found
    return None


def _is_acronym(raw: str) -> bool:
    return 2 <= len(raw) <= 5 and raw.isupper()


def _introduced(tokens: Sequence[Token], first: int, last: int, lexicon: Lexicon) -> bool:
    """Whether a word such as "agency" stands directly before or after the name, prefixes allowed."""
    before = [token.folded for token in tokens[max(0, first - 2) : first] if token.kind == "word"]
    after = [token.folded for token in tokens[last : last + 2] if token.kind == "word"]
    return any(stem in lexicon.introductions for word in (*before[-1:], *after[:1]) for stem in _stems(word, lexicon))


def _stems(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """*word*, and *word* without each prefix of the language."""
    return (word, *(word[len(prefix) :] for prefix in lexicon.prefixes if word.startswith(prefix) and len(word) > len(prefix) + 1))


def _is_cited(tokens: Sequence[Token], one: Found, lexicon: Lexicon) -> bool:
    before = tokens[max(0, one.first - _NEAR) : one.first]
    after = tokens[one.last : one.last + _NEAR]
    if _staff_beside(before, after, lexicon):
        return False
    if one.first > 0 and (_told(tokens[one.first], lexicon) or _told_agency(tokens[one.first - 1], lexicon)):
        return True
    if _has(lexicon.cite_before, before, lexicon) or _has(lexicon.cite_after, after, lexicon):
        return True
    return _has(lexicon.saying, before, lexicon) and _goes_on(tokens[one.last :], lexicon)


def _told(token: Token, lexicon: Lexicon) -> bool:
    """Whether the name itself carries "to": ``لرويترز``."""
    return token.folded.startswith("ل") and "ل" in lexicon.prefixes and not token.folded.startswith("لا") and len(token.folded) > 3


def _told_agency(token: Token, lexicon: Lexicon) -> bool:
    """Whether the word for "agency" before the name carries "to": ``لوكالة سانا``."""
    return _told(token, lexicon) and token.folded[1:] in lexicon.introductions


def _staff_beside(before: Sequence[Token], after: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a word for people or offices of an agency stands next to its name, "agency" between them at most."""
    words = [token.folded for token in before if token.kind == "word"]
    while words and any(stem in lexicon.introductions for stem in _stems(words[-1], lexicon)):
        words.pop()
    nearest = [*words[-1:], *(token.folded for token in after[:1])]
    return any(stem in lexicon.staff for word in nearest for stem in _stems(word, lexicon))


def _has(book: PhraseBook[None], tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    return any(book.match(tokens, at, stem) for at, token in enumerate(tokens) for stem in _stems(token.folded, lexicon))


def _goes_on(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether what an agency said follows: "that", a quotation or a colon."""
    return any(token.folded in (":", '"') for token in tokens) or _has(lexicon.that, tokens, lexicon)


def _joined(tokens: Sequence[Token], one: Found, other: Found, lexicon: Lexicon) -> bool:
    """Whether the two names stand side by side in a list."""
    between = tokens[one.last : other.first]
    return len(between) <= 2 and all(token.folded in {",", "،", "و", "/"} or token.folded in lexicon.ands for token in between)
