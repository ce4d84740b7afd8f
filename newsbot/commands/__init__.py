"""Commands of ``scrapy``, thin: parse options, call a function, print."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newsbot.errors import ArchiveError, ConfigError, CursorError, FeedError, ManifestError, OutputError, RunLocked, StateError


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a user's mistake into one line on standard error and exit code 2; argparse would print the usage before it.

    Another run in the same output folder is exit code 4.
    """
    try:
        yield
    except RunLocked as error:
        _end(error, 4)
    except (ConfigError, ArchiveError, ManifestError, OutputError, StateError, UsageError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)


@contextmanager
def feed_refusals() -> Iterator[None]:
    """As :func:`refusals`, for what reads the feed: exit code 1 when it is damaged or the disk fails, 3 when a cursor leads nowhere."""
    with refusals():
        try:
            yield
        except CursorError as error:
            _end(error, 3)
        except (FeedError, ManifestError, OutputError, OSError) as error:
            _end(error, 1)


def state_name(settings: BaseSettings) -> str:
    """The folder of the memory in the output folder; empty: none.

    Raises:
        UsageError: ``NEWSBOT_STATE`` is an address: a fleet that remembers only half would fetch and write twice.
    """
    state: str = settings["NEWSBOT_STATE"] or ""
    if "://" in state:
        scheme = state.partition("://")[0]
        raise UsageError(
            f"NEWSBOT_STATE: {scheme}://... is not supported yet (docs/fleet.md); name a folder, such as 'state'", print_help=False
        )
    return state


def _end(error: Exception, code: int) -> NoReturn:
    print(error, file=sys.stderr)
    sys.exit(code)
