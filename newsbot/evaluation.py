"""Scores of extracted texts, titles, authors and days against gold lines, after the published descriptions of the benchmarks.

A gold line is an object with ``url``, ``set`` and of ``text``, ``lead``, ``with``, ``without``, ``title``, ``authors``, ``published``,
``main``, ``either``, ``must_not`` what its set has. All functions are pure; a page without a record counts as an empty one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from newsbot.author_scores import author_f1

_WORD: Final = re.compile(r"\w+")
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_SHINGLE: Final = 4
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_SAME_MARK: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´`‹›", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
    }
)

Gold = Mapping[str, Any]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shingles:
    """Four-word shingles of one page, as shares of all that either side has (ScrapingHub's article benchmark)."""

    right: float
    surplus: float
    missing: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One score."""

    name: str
    value: float
    pages: int
    """Over how many pages (for snippets: segments) it was taken."""


def score(records: Mapping[str, Record], gold: Sequence[Gold]) -> tuple[Figure, ...]:
    """All figures that *gold* allows; *records* by address."""
    pairs = [(page, records.get(page["url"], {})) for page in gold]
    figures = (*_text_figures(pairs), *_snippet_figures(pairs), *_field_figures(pairs), *_block_figures(pairs))
    return tuple(figure for figure in figures if figure.pages)


def shingles(gold: str, text: str) -> Shingles:
    """How the shingles of *text* and *gold* meet (multisets, case kept)."""
    wanted, found = _shingled(gold), _shingled(text)
    right = (wanted & found).total()
    surplus, missing = found.total() - right, wanted.total() - right
    total = max(right + surplus + missing, 1)
    return Shingles(right / total, surplus / total, missing / total)


def _shingled(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[index : index + _SHINGLE]) for index in range(max(1, len(words) - _SHINGLE + 1))) if words else Counter()


def shingle_f1(pages: Iterable[Shingles]) -> float:
    """F1 of the mean precision and the mean recall over *pages*; a side that is empty counts in neither mean."""
    rows = list(pages)
    precisions = [one.right / (one.right + one.surplus) for one in rows if one.right + one.surplus > 0]
    recalls = [one.right / (one.right + one.missing) for one in rows if one.right + one.missing > 0]
    precision, recall = (fmean(values) if values else 0.0 for values in (precisions, recalls))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def is_exact(gold: str, text: str) -> bool:
    """Whether both have the same words in the same order."""
    return _WORD.findall(gold) == _WORD.findall(text)


def word_f1(gold: str, text: str) -> float:
    """F1 of the word multisets, case ignored; in scripts without spaces each character is a word."""
    wanted, found = (Counter(_WORD.findall(_WIDE.sub(r" \g<0> ", one.lower()))) for one in (gold, text))
    if not wanted:
        return float(not found)
    return 2 * (wanted & found).total() / (wanted.total() + found.total())


def letters_of(text: str) -> str:
    """Letters and digits of *text* alone."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def normal_title(title: str | None) -> str:
    """*title* with white space, quotes and dashes made alike."""
    text = unicodedata.normalize("NFKC", (title or "").translate(_SAME_MARK)).translate(_SAME_MARK)
    return " ".join(text.split()).replace("''", '"')


_Pairs = Sequence[tuple[Gold, Record]]


def _text(record: Record) -> str:
    return str(record.get("content_text") or "")


def _text_figures(pairs: _Pairs) -> list[Figure]:
    texts = [(page["text"], _text(record)) for page, record in pairs if isinstance(page.get("text"), str)]
    leads = [(letters_of(page["lead"]), letters_of(_text(record))) for page, record in pairs if page.get("lead")]
    return [
        Figure("shingle F1", shingle_f1(shingles(gold, text) for gold, text in texts), len(texts)),
        Figure("exact", _mean(is_exact(gold, text) for gold, text in texts), len(texts)),
        Figure("word F1", _mean(word_f1(gold, text) for gold, text in texts), len(texts)),
        Figure("lead kept", _mean(lead in text for lead, text in leads), len(leads)),
    ]


def _snippet_figures(pairs: _Pairs) -> list[Figure]:
    """Trafilatura's evaluation: segments that must, and must not, stand in the text."""
    rows = [(page, " ".join(_text(record).split())) for page, record in pairs if "with" in page]
    wanted = [_flat(segment) in text for page, text in rows for segment in page["with"]]
    unwanted = [_flat(segment) in text for page, text in rows for segment in page.get("without", ())]
    right = sum(wanted)
    total = 2 * right + sum(unwanted) + (len(wanted) - right)
    return [
        Figure("snippet F1", 2 * right / total if total else 0.0, len(wanted) + len(unwanted)),
        Figure("snippet precision", right / max(right + sum(unwanted), 1), len(wanted) + len(unwanted)),
        Figure("snippet recall", _mean(wanted), len(wanted)),
    ]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _field_figures(pairs: _Pairs) -> list[Figure]:
    titled = [normal_title(page["title"]) == normal_title(record.get("title")) for page, record in pairs if page.get("title")]
    written = [author_f1(page["authors"], _names(record)) for page, record in pairs if page.get("authors")]
    dated = [_day(page["published"]) == _day(record.get("date_published")) for page, record in pairs if _day(page.get("published"))]
    return [
        Figure("title exact", _mean(titled), len(titled)),
        Figure("author F1", _mean(written), len(written)),
        Figure("day", _mean(dated), len(dated)),
    ]


def _names(record: Record) -> list[str]:
    return [author["name"] for author in record.get("authors") or ()]


def _day(value: object) -> str | None:
    found = _DAY.match(value) if isinstance(value, str) else None
    return found[0] if found else None


def _block_figures(pairs: _Pairs) -> list[Figure]:
    """Blocks that must be there and those that leak: a leak is a line of its own."""
    labelled = [(page, _text(record)) for page, record in pairs if page.get("main") or page.get("must_not")]
    found = [letters_of(block) in letters_of(text) for page, text in labelled for block in page.get("main", ())]
    leaks = [_leaks(page, text) for page, text in labelled]
    return [
        Figure("blocks found", _mean(found), len(found)),
        Figure("leaks a page", _mean(leaks), len(leaks)),
    ]


def _leaks(page: Gold, text: str) -> int:
    lines = {letters_of(line) for line in text.splitlines()} - {""}
    story = {letters_of(block) for key in ("main", "either") for block in page.get(key, ())}
    return sum(letters_of(block) in lines for block in set(page.get("must_not", ())) if letters_of(block) not in story)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return fmean(listed) if listed else 0.0


def worst(records: Mapping[str, Record], gold: Sequence[Gold], count: int) -> list[tuple[float, str]]:
    """The *count* pages with the lowest word F1, as (score, address), worst first."""
    rated: Callable[[Gold], float] = lambda page: word_f1(page["text"], _text(records.get(page["url"], {})))  # noqa: E731
    return sorted((rated(page), page["url"]) for page in gold if isinstance(page.get("text"), str))[:count]
