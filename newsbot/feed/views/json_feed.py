"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): an item carries the whole record under ``_newsbot``."""

from __future__ import annotations

import re
from typing import Any, Final

Record = dict[str, Any]
VERSION: Final = "https://jsonfeed.org/version/1.1"
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
"""RFC 3339, which JSON Feed and Atom demand of their dates."""
_SAME: Final = ("id", "url", "external_url", "title", "content_text", "summary", "image", "language")


def to_item(record: Record) -> Record:
    """The item of *record*. Keys without a value are left out, and dates that are no instant: they stand in ``_newsbot``."""
    item = {key: record[key] for key in _SAME if record[key] is not None}
    item |= {key: record[key] for key in ("date_published", "date_modified") if is_instant(record[key])}
    if authors := [_author(author) for author in record["authors"]]:
        item["authors"] = authors
    if record["tags"]:
        item["tags"] = record["tags"]
    return item | {"_newsbot": record}


def from_item(item: Record) -> Record:
    """The record that *item* was made of.

    Raises:
        ValueError: the item carries none.
    """
    record = item.get("_newsbot")
    if not isinstance(record, dict) or "schema_version" not in record:
        raise ValueError("the item has no record under _newsbot")
    return record


def is_instant(date: str | None) -> bool:
    """Whether *date* has seconds and an offset."""
    return date is not None and INSTANT.fullmatch(date) is not None


def _author(author: Record) -> Record:
    return {key: value for key, value in author.items() if value is not None}
