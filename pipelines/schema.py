"""The JSON Schema of the record, generated from :class:`pipelines.records.Record` and the docstrings below its fields."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter

from newsbot import items
from pipelines import records

_NULLABLE_TEXT: Final = {
    "id": r"^[0-9a-f]{32}$",
    "content_hash": r"^[0-9a-f]{64}$",
    "published_day": r"^\d{4}-\d\d-\d\d$",
    "published_utc": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$",
    "date_published": r"^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$",
    "date_modified": r"^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$",
    "fetched_at": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
"""Forms of text fields that the types do not say."""


def record_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one record: every key required at every level, no other key allowed, "" nowhere."""
    schema = TypeAdapter(records.Record).json_schema(mode="serialization")
    for name, table in _tables(schema):
        table["required"] = list(table["properties"])
        table["additionalProperties"] = False
        for field, text in _field_docs(name).items():
            table["properties"][field]["description"] = text
        for field in table["properties"].values():
            field.pop("default", None)
            _forbid_empty(field)
    for field, pattern in _NULLABLE_TEXT.items():
        _text_part(schema["properties"][field])["pattern"] = pattern
    _allow_empty(schema["properties"]["content_text"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://newsbot.example/schema/record-{records.SCHEMA_VERSION}.json",
        **schema,
        "title": f"newsbot record {records.SCHEMA_VERSION}",
    }


def _tables(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Record", schema
    yield from ((name, table) for name, table in schema["$defs"].items() if "properties" in table)


def _field_docs(name: str) -> dict[str, str]:
    """The strings below the fields of a dataclass, by field, white space folded."""
    shape = getattr(records, name, None) or getattr(items, name)
    body = ast.parse(textwrap.dedent(inspect.getsource(shape))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            docs[field.target.id] = " ".join(str(below.value.value).split())
    return docs


def _forbid_empty(field: dict[str, Any]) -> None:
    for part in (field, *field.get("anyOf", ())):
        if part.get("type") == "string" and "enum" not in part:
            part["minLength"] = 1


def _allow_empty(field: dict[str, Any]) -> None:
    field.pop("minLength", None)


def _text_part(field: dict[str, Any]) -> dict[str, Any]:
    return next(part for part in (field, *field.get("anyOf", ())) if part.get("type") == "string")
