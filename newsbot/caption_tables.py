"""How captions name the maker of a picture, in many languages: ``data/captions.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newsbot.errors import TableError
from newsbot.reading.folding import fold
from newsbot.toml import one_line, read_toml

Label = Annotated[str, Field(min_length=1, max_length=60)]
_FILE: Final = "captions.toml"
_NEVER: Final = re.compile(r"(?!)")


class CaptionLanguage(BaseModel):
    """The labels of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    credit: list[Label] = []
    """Before the maker's name, with a colon."""
    by: list[Label] = []
    """Before the maker's name, without a colon."""
    caption: list[Label] = []
    """Before the caption itself."""


class _CaptionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    houses: list[Label] = []
    """Agencies and archives whose bare name at the end of a caption is a credit."""
    language: list[CaptionLanguage] = []


@dataclass(frozen=True, slots=True)
class CaptionTables:
    """Compiled for raw text, any case."""

    credit: re.Pattern[str] = _NEVER
    """A credit label with its colon, or a "photo by"; at the start, after a space, a bracket or the end of a sentence."""
    caption: re.Pattern[str] = _NEVER
    """A caption label at the start, with its colon or comma."""
    houses: frozenset[str] = frozenset()
    """Folded."""


def load_caption_tables(folders: Sequence[Path]) -> CaptionTables:
    """The table of the last folder that has one.

    Raises:
        TableError: one line that names file, key and mend.
    """
    path = next((folder / _FILE for folder in reversed(folders) if (folder / _FILE).exists()), None)
    if path is None:
        return CaptionTables()
    try:
        table = _CaptionFile.model_validate(read_toml(path, TableError))
    except ValidationError as error:
        raise TableError(f"{path}: {one_line(error, _CaptionFile)}") from None
    credit = _any_of(label for one in table.language for label in one.credit)
    by = _any_of(label for one in table.language for label in one.by)
    caption = _any_of(label for one in table.language for label in one.caption)
    return CaptionTables(
        credit=re.compile(rf"(?:^|(?<=[\s(\[|/.!?؟。…،,\-–—]))(?:(?:{credit})\s{{0,3}}[:：]|(?:{by})(?=\s))\s{{0,3}}", re.IGNORECASE),
        caption=re.compile(rf"^(?:{caption})\s{{0,3}}[:：,،]\s{{0,3}}", re.IGNORECASE),
        houses=frozenset(fold(house) for house in table.houses),
    )


def _any_of(labels: Iterable[str]) -> str:
    """One pattern for all *labels*, the longest first, any white space between words."""
    ordered = sorted(set(labels), key=lambda label: (-len(label), label))
    return "|".join(r"\s{1,3}".join(re.escape(word) for word in label.split()) for label in ordered) or "(?!)"
