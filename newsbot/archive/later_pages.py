"""The further pages of a story that is printed over several addresses, from the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from newsbot.archive import read_page
from newsbot.archive.captures import Captures
from newsbot.errors import ArchiveError
from newsbot.items import ArchivePointer
from newsbot.page import RawPage


class ArchivedPages:
    """Reads the last capture of each address from the archive in *folder*."""

    def __init__(self, folder: Path, captures: Captures) -> None:
        self._folder, self._captures = folder, captures

    def of(self, first: RawPage, addresses: Sequence[str]) -> tuple[RawPage, ...]:
        """The pages at *addresses* that go on with *first*, up to the first one that the archive does not have."""
        pages: list[RawPage] = []
        for address in addresses:
            found = self._captures.last(address)
            if found is None:
                break
            try:
                page = read_page(self._folder, ArchivePointer(found.file, found.offset, found.length, found.digest))
            except ArchiveError:
                break
            pages.append(replace(page, source=first.source, part_of=first.url))
        return tuple(pages)
