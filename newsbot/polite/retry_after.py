"""``Retry-After``: when a host says that it wants to be asked again (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import math
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS: Final = re.compile(r"\s{0,5}(\d{1,12})(?:\.\d{0,9})?\s{0,5}")


def read_retry_after(value: str | None, now: float) -> float | None:
    """Seconds from *now* (epoch) until the time that *value* names, which is a number of seconds or an HTTP date.

    ``None`` where the header says nothing that can be kept: absent, unreadable, negative, zero or past.
    """
    if not value:
        return None
    seconds = _SECONDS.fullmatch(value)
    wait_s = float(math.ceil(float(value))) if seconds else _until_date(value, now)
    return wait_s if wait_s is not None and wait_s > 0 else None


def _until_date(value: str, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(value[:100])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
