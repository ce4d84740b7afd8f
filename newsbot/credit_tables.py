"""The knowledge that credit lines are read with: agencies, and the words of bylines, source lines and datelines by language.

``data/agencies.toml`` and ``data/credits/<language>.toml``; every key is explained in the models below, and each file carries examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from newsbot.errors import ConfigError
from newsbot.reading.folding import fold
from newsbot.reading.tokens import PhraseBook, words_of
from newsbot.toml import one_line, read_toml

LabelKind = Literal[
    "by", "reporter", "writer", "interviewer", "compiled", "prepared", "editor", "translator", "contributor", "camera",
    "photo", "source", "agency", "own", "copyright", "original", "published", "nothing",
]  # fmt: skip
"""What stands after a label. ``prepared``: author of a lone line, compiler in a sign-off; ``camera``: photographer without a photo credit;
``agency``: material of agencies ("with"); ``own``: this outlet ("exclusive"); ``original``: an address; ``published``: a date elsewhere;
``nothing``: the words say nothing that is recorded."""
UNNAMED: Final = "Agencies"
"""The id of agencies that a line credits without naming them."""
Model = TypeVar("Model", bound=BaseModel)
_DATE_FILES: Final = ("weekdays.toml", "date_words.toml")
_WEEKDAY: Final = re.compile(r"(?:weekday_)?[0-6]")
_DATE_LEAD: Final = re.compile(r"published|updated")
_OTHER_MONTH: Final = re.compile(r"(?:hijri|jalali|hebrew|ethiopian|bikram|bangla)_\d{1,2}")
_STRICT: Final = ConfigDict(extra="forbid", frozen=True, strict=True)


def folded_pattern(pattern: str) -> str:
    """*pattern* with every letter beyond ASCII in matching form."""
    return "".join(letter if letter.isascii() else fold(letter) for letter in pattern)


def _template(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error}); mend it or escape its special characters") from error
    if (folded := folded_pattern(pattern)) != pattern:
        raise ValueError(f"is matched on folded text and must be written so: {folded!r}")
    if unknown := set(groups) - set(get_args(LabelKind)):
        raise ValueError(f"group {min(unknown)!r} is no label; use one of: {', '.join(get_args(LabelKind))}")
    return pattern


class Agency(BaseModel):
    """One news agency."""

    model_config = _STRICT
    id: str
    """Its usual name in Latin letters; what the record says."""
    forms: list[str]
    """Its names as printed, in all languages; compared as words in matching form."""
    ordinary: list[str] = []
    """Those names that are common words or short letters too: they count only where a credit is expected, or beside ``introductions``."""
    domains: list[str] = []
    photo: bool = False
    """It supplies pictures: its name beside a person's marks a photo credit."""
    example: str | None = None
    """A line that credits it."""


class Template(BaseModel):
    """A whole sentence that is attribution, as a regular expression over folded text with label kinds as group names."""

    model_config = _STRICT
    pattern: Annotated[str, AfterValidator(_template)]
    examples: list[str]
    keeps: list[str] = []
    """Sentences of stories that look alike and stay."""


class Words(BaseModel):
    """Words of one language that structure a credit line."""

    model_config = _STRICT
    and_: list[str] = Field(default=[], alias="and")
    """Join two names."""
    joined: list[str] = []
    """Letters for "and" that are written together with the next word."""
    within: list[str] = []
    """Begin the place after a name: "in", "from"."""
    honorifics: list[str] = []
    """Before a name and not part of it; military and academic ranks, offices."""
    jobs: list[str] = []
    """Words for a profession: a part of the line that has one and is no name tells who the author is."""
    desks: list[str] = []
    """Editorial offices, CMS users: never a person."""
    prose: list[str] = []
    """Function words that no name has."""
    outlets: list[str] = []
    """Words in the names of media: "news", "radio"."""
    papers: list[str] = []
    """Words before an outlet's name that are not part of it: "newspaper"."""
    particles: list[str] = []
    """Small words inside names: "van", "al"."""
    places: list[str] = []
    """Places beside those of ``places.txt``."""
    names: list[str] = []
    """Names that begin with the letter of "and" of a language that writes it joined to the next word."""
    known: list[str] = []
    """Names of media."""


class Citing(BaseModel):
    """Words by which a sentence cites an agency."""

    model_config = _STRICT
    before: list[str] = []
    """Within a few words before the name: "according to", "told"."""
    after: list[str] = []
    """Within a few words after it: "reported"."""
    saying: list[str] = []
    """Verbs before the name that cite only when the sentence goes on with one of ``that``."""
    that: list[str] = []
    introductions: list[str] = []
    """Directly before or after the name: "news agency"."""
    prefixes: list[str] = []
    """Letters that the language joins to the front of a name: "to", "and"."""
    suffixes: list[str] = []
    """Letters that the language joins to the end of a name."""
    staff: list[str] = []
    """Beside the name when the agency itself is the topic: "journalist", "office"."""


class CreditLanguage(BaseModel):
    """The contents of ``data/credits/<language>.toml``."""

    model_config = _STRICT
    labels: dict[LabelKind, list[str]] = {}
    """Words before a value, with a colon, dash, slash or line end after them."""
    bare: dict[LabelKind, list[str]] = {}
    """Labels that also stand before their value without any mark."""
    weak: dict[LabelKind, list[str]] = {}
    """Prepositions of bylines ("von", "di"): labels at the head of a line of names only."""
    after: dict[LabelKind, list[str]] = {}
    """Labels that follow their value: "기자"."""
    words: Words = Words()
    citing: Citing = Citing()
    template: list[Template] = []


class _AgencyFile(BaseModel):
    model_config = _STRICT
    agency: list[Agency]


@dataclass(frozen=True, eq=False)
class CreditTables:
    """Agencies, languages and places, loaded once; compared by identity."""

    agencies: tuple[Agency, ...]
    languages: Mapping[str, CreditLanguage]
    """By BCP 47 primary subtag, and ``any``."""
    places: frozenset[str]
    """Names of cities and countries: folded words, joined by spaces."""

    months: Mapping[str, tuple[tuple[str, int], ...]]
    """(name, number) by language, from ``months.toml``."""
    weekdays: Mapping[str, tuple[str, ...]]
    """Names by language, from ``weekdays.toml`` and ``date_words.toml``, short forms left out."""
    date_leads: Mapping[str, tuple[str, ...]]
    """Words before a date ("published on") by language, from ``date_words.toml``."""
    other_months: Mapping[str, tuple[str, ...]]
    """Months of calendars beside the Gregorian one by language, from ``date_words.toml``."""

    def lexicon(self, language: str | None) -> Lexicon:
        """The words of *language* (BCP 47), of English and of no language; of all languages when *language* is unknown or not listed."""
        primary = (language or "").partition("-")[0].lower()
        return _lexicon(self, primary if primary in self.languages else "")


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The tables of one language, ready for matching: phrases as books, words as folded sets."""

    labels: PhraseBook[tuple[LabelKind, str]]
    """To (kind, strength): strength ``marked``, ``bare`` or ``weak``."""
    after: PhraseBook[LabelKind]
    ands: PhraseBook[None]
    within: PhraseBook[None]
    honorifics: PhraseBook[None]
    jobs: PhraseBook[None]
    desks: PhraseBook[None]
    outlets: PhraseBook[None]
    papers: PhraseBook[None]
    known: PhraseBook[None]
    months: PhraseBook[int]
    weekdays: PhraseBook[None]
    date_leads: PhraseBook[None]
    other_months: PhraseBook[None]
    """Months of other calendars: a date that has one is known as such and not converted."""
    prose: frozenset[str]
    exact_prose: frozenset[str]
    """Function words as printed that fold to names (``على`` and ``علي``)."""
    particles: frozenset[str]
    joined: frozenset[str]
    names: frozenset[str]
    cite_before: PhraseBook[None]
    cite_after: PhraseBook[None]
    saying: PhraseBook[None]
    that: PhraseBook[None]
    introductions: PhraseBook[None]
    staff: PhraseBook[None]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    templates: tuple[re.Pattern[str], ...]
    places: frozenset[str]


@lru_cache(maxsize=128)
def _lexicon(tables: CreditTables, language: str) -> Lexicon:
    families = dict.fromkeys((language, "en", "any")) if language else tables.languages
    chosen = [tables.languages[name] for name in families if name in tables.languages]
    words, citing = [entry.words for entry in chosen], [entry.citing for entry in chosen]
    return Lexicon(
        labels=PhraseBook(_labels(chosen)),
        after=PhraseBook((phrase, kind) for entry in chosen for kind, phrases in entry.after.items() for phrase in phrases),
        ands=_book(entry.and_ for entry in words),
        within=_book(entry.within for entry in words),
        honorifics=_book(entry.honorifics for entry in words),
        jobs=_book(entry.jobs for entry in words),
        desks=_book(entry.desks for entry in words),
        outlets=_book(entry.outlets for entry in words),
        papers=_book(entry.papers for entry in words),
        known=_book(entry.known for entry in words),
        months=PhraseBook(entry for name in families for entry in tables.months.get(name, ())),
        weekdays=_book(list(tables.weekdays.get(name, ())) for name in families),
        date_leads=_book(list(tables.date_leads.get(name, ())) for name in families),
        other_months=_book(list(tables.other_months.get(name, ())) for name in families),
        prose=_set([word for word in entry.prose if not word.endswith("ى")] for entry in words),
        exact_prose=frozenset(word for entry in words for word in entry.prose if word.endswith("ى")),
        particles=_set(entry.particles for entry in words),
        joined=_set(entry.joined for entry in words),
        names=_set(entry.names for entry in words),
        cite_before=_book(entry.before for entry in citing),
        cite_after=_book(entry.after for entry in citing),
        saying=_book(entry.saying for entry in citing),
        that=_book(entry.that for entry in citing),
        introductions=_book(entry.introductions for entry in citing),
        staff=_book(entry.staff for entry in citing),
        prefixes=tuple(sorted({fold(one) for entry in citing for one in entry.prefixes}, key=len, reverse=True)),
        suffixes=tuple(sorted({fold(one) for entry in citing for one in entry.suffixes}, key=len, reverse=True)),
        templates=tuple(re.compile(template.pattern) for entry in chosen for template in entry.template),
        places=tables.places | {" ".join(words_of(place)) for entry in words for place in entry.places},
    )


def _labels(languages: Iterable[CreditLanguage]) -> Iterable[tuple[str, tuple[LabelKind, str]]]:
    for entry in languages:
        for strength, table in (("bare", entry.bare), ("weak", entry.weak), ("marked", entry.labels)):
            for kind, phrases in table.items():
                yield from ((phrase, (kind, strength)) for phrase in phrases)


def _book(lists: Iterable[list[str]]) -> PhraseBook[None]:
    return PhraseBook((phrase, None) for phrases in lists for phrase in phrases)


def _set(lists: Iterable[list[str]]) -> frozenset[str]:
    return frozenset(fold(word) for words in lists for word in words)


def load_credit_tables(folders: tuple[Path, ...]) -> CreditTables:
    """The tables in the data *folders*; a file in a later folder replaces its namesake.

    Raises:
        ConfigError: one line that names file, key and mend.
    """
    files = {str(path.relative_to(folder)): path for folder in folders for path in _files(folder)}
    agencies = _read(files["agencies.toml"], _AgencyFile).agency if "agencies.toml" in files else []
    languages = {path.stem: _read(path, CreditLanguage) for path in files.values() if path.parent.name == "credits"}
    places = files.get("places.txt")
    return CreditTables(
        tuple(agencies),
        MappingProxyType(dict(sorted(languages.items()))),
        _places(places) if places else frozenset(),
        _months(files["months.toml"]) if "months.toml" in files else {},
        _named(_WEEKDAY, *(files[name] for name in _DATE_FILES if name in files)),
        _named(_DATE_LEAD, *(files[name] for name in _DATE_FILES if name in files)),
        _named(_OTHER_MONTH, *(files[name] for name in _DATE_FILES if name in files)),
    )


def _files(folder: Path) -> Iterable[Path]:
    named = (folder / name for name in ("agencies.toml", "places.txt", "months.toml", *_DATE_FILES))
    return (*(path for path in named if path.is_file()), *sorted((folder / "credits").glob("*.toml")))


def _places(path: Path) -> frozenset[str]:
    """Names as folded words, one a line; lines that start with ``#`` are comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as why:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text; run scripts/make_places.py again") from why
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _months(path: Path) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Month names by language: tables of ``number = [names]``."""
    languages = read_toml(path, ConfigError)
    try:
        return {name: tuple((word, int(month)) for month, words in table.items() for word in words) for name, table in languages.items()}
    except (AttributeError, TypeError, ValueError) as why:
        raise ConfigError(f"{path}: a table is not of the form 1 = [names] ... 12 = [names]; run its script again") from why


def _named(key: re.Pattern[str], *paths: Path) -> Mapping[str, tuple[str, ...]]:
    """By language, the words of all keys that *key* matches in the date tables at *paths*."""
    words: dict[str, list[str]] = {}
    for path in paths:
        for language, table in read_toml(path, ConfigError).items():
            for name, entries in table.items() if isinstance(table, dict) else ():
                if key.fullmatch(name) and isinstance(entries, list):
                    words.setdefault(language, []).extend(str(entry) for entry in entries)
    return MappingProxyType({language: tuple(entries) for language, entries in words.items()})


def _read(path: Path, model: type[Model]) -> Model:
    entries: dict[str, Any] = read_toml(path, ConfigError)
    try:
        return model.model_validate(entries)
    except ValidationError as error:
        raise ConfigError(f"{path}: {one_line(error, model)}") from None
