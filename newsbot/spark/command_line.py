"""The command line of re-extraction on Spark, without Scrapy: ``scrapy reextract --engine spark`` and ``spark-submit`` end up here."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from newsbot import __version__
from newsbot.archive.files import mend_archive
from newsbot.config import Config, load_config
from newsbot.errors import ArchiveError, ConfigError, EngineError, EngineFailed, ManifestError, OutputError, RunLocked, StateError
from newsbot.reextraction.pages import Selection
from newsbot.reextraction.telling import Run, asked_for, tell
from newsbot.run_lock import run_lock
from newsbot.spark.inputs import COMMON_CRAWL, find_warcs
from newsbot.spark.job import Job, work_digest
from newsbot.spark.session import require_spark, spark_session

_SUBMITTED: Final = "PYSPARK_GATEWAY_PORT"
"""Set by ``spark-submit``, which knows the master."""
_DAY: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_CODES: Final = ((RunLocked, 4), (EngineFailed, 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Extract anew on Spark; the exit code of ``scrapy reextract``."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (ArchiveError, ConfigError, EngineError, EngineFailed, ManifestError, OutputError, RunLocked, StateError) as error:
        print(error, file=sys.stderr)
        return next((code for kind, code in _CODES if isinstance(error, kind)), 2)


def _parser() -> argparse.ArgumentParser:
    environment = os.environ.get
    parser = argparse.ArgumentParser(prog="reextract", description="New records from archived pages, on Spark.")
    parser.add_argument("warc", nargs="*", help="WARC files, folders, addresses (https, s3), lists of these (.paths, .txt, .gz)")
    parser.add_argument("--out", default=environment("NEWSBOT_OUT") or "data/out", help="the output folder (default: NEWSBOT_OUT)")
    parser.add_argument("--state", default=environment("NEWSBOT_STATE", "state"), help="folder of the memory in it; empty: none")
    parser.add_argument("--source", default="", metavar="ID,...", help="only pages of these sources")
    parser.add_argument("--since", default="", metavar="DAY", help="only pages fetched on this UTC day or later")
    parser.add_argument("--until", default="", metavar="DAY", help="only pages fetched on this UTC day or earlier")
    parser.add_argument("--to", choices=("jsonl", "parquet"), default="jsonl", help="the form of the parts")
    parser.add_argument("--prefix", default=COMMON_CRAWL, metavar="URL", help="what lines of lists are relative to")
    parser.add_argument("--master", metavar="URL", help="the cluster (default: this machine, or as spark-submit says)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="cores of this machine")
    parser.add_argument("--page-timeout", type=float, default=20.0, metavar="S", help="seconds that a page may take")
    parser.add_argument("--duplicate-days", type=int, default=30, metavar="DAYS", help="over which copies are looked for; 0: they are not")
    parser.add_argument("--run", default=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", help=argparse.SUPPRESS)
    return parser


def _run(options: argparse.Namespace) -> int:
    require_spark()
    from newsbot.spark.run import reextract  # its package is an extra

    _require_usable(options)
    started, config, out = _now(), load_config(), Path(options.out).resolve()
    selection = Selection(_sources(options.source, config), options.since, options.until)
    with run_lock(out):
        for _ in mend_archive(out / "archive"):
            pass
        warcs = find_warcs(options.warc or [str(out / "archive")], out / "archive", options.prefix)
        job = _job(options, config, selection)
        master = options.master or (None if _SUBMITTED in os.environ else f"local[{options.jobs}]")
        warnings.simplefilter("ignore")  # Spark's own, about packages that nobody here hands it
        result = reextract(partial(spark_session, master), job, warcs, options.state, time.time)
        return tell(Run(out, options.run, started), result, (result.left, result.files), _now())


def _require_usable(options: argparse.Namespace) -> None:
    if "://" in options.state:
        raise EngineError("NEWSBOT_STATE: Spark keeps no memory in a database; leave it empty, or name a folder, such as 'state'")
    for name in ("since", "until"):
        if (day := getattr(options, name)) and not _DAY.fullmatch(day):
            raise ConfigError(f"--{name}: {day!r} is no day; write it as 2026-11-22")
    if options.jobs < 1:
        raise ConfigError("--jobs: give a number from 1")


def _job(options: argparse.Namespace, config: Config, selection: Selection) -> Job:
    folders = tuple(folder.resolve() for folder in config.folders)
    asked = [*asked_for(config, selection), options.to, options.duplicate_days]
    out = Path(options.out).resolve()
    return Job(folders, out, work_digest(asked), selection, __version__, options.page_timeout, options.duplicate_days, options.to)


def _sources(names: str, config: Config) -> tuple[str, ...]:
    wanted = tuple(filter(None, names.split(",")))
    if unknown := [name for name in wanted if name not in config.sources]:
        raise ConfigError(f"--source: {unknown[0]}: there is no such source; data/sources/ has one file for each")
    return wanted


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
