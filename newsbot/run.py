"""What the spiders share: the run's name and folder, and the check of their arguments before anything starts."""

from __future__ import annotations

import logging
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newsbot.errors import OutputError, StateError

_FREE_S: Final = 5.0
"""How long a file of the memory may be in another program's hands when a run begins."""


def begin_run(settings: BaseSettings, out: str | None) -> None:
    """Give the run its name (setting ``NEWSBOT_RUN_ID``) and, where the user asked for one, an output and a memory of its own."""
    settings.set("NEWSBOT_RUN_ID", new_run_id(), priority="spider")
    if out:
        settings.set("NEWSBOT_OUT", out, priority="cmdline")
    # A source that does not answer is reported by us in one line; Scrapy would print a traceback for its robots.txt as well.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)


def new_run_id() -> str:
    """A name that no other run has: when it began, and six digits by chance."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def require_usable(out: Path, state: str) -> None:
    """Refuse to begin where nothing could be written: found out now, it costs no visit to anybody.

    Raises:
        OutputError, StateError: one line.
    """
    for folder in (out / name for name in ("articles", "runs", *filter(None, [state]))):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written ({error.strerror}); it must be a folder that you may write to") from error
    if state:
        for path in sorted((out / state).glob("*.sqlite")):
            _require_free(path)


def _require_free(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=_FREE_S, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}; end the other program that uses the file, or restore it from a back-up") from error


def utc_now() -> str:
    """Now, RFC 3339 in UTC, whole seconds."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def require_known(arguments: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse spider arguments (``-a``) that nobody reads; those with a ``_`` in front (scrapyd's ``_job``) are a scheduler's own.

    Raises:
        UsageError: one line.
    """
    for name in arguments:
        if name not in known and not name.startswith("_"):
            raise UsageError(f"-a {name}: unknown argument; {nearest(name, known)}", print_help=False)


def nearest(name: str, known: Iterable[str]) -> str:
    """The half sentence that helps who wrote *name* for one of *known*."""
    choice = sorted(known)
    near = get_close_matches(name, choice, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(choice) or 'none'}"
