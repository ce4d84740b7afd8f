"""The data dictionary: docs/data-dictionary.md, written from the same shapes as the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pipelines.event_schema import EXAMPLE as EVENT_EXAMPLE
from pipelines.event_schema import EventRecord, event_schema
from pipelines.field_docs import FieldDoc, example_record, field_docs, find_example
from pipelines.records import SCHEMA_VERSION
from pipelines.schema import record_schema, shape_of, tables

_HEAD: Final = f"""# Data dictionary

Every key of a record (version {SCHEMA_VERSION}) and of an event: what it means, its form, when it is absent, an example. Written by
`scrapy schema --dictionary` from the code; do not edit. Every key is always there. "Absent" is `null`, for lists an empty list; where
the column is empty the value is never absent. How the contract may change: [following.md](following.md#versions).
"""
_EXAMPLE_LETTERS: Final = 70
_COLUMNS: Final = "| key | type | meaning | absent when | example |\n| --- | --- | --- | --- | --- |\n"


def dictionary() -> str:
    """The whole page, Markdown."""
    schema, example = record_schema(), example_record()
    parts = [_HEAD]
    for name, table in sorted(tables(schema), key=lambda entry: (entry[0] != "Record", entry[0])):
        keys = frozenset(table["properties"])
        examples = {field: find_example(example, keys, field) for field in table["properties"]}
        parts.append(_section(shape_of(name), table, examples))
    parts.append(_section(EventRecord, event_schema(), EVENT_EXAMPLE))
    return "\n".join(parts)


def _section(shape: type, table: dict[str, Any], examples: dict[str, Any]) -> str:
    """One shape: its title, what it is, one row a field."""
    docs = field_docs(shape)
    rows = [_row(field, part, docs[field], examples[field]) for field, part in table["properties"].items()]
    what = _folded((shape.__doc__ or "").replace(":class:", ""))
    return f"## {shape.__name__}\n\n{what}\n\n{_COLUMNS}" + "\n".join(rows) + "\n"


def _row(field: str, part: dict[str, Any], doc: FieldDoc, example: Any) -> str:
    meaning = f"{doc.meaning} {_upper(doc.format)}." if doc.format else doc.meaning
    cells = (f"`{field}`", " or ".join(_types(part)), meaning, doc.absent or "", f"`{_short(example)}`")
    return "| " + " | ".join(_folded(cell.replace("``", "`")).replace("|", "\\|") for cell in cells) + " |"


def _types(part: dict[str, Any]) -> Iterator[str]:
    """The types that *part* allows, shapes linked; ``null`` is the business of another column."""
    for option in part.get("anyOf", [part]):
        if "$ref" in option:
            name = option["$ref"].rpartition("/")[2]
            yield f"[{name}](#{name.lower()})"
        elif "enum" in option:
            yield ", ".join(f"`{value}`" for value in option["enum"])
        elif option["type"] == "array":
            yield "list of " + " or ".join(_types(option["items"]))
        elif option["type"] == "object":
            yield "object of " + " or ".join(_types(option["additionalProperties"]))
        elif option["type"] != "null":
            yield {"string": "text", "boolean": "true or false"}.get(option["type"], option["type"])


def _short(example: Any) -> str:
    text = json.dumps(example, ensure_ascii=False)
    return text if len(text) <= _EXAMPLE_LETTERS else text[:_EXAMPLE_LETTERS] + "…"


def _folded(text: str) -> str:
    return " ".join(text.split())


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
