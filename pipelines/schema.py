"""The JSON Schema of the record, generated from :class:`pipelines.records.Record`, the strings below its fields and the example record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter

from newsbot import items
from pipelines import records
from pipelines.field_docs import FieldDoc, UndescribedError, example_record, field_docs, find_example

_DATE: Final = r"^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$"
_ID: Final = r"^[0-9a-f]{32}$"
_NULLABLE_TEXT: Final = {
    "id": _ID,
    "content_hash": r"^[0-9a-f]{64}$",
    "published_day": r"^\d{4}-\d\d-\d\d$",
    "published_utc": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$",
    "date_published": _DATE,
    "date_modified": _DATE,
    "cluster": _ID,
    "fetched_at": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
"""Forms of text fields that the types do not say."""


def record_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one record: every key required at every level, no other key allowed, "" nowhere.

    Raises:
        UndescribedError: a field has no description, no example, or does not say when it is absent.
    """
    schema = TypeAdapter(records.Record).json_schema(mode="serialization")
    example = example_record()
    for name, table in tables(schema):
        table["required"] = list(table["properties"])
        table["additionalProperties"] = False
        _describe(name, table, example)
    for field, pattern in _NULLABLE_TEXT.items():
        _text_part(schema["properties"][field])["pattern"] = pattern
    del schema["properties"]["content_text"]["minLength"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://newsbot.example/schema/record-{records.SCHEMA_VERSION}.json",
        **schema,
        "title": f"newsbot record {records.SCHEMA_VERSION}",
    }


def tables(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of *schema* by name, the record itself first."""
    yield "Record", schema
    yield from ((name, table) for name, table in schema["$defs"].items() if "properties" in table)


def shape_of(name: str) -> type:
    """The dataclass behind a name of :func:`tables`."""
    return getattr(records, name, None) or getattr(items, name)  # type: ignore[no-any-return]


def _describe(name: str, table: dict[str, Any], example: dict[str, Any]) -> None:
    """Add to each field what it means, when it is absent, and an example."""
    docs = field_docs(shape_of(name))
    keys = frozenset(table["properties"])
    for field, part in table["properties"].items():
        part.pop("default", None)
        _forbid_empty(part)
        part["description"] = _description(f"{name}.{field}", docs[field], part)
        part["examples"] = [find_example(example, keys, field)]


def _description(name: str, doc: FieldDoc, part: dict[str, Any]) -> str:
    nullable, is_list = is_nullable(part), part.get("type") == "array"
    if (nullable or is_list) and not doc.absent:
        raise UndescribedError(f"{name}: does not say when it is absent; add 'Null: ...' or 'Empty: ...' to the string below it")
    parts = [
        doc.meaning,
        f"Format: {doc.format}." if doc.format else "",
        f"{'Null' if nullable else 'Empty'}: {doc.absent}." if doc.absent else "",
    ]
    return " ".join(filter(None, parts))


def is_nullable(part: dict[str, Any]) -> bool:
    """Whether a field may be ``null``."""
    return any(option.get("type") == "null" for option in part.get("anyOf", ()))


def _forbid_empty(field: dict[str, Any]) -> None:
    for part in (field, *field.get("anyOf", ())):
        if part.get("type") == "string" and "enum" not in part:
            part["minLength"] = 1


def _text_part(field: dict[str, Any]) -> dict[str, Any]:
    return next(part for part in (field, *field.get("anyOf", ())) if part.get("type") == "string")
