"""Parquet (extra ``parquet``): one file, or a folder with one file for each source and day of fetch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from newsbot.feed.exporters.arrow_types import record_type
from newsbot.feed.record_files import RecordFile

_GROUP_BYTES: Final = 64 * 2**20
"""Arrow data in one row group, about; it is what an export keeps in memory."""
Tables = Iterable[tuple[RecordFile, pa.Table]]


def write_parquet(tables: Tables, path: Path) -> int:
    """Write *tables* as one Parquet file; how many rows there were.

    Raises:
        OSError: the file cannot be written.
    """
    count = 0
    with pq.ParquetWriter(path, record_type(), compression="zstd", compression_level=1) as writer:
        for group in row_groups(table for _, table in tables):
            writer.write_table(group, row_group_size=group.num_rows)
            count += group.num_rows
    return count


def write_parquet_folder(tables: Tables, folder: Path) -> int:
    """Write *tables* below *folder* as ``source=<id>/day=<UTC day of fetch>/records.parquet``; how many rows there were.

    *tables* come folder by folder of the feed: one partition is open at a time.

    Raises:
        OSError: a file cannot be written.
    """
    count = 0
    for (source, day), part in groupby(tables, key=lambda entry: partition_of(entry[0])):
        place = folder / f"source={source}" / f"day={day}"
        place.mkdir(parents=True)
        count += write_parquet(part, place / "records.parquet")
    return count


def partition_of(file: RecordFile) -> tuple[str, str]:
    """Source and day of a file of a feed, as its folder has them; a file that stands alone has neither."""
    parts = file.entry.path.split("/") if file.entry else []
    return (parts[1], parts[2]) if len(parts) == 4 else ("_unknown", "undated")


def row_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """*tables* joined to larger ones, of 64 MB about."""
    waiting: list[pa.Table] = []
    size = 0
    for table in tables:
        waiting.append(table)
        size += table.nbytes
        if size >= _GROUP_BYTES:
            yield pa.concat_tables(waiting)
            waiting, size = [], 0
    if waiting:
        yield pa.concat_tables(waiting)
