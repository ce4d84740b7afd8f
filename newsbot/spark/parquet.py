"""A part as Parquet (extra ``parquet``)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from newsbot.feed.exporters.arrow_tables import read_tables
from newsbot.feed.exporters.parquet import write_parquet
from newsbot.feed.record_files import RecordFile
from newsbot.feed.selection import Selection
from pipelines.jsonl import Contents

FOLDER = "parquet"


def as_parquet(contents: Contents) -> Contents:
    """The file of *contents*, ``articles/<source>/<day>/<name>.jsonl``, as ``parquet/source=<source>/day=<day>/<name>.parquet``."""
    source, day = contents.path.parts[-3:-1]
    path = contents.path.parents[3] / FOLDER / f"source={source}" / f"day={day}" / f"{contents.path.stem}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = RecordFile(contents.path, contents.size_bytes, contents.path.parent, None)
    write_parquet(((lines, table) for table in read_tables(lines, Selection(), None)), path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    contents.path.unlink()
    return replace(contents, path=path, size_bytes=path.stat().st_size, sha256=digest)
