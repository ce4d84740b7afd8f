"""What a stretch of words between the marks of a credit line is: an office, this outlet, a place, a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from newsbot.credit_tables import CreditTables, Lexicon
from newsbot.reading.agencies import agency_names
from newsbot.reading.person_names import has_prose, people_in, starts_phrase, without_honorifics
from newsbot.reading.tokens import UNSPACED, Token

UnitKind = Literal[
    "label", "agency", "photo_agency", "place", "date", "people", "outlet", "own", "desk", "job", "address", "domain", "contact", "code",
    "quoted", "honorific", "other", "sep",
]  # fmt: skip
_MOST_WORDS: Final = 20
"""A longer stretch is prose, whatever its words."""
_MOST_DESK_WORDS: Final = 7
_SHORT_OUTLET: Final = 4
"""Letters of an outlet that is printed small ("taz"); longer small words are no names."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a line with one meaning."""

    kind: UnitKind
    start: int
    """Offset in the raw text."""
    end: int
    raw: str
    value: str = ""
    """Label kind, agency id, ISO date, mark; ``part`` of a desk named among other words, ``known`` of a listed outlet; else ""."""
    strength: str = ""
    """``marked``, ``bare`` or ``weak`` of a label."""
    names: tuple[str, ...] = ()
    """The people of a ``people`` unit."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a line is read with."""

    lexicon: Lexicon
    tables: CreditTables
    site: tuple[str, ...] = ()
    """Folded words of this outlet's name."""
    host: str = ""
    reference: str | None = None


class Stretches:
    """Judges the stretches of one line."""

    def __init__(self, text: str, setting: Setting) -> None:
        self._text = text
        self._setting = setting
        self._lexicon = setting.lexicon
        self._agencies = agency_names(setting.tables)

    def read(self, unit: Unit, tokens: Sequence[Token], *, named: bool) -> Unit:
        """*unit* with the kind of its *tokens*; *named*: a person stands before it, so that a profession is theirs."""
        words = tuple(token.folded for token in tokens if token.kind != "mark")
        if len(words) > _MOST_WORDS and not UNSPACED.match(words[0]):
            return unit
        lexicon = self._lexicon
        if lexicon.honorifics.match(tokens, 0) and without_honorifics(tokens, lexicon) is tokens:
            return replace(unit, kind="honorific")
        if words and words == self._setting.site:
            return replace(unit, kind="own")
        if self._is_desk(tokens):
            return self._desk(unit, tokens)
        return self._own(unit, tokens, words) or self._named(unit, tokens, words) or self._person(unit, tokens, named=named)

    def _own(self, unit: Unit, tokens: Sequence[Token], words: tuple[str, ...]) -> Unit | None:
        """The page's own outlet, behind an office's title too: ``مراسل المثال``."""
        if self._is_site(words):
            return replace(unit, kind="own")
        titled = without_honorifics(tokens, self._lexicon)
        if titled is tokens or not titled or not self._is_site(tuple(token.folded for token in titled if token.kind != "mark")):
            return None
        return replace(unit, kind="own", start=titled[0].start, raw=self._text[titled[0].start : unit.end])

    def _named(self, unit: Unit, tokens: Sequence[Token], words: tuple[str, ...]) -> Unit | None:
        """A picture desk, a place, an outlet; *unit* itself when it only has a word of outlets."""
        if self._is_photo_desk(tokens):
            return replace(unit, kind="photo_agency")
        if " ".join(words) in self._lexicon.places:
            return replace(unit, kind="place")
        known = self._lexicon.known.match(tokens, 0)
        whole = known is not None and known[0] == len(tokens)
        if not whole and not starts_phrase(self._lexicon.outlets, tokens):
            return None
        return replace(unit, kind="outlet", value="known" if whole else "") if self._is_outlet(tokens) else unit

    def _person(self, unit: Unit, tokens: Sequence[Token], *, named: bool) -> Unit:
        lexicon = self._lexicon
        if (named or without_honorifics(tokens, lexicon) is tokens) and starts_phrase(lexicon.jobs, tokens):
            return replace(unit, kind="job" if self._is_job(tokens) else "other")
        if all(token.folded.isdigit() or any(letter.isdigit() for letter in token.folded) for token in tokens if token.kind == "word"):
            return replace(unit, kind="code")
        names = people_in(self._text, tokens, lexicon)
        if names:
            return replace(unit, kind="people", names=names)
        quoted = unit.start > 0 and self._text[unit.start - 1] in '«“"„‹「『' and len(tokens) <= 6
        return replace(unit, kind="quoted") if quoted else unit

    def _is_outlet(self, tokens: Sequence[Token]) -> bool:
        """Whether a stretch with a word of media names is one: known, or few words, none of prose, written as names are."""
        known = self._lexicon.known.match(tokens, 0)
        unit = self._text[tokens[0].start : tokens[-1].end]
        if known and known[0] == len(tokens):
            return not (unit.islower() and len(unit) > _SHORT_OUTLET)
        raw = [self._text[token.start : token.end] for token in tokens if token.kind == "word"]
        small = any(
            word[0].islower() for word, token in zip(raw[1:], tokens[1:], strict=False) if token.folded not in self._lexicon.particles
        )
        if all(word.isdigit() for word in raw) or (raw[0][:1].isdigit() and len(raw) > 2):
            return False
        return 0 < len(raw) <= 7 and not small and not has_prose(self._text, tokens[1:], self._lexicon)

    def _is_desk(self, tokens: Sequence[Token]) -> bool:
        """Whether the words are, or hold behind an office's title, an editorial desk."""
        whole = self._lexicon.desks.match(tokens, 0)
        if whole is not None and len(tokens) - whole[0] <= self._is_caseless(tokens[0]):
            return True
        plain = without_honorifics(tokens, self._lexicon)
        return len(plain) <= _MOST_DESK_WORDS and any(
            (at == 0 or found[0] == len(plain)) and not has_prose(self._text, (*plain[:at], *plain[found[0] :]), self._lexicon)
            for at in range(len(plain))
            if plain[at].kind != "mark" and (found := self._lexicon.desks.match(plain, at))
        )

    def _is_job(self, tokens: Sequence[Token]) -> bool:
        """Whether a stretch with a word for a profession tells only who someone is: few words, no verb's company."""
        plain = [token for at, token in enumerate(tokens) if not self._lexicon.within.match(tokens, at)]
        cased = self._text[tokens[0].start].title() != self._text[tokens[0].start] or self._text[tokens[0].start].isupper()
        if not cased and self._lexicon.jobs.match(tokens, 0) is None:
            return False
        return len(tokens) <= 12 and not has_prose(self._text, plain, self._lexicon)

    def _is_caseless(self, token: Token) -> bool:
        letter = self._text[token.start]
        return letter.upper() == letter.lower()

    def _is_photo_desk(self, tokens: Sequence[Token]) -> bool:
        """``AP Photo``: an agency and a word for pictures."""
        found = self._agencies.match(tokens, 0)
        label = self._lexicon.labels.match(tokens, found[0]) if found and found[0] < len(tokens) else None
        return label is not None and label[0] == len(tokens) and label[1][0] == "photo"

    def _desk(self, unit: Unit, tokens: Sequence[Token]) -> Unit:
        """An editorial office; "Example Times Staff" names the outlet beside it."""
        words = [token for token in tokens if token.kind == "word"]
        for last in range(len(words) - 1, 0, -1):
            if self._is_site(tuple(token.folded for token in words[:last])):
                start, end = words[0].start, words[last - 1].end
                return Unit("own", start, end, self._text[start:end])
        found = self._lexicon.desks.match(tokens, 0)
        names = people_in(self._text, tokens[found[0] :], self._lexicon) if found and unit.raw[-1].upper() != unit.raw[-1] else ()
        if names and " " in names[0]:
            return replace(unit, kind="people", names=names)
        whole = found is not None and len(words) - found[0] <= self._is_caseless(tokens[0])
        return replace(unit, kind="desk", value="" if whole else "part")

    def _is_site(self, words: tuple[str, ...]) -> bool:
        """Whether *words* are this outlet's name, or its beginning or end ("الجزيرة" of "الجزيرة نت")."""
        site = self._setting.site
        if not site or not words or len(words) > len(site) + 3:
            return False
        short, long = sorted((words, site), key=len)
        return long[: len(short)] == short or long[-len(short) :] == short
