"""New records from archived pages: many processes, no network, one writer with the same memory as a crawl's."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from newsbot.archive import read_page
from newsbot.archive.captures import PART, Captures
from newsbot.archive.later_pages import ArchivedPages
from newsbot.batch import Outcome, finish_all, judge_finished, open_pool
from newsbot.config import Config
from newsbot.errors import ArchiveError
from newsbot.fleet_database import FleetDatabase
from newsbot.items import ArchivePointer
from newsbot.page import RawPage
from newsbot.reextraction.pages import Pages, Step
from newsbot.reextraction.progress import Progress
from newsbot.reextraction.whole_stories import whole_story
from newsbot.tables import is_database, memory_place
from newsbot.workers import WorkerError
from pipelines.finished import Finished
from pipelines.fleet_files import open_files
from pipelines.fleet_writer import FORMS, BusyError, FleetWriter
from pipelines.fleet_writer import PART as WRITERS
from pipelines.record_files import UNKNOWN_SOURCE
from pipelines.revisions import Revision
from pipelines.steps import MemorySteps

CHECKPOINT_S: Final = 5.0
_BUSY_S: Final = 90.0
"""A worker that is at an article stores it within seconds, or is dead after a minute."""
_BUSY_PAUSE_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Work:
    """Where and how a re-extraction runs."""

    config: Config
    out: Path
    state: str
    run_id: str
    jobs: int
    timeout_s: float
    duplicate_days: int = 30
    feed: str = ""
    """Where a fleet's files lie, the setting ``NEWSBOT_FEED``."""


class Reextraction:
    """One run over *pages*. The counts have the names of a crawl's stats, so that the same summary reads them."""

    def __init__(self, work: Work, pages: Pages, progress: Progress, clock: Callable[[], float] = time.time) -> None:
        self._work, self._pages, self._progress, self._clock = work, pages, progress, clock
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        """One line for each archive file that broke off."""
        self._again = open_pool(work.config.folders, 1, work.timeout_s, pages.template_of, judge_finished)
        self._captures = Captures(memory_place(work.out, work.state, PART))
        self._later = ArchivedPages(work.out / "archive", self._captures)
        self._writer = FleetWriter(FleetDatabase(work.state, WRITERS, FORMS), work.run_id) if is_database(work.state) else None
        self._steps = MemorySteps(work.out, work.state, work.duplicate_days, self._extract_archived, self._writer)
        self._files = open_files(work.out, work.run_id, self._steps.remember, self._writer, work.feed)
        self._synced = clock()

    def run(self) -> Iterator[Step]:
        """Do the work; each step when it is judged. Whatever moment it is killed at, the next run loses and repeats nothing.

        Raises:
            OutputError, ManifestError, StateError: one line; the output or the memory cannot be used.
        """
        try:
            self._files.recover(self._clock())
            yield from self._judged()
            self._files.close(self._clock())
            self._progress.store()
        finally:
            self._files.leave()
            self._again.close()
            self._steps.close()
            self._captures.close()
            self._progress.close()

    def _judged(self) -> Iterator[Step]:
        asked: deque[Step] = deque()

        def pages() -> Iterator[RawPage | Outcome[Finished]]:
            for step in self._pages:
                asked.append(step)
                yield step.page

        work = self._work
        for outcome in finish_all(pages(), work.config.folders, work.jobs, work.timeout_s, self._pages.template_of):
            step = asked.popleft()
            self._judge(step, outcome)
            self._progress.reach(step.file.name, step.end)
            self._checkpoint()
            yield step

    def _judge(self, step: Step, outcome: Outcome[Finished]) -> None:
        """Write the record that a page has become, or count why there is none."""
        source = step.source
        if outcome.error == "file_end":
            return
        if outcome.error == "archive_failed":
            self.faults.append(outcome.reason or "")
            self._count(None, "archive_failed")
            return
        self._count(source, "fetched")
        if outcome.article is not None and isinstance(step.page, RawPage):
            self._write(self._whole(step.page, outcome.article))
        elif outcome.rejected is not None:
            self._count(source, f"rejected/{outcome.rejected}")
        elif outcome.error == "superseded":
            self._count(source, "superseded")
        else:
            self._count(source, f"failed/{outcome.error}")

    def _write(self, article: Finished) -> None:
        judged = self._judged_when_free(article)
        if isinstance(judged, Revision):
            self._files.write(judged, self._clock())
            self._count(article.source, f"article/{judged.kind}")
        else:
            self._count(article.source, judged)

    def _judged_when_free(self, article: Finished) -> Revision | str:
        """What the steps with memory say, as soon as no worker of the fleet is at the article; ``busy`` when one is for too long."""
        deadline = time.monotonic() + _BUSY_S
        while time.monotonic() < deadline:
            try:
                return self._steps.judge(article)
            except BusyError:
                self._files.checkpoint(self._clock())
                time.sleep(_BUSY_PAUSE_S)
        return "busy"

    def _count(self, source: str | None, what: str) -> None:
        self.counts[f"newsbot/source/{source or UNKNOWN_SOURCE}/{what}"] += 1

    def _checkpoint(self) -> None:
        now = self._clock()
        if not 0 <= now - self._synced < CHECKPOINT_S:
            self._files.checkpoint(now)
            self._progress.store()
            self._synced = now

    def _extract_archived(self, pointer: ArchivePointer, source: str | None) -> Finished | None:
        try:
            page = replace(read_page(self._work.out / "archive", pointer), source=source)
            article = self._again.submit(page).result().article
        except (ArchiveError, WorkerError):
            return None
        return self._whole(page, article) if article is not None else None

    def _whole(self, page: RawPage, article: Finished) -> Finished:
        """*article* with what stands on the further pages of its story, as far as the archive has them."""
        return whole_story(page, article, self._later, lambda more: self._again.submit(more).result().article)
