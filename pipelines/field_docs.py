"""What is known about every field of the record, read from the shapes themselves and from one example record.

The string below a field says what it means, then ``Format:``, ``Null:`` or ``Empty:``; the example is the field's value in
``example_record.json``, in which nothing is absent. A field that lacks any of these stops the schema: no contract has a hole.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_EXAMPLE: Final = Path(__file__).parent / "example_record.json"
_PART: Final = re.compile(r"\b(Format|Null|Empty): ")


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """One field, for people."""

    meaning: str
    format: str | None
    """Where the type does not say it."""
    absent: str | None
    """When it is ``null``, or an empty list; ``None``: never."""


class UndescribedError(LookupError):
    """A field of the contract without its words; the message names it."""


def field_docs(shape: type) -> dict[str, FieldDoc]:
    """The fields of the dataclass *shape*, in order, with the strings below them.

    Raises:
        UndescribedError: a field has no string.
    """
    body = ast.parse(textwrap.dedent(inspect.getsource(shape))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs = {}
    for field, below in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            docs[field.target.id] = _read(_text(below), f"{shape.__name__}.{field.target.id}")
    return docs


def example_record() -> dict[str, Any]:
    """A record of our own making in which nothing is absent."""
    return dict(json.loads(_EXAMPLE.read_text(encoding="utf-8")))


def find_example(record: object, keys: frozenset[str], field: str) -> Any:
    """The value of *field* in the first object within *record* that has exactly *keys* and this one filled.

    Raises:
        UndescribedError: there is none.
    """
    for value in _objects(record):
        if keys == value.keys() and value[field] not in (None, "", [], {}):
            return value[field]
    raise UndescribedError(f"{field}: no example in {_EXAMPLE.name} (an object with the keys {', '.join(sorted(keys))})")


@cache
def _read(text: str, name: str) -> FieldDoc:
    meaning, *parts = _PART.split(text)
    if not meaning.strip():
        raise UndescribedError(f"{name}: no description; write a string below the field")
    named = dict(zip(parts[::2], (part.strip().rstrip(".") for part in parts[1::2]), strict=True))
    return FieldDoc(meaning.strip(), named.get("Format"), named.get("Null") or named.get("Empty"))


def _text(below: ast.stmt | None) -> str:
    """The string that *below* is, white space folded; "" for other code."""
    if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
        return " ".join(below.value.value.split())
    return ""


def _objects(value: object) -> list[dict[str, Any]]:
    """All objects within *value*, outermost first."""
    if isinstance(value, dict):
        return [value, *(found for entry in value.values() for found in _objects(entry))]
    return [found for entry in value for found in _objects(entry)] if isinstance(value, list) else []
