"""Records as JSON: one line of UTF-8 each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any


def plain(value: Any) -> Any:
    """*value* as JSON has it: frozen values as objects, tuples as lists, so that a record equals its own round trip."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    shape: Any = type(value)
    return {name: plain(getattr(value, name)) for name in _names(shape)}


@cache
def _names(shape: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


def record_line(record: Mapping[str, Any]) -> bytes:
    """*record* as one line of UTF-8 JSON, newline included."""
    return _json(record) + b"\n"


def encoded(values: Mapping[str, Any]) -> dict[str, bytes]:
    """Each of *values* as UTF-8 JSON."""
    return {key: _json(value) for key, value in values.items()}


def joined_line(values: Mapping[str, bytes]) -> bytes:
    """:func:`record_line` of the record whose *values* :func:`encoded` gave."""
    return b"{%s}\n" % b",".join(b'"%s":%s' % (key.encode(), value) for key, value in values.items())


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
