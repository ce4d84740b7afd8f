"""Write the keys of the tables for dates and credits into ``data/README.md``, from the field docstrings of their models."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
README: Final = PROJECT / "data" / "README.md"
BEGIN: Final = "<!-- keys of the tables: written by scripts/table_keys.py -->"


def models(module: Path) -> Iterator[ast.ClassDef]:
    """The classes of *module*."""
    yield from (node for node in ast.parse(module.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef))


def keys(model: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """The fields of *model* and what their docstrings say."""
    for field, after in zip(model.body, [*model.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            yield alias(field), said(after)


def alias(field: ast.AnnAssign) -> str:
    """The key of *field* in the file."""
    keywords = [word for call in ast.walk(field) if isinstance(call, ast.Call) for word in call.keywords if word.arg == "alias"]
    name = keywords[0].value if keywords else field.target
    return str(name.value) if isinstance(name, ast.Constant) else ast.unparse(name)


def said(node: ast.stmt | None) -> str:
    """The docstring that *node* is, on one line."""
    text = node.value.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else ""
    return " ".join(str(text).split()).replace("``", "`").replace("|", "\\|")


def section(module: Path) -> str:
    """The tables of all models in *module*."""
    parts = []
    for model in models(module):
        rows = [f"| `{key}` | {what} |" for key, what in keys(model)]
        if rows and any("Model" in ast.unparse(base) for base in model.bases):
            about = (ast.get_docstring(model) or "").split("\n")[0]
            parts.append(f"#### {model.name.strip('_')}\n{about}\n\n| key | what |\n| --- | --- |\n" + "\n".join(rows))
    return f"### `newsbot/{module.name}`\n\n" + "\n\n".join(parts) if parts else ""


def main() -> None:
    """Replace everything behind the mark."""
    head = README.read_text(encoding="utf-8").split(BEGIN)[0].rstrip()
    tables = [text for module in sorted((PROJECT / "newsbot").glob("*_tables.py")) if (text := section(module))]
    README.write_text(f"{head}\n\n{BEGIN}\n\n## Keys of the tables\n\n" + "\n\n".join(tables) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
