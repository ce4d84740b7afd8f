"""DuckDB (extra ``duckdb``): a database file with the table ``articles``, typed as Parquet is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from newsbot.feed.exporters.arrow_types import record_type
from newsbot.feed.exporters.parquet import row_groups
from newsbot.feed.record_files import RecordFile

_MEMORY: Final = "400MB"


def write_duckdb(tables: Iterable[tuple[RecordFile, pa.Table]], path: Path) -> int:
    """Write *tables* into the table ``articles`` of a new DuckDB file; how many rows there were.

    Raises:
        OSError: the file cannot be written.
    """
    count = 0
    try:
        with duckdb.connect(path, config={"memory_limit": _MEMORY, "preserve_insertion_order": "false"}) as database:
            database.register("given", record_type().empty_table())
            database.execute("CREATE TABLE articles AS FROM given")
            for group in row_groups(table for _, table in tables):
                database.register("given", group)
                database.execute("INSERT INTO articles FROM given")
                count += group.num_rows
            database.execute("CHECKPOINT")  # closing does it too, but says nothing when it fails
    except duckdb.Error as error:
        raise OSError(" ".join(str(error).split())[:200]) from error
    return count
