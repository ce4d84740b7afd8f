"""Commands of ``scrapy``, thin: parse options, call a function, print."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scrapy.exceptions import UsageError

from newsbot.errors import ArchiveError, ConfigError, ManifestError, OutputError, StateError


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a user's mistake into one line on standard error and exit code 2; argparse would print the usage before it."""
    try:
        yield
    except (ConfigError, ArchiveError, ManifestError, OutputError, StateError, UsageError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
