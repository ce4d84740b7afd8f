"""The form that the addresses of a site's articles share, as regular expressions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_LEAST: Final = 5
"""Article addresses without which nothing is said."""
_COVERED: Final = 0.9
_OTHERS: Final = 0.1
"""Share of other addresses that a form may have too."""
_FORMS: Final = 4
_NUMBER: Final = re.compile(r"\d{3}")
"""Fewer digits are part of a headline."""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """What was found out."""

    patterns: tuple[str, ...]
    """For ``[articles] allow``, the most frequent form first; none where articles cannot be told from other pages."""
    covered: float
    """Share of the article addresses that they match."""
    others: float
    """Share of the site's other addresses that they match."""


def find_form(articles: Sequence[str], others: Iterable[str]) -> AddressForm:
    """The form of *articles*, such that few of *others* (links of the home page that no list names) have it too.

    An address without a path is a home page, which sitemaps name among the articles.
    """
    articles = [url for url in articles if _segments(url)]
    paths = [_segments(url) for url in dict.fromkeys(articles)]
    rest = [url for url in dict.fromkeys(others) if url not in set(articles)]
    if len(paths) < _LEAST:
        return AddressForm((), 0.0, 0.0)
    shapes = Counter(_shape(path) for path in paths)
    patterns: list[str] = []
    for shape, _ in shapes.most_common(_FORMS):
        patterns.append(_pattern([path for path in paths if _shape(path) == shape]))
        if _share(articles, patterns) >= _COVERED:
            break
    covered, matched = _share(articles, patterns), _share(rest, patterns)
    told = covered >= _COVERED and matched <= _OTHERS
    return AddressForm(tuple(patterns) if told else (), covered, matched)


def _segments(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    return tuple(segment for segment in parts.path.split("/") if segment)


def _shape(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(_kind(segment) for segment in path)


def _kind(segment: str) -> str:
    if segment.isdigit():
        return "number"
    return "numbered" if _NUMBER.search(segment) else "words"


def _pattern(paths: Sequence[Sequence[str]]) -> str:
    """One expression for paths of one shape: words that all share are kept, a number stays a number, the rest is anything."""
    parts = [_part([path[place] for path in paths]) for place in range(len(paths[0]))]
    return "^https?://[^/]+/" + "/".join(parts) + "/?(?:[?#]|$)"


def _part(values: Sequence[str]) -> str:
    distinct = set(values)
    if len(distinct) == 1 and not values[0].isdigit():
        return re.escape(values[0])
    if len(distinct) <= 3 and len(values) >= 4 * len(distinct) and not any(value.isdigit() for value in distinct):
        return f"(?:{'|'.join(re.escape(value) for value in sorted(distinct))})"
    if all(value.isdigit() for value in distinct):
        lengths = {len(value) for value in distinct}
        return rf"\d{{{lengths.pop()}}}" if len(lengths) == 1 else r"\d+"
    ending = _common_ending(values)
    numbered = all(_NUMBER.search(value.removesuffix(ending)) for value in values)
    return (r"[^/]*\d{3}[^/]*" if numbered else "[^/]+") + re.escape(ending)


def _common_ending(values: Sequence[str]) -> str:
    """``.html`` and its like, where all have it."""
    endings = {match[0] if (match := re.search(r"\.[a-z]{2,5}$", value)) else "" for value in values}
    return endings.pop() if len(endings) == 1 else ""


def _share(urls: Sequence[str], patterns: Iterable[str]) -> float:
    compiled = [re.compile(pattern) for pattern in patterns]
    return sum(any(pattern.search(url) for pattern in compiled) for url in urls) / len(urls) if urls else 0.0
