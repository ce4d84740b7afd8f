"""Whether two lists of authors name the same people: free-form names are split, "By" and credentials do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

_PREFIX: Final = re.compile(r"^(?:by|von|par|por|di|av|af|door|written by|posted by|автор:?)\s+", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\s*(?:;|,|&|\band\b|\bund\b|\bwith\b|\|)\s*", re.IGNORECASE)
_CREDENTIAL_LETTERS: Final = 5


def author_f1(gold: Sequence[str], names: Sequence[str]) -> float:
    """F1 of the two sets of names; 1 where both are empty."""
    wanted, found = frozenset(_split(gold)), frozenset(_split(names))
    return 2 * len(wanted & found) / (len(wanted) + len(found)) if wanted or found else 1.0


def _split(names: Sequence[str]) -> Iterator[str]:
    for raw in names:
        parts = [part.strip() for part in _BETWEEN.split(raw) if part.strip()]
        for place, part in enumerate(parts):
            credential = " " not in part and (part.isupper() or "." in part or len(part) <= _CREDENTIAL_LETTERS)
            if not (place and credential) and (name := _normal(part)):
                yield name


def _normal(name: str) -> str:
    return _PREFIX.sub("", " ".join(unicodedata.normalize("NFKC", name).split())).strip(" .,;:-|@").casefold()
