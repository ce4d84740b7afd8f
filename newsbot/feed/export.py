"""A feed to the file of another program: what is meant, one record an article where asked for, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from newsbot.errors import ConfigError, OutputError
from newsbot.feed.aside import MARK, new_file, new_folder
from newsbot.feed.latest import Newest
from newsbot.feed.places import Place
from newsbot.feed.record_files import Input, find_input
from newsbot.feed.selected import Tell, selected_records
from newsbot.feed.selection import Selection
from pipelines.manifest import NAME
from pipelines.records import SCHEMA_VERSION

FORMATS: Final = ("parquet", "duckdb", "csv", "sqlite", "jsonfeed", "atom", "newsarticle", "zyte")
_TYPED: Final = ("parquet", "duckdb")
_ONE_AN_ARTICLE: Final = ("jsonfeed", "atom")
"""Forms in which an id stands once."""
_EXTRAS: Final = {"parquet": ("pyarrow",), "duckdb": ("duckdb", "pyarrow")}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported, and where to."""

    form: str
    """One of :data:`FORMATS`."""
    path: Path
    selection: Selection = field(default_factory=Selection)
    latest: bool = False
    """One record an article, the newest; without those that are gone."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did."""

    records: int
    cursor: str | None
    """The place in the feed up to which it is: ``scrapy follow --cursor`` goes on there."""


def export(feed: Place, request: Request, start: Callable[[int], Tell]) -> Exported:
    """Export *feed*, which may be an output folder or a JSON Lines file.

    *start* is told of all bytes, and returns what is told of those that were read.

    Raises:
        FeedError, ManifestError: the feed cannot be read.
        OutputError: the export cannot be written; nothing of it is left.
        ConfigError: the form needs a package that is not installed.
    """
    require_installed(request.form)
    if isinstance(feed, Path):
        _require_outside(feed, request.path)
    given = find_input(feed, request.selection)
    newest = Newest(given, request.selection) if request.latest or request.form in _ONE_AN_ARTICLE else None
    tell = start(sum(file.size_bytes for file in given.articles))
    if request.form in _TYPED:
        count = _write_typed(given, request, newest, tell)
    else:
        records = selected_records(given, request.selection, newest, tell)
        with new_file(request.path) as aside:
            count = _writer(request.form)(records, aside)
    return Exported(count, given.cursor)


def _require_outside(feed: Path, path: Path) -> None:
    """Refuse to write over what is read."""
    place, kept = path.resolve(), feed.resolve()
    if place == kept or any(place.is_relative_to(kept / part) for part in ("articles", "events", "archive", "state", NAME)):
        raise OutputError(f"{path}: is part of the feed that is read; name another place")


def require_installed(form: str) -> None:
    """Refuse a form whose packages are not there.

    Raises:
        ConfigError: one is missing; the line says which extra has it.
    """
    for package in _EXTRAS.get(form, ()):
        try:
            import_module(package)
        except ImportError as error:
            raise ConfigError(f"--to {form}: needs the package {package}; install it with: pip install '.[{form}]'") from error


def _writer(form: str) -> Callable[[Iterator[dict[str, Any]], Path], int]:
    from newsbot.feed.exporters import documents, rows

    if form in documents.VIEWS:
        return partial(documents.write_views, documents.VIEWS[form])
    return {"csv": rows.write_csv, "sqlite": rows.write_sqlite, "jsonfeed": documents.write_json_feed, "atom": documents.write_atom}[form]


def _write_typed(given: Input, request: Request, newest: Newest | None, tell: Tell) -> int:
    """Parquet and DuckDB go by Arrow tables; their packages are extras, so they are imported here."""
    from newsbot.feed.exporters.arrow_tables import read_tables
    from newsbot.feed.exporters.parquet import partition_of, write_parquet, write_parquet_folder

    is_folder = request.form == "parquet" and request.path.suffix != ".parquet"
    files = sorted(given.articles, key=partition_of) if is_folder else given.articles
    tables = ((file, table) for file in files for table in read_tables(file, request.selection, newest, tell))
    if is_folder:
        with new_folder(request.path) as aside:
            count = write_parquet_folder(tables, aside)
            mark = {"schema_version": SCHEMA_VERSION, "records": count, "cursor": given.cursor}
            (aside / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
            return count
    with new_file(request.path) as aside:
        if request.form == "parquet":
            return write_parquet(tables, aside)
        from newsbot.feed.exporters.duck import write_duckdb

        return write_duckdb(tables, aside)
