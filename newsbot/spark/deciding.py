"""What becomes of articles that have to do with one another: decided by the steps with memory, as one machine decides, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from newsbot.items import ArchivePointer
from newsbot.spark.job import Job
from newsbot.spark.kept import ROWS_OF_FILE, kept_at
from pipelines.finished import Finished
from pipelines.revisions import Revision, page_of, with_place
from pipelines.steps import MemorySteps

_REMEMBERED: Final = 200
"""Records after which they are remembered, as at a checkpoint of one machine."""
_DECIDED: Final = ("id", "revision", "processing", "change", "duplicate_of", "cluster")
Kin = tuple[tuple[int, int], tuple[int, int]]
"""((first of its kin, own number), (offset, length)): an article that has kin, and where it is kept."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an article."""

    place: int
    """Its number in its file."""
    verdict: str
    """``new``, ``revised``, ``reprocessed``: it is a record; else why it is none."""
    values: dict[str, Any] | None = None
    """What the record has of others' making."""


def decide(job: Job, keys: list[str], kin: Iterable[Kin]) -> Iterator[tuple[int, Decision]]:
    """Decisions by number of the file; *kin* come in order, all of one kin together. *keys* are those of the files, by number."""
    with TemporaryDirectory(prefix="newsbot-") as folder:
        replay = _Replay(job, keys, Path(folder))
        try:
            for _, group in groupby(kin, key=lambda one: one[0][0]):
                yield from replay.decisions(group)
        finally:
            replay.close()


class _Replay:
    """The steps with memory, over kin after kin: one knows nothing of another."""

    def __init__(self, job: Job, keys: list[str], folder: Path) -> None:
        self._job, self._keys = job, keys
        self._steps = MemorySteps(folder, "state", job.duplicate_days, self._page_of)
        self._pages: dict[ArchivePointer, tuple[Path, tuple[int, int]]] = {}
        self._unwritten: list[dict[str, Any]] = []

    def decisions(self, group: Iterable[Kin]) -> Iterator[tuple[int, Decision]]:
        for (_, number), place in group:
            file = number >> ROWS_OF_FILE
            yield file, self._decide(self._job.file("pages", self._keys[file]), place, number & (1 << ROWS_OF_FILE) - 1)
        self._pages.clear()
        self._remember(_REMEMBERED)

    def close(self) -> None:
        self._steps.close()

    def _decide(self, path: Path, place: tuple[int, int], number: int) -> Decision:
        article = kept_at(path, place)
        judged = self._steps.judge(article)
        if (page := page_of(article.record)) is not None:
            self._pages[page] = path, place
        if not isinstance(judged, Revision):
            return Decision(number, judged)
        record = dict(with_place(judged).record)
        self._unwritten.append(record)
        return Decision(number, judged.kind, {key: record[key] for key in _DECIDED})

    def _page_of(self, pointer: ArchivePointer, source: str | None) -> Finished | None:  # noqa: ARG002  the page of its last record
        """What today's extractor makes of an earlier page of the same article: it has just done so."""
        place = self._pages.get(pointer)
        return kept_at(*place) if place else None

    def _remember(self, least: int) -> None:
        if len(self._unwritten) >= least:
            self._steps.remember(self._unwritten, [])
            self._unwritten = []
