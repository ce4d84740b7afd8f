"""One pass over the tokens of a credit line: where labels, dates, agencies begin, and what the stretches between them are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from newsbot.reading.agencies import Name, agency_domains, agency_names
from newsbot.reading.credit_cues import unit_starts
from newsbot.reading.credit_dates import DateFound, date_at, time_end
from newsbot.reading.credit_stretches import Setting, Stretches, Unit, UnitKind
from newsbot.reading.person_names import is_ideograph, people_in
from newsbot.reading.tokens import tokens_of

_SMALL_WORD: Final = 4
_JOINING: Final = frozenset("\"-.'&·_\u200c")


class Scan:
    """One pass over the tokens of *text*."""

    def __init__(self, text: str, setting: Setting) -> None:
        self._text = text
        self._setting = setting
        self._lexicon = setting.lexicon
        self._tokens = tokens_of(text)
        self._agencies = agency_names(setting.tables)
        self._starts = unit_starts(setting.lexicon, setting.tables)
        self._stretches = Stretches(text, setting)
        self._units: list[Unit] = []
        self._begin: int | None = None

    def units(self) -> Iterator[Unit]:
        """The units, none read before it is asked for."""
        given = at = 0
        while at < len(self._tokens):
            at = self._step(at)
            yield from self._units[given:]
            given = len(self._units)
        self._flush(len(self._tokens))
        yield from self._units[given:]

    def _step(self, at: int) -> int:
        """Read token *at*, or the unit that begins there; the token after it."""
        special = None if self._is_plain(at) else self._special(at)
        if special is not None:
            self._flush(at)
            self._units.append(special[0])
            return special[1]
        if self._parts(at):
            self._flush(at)
            self._units.append(self._unit("sep", at, at + 1, self._tokens[at].folded))
        elif self._begin is None:
            self._begin = at
        return at + 1

    def _is_plain(self, at: int) -> bool:
        """Whether token *at* is a word amid others at which nothing special begins: most words of prose are."""
        token = self._tokens[at]
        if token.kind != "word" or self._begin is None or token.folded in self._starts:
            return False
        first = token.folded[0]
        return not (first.isdigit() or first in self._lexicon.joined or is_ideograph(first))

    def _unit(self, kind: UnitKind, first: int, last: int, value: str = "") -> Unit:
        start, end = self._tokens[first].start, self._tokens[last - 1].end
        return Unit(kind, start, end, self._text[start:end], value)

    def _special(self, at: int) -> tuple[Unit, int] | None:
        """The unit that begins at token *at* whatever stands before, and the token after it."""
        token = self._tokens[at]
        match token.kind:
            case "mark" | "line":
                return (self._unit("label", at, at + 1, "copyright"), at + 1) if token.folded == "©" else None
            case "address":
                return self._unit("address", at, at + 1), at + 1
            case "email" | "handle":
                return self._unit("contact", at, at + 1), at + 1
            case "domain":
                return self._domain(at)
        return self._label(at) or self._date(at) or self._agency(at) or self._after_label(at) or self._place_in_run(at)

    def _domain(self, at: int) -> tuple[Unit, int]:
        name = agency_domains(self._setting.tables).get(self._tokens[at].folded)
        unit = self._unit("domain", at, at + 1)
        return (replace(unit, kind="agency", value=name.id) if name else unit), at + 1

    def _label(self, at: int) -> tuple[Unit, int] | None:
        found = self._lexicon.labels.match(self._tokens, at)
        if found is None or not (self._begin is None or self._is_strong(found[0], found[1][0])):
            return None
        end, (kind, strength) = self._past_second(found[0]), found[1]
        end = self._past_place(end) if kind in ("reporter", "contributor") else end
        before_mark = end >= len(self._tokens) or self._leads_label(end) or self._tokens[end].folded in ":-|/=,،;\n・)●─"
        if strength == "weak" and any(unit.kind != "sep" for unit in self._units):
            return None
        if strength == "marked" and not before_mark:
            return None
        unit = replace(self._unit("label", at, end, kind), strength="marked" if before_mark and end < len(self._tokens) else strength)
        return unit, end + (end < len(self._tokens) and self._tokens[end].folded == ":")

    def _leads_label(self, end: int) -> bool:
        """Whether "and" and another label stand at token *end*: ``Text und Fotos:``."""
        found = self._lexicon.ands.match(self._tokens, end)
        return found is not None and found[0] < len(self._tokens) and self._lexicon.labels.match(self._tokens, found[0]) is not None

    def _past_second(self, end: int) -> int:
        """The place behind a second label that a joined "and" ties to the first: ``إعداد وتحرير``."""
        if end < len(self._tokens) and self._tokens[end].folded[:1] in self._lexicon.joined:
            second = self._lexicon.labels.match(self._tokens, end, self._tokens[end].folded[1:])
            return second[0] if second else end
        return end

    def _past_place(self, end: int) -> int:
        """The place of a colon behind "in" and a place: ``مراسلنا في بغداد:``; else *end*."""
        within = self._lexicon.within.match(self._tokens, end) if end < len(self._tokens) else None
        for colon in range(within[0] + 1, min(within[0] + 4, len(self._tokens))) if within else ():
            if self._tokens[colon].folded == ":":
                return colon
        return end

    def _is_strong(self, end: int, kind: str) -> bool:
        """Whether a label is one amid other words: a colon follows it, or an agency follows "with"."""
        if end >= len(self._tokens):
            return False
        return self._tokens[end].folded == ":" or (kind == "agency" and self._agencies.match(self._tokens, end) is not None)

    def _date(self, at: int) -> tuple[Unit, int] | None:
        first = self._past_lead(at)
        found = self._date_from(at) or (self._date_from(first) if at < first < len(self._tokens) else None)
        if found is None:
            return self._told_time(at, first)
        return self._unit("date", at, found.last, found.value or ""), found.last

    def _told_time(self, at: int, first: int) -> tuple[Unit, int] | None:
        """``mis à jour à 19h10``: "updated" before a time alone."""
        end = time_end(self._text, self._tokens[first - 1].end) if at < first and self._lexicon.date_leads.match(self._tokens, at) else None
        last = next((place for place in range(first, len(self._tokens)) if self._tokens[place].start >= (end or 0)), len(self._tokens))
        return (self._unit("date", at, last), last) if end else None

    def _date_from(self, at: int) -> DateFound | None:
        return date_at(self._text, self._tokens, at, self._lexicon, self._setting.reference)

    def _past_lead(self, at: int) -> int:
        """The token behind "published", a colon, and a small word: ``Publié le 3 mars``, ``am 3. März``."""
        lead = self._lexicon.date_leads.match(self._tokens, at) if self._tokens[at].kind == "word" else None
        place = lead[0] if lead else at
        if lead and place < len(self._tokens) and self._tokens[place].folded in (":", "-"):
            place += 1
        if (lead or self._begin is None) and place < len(self._tokens):
            word = self._tokens[place].folded
            place += word.isalpha() and len(word) < _SMALL_WORD and word in self._lexicon.prose
        return place

    def _agency(self, at: int) -> tuple[Unit, int] | None:
        found = self._agencies.match(self._tokens, at) or self._behind_and(at)
        if found is None:
            return None
        end, name = found
        begins = self._begin is None or not name.ordinary or self._is_place(self._begin, at)
        if not begins or (name.ordinary and name.id.isupper() and self._is_small(at, end)) or not self._bounded(end, at):
            return None
        return self._unit("photo_agency" if name.photo else "agency", at, end, name.id), end

    def _is_small(self, first: int, last: int) -> bool:
        """Whether words in Latin letters are no initials: ``Map`` is not the agency MAP."""
        raw = self._text[self._tokens[first].start : self._tokens[last - 1].end]
        return raw.isascii() and last - first == 1 and not raw.isupper()

    def _is_place(self, first: int, last: int) -> bool:
        return " ".join(token.folded for token in self._tokens[first:last]) in self._lexicon.places

    def _behind_and(self, at: int) -> tuple[int, Name] | None:
        """An agency behind a joined "and": ``رويترز وفرانس برس``."""
        word = self._tokens[at].folded
        if word[:1] not in self._lexicon.joined or len(word) < 3:
            return None
        return self._agencies.match(self._tokens, at, word[1:])

    def _bounded(self, end: int, at: int) -> bool:
        """Whether a unit that ends before token *end* is whole there: a mark, "and", a label, or a script without spaces follows."""
        if end >= len(self._tokens) or is_ideograph(self._tokens[at].folded[0]):
            return True
        token = self._tokens[end]
        if token.kind in ("mark", "line"):
            return not (token.folded in "-'_" and token.glued and end + 1 < len(self._tokens) and self._tokens[end + 1].glued)
        return bool(
            self._lexicon.ands.match(self._tokens, end)
            or self._agencies.match(self._tokens, end)
            or self._behind_and(end)
            or self._lexicon.jobs.match(self._tokens, end)
            or self._lexicon.desks.match(self._tokens, end)
            or self._date(end)
            or token.kind != "word"
        )

    def _after_label(self, at: int) -> tuple[Unit, int] | None:
        """A label that follows its value (``홍길동 기자``): the value becomes a unit of that label."""
        found = self._lexicon.after.match(self._tokens, at) if self._begin is not None else None
        if found is None or not self._bounded(found[0], at):
            return None
        begin, self._begin = self._begin, None
        names = people_in(self._text, self._tokens[begin:at], self._lexicon)
        if not names:
            self._begin = begin
            return None
        unit = replace(self._unit("people", begin or 0, at, found[1]), names=names)
        return unit, found[0]

    def _place_in_run(self, at: int) -> tuple[Unit, int] | None:
        """A known place in a script without spaces, before a date or next to a name: ``新华社北京5月5日电``, ``陳小明台北5日電``."""
        if not is_ideograph(self._tokens[at].folded[0]):
            return None
        for end in range(min(at + 6, len(self._tokens)), at + 1, -1):
            if self._is_place(at, end) and (
                end >= len(self._tokens)
                or self._tokens[end].kind == "mark"
                or self._tokens[end].folded[0].isdigit()
                or self._agencies.match(self._tokens, end)
            ):
                return self._unit("place", at, end), end
        return None

    def _parts(self, at: int) -> bool:
        """Whether token *at* parts two units."""
        token = self._tokens[at]
        if token.kind == "word" and not token.folded[0].isalnum() and not _has_letter(token.folded):
            return True
        if token.kind == "word":
            follows = (
                self._begin is not None or (bool(self._units) and self._units[-1].kind not in ("sep", "label")) or self._leads_label(at)
            )
            return follows and self._lexicon.ands.match(self._tokens, at) is not None
        if token.kind != "mark" or token.folded not in _JOINING or (token.folded in "·&" and not token.glued):
            return True
        tight = token.glued and at + 1 < len(self._tokens) and self._tokens[at + 1].glued
        initial = token.folded == "." and token.glued and at > 0 and self._is_abbreviation(at - 1)
        return not (tight or initial)

    def _is_abbreviation(self, at: int) -> bool:
        folded = self._tokens[at].folded
        return len(folded) == 1 or folded in ("jr", "sr", "st") or bool(self._lexicon.honorifics.match(self._tokens[at : at + 1], 0))

    def _flush(self, end: int) -> None:
        if self._begin is not None:
            self._units.append(self._classified(self._begin, end))
            self._begin = None

    def _classified(self, first: int, last: int) -> Unit:
        """The unit of the words from *first* to *last*."""
        while last - first > 1 and self._lexicon.within.match(self._tokens[:last], last - 1):
            last -= 1
        named = any(before.kind == "people" for before in self._units[-2:])
        return self._stretches.read(self._unit("other", first, last), self._tokens[first:last], named=named)


def _has_letter(word: str) -> bool:
    """Whether *word* is no run of symbols."""
    return any(unicodedata.category(letter)[0] in "LMN" and letter != "\ufe0f" for letter in word)
