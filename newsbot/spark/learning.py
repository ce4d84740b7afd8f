"""The first pass: what repeats on each source's pages, learned from the very pages that ``reextract`` learns from on one machine."""

from __future__ import annotations

import json
import shutil
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyspark import SparkContext, StorageLevel

from newsbot.errors import ArchiveError
from newsbot.page import RawPage
from newsbot.reextraction.learning import Unknown, pages_to_learn_from
from newsbot.reextraction.pages import ArchiveFile
from newsbot.signs import Template
from newsbot.spark.fetching import fetched
from newsbot.spark.inputs import Warc
from newsbot.spark.job import Job, aside
from newsbot.spark.reading import bench, config_of
from pipelines.finished import Finished
from pipelines.templates import FILE, Templates

_NOTED: Final = "learned.json"
Shares = Mapping[str, int]
"""By source how many of a file's first pages are learned from."""


def learn_templates(context: SparkContext, job: Job, warcs: list[Warc]) -> Path:
    """The file of the template memory, one for all tasks. Nothing is learned from a file twice: a killed run goes on with what it had."""
    path = job.room / FILE
    noted = job.room / _NOTED
    done: list[str] = json.loads(noted.read_bytes()) if noted.exists() else []
    warcs = [warc for warc in warcs if warc.key not in done]
    if not warcs:
        return path
    known = _known(path)
    tallies = context.parallelize(warcs, len(warcs)).map(partial(count_pages, job)).collect()
    shares = list(_shares(tallies, Unknown(known)))
    todo = [(warc, share) for warc, share in zip(warcs, shares, strict=True) if share]
    lessons = context.parallelize(todo, max(len(todo), 1)).flatMap(partial(read_lessons, job)).persist(StorageLevel.DISK_ONLY)
    lessons.count()  # all at once; then they come one file after the other, as they would not all fit in here
    with aside(path) as part:
        if path.exists():
            shutil.copy(path, part)
        _learn(part, lessons.toLocalIterator())
    lessons.unpersist()
    with aside(noted) as part:
        part.write_text(json.dumps([*done, *(warc.key for warc in warcs)]), encoding="ascii")
    return path


def count_pages(job: Job, warc: Warc) -> Counter[str]:
    """By source the pages of *warc* that could be learned from."""
    seen: Counter[str] = Counter()
    deque(_pages(job, warc, seen), maxlen=0)
    return seen


def read_lessons(job: Job, task: tuple[Warc, Shares]) -> Iterator[Finished]:
    """What the pages of a file teach that are its share, in order; no more of them than lessons need."""
    warc, share = task
    pages = _pages(job, warc, Counter(), share)
    for outcome in bench(job.folders, job.timeout_s).outcomes(pages, lambda page: Template()):  # noqa: ARG005
        if outcome.article is not None:
            record = {key: outcome.article.record[key] for key in ("id", "source", "fetched_at")}
            yield replace(outcome.article, record=record, values={}, sketch=None, addresses=())


def _pages(job: Job, warc: Warc, seen: Counter[str], share: Shares | None = None) -> Iterator[RawPage]:
    """The first pages of each source in *warc* as far as its *share*; without one none, but *seen* counts all."""

    def wants(source: str) -> bool:
        seen[source] += 1
        return share is not None and seen[source] <= share.get(source, 0)

    of_any_day = replace(job.selection, since="", until="")
    with ExitStack() as copies:
        try:
            path = copies.enter_context(fetched(warc.address))
        except ArchiveError:
            return  # told when the file is read in earnest
        yield from pages_to_learn_from([ArchiveFile(path, warc.name)], of_any_day, config_of(job.folders), wants)


def _shares(tallies: Iterable[Counter[str]], unknown: Unknown) -> Iterator[dict[str, int]]:
    """Of each file what one reader of all files, one after the other, would take of it."""
    for seen in tallies:
        share = {source: sum(unknown.wants(source) for _ in range(count)) for source, count in seen.items()}
        yield {source: count for source, count in share.items() if count}


def _known(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    templates = Templates(path)
    try:
        return templates.known()
    finally:
        templates.close()


def _learn(path: Path, lessons: Iterable[Any]) -> None:
    templates = Templates(path)
    try:
        for lesson in lessons:
            templates.learn(lesson)
    finally:
        templates.close()
