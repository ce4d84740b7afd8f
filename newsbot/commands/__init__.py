"""Commands of ``scrapy``, thin: parse options, call a function, print."""

from __future__ import annotations

from scrapy.exceptions import UsageError

from newsbot.config import Config, load_config
from newsbot.errors import ConfigError


def load_or_refuse() -> Config:
    """The configuration.

    Raises:
        UsageError: with the one line of the fault; Scrapy prints it and exits with 2.
    """
    try:
        return load_config()
    except ConfigError as error:
        raise UsageError(str(error), print_help=False) from error
