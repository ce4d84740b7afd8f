"""Commands of ``scrapy``, thin: parse options, call a function, print."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newsbot.errors import ArchiveError, ConfigError, CursorError, FeedError, ManifestError, OutputError, RunLocked, StateError
from newsbot.tables import is_database


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a user's mistake into one line on standard error and exit code 2; argparse would print the usage before it.

    Another run in the same output folder is exit code 4; standard output that cannot be written (a full disk) 1.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if not _is_of_output(error):
            raise
        _silence_output()
        _end(OutputError(f"standard output: cannot be written ({error.strerror}); check the disk's room"), 1)
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
            if isinstance(error, OSError) and _is_of_output(error):
                raise
            _end(error, 1)


def state_of(settings: BaseSettings) -> str:
    """Where the memory is: the name of its folder in the output folder, the address of a fleet's database, or empty: nowhere.

    Raises:
        UsageError: an address of something else.
    """
    state: str = settings["NEWSBOT_STATE"] or ""
    if "://" in state and not is_database(state):
        scheme = state.partition("://")[0]
        raise UsageError(
            f"NEWSBOT_STATE: {scheme}://... is no place for a memory; give postgresql://user@host:port/database, or the name of a folder",
            print_help=False,
        )
    return state


def state_name(settings: BaseSettings) -> str:
    """The folder of the memory in the output folder; empty: none.

    Raises:
        UsageError: the memory is a fleet's, and this command is for one machine.
    """
    state = state_of(settings)
    if is_database(state):
        raise UsageError(
            "NEWSBOT_STATE: postgresql://...: this command is not for a fleet's memory (docs/fleet.md); name a folder, such as 'state'",
            print_help=False,
        )
    return state


def _is_of_output(error: OSError) -> bool:
    """Whether *error* came of printing: what is written to a file of ours is told with its name."""
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE)


def _silence_output() -> None:
    """What still waits in the buffer goes nowhere: Python would complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _end(error: Exception, code: int) -> NoReturn:
    print(error, file=sys.stderr)
    sys.exit(code)
