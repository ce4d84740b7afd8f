"""The further pages of a story that is printed over several addresses, from the archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from newsbot.archive import read_later_pages, read_page
from newsbot.archive.captures import Captures
from newsbot.errors import ArchiveError
from newsbot.items import ArchivePointer
from newsbot.page import RawPage


class LaterPages(Protocol):
    """Where the pages are that go on with a story."""

    def of(self, first: RawPage, addresses: Sequence[str]) -> tuple[RawPage, ...]:
        """The pages at *addresses* that go on with *first*, up to the first one that is not there."""


class ArchivedPages:
    """The last capture of each address in the archive in *folder*."""

    def __init__(self, folder: Path, captures: Captures) -> None:
        self._folder, self._captures = folder, captures

    def of(self, first: RawPage, addresses: Sequence[str]) -> tuple[RawPage, ...]:
        """The pages at *addresses* that go on with *first*, up to the first one that is not there."""
        return _up_to_the_first_gap(first, addresses, self._read)

    def _read(self, address: str) -> RawPage | None:
        found = self._captures.last(address)
        if found is None:
            return None
        try:
            return read_page(self._folder, ArchivePointer(found.file, found.offset, found.length, found.digest))
        except ArchiveError:
            return None


class PagesOfFile:
    """The pages in one archive file that a crawl of ours fetched because a story goes on there; read when one is first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, first: RawPage, addresses: Sequence[str]) -> tuple[RawPage, ...]:
        """The pages at *addresses* that go on with *first*, up to the first one that is not there."""
        return _up_to_the_first_gap(first, addresses, self._read)

    @cached_property
    def _places(self) -> dict[str, ArchivePointer]:
        places: dict[str, ArchivePointer] = {}
        try:
            for page in read_later_pages(self._path):
                assert page.archive is not None
                places[page.url] = page.archive
        except ArchiveError:  # told by whoever reads the file's own pages
            pass
        return places

    def _read(self, address: str) -> RawPage | None:
        try:
            return read_page(self._path.parent, self._places[address]) if address in self._places else None
        except ArchiveError:
            return None


def _up_to_the_first_gap(first: RawPage, addresses: Sequence[str], read: Callable[[str], RawPage | None]) -> tuple[RawPage, ...]:
    pages: list[RawPage] = []
    for address in addresses:
        page = read(address)
        if page is None:
            break
        pages.append(replace(page, source=first.source, part_of=first.url))
    return tuple(pages)
