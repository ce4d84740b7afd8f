"""JSON Lines to Arrow tables, chunk by chunk, two at once: pyarrow reads far faster than Python does."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from newsbot.errors import FeedError
from newsbot.feed.exporters.arrow_types import INSTANT, PROVENANCE, record_type, written_type
from newsbot.feed.latest import Newest
from newsbot.feed.reading import line_chunks
from newsbot.feed.record_files import RecordFile, require_readable
from newsbot.feed.selected import Tell
from newsbot.feed.selection import Selection

_CHUNK_BYTES: Final = 4 * 2**20
_AHEAD: Final = 3
_NEVER_NULL: Final = ("schema_version", "id", "revision", "processing", "content_text")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole lines of a file."""

    data: bytes
    first: int
    """Number of its first line, from 0."""
    lines: int


def read_tables(file: RecordFile, selection: Selection, newest: Newest | None, tell: Tell = int) -> Iterator[pa.Table]:
    """The records of *file* that are meant, as tables in order; with *newest* one row for each article.

    Raises:
        FeedError: the file cannot be read, or a line of it.
    """
    wanted = _Wanted(newest.lines_of(file)) if newest else None
    with ThreadPoolExecutor(2) as workers:
        for chunk, table in _parsed(_chunks(file, tell), _Parser(file), workers):
            table = _meant(table, selection) if wanted is None else wanted.of(chunk, table)
            if table.num_rows:
                yield table


class _Wanted:
    """The wanted lines of a file, chunk after chunk."""

    def __init__(self, lines: Iterator[int]) -> None:
        self._lines = lines
        self._next = next(lines, None)

    def of(self, chunk: Chunk, table: pa.Table) -> pa.Table:
        """The wanted rows of *table*, which was read from *chunk*."""
        rows = []
        while self._next is not None and self._next < chunk.first + chunk.lines:
            rows.append(self._next - chunk.first)
            self._next = next(self._lines, None)
        return table.take(pa.array(rows, pa.int64()))


def _chunks(file: RecordFile, tell: Tell) -> Iterator[Chunk]:
    first = 0
    with file.open() as stream:
        for data in line_chunks(stream, _CHUNK_BYTES):
            lines = data.count(b"\n") + (not data.endswith(b"\n"))
            yield Chunk(data, first, lines)
            tell(len(data))
            first += lines


def _parsed(chunks: Iterator[Chunk], parse: _Parser, workers: ThreadPoolExecutor) -> Iterator[tuple[Chunk, pa.Table]]:
    """Each chunk with its table, in order; some are read ahead."""
    ahead: deque[tuple[Chunk, Future[pa.Table]]] = deque()
    for chunk in chunks:
        ahead.append((chunk, workers.submit(parse, chunk)))
        if len(ahead) > _AHEAD:
            done, table = ahead.popleft()
            yield done, table.result()
    yield from ((chunk, table.result()) for chunk, table in ahead)


class _Parser:
    """Parses the chunks of one file; what ``provenance`` has evidence for is learned on the way."""

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self._evidence: frozenset[str] = frozenset()

    def __call__(self, chunk: Chunk) -> pa.Table:
        """The records of *chunk*, in the columns of :func:`record_type`.

        Raises:
            FeedError: a line is no record, or from a newer newsbot.
        """
        try:
            table = self._parse(chunk.data)
            columns = {field.name: _column(table, field) for field in record_type()}
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, KeyError) as error:
            last = chunk.first + chunk.lines
            raise FeedError(f"{self._file.path}: lines {chunk.first + 1} to {last}: some are no records ({_line(error)})") from error
        _require_records(self._file, chunk, table)
        return pa.table(columns, schema=record_type())

    def _parse(self, data: bytes) -> pa.Table:
        """Keys of ``provenance`` that were not known get types that are guessed, so they are parsed again."""
        known = self._evidence
        table = _read(data, known)
        found = known | {field.name for field in table.schema.field(PROVENANCE).type}
        if found == known:
            return table
        self._evidence |= found
        return _read(data, found)


def _read(data: bytes, evidence: frozenset[str]) -> pa.Table:
    written = pj.ParseOptions(explicit_schema=written_type(evidence), unexpected_field_behavior="infer")
    return pj.read_json(io.BytesIO(data), read_options=pj.ReadOptions(use_threads=False, block_size=len(data) + 1), parse_options=written)


def _column(table: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    column = table.column(field.name)
    if field.name == PROVENANCE:
        return pa.chunked_array([_as_map(column.combine_chunks(), field.type)])
    return column if column.type == field.type else column.cast(field.type)


def _as_map(objects: pa.StructArray, form: pa.MapType) -> pa.MapArray:
    """Objects with many keys, most of them absent, as a map of those that are there."""
    rows, names = len(objects), [field.name for field in objects.type]
    if not names:
        return pa.MapArray.from_arrays(pa.array([0] * (rows + 1), pa.int32()), pa.array([], form.key_type), pa.array([], form.item_type))
    lists = [objects.field(name).cast(form.item_type) for name in names]
    there = np.stack([part.is_valid().to_numpy(zero_copy_only=False) for part in lists], axis=1)
    row, column = np.nonzero(there)
    offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    items = pa.concat_arrays(lists).take(pa.array(column * rows + row))
    return pa.MapArray.from_arrays(pa.array(offsets), pa.array(names, form.key_type).take(pa.array(column)), items)


def _require_records(file: RecordFile, chunk: Chunk, table: pa.Table) -> None:
    """Refuse lines that are JSON, but no records that this newsbot can read."""
    lines = f"lines {chunk.first + 1} to {chunk.first + chunk.lines}"
    for version in filter(None, pc.unique(table.column("schema_version")).to_pylist()):
        require_readable(version, file.path, chunk.first + 1)
    if table.num_rows != chunk.lines or any(table.column(name).null_count for name in _NEVER_NULL):
        raise FeedError(f"{file.path}: {lines}: some are no records of newsbot")


def _meant(table: pa.Table, selection: Selection) -> pa.Table:
    """The rows that *selection* means."""
    conditions = []
    if selection.sources:
        conditions.append(pc.is_in(table.column("source"), pa.array(selection.sources)))
    if selection.languages:
        tags = "|".join(selection.languages)
        conditions.append(pc.match_substring_regex(table.column("language"), f"^(?:{tags})(?:-|$)"))
    for bound, compare in ((selection.since, pc.greater_equal), (selection.until, pc.less)):
        if bound is not None:
            conditions.append(compare(table.column("fetched_at"), pa.scalar(bound).cast(INSTANT)))
    return table.filter(reduce(pc.and_kleene, conditions)) if conditions else table


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
