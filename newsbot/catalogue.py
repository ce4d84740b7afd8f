"""The shipped catalogue of publishers: names, home pages, countries and lists as public collections gave them, with their date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from newsbot.errors import TableError
from newsbot.reading.folding import fold
from newsbot.urls import host_of

NAME: Final = "publishers.jsonl"


@dataclass(frozen=True, slots=True)
class Publisher:
    """One publisher, as it was listed; nobody checked it live."""

    name: str
    homepage: str
    country: str | None
    """ISO 3166-1 alpha-2."""
    language: str | None
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    news_sitemaps: tuple[str, ...]
    listed_in: str
    """The collection."""
    listed: str
    """When: ``2026-03``."""


_PUBLISHER: Final = TypeAdapter(Publisher)


def load_catalogue(folders: Sequence[Path]) -> Iterator[Publisher]:
    """The publishers of the last of *folders* that has a catalogue.

    Raises:
        TableError: a line is broken; names file, line and mend.
    """
    path = next((folder / NAME for folder in reversed(folders) if (folder / NAME).exists()), None)
    if path is None:
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _PUBLISHER.validate_python({**_EMPTY, **json.loads(line)})
            except (ValidationError, ValueError, TypeError) as error:
                raise TableError(
                    f"{path}: line {number}: is no publisher ({str(error).splitlines()[0]}); mend or remove the line"
                ) from error


_EMPTY: Final = {"country": None, "language": None, "feeds": (), "sitemaps": (), "news_sitemaps": ()}


def find_publishers(publishers: Iterable[Publisher], words: str) -> list[Publisher]:
    """Those whose name or host holds *words* (in any case, with or without marks); for two letters, those of that country or language."""
    wanted, code = fold(words), words.strip()
    if len(code) == 2:
        return [one for one in publishers if code.upper() == one.country or code.lower() == one.language]
    return [one for one in publishers if wanted in fold(one.name) or wanted in host_of(one.homepage)]


def publisher_of(publishers: Iterable[Publisher], url: str) -> Publisher | None:
    """The publisher at the host of *url*."""
    host = host_of(url)
    return next((one for one in publishers if host_of(one.homepage) == host), None)
