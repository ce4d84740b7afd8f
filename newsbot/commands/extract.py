"""``scrapy extract``: the filter for other programs, JSON Lines in, JSON Lines out."""

from __future__ import annotations

import argparse
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import IO, Any, Final

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.batch import Outcome, finish_all
from newsbot.commands import refusals
from newsbot.config import Config, load_config
from newsbot.jobs import Fault, Job, Question, fault_line, read_jobs, read_questions, rejected_line
from newsbot.page import RawPage
from newsbot.reading.credit_lines import read_credit_line
from newsbot.reading.date_strings import read_date_line
from pipelines.finished import Finished
from pipelines.record_lines import record_line

_READERS: Final[dict[str, Callable[[Config, dict[str, Any]], dict[str, Any]]]] = {
    "dates": lambda config, entry: read_date_line(entry, config.dates),
    "credits": lambda config, entry: read_credit_line(entry, config.credits),
}


class Command(ScrapyCommand):
    """One line out for each line in; nothing else on standard output."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] [FILE ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Filter: pages as JSON Lines in, records as JSON Lines out"

    def long_desc(self) -> str:
        """The form of both sides, and the exit codes."""
        return (
            'Reads lines {"id", "url", "html" or "html_base64", "headers"?, "fetched_at"?, "source"?, "language"?, "timezone"?} from the '
            "files, or from standard input, and writes one line for each: the record, a rejection or an error, with the given id as "
            '"input". Exit code 0; 1 when a line was an error; 2 for usage.'
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument(
            "--of",
            choices=("records", *_READERS),
            default="records",
            help="records of pages (default), or the dates or credits of single texts",
        )
        parser.add_argument("--jobs", type=int, metavar="N", help="worker processes (default one a core)")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Filter the files in *args*, or standard input."""
        assert self.settings is not None
        if opts.jobs is not None and opts.jobs < 1:
            raise UsageError("--jobs: give a number from 1")
        config = load_config()
        jobs = opts.jobs or self.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1
        with ExitStack() as files:
            streams = [_opened(path, files) for path in args] or [sys.stdin.buffer]
            if opts.of in _READERS:
                questions = (question for stream in streams for question in read_questions(stream))
                answers = answer_questions(questions, partial(_READERS[opts.of], config))
            else:
                lines = (job for stream in streams for job in read_jobs(stream, config.sources))
                answers = answer_all(lines, config, jobs, self.settings.getfloat("NEWSBOT_PAGE_TIMEOUT_S"))
            self.exitcode = _write_all(answers, sys.stdout.buffer)


def answer_all(lines: Iterable[Job], config: Config, jobs: int, timeout_s: float) -> Iterator[dict[str, Any]]:
    """The answer to each of *lines*, in order, each as soon as it is known."""
    asked: deque[Job] = deque()

    def pages() -> Iterator[RawPage | Outcome[Finished]]:
        for job in lines:
            asked.append(job)
            yield job.page if job.page is not None else Outcome(None, error=job.fault.error if job.fault else "bad_input")

    for outcome in finish_all(pages(), config.folders, jobs, timeout_s):
        yield _answer(asked.popleft(), outcome)


def answer_questions(questions: Iterable[Question], read: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The answer to each of *questions*, in order."""
    for question in questions:
        if question.fault is None:
            yield read(question.entry)
        else:
            fault = question.fault
            yield {"id": question.entry.get("id"), "line": question.line, "error": fault.error, "reason": fault.reason}


def _answer(job: Job, outcome: Outcome[Finished]) -> dict[str, Any]:
    if job.fault is not None:
        return fault_line(job, job.fault)
    if outcome.error == "timeout":
        return fault_line(job, Fault("timeout", outcome.reason or "the page took too long"))
    if outcome.article is None and outcome.rejected is None:
        return fault_line(job, Fault("worker_died", outcome.reason or "the worker died"))
    if outcome.article is None:
        return rejected_line(job, str(outcome.rejected), outcome.reason or "")
    return {**outcome.article.record, "input": job.id}


def _write_all(answers: Iterable[dict[str, Any]], out: IO[bytes]) -> int:
    """Write *answers*, flushed a line at a time; the exit code. A reader that goes away ends the work without a fuss."""
    failed = False
    try:
        for answer in answers:
            failed = failed or "error" in answer
            out.write(record_line(answer))
            out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(failed)


def _opened(path: str, files: ExitStack) -> IO[bytes]:
    try:
        return files.enter_context(open(path, "rb"))  # noqa: PTH123 - "-" and devices are fine here
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the path and its rights") from error
