"""Dates as lists write them (ISO 8601, RFC 822), to instants that can be compared."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d\d))?")


def instant_of(text: str | None) -> float | None:
    """Seconds since 1970 of the moment that *text* writes; ``None`` when it writes none.

    Where no offset is written UTC is taken, and the first moment of a day, month or year that is given alone: good enough to compare
    with a visit or a bound, never written into a record.
    """
    moment = _iso(text.strip()) or _rfc822(text) if text and len(text) < 100 else None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() if moment else None
    except (OverflowError, ValueError):
        return None


def _iso(text: str) -> datetime | None:
    partial = _PARTIAL.fullmatch(text)
    try:
        return datetime(int(partial[1]), int(partial[2] or 1), 1) if partial else datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
