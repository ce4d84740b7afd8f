"""What is to be read: WARC files here, on the web and in S3, named one by one or in lists as Common Crawl publishes them."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from newsbot.errors import ArchiveError
from newsbot.reextraction.pages import find_files
from newsbot.spark.fetching import SCHEME, fetched

COMMON_CRAWL: Final = "https://data.commoncrawl.org/"
"""What the lines of Common Crawl's lists are relative to."""
_LIST: Final = re.compile(r"\.(?:paths|txt)(?:\.gz)?$")
_KNOWN: Final = re.compile(r"(?:\.warc)?(?:\.gz)?$")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_STEM: Final = 80


@dataclass(frozen=True, slots=True)
class Warc:
    """One file to be read."""

    address: str
    """A path, or an address of the web or of S3."""
    name: str
    """What records call it, as ``reextract`` does on one machine; for one that lies elsewhere its address."""
    size: int | None = None
    """Bytes of one that lies here: one that was fetched anew since is another one."""

    @property
    def key(self) -> str:
        """What everything made of it is named by."""
        digest = hashlib.sha256(f"{self.address}\0{self.size}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
        stem = _UNSAFE.sub("-", _KNOWN.sub("", self.address.rstrip("/").rpartition("/")[2]))[:_STEM]
        return f"{stem}-{digest}"


def find_warcs(places: Iterable[str], archive: Path, prefix: str = COMMON_CRAWL) -> list[Warc]:
    """The WARC files that *places* name, each once, by name: files, folders, addresses, and lists of these (``.paths``, ``.txt``, ``.gz``).

    A line of a list that is no address names a file beside the list, where there is one, else what *prefix* and the line make together.
    Files below *archive* are called as records call them.

    Raises:
        ArchiveError: one line; a path leads nowhere, or a list cannot be read.
    """
    found = {warc.address: warc for place in places for warc in _warcs(place, archive, prefix)}
    return sorted(found.values(), key=lambda warc: (warc.address.rpartition("/")[2], warc.address))


def _warcs(place: str, archive: Path, prefix: str) -> Iterator[Warc]:
    if _LIST.search(place):
        for line in _lines(place):
            yield from _warcs(_address(line, place, prefix), archive, prefix)
    elif SCHEME.match(place):
        yield Warc(place, place)
    else:
        yield from (Warc(str(file.path), file.name, file.path.stat().st_size) for file in find_files([Path(place)], archive))


def _address(line: str, place: str, prefix: str) -> str:
    if SCHEME.match(line):
        return line
    beside = Path(place).parent / line
    return str(beside) if not SCHEME.match(place) and beside.exists() else urljoin(prefix, line)


def _lines(place: str) -> Iterator[str]:
    """The lines of a list.

    Raises:
        ArchiveError: one line; it cannot be read.
    """
    try:
        with fetched(place) as path:
            data = path.read_bytes()
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ArchiveError(f"{place}: is no list of WARC files ({error}); name a file of addresses or paths, one a line") from error
    lines = [line.strip() for line in text.splitlines()]
    if any(_LIST.search(line) for line in lines):
        raise ArchiveError(f"{place}: a list may not name another list; give each of them by itself")
    yield from (line for line in lines if line and not line.startswith("#"))
