"""Archived pages in the order in which they were fetched, less those that cannot give a new record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from newsbot.archive import read_warc
from newsbot.batch import Outcome
from newsbot.config import Config
from newsbot.errors import ArchiveError
from newsbot.page import RawPage
from newsbot.part_file import PART
from newsbot.signs import Template
from newsbot.tables import memory_place
from newsbot.urls import article_id
from pipelines.finished import Finished
from pipelines.state import State, history_place
from pipelines.steps import is_superseded
from pipelines.templates import PART as TEMPLATES
from pipelines.templates import Templates


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One file to be read."""

    path: Path
    name: str
    """Relative to the archive's folder; for a file that lies elsewhere its path."""
    start: int = 0
    """The byte from which it is to be read."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages are wanted."""

    sources: Collection[str] = ()
    """Ids; empty: all."""
    since: str = ""
    """First UTC day of the fetch, ``YYYY-MM-DD``; empty: no bound."""
    until: str = ""
    """Last UTC day of the fetch."""

    def wants(self, page: RawPage) -> bool:
        """Whether *page* is one of them. One whose fetch has no known time is only wanted where no day is asked for."""
        if self.sources and page.source not in self.sources:
            return False
        if not (self.since or self.until):
            return True
        day = (page.fetched_at or "")[:10]
        return bool(day) and day >= self.since and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True)
class Step:
    """What was read: a page or the end of a file."""

    file: ArchiveFile
    end: int
    """The byte up to which the file is done with it."""
    page: RawPage | Outcome[Finished]
    """The page, or what is known of it without extracting it: its error is ``superseded``, ``archive_failed`` or ``file_end``."""
    source: str | None = None


def find_files(paths: Iterable[Path], archive: Path) -> list[ArchiveFile]:
    """The archive files among *paths* and below the folders among them, each once, oldest run first; those below *archive* are its own.

    Raises:
        ArchiveError: one line; a path leads nowhere.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            raise ArchiveError(f"{path}: there is no such file or folder; check the path")
        for file in path.glob("**/*.warc*") if path.is_dir() else [path]:
            if not file.name.endswith(PART):
                inside = file.resolve().is_relative_to(archive.resolve())
                found[file.resolve()] = file.resolve().relative_to(archive.resolve()).as_posix() if inside else str(file)
    return [ArchiveFile(path, found[path]) for path in sorted(found, key=lambda path: (path.name, path))]


class Pages:
    """The steps of *files*. Iterated in one thread only, which opens what it needs; :meth:`template_of` may be called from any."""

    def __init__(self, files: Iterable[ArchiveFile], selection: Selection, config: Config, memory: tuple[Path, str]) -> None:
        self._files, self._selection, self._config = files, selection, config
        self._out, self._state = memory
        self._templates: Templates | None = None

    def template_of(self, page: RawPage) -> Template | None:
        """What is known of the other pages of the page's source, as it stood when its first page was read."""
        return self._templates.of(page.source) if self._templates else None

    def __iter__(self) -> Iterator[Step]:
        state = State(history_place(self._out, self._state))
        self._templates = Templates(memory_place(self._out, self._state, TEMPLATES))
        try:
            for file in self._files:
                yield from self._steps(file, state)
        finally:
            state.close()
            self._templates.close()

    def _steps(self, file: ArchiveFile, state: State) -> Iterator[Step]:
        place = file.start
        try:
            for page in read_warc(file.path, file.name, file.start):
                own = self._with_source(page)
                if self._selection.wants(own):
                    place = _end(page)
                    yield Step(file, place, self._unless_superseded(own, state), own.source)
            yield Step(file, file.path.stat().st_size, Outcome(None, error="file_end"))
        except (ArchiveError, OSError) as error:
            yield Step(file, place, Outcome(None, error="archive_failed", reason=str(error)))

    def _with_source(self, page: RawPage) -> RawPage:
        own = with_source(page, self._config)
        if own.source is not None and self._templates:
            self._templates.open(own.source)
        return own

    def _unless_superseded(self, page: RawPage, state: State) -> RawPage | Outcome[Finished]:
        """*page*, unless its address has a record from a later page: then it needs no extraction."""
        last = state.last(article_id(page.url))
        if last is not None and is_superseded(page.archive, page.fetched_at, last):
            return Outcome(page.url, error="superseded")
        return page


def with_source(page: RawPage, config: Config) -> RawPage:
    """*page* under the source that it was archived for, else the one that claims its host."""
    known: Mapping[str, object] = config.sources
    return replace(page, source=page.source if page.source in known else getattr(config.source_of(page.url), "id", None))


def _end(page: RawPage) -> int:
    assert page.archive is not None
    return page.archive.offset + page.archive.length
