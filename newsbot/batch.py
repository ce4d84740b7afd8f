"""The crawl's work without a crawl: pages in, finished articles out, in one process or in many."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from newsbot.config import Config, load_config
from newsbot.errors import Rejected
from newsbot.extractors.several_pages import extract_pages
from newsbot.items import Article
from newsbot.page import RawPage
from newsbot.signs import Template
from newsbot.workers import WorkerError, WorkerPool
from pipelines import STAGES
from pipelines.finished import Finished, finish

_WINDOW_PER_JOB: Final = 4
"""Pages in flight for each worker: enough to keep it busy, few enough to keep memory flat."""


Made = TypeVar("Made")
"""What is made of an article's page: an :class:`~newsbot.items.Article`, or a :class:`~pipelines.finished.Finished` one."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Made]):
    """What became of one page: an article, a rejection or an error; exactly one of the three is set."""

    url: str | None
    article: Made | None = None
    rejected: str | None = None
    """A key of :data:`newsbot.errors.REJECTION_CODES`."""
    error: str | None = None
    """``timeout`` or ``worker_died``; callers add their own (``bad_json`` ...)."""
    reason: str | None = None
    """One line for people, with ``rejected`` and ``error``."""


TemplateOf = Callable[[RawPage], Template | None]
"""What is known of the other pages of a page's source when a worker is free for it; called in threads."""


def process(raw: RawPage, config: Config, template: Template | None = None) -> Article:
    """The finished article of *raw* and its later pages: extracted by the help of *template*, then every pure stage.

    Raises:
        Rejected: the page is not an article.
    """
    return reduce(lambda article, stage: stage(article, config), STAGES, extract_pages(raw, config, template))


def judge(raw: RawPage, config: Config, template: Template | None = None) -> Outcome[Article]:
    """:func:`process` as a value: an article or a rejection."""
    try:
        return Outcome(raw.url, article=process(raw, config, template))
    except Rejected as refusal:
        return Outcome(raw.url, rejected=refusal.code, reason=refusal.reason)


def judge_finished(raw: RawPage, config: Config, template: Template | None = None) -> Outcome[Finished]:
    """:func:`judge`, the article as its record and what the steps with memory want to know: all that can be done beside them."""
    outcome = judge(raw, config, template)
    return Outcome(outcome.url, finish(outcome.article) if outcome.article else None, outcome.rejected, outcome.error, outcome.reason)


Judge = Callable[[RawPage, Config, Template | None], Outcome[Made]]
"""What a worker does with a page: :func:`judge` or :func:`judge_finished`."""


def open_pool(
    folders: tuple[Path, ...], jobs: int, timeout_s: float, template_of: TemplateOf | None, judged: Judge[Made]
) -> WorkerPool[RawPage, Outcome[Made]]:
    """Workers that do *judged* with pages, each with the configuration of *folders*; pages stand alone without *template_of*."""
    setup = partial(_judge_of, folders, judged)
    return WorkerPool(setup, jobs, timeout_s, lambda page: (page, template_of(page) if template_of else None))


def lost(url: str | None, error: WorkerError) -> Outcome[Any]:
    """The outcome of a page whose worker gave none."""
    return Outcome(url, error=error.code, reason=error.reason)


def process_all(
    pages: Iterable[RawPage | Outcome[Any]], folders: tuple[Path, ...], jobs: int, timeout_s: float, template_of: TemplateOf | None = None
) -> Iterator[Outcome[Article]]:
    """What :func:`judge` makes of each page; see :func:`finish_all`."""
    yield from _outcomes(pages, open_pool(folders, jobs, timeout_s, template_of, judge), jobs)


def finish_all(
    pages: Iterable[RawPage | Outcome[Any]], folders: tuple[Path, ...], jobs: int, timeout_s: float, template_of: TemplateOf | None = None
) -> Iterator[Outcome[Finished]]:
    """What became of each page, in the order of *pages*, as soon as it is known; ready outcomes among *pages* pass through.

    *pages* is read in a thread of its own, never more than a few pages ahead: a caller that answers line for line gets each
    answer before it sends the next line, and memory stays flat however many pages come.
    """
    yield from _outcomes(pages, open_pool(folders, jobs, timeout_s, template_of, judge_finished), jobs)


def outcomes(pages: Iterable[RawPage | Outcome[Any]], pool: WorkerPool[RawPage, Outcome[Made]], jobs: int) -> Iterator[Outcome[Made]]:
    """What the *jobs* workers of *pool*, which stays open, make of each page; order and memory as :func:`finish_all` has them."""
    feed = _Feed(pages, pool, jobs * _WINDOW_PER_JOB)
    try:
        yield from feed
    finally:
        feed.stop()


def _outcomes(pages: Iterable[RawPage | Outcome[Any]], opened: WorkerPool[RawPage, Outcome[Made]], jobs: int) -> Iterator[Outcome[Made]]:
    with opened as pool:
        yield from outcomes(pages, pool, jobs)


def _judge_of(folders: tuple[Path, ...], judged: Judge[Made]) -> Callable[[tuple[RawPage, Template | None]], Outcome[Made]]:
    config = load_config(folders)
    return lambda task: judged(task[0], config, task[1])


class _Feed(Generic[Made]):
    """Reads pages in a thread, hands them to the pool and gives the outcomes back in order."""

    def __init__(self, pages: Iterable[RawPage | Outcome[Any]], pool: WorkerPool[RawPage, Outcome[Made]], window: int) -> None:
        self._pages, self._pool = pages, pool
        self._waiting: queue.SimpleQueue[tuple[str | None, Future[Outcome[Made]]] | BaseException | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(window)
        self._stopped = False
        threading.Thread(target=self._read, name="pages", daemon=True).start()

    def __iter__(self) -> Iterator[Outcome[Made]]:
        while (item := self._waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            url, future = item
            try:
                outcome = future.result()
            except WorkerError as error:
                outcome = lost(url, error)
            yield outcome
            self._room.release()

    def stop(self) -> None:
        """Read no further page."""
        self._stopped = True
        self._room.release()

    def _read(self) -> None:
        try:
            for page in self._pages:
                self._room.acquire()
                if self._stopped:
                    return
                self._waiting.put((page.url, _ready(page) if isinstance(page, Outcome) else self._pool.submit(page)))
        except BaseException as error:  # noqa: BLE001  raised again where the outcomes are read
            self._waiting.put(error)
        self._waiting.put(None)


def _ready(outcome: Outcome[Made]) -> Future[Outcome[Made]]:
    future: Future[Outcome[Made]] = Future()
    future.set_result(outcome)
    return future
