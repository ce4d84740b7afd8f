"""One WARC file to its articles: by the pool, the function and the template memory of ``reextract`` on one machine."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from newsbot.archive import read_warc
from newsbot.archive.later_pages import LaterPages, PagesOfFile
from newsbot.batch import Outcome, TemplateOf, judge_finished, open_pool, outcomes
from newsbot.config import Config, load_config
from newsbot.errors import ArchiveError
from newsbot.page import RawPage
from newsbot.reextraction.pages import with_source
from newsbot.reextraction.whole_stories import whole_story
from newsbot.signs import Template
from newsbot.spark.fetching import fetched
from newsbot.spark.inputs import Warc
from newsbot.spark.job import Job
from newsbot.spark.kept import ReadWarc, is_read, write_kept, write_read
from pipelines.finished import Finished
from pipelines.record_files import UNKNOWN_SOURCE
from pipelines.templates import Templates

_Asked = deque[RawPage | None]


class Bench:
    """One worker process with its limits of time and memory, which a process of Spark's keeps for all its tasks: to start one takes 2 s."""

    def __init__(self, folders: tuple[Path, ...], timeout_s: float) -> None:
        self._template_of: TemplateOf = lambda page: None  # noqa: ARG005
        self._pool = open_pool(folders, 1, timeout_s, lambda page: self._template_of(page), judge_finished)

    def outcomes(self, pages: Iterable[RawPage | Outcome[Any]], template_of: TemplateOf) -> Iterator[Outcome[Finished]]:
        """What became of each of *pages*, in order."""
        self._template_of = template_of
        return outcomes(pages, self._pool, 1)

    def again(self, page: RawPage) -> Finished | None:
        """The article of *page*, between others.

        Raises:
            WorkerError: there is none, for want of time or memory.
        """
        return self._pool.submit(page).result().article


@lru_cache(maxsize=1)
def bench(folders: tuple[Path, ...], timeout_s: float) -> Bench:
    """The bench of this process."""
    return Bench(folders, timeout_s)


@lru_cache(maxsize=1)
def config_of(folders: tuple[Path, ...]) -> Config:
    """The configuration, read once a process."""
    return load_config(folders)


def extract_warc(job: Job, templates: str, warc: Warc) -> str | None:
    """Keep the articles of *warc*, unless that is done; *templates* is the file of the template memory as this machine has it.

    Returns why the file could not be fetched, in one line: then nothing is kept, and the next run tries again.
    """
    if is_read(job, warc.key):
        return None
    try:
        with fetched(warc.address) as path:
            _extract(job, _WarcPages(job, warc, path, Path(templates)), warc.key, PagesOfFile(path))
    except ArchiveError as error:
        return str(error)
    return None


def _extract(job: Job, pages: _WarcPages, key: str, later: LaterPages) -> None:
    own = bench(job.folders, job.timeout_s)
    told = _Told(pages.asked, lambda page, article: whole_story(page, article, later, own.again))
    made = own.outcomes(pages, pages.template_of)
    rows = write_kept(job, key, told.articles(made))
    write_read(job, key, ReadWarc(dict(told.counts), told.fault, rows))


class _WarcPages:
    """The wanted pages of a file with their sources; a fault is the last of them. Iterated in one thread, which opens what it needs."""

    def __init__(self, job: Job, warc: Warc, path: Path, templates: Path) -> None:
        self._job, self._warc, self._path, self._file = job, warc, path, templates
        self._templates: Templates | None = None
        self.asked: _Asked = deque()
        """The pages that have no outcome yet; ``None`` for a fault."""

    def template_of(self, page: RawPage) -> Template | None:
        return self._templates.of(page.source) if self._templates else None

    def __iter__(self) -> Iterator[RawPage | Outcome[Finished]]:
        self._templates = templates = Templates(self._file)
        try:
            yield from self._wanted(templates)
        except (ArchiveError, OSError) as error:
            self.asked.append(None)
            yield Outcome(None, error=FAILED, reason=str(error).replace(str(self._path), self._warc.name))
        finally:
            templates.close()

    def _wanted(self, templates: Templates) -> Iterator[RawPage]:
        config = config_of(self._job.folders)
        for page in read_warc(self._path, self._warc.name):
            own = with_source(page, config)
            if self._job.selection.wants(own):
                if own.source is not None:
                    templates.open(own.source)
                self.asked.append(own)
                yield own


FAILED: Final = "archive_failed"


class _Told:
    """What became of the pages of a file, counted as :class:`newsbot.reextraction.Reextraction` counts."""

    def __init__(self, asked: _Asked, whole: Callable[[RawPage, Finished], Finished]) -> None:
        self._asked, self._whole = asked, whole
        self.counts: Counter[str] = Counter()
        self.fault: str | None = None

    def articles(self, made: Iterable[Outcome[Finished]]) -> Iterator[Finished]:
        """The articles among what was *made*."""
        for outcome in made:
            page = self._asked.popleft()
            if page is None:
                self.fault = outcome.reason
                self._count(None, FAILED)
                continue
            source = page.source
            self._count(source, "fetched")
            if outcome.article is not None:
                yield self._whole(page, outcome.article)
            elif outcome.rejected is not None:
                self._count(source, f"rejected/{outcome.rejected}")
            else:
                self._count(source, f"failed/{outcome.error}")

    def _count(self, source: str | None, what: str) -> None:
        self.counts[f"newsbot/source/{source or UNKNOWN_SOURCE}/{what}"] += 1
