"""The record as Arrow types, read from its shapes: lists stay lists, objects structs, ``provenance`` a map."""

from __future__ import annotations

import types
from dataclasses import is_dataclass
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa

from pipelines.records import Candidate, Record

INSTANT: Final = pa.timestamp("us", "UTC")
_SCALARS: Final[dict[object, pa.DataType]] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_CAST: Final = {"published_day": pa.date32(), "published_utc": INSTANT, "fetched_at": INSTANT}
"""Columns that are more than text."""
PROVENANCE: Final = "provenance"


def record_type() -> pa.Schema:
    """The columns of a table of records."""
    columns = get_type_hints(Record)
    return pa.schema([pa.field(name, _CAST.get(name) or _arrow(hint)) for name, hint in columns.items()])


def written_type(evidence: frozenset[str]) -> pa.Schema:
    """The columns as JSON has them: days and instants are text, ``provenance`` an object with the keys *evidence*."""
    candidates = pa.list_(_arrow(Candidate))
    fields = {field.name: pa.string() if field.name in _CAST else field.type for field in record_type()}
    fields[PROVENANCE] = pa.struct([(name, candidates) for name in sorted(evidence)])
    return pa.schema(list(fields.items()))


def _arrow(hint: Any) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_dataclass(hint):
        return pa.struct([pa.field(name, _arrow(part)) for name, part in get_type_hints(hint).items()])
    origin, parts = get_origin(hint), [part for part in get_args(hint) if part not in (types.NoneType, Ellipsis)]
    if origin is Literal:
        return pa.string()
    if origin is dict:
        return pa.map_(_arrow(parts[0]), _arrow(parts[1]))
    if origin in (tuple, list):
        return pa.list_(_arrow(parts[0]))
    return _arrow(parts[0])
