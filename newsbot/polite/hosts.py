"""Which addresses are served by one host."""

from __future__ import annotations

import re
from typing import Final

from newsbot.urls import host_of

_TWIN: Final = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)(?=[^.]+\.[^.])")


def shared_host(url: str) -> str:
    """The host of *url*, one for its twins ``www.``, ``m.``, ``mobile.``, ``amp.``, all ports and both schemes; "" where there is none.

    One delay, one hold and one circuit breaker are kept for it: the machines behind these names are the same.
    """
    return without_twins(host_of(url))


def without_twins(host: str) -> str:
    """:func:`shared_host` of a host name."""
    return _TWIN.sub("", host)
