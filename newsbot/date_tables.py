"""The tables of the date reader: words by language, zones, orders of numeric dates; from ``data/*.toml``.

``months``, ``weekdays``, ``relative_times``, ``zones`` and ``date_orders`` are generated (CLDR, IANA; ``scripts/generate_date_tables.py``),
``date_words`` and ``zone_words`` are written by hand and laid over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from newsbot.errors import TableError
from newsbot.reading.folding import fold
from newsbot.toml import read_toml

DateOrder = Literal["DMY", "MDY", "YMD"]
ORDERS: Final = get_args(DateOrder)
CALENDARS: Final = ("hijri", "jalali", "hebrew", "ethiopian", "bikram", "bangla")
UNITS: Final = {"second": "k", "minute": "i", "hour": "h", "day": "d", "week": "q", "month": "m", "year": "y"}
"""Units and the letter of their tokens; ``年 月 日 時`` beside numbers are the same letters."""
_SIMPLE: Final = {
    "am": "P", "pm": "P", "noon": "P", "midnight": "P", "night": "P", "at": "a", "clock": "c", "published": "L",
    "original": "L", "updated": "U", "never": "X", "filler": "o",
    "era_ad": "g", "era_hijri": "e", "era_jalali": "s", "era_kurdish": "u", "era_ethiopian": "t", "numbering": "V", "last": "l",
    "ago": "A", "to": "B",
}  # fmt: skip
_ALIASES: Final = {
    "no": "nb", "iw": "he", "in": "id", "tl": "fil", "mo": "ro", "sh": "sr", "cnr": "sr", "prs": "fa", "pes": "fa", "kmr": "ku",
    "nds": "de", "gsw": "de", "arb": "ar", "ary": "ar", "arz": "ar", "apc": "ar", "yue": "zh", "cmn": "zh", "zsm": "ms", "azb": "az",
    "als": "sq", "ara": "ar", "deu": "de", "ger": "de", "ell": "el", "eng": "en", "fas": "fa", "per": "fa", "fra": "fr", "fre": "fr",
    "heb": "he", "hin": "hi", "ita": "it", "jpn": "ja", "kor": "ko", "kur": "ku", "nld": "nl", "nor": "nb", "por": "pt", "rus": "ru",
    "spa": "es", "tur": "tr", "ukr": "uk", "urd": "ur", "zho": "zh",
}  # fmt: skip
"""CLDR's language aliases, for tags as pages write them."""
_PARTS_OF_ONE: Final = {"half": 0.5, "quarter": 0.25}
_NUMBERED: Final = re.compile(
    r"(?P<kind>month|hijri|jalali|hebrew|ethiopian|bikram|bangla|weekday|number|count)_(?P<number>\d{1,2})(?P<short>s?)"
    r"|(?P<day>day)(?P<shift>0|[+-]\d)|era\+(?P<era>\d{3,4})|(?P<dual>second|minute|hour|day|week|month|year)(?P<times>[012])"
)
_WORD: Final = re.compile(r"\d+|[^\W\d_]+(?:[^\W\d_]|(?![\s\d.,;:!?'\"()/\\|+*=_׳״॰·-])\W)*")
_ROWS: Final = TypeAdapter(dict[str, dict[str, list[str]]])
_LETTERS: Final = TypeAdapter(dict[str, dict[str, str]])


@dataclass(frozen=True, slots=True)
class Term:
    """What a word or phrase means in a date."""

    kind: str
    """One letter: M month, O month of another calendar, W weekday, P part of day, L/U/X labels ..., see :func:`read_key`."""
    value: Any = None


Phrase = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All phrases that may stand in a date of one language."""

    phrases: Mapping[Phrase, tuple[Term, ...]]
    longest: Mapping[str, int]
    """Words of the longest phrase that begins with this word."""
    glued: Mapping[str, tuple[str, ...]]
    """One-word phrases of scripts that write without spaces, by first letter, longest first."""
    spans: Mapping[Phrase, str]
    """'Ago' patterns (``#`` = number) to their unit."""


@dataclass(frozen=True, eq=False)
class DateTables:
    """Everything the date reader knows. Loaded once, compared by identity."""

    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Folded words by language and key (the keys are explained in ``data/date_words.toml``)."""
    letters: Mapping[str, Mapping[str, str]]
    """Zone letters (lower case) to offset or zone by country; ``any`` = elsewhere."""
    zones: Mapping[str, tuple[Term, ...]]
    """Zone and city words, folded."""
    country_zones: Mapping[str, str]
    """IANA zone of the countries that have one time."""
    country_orders: Mapping[str, DateOrder]
    language_orders: Mapping[str, DateOrder]
    examples: tuple[tuple[str, str, str], ...] = field(default=())
    """(language, text, value) of the hand-written words."""

    def lexicon(self, languages: tuple[str, ...]) -> Lexicon:
        """The phrases of *languages* (BCP 47), then English, then language-free; every language's months when none is known."""
        return _lexicon(self, tuple(dict.fromkeys(main_language(language) for language in languages)))


def main_language(tag: str) -> str:
    """The language of a BCP 47 *tag* as the tables name it: ``pt-BR`` and ``por_BR`` are ``pt``, ``no`` is ``nb``."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return _ALIASES.get(language, language)


def split_words(text: str) -> Phrase:
    """The folded words and numbers of *text*; a number may stick to a word (``ت1``)."""
    return tuple(word for raw in _WORD.findall(text) for word in fold(raw).split())


def read_key(key: str) -> Term | None:
    """The meaning of a key of the word tables; ``None`` when there is no such key."""
    if key in UNITS:
        return Term(UNITS[key], 1)
    if key in _PARTS_OF_ONE:
        return Term("f", _PARTS_OF_ONE[key])
    if key in _SIMPLE:
        return Term(_SIMPLE[key], key)
    match = _NUMBERED.fullmatch(key)
    return _numbered(match) if match else None


def _numbered(match: re.Match[str]) -> Term:
    if match["shift"]:
        return Term("R", int(match["shift"]))
    if match["era"]:
        return Term("C", int(match["era"]))
    if match["dual"]:
        return Term("D", (int(match["times"]), match["dual"]))
    number = int(match["number"])
    match match["kind"]:
        case "month":
            return Term("M", ("gregorian", number))
        case "weekday":
            return Term("W", (number, match["short"] == ""))
        case "number":
            return Term("n", number)
        case "count":
            return Term("N", number)
        case calendar:
            return Term("O", (calendar, number))


@lru_cache(maxsize=256)
def _lexicon(tables: DateTables, languages: tuple[str, ...]) -> Lexicon:
    known = [language for language in languages if language in tables.words]
    phrases: dict[Phrase, tuple[Term, ...]] = {}
    spans: dict[Phrase, str] = {}
    for language in dict.fromkeys((*known, "en", "any")):
        _add(phrases, _terms(tables.words[language]))
        spans |= {
            split_words(pattern.replace("#", "0")): unit for unit in UNITS for pattern in tables.words[language].get(f"ago_{unit}", ())
        }
    if not known:
        _add(phrases, _unambiguous_months(tables))
    _add(phrases, ((split_words(name), term) for name, terms in tables.zones.items() for term in terms))
    _add(phrases, ((split_words(letters), Term("Z", letters)) for letters in tables.letters))
    return Lexicon(
        MappingProxyType(phrases), MappingProxyType(_longest(phrases)), MappingProxyType(_glued(phrases)), MappingProxyType(spans)
    )


def _terms(rows: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Phrase, Term]]:
    for key, words in rows.items():
        if term := read_key(key):
            yield from ((split_words(word), term) for word in words)


def _add(phrases: dict[Phrase, tuple[Term, ...]], more: Iterable[tuple[Phrase, Term]]) -> None:
    """Add *more* phrases; what an earlier language says of a phrase stands."""
    new: dict[Phrase, tuple[Term, ...]] = {}
    for phrase, term in more:
        if phrase and term not in new.get(phrase, ()):
            new[phrase] = (*new.get(phrase, ()), term)
    for phrase, terms in new.items():
        phrases.setdefault(phrase, terms)


def _unambiguous_months(tables: DateTables) -> Iterator[tuple[Phrase, Term]]:
    """Month and weekday names of all languages; a name that means two months is none."""
    found: dict[Phrase, set[Term]] = {}
    for rows in tables.words.values():
        for phrase, term in _terms(
            {key: words for key, words in rows.items() if key.startswith(("month_", "weekday_", "updated", "published"))}
        ):
            found.setdefault(phrase, set()).add(term)
    yield from ((phrase, next(iter(terms))) for phrase, terms in found.items() if len(terms) == 1)


def _longest(phrases: Iterable[Phrase]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    return longest


def _glued(phrases: Iterable[Phrase]) -> dict[str, tuple[str, ...]]:
    by_letter: dict[str, list[str]] = {}
    for phrase in phrases:
        if len(phrase) == 1 and is_unspaced(phrase[0][0]):
            by_letter.setdefault(phrase[0][0], []).append(phrase[0])
    return {letter: tuple(sorted(words, key=len, reverse=True)) for letter, words in by_letter.items()}


def is_unspaced(letter: str) -> bool:
    """Whether *letter* is of a script whose words stand together: Thai, Lao, Burmese, Khmer, kana, Han, Hangul (particles)."""
    return (
        "\u0e00" <= letter <= "\u0eff"
        or "\u1000" <= letter <= "\u109f"
        or "\u1780" <= letter <= "\u17ff"
        or "\u3040" <= letter <= "\u9fff"
        or "\uac00" <= letter <= "\ud7a3"
    )


def load_date_tables(folders: tuple[Path, ...]) -> DateTables:
    """The tables of *folders*; a file in a later folder replaces its namesake.

    Raises:
        TableError: naming file, key and mend.
    """
    words: dict[str, dict[str, list[str]]] = {}
    for name, rename in (("months", "month_{}"), ("weekdays", "weekday_{}"), ("relative_times", "{}")):
        path = _find(folders, f"{name}.toml")
        for language, rows in _validated(path, _ROWS, read_toml(path, TableError)).items():
            for key, row in rows.items():
                words.setdefault(language, {}).setdefault(
                    f"ago_{key}" if key in UNITS and name == "relative_times" else rename.format(key), []
                ).extend(row)
    examples = _add_words(words, _find(folders, "date_words.toml"))
    generated, written = (_find(folders, f"{name}.toml") for name in ("zones", "zone_words"))
    orders = _find(folders, "date_orders.toml")
    order = _validated(orders, TypeAdapter(dict[Literal["country", "language"], dict[str, DateOrder]]), read_toml(orders, TableError))
    return DateTables(
        words=MappingProxyType(
            {language: MappingProxyType({key: tuple(row) for key, row in rows.items()}) for language, rows in words.items()}
        ),
        letters=MappingProxyType(_letters(generated, written)),
        zones=MappingProxyType(_zones(generated, written)),
        country_zones=MappingProxyType(_validated(generated, TypeAdapter(dict[str, str]), read_toml(generated, TableError)["countries"])),
        country_orders=MappingProxyType(order["country"]),
        language_orders=MappingProxyType(order["language"]),
        examples=examples,
    )


def _find(folders: tuple[Path, ...], name: str) -> Path:
    """*name* in the last folder that has it."""
    return next((folder / name for folder in reversed(folders) if (folder / name).is_file()), folders[0] / name)


def _validated(path: Path, shape: TypeAdapter[Any], entries: dict[str, Any]) -> Any:
    try:
        return shape.validate_python(entries)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        key = ".".join(str(step) for step in fault["loc"])
        raise TableError(f"{path}: {key}: {fault['msg']}, not {fault['input']!r}; change the value") from None


def _add_words(words: dict[str, dict[str, list[str]]], path: Path) -> tuple[tuple[str, str, str], ...]:
    entries = read_toml(path, TableError)
    examples = [(language, *example) for language, rows in entries.items() for example in rows.pop("examples", [])]
    for language, rows in _validated(path, _ROWS, entries).items():
        for key, row in rows.items():
            if read_key(key) is None:
                raise TableError(f"{path}: {language}.{key}: unknown key; the head of the file lists the keys")
            words.setdefault(language, {}).setdefault(key, []).extend(fold(word) for word in row)
    return tuple(_validated(path, TypeAdapter(list[tuple[str, str, str]]), {"examples": examples}["examples"]))  # type: ignore[arg-type]


def _letters(generated: Path, written: Path) -> dict[str, Mapping[str, str]]:
    """IANA's letters; where the hand-written table has the same letters and country, it decides."""
    letters = _validated(generated, _LETTERS, read_toml(generated, TableError)["abbreviations"])
    for name, countries in _validated(written, _LETTERS, read_toml(written, TableError)["letters"]).items():
        letters[name] = {**letters.get(name, {}), **countries}
    return {name: MappingProxyType(countries) for name, countries in letters.items()}


def _zones(generated: Path, written: Path) -> dict[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for path in (written, generated):
        tables = read_toml(path, TableError)
        for table, kind in (("names", "Z"), ("cities", "Q")):
            for zone, words in tables[table].items():
                for word in words:
                    found.setdefault(fold(word), (Term(kind, zone),))
    return found
