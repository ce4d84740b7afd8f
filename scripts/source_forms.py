"""Write type, bounds and default of every key of a source into ``data/README.md``, from the models that check the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from newsbot.sources import Source

README: Final = Path(__file__).resolve().parent.parent / "data" / "README.md"
BEGIN: Final = "<!-- types and defaults: written by scripts/source_forms.py -->"
END: Final = "<!-- end of types and defaults -->"
_BOUNDS: Final = {"minimum": "from {}", "maximum": "to {}", "pattern": "`{}`", "enum": "one of {}"}


def table() -> str:
    """The table, one row a key, in the order of the models."""
    rows = "".join(f"| `{key}` | {kind} | {default} |\n" for key, kind, default in _rows(Source.model_json_schema(), ""))
    return f"| key | type | default |\n| --- | --- | --- |\n{rows}"


def _rows(schema: dict[str, Any], prefix: str, parts: dict[str, Any] | None = None) -> Iterator[tuple[str, str, str]]:
    parts = schema.get("$defs", {}) if parts is None else parts
    for name, form in schema["properties"].items():
        part = parts.get(form.get("$ref", "").rpartition("/")[2])
        if part is not None:
            yield from _rows(part, f"{prefix}{name}.", parts)
        elif name != "rule":  # its keys have a section of their own
            yield f"{prefix}{name}", _kind(form), _default(name, form, schema)


def _kind(form: dict[str, Any]) -> str:
    if "anyOf" in form:
        return " or ".join(_kind(one) for one in form["anyOf"] if one.get("type") != "null")
    if form.get("type") == "array":
        return f"list of {_kind(form['items'])}"
    if form.get("type") == "object":
        return "table of texts"
    word = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}[form["type"]]
    bounds = [text.format(_shown(form[name])) for name, text in _BOUNDS.items() if name in form]
    return " ".join([word, *bounds]).replace("|", "\\|")


def _shown(value: Any) -> str:
    return ", ".join(f"`{json.dumps(one)}`" for one in value) if isinstance(value, list) else str(value)


def _default(name: str, form: dict[str, Any], schema: dict[str, Any]) -> str:
    if name in schema.get("required", ()):
        return "needed"
    value = form.get("default")
    return "see above" if value is None else f"`{json.dumps(value)}`"


def main() -> None:
    """Replace what lies between the marks."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    README.write_text(f"{before}{BEGIN}\n\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
