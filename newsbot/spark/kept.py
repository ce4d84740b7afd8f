"""Articles of one WARC file between extraction and the parts: packed one after the other, and in a second file what is compared of them."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from newsbot.spark.job import Job, aside
from pipelines.finished import Finished
from pipelines.identity import text_key
from pipelines.neighbours import LEAST_STRETCHES
from pipelines.sketches import stretches_of

_LEVEL: Final = 1
SPACE: Final = 2**30
"""Numbers that stand for stretches."""
ROWS_OF_FILE: Final = 24
"""Bits of an article's number that count within its file; those above are the file's number."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is compared of an article, and where it is kept."""

    offset: int
    length: int
    keys: tuple[int, ...]
    """Of 64 bits, signed: its id, its addresses, its text. Articles that share one are decided on together."""
    stretches: int = 0
    """As its sketch has them; 0 where the text says too little to be compared."""
    minima: bytes = b""
    marks: bytes = b""
    """Its stretches as sorted numbers below :data:`SPACE`, unsigned 32 bits."""


@dataclass(frozen=True, slots=True)
class ReadWarc:
    """What became of one WARC file."""

    counts: Mapping[str, int]
    """With the names of a crawl's stats."""
    fault: str | None
    """One line: why it broke off."""
    rows: tuple[Row, ...]


def write_kept(job: Job, key: str, articles: Iterable[Finished]) -> tuple[Row, ...]:
    """Keep *articles*; a row for each."""
    rows = []
    with aside(job.file("pages", key)) as part, part.open("wb") as file:
        for article in articles:
            packed = zlib.compress(pickle.dumps(replace(article, signs=None, packed_words=b"")), _LEVEL)
            rows.append(_row(article, file.tell(), len(packed)))
            file.write(packed)
    return tuple(rows)


def write_read(job: Job, key: str, read: ReadWarc) -> None:
    """Say that a WARC file is done with: its articles are kept already."""
    with aside(job.file("rows", key)) as part:
        part.write_bytes(zlib.compress(pickle.dumps(read), _LEVEL))


def is_read(job: Job, key: str) -> bool:
    """Whether it is."""
    return job.file("rows", key).exists()


def read_of(job: Job, key: str) -> ReadWarc:
    """What became of the WARC file with *key*."""
    read: ReadWarc = pickle.loads(zlib.decompress(job.file("rows", key).read_bytes()))
    return read


def kept_at(path: Path, place: tuple[int, int]) -> Finished:
    """The article at *place*, offset and length, of *path*."""
    with path.open("rb") as file:
        file.seek(place[0])
        return _unpacked(file.read(place[1]))


def kept_in(path: Path, rows: Iterable[Row]) -> Iterator[Finished]:
    """The articles of *rows*, which are all that *path* holds, in order."""
    with path.open("rb") as file:
        yield from (_unpacked(file.read(row.length)) for row in rows)


def _unpacked(packed: bytes) -> Finished:
    article: Finished = pickle.loads(zlib.decompress(packed))
    return article


def _row(article: Finished, offset: int, length: int) -> Row:
    own = bytes.fromhex(article.id)
    keys = tuple(int.from_bytes(key[:8], "little", signed=True) for key in chain([own, text_key(article.record)], article.addresses))
    sketch = article.sketch
    if sketch is None or sketch.stretches < LEAST_STRETCHES:
        return Row(offset, length, keys)
    return Row(offset, length, keys, sketch.stretches, sketch.packed, marks_of(article.record["content_text"]))


def marks_of(text: str) -> bytes:
    """The stretches of *text* as numbers, for :attr:`Row.marks`."""
    marks = {zlib.crc32(stretch.encode("utf-8", "surrogatepass")) % SPACE for stretch in stretches_of(text)}
    return np.array(sorted(marks), "<u4").tobytes()
