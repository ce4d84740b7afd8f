"""What the spiders share: the run's name and folder, and the check of their arguments before anything starts."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings


def begin_run(settings: BaseSettings, out: str | None) -> None:
    """Give the run its name (setting ``NEWSBOT_RUN_ID``) and, where the user asked for one, an output and a memory of its own."""
    settings.set("NEWSBOT_RUN_ID", f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", priority="spider")
    if out:
        settings.set("NEWSBOT_OUT", out, priority="cmdline")
    # A source that does not answer is reported by us in one line; Scrapy would print a traceback for its robots.txt as well.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)


def utc_now() -> str:
    """Now, RFC 3339 in UTC, whole seconds."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def require_known(arguments: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse spider arguments (``-a``) that nobody reads.

    Raises:
        UsageError: one line.
    """
    for name in arguments:
        if name not in known:
            raise UsageError(f"-a {name}: unknown argument; {nearest(name, known)}", print_help=False)


def nearest(name: str, known: Iterable[str]) -> str:
    """The half sentence that helps who wrote *name* for one of *known*."""
    choice = sorted(known)
    near = get_close_matches(name, choice, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(choice) or 'none'}"
