"""Which of the articles that lists name a run is for: ``-a since=``, ``-a until=``, ``-a max_pages=``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from scrapy.exceptions import UsageError

from newsbot.discovery import FoundLink
from newsbot.discovery.list_dates import instant_of
from newsbot.discovery.wordpress import Span

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one run; ``None``: no bound."""

    since: float | None = None
    """Seconds since 1970: the first moment that is wanted."""
    until: float | None = None
    """The first moment that is not."""
    max_pages: int | None = None
    """Article pages that are fetched."""

    @classmethod
    def read(cls, arguments: Mapping[str, str | None]) -> Self:
        """The bounds that the user typed.

        Raises:
            UsageError: one line.
        """
        since, until = _moment(arguments.get("since"), "since"), _moment(arguments.get("until"), "until")
        if until is not None and len(str(arguments.get("until"))) == len("2024-05-05"):
            until += _DAY_S  # the day itself is wanted
        if since is not None and until is not None and since >= until:
            raise UsageError("-a since: lies after -a until", print_help=False)
        return cls(since, until, _number(arguments.get("max_pages")))

    @property
    def is_back_fill(self) -> bool:
        """Whether a span is asked for: then older sitemaps and posts are walked too."""
        return self.since is not None or self.until is not None

    @property
    def span(self) -> Span:
        """The span for those who ask a server for it."""
        return Span(self.since, self.until)

    def want(self, link: FoundLink) -> bool:
        """Whether the date that the list gives lies within; one without any date is wanted: nothing tells that it is not."""
        when = instant_of(link.date or link.updated) if self.is_back_fill else None
        if when is None:
            return True
        return (self.since is None or when >= self.since) and (self.until is None or when < self.until)

    def may_hold(self, lastmod: str | None) -> bool:
        """Whether a sitemap that changed last at *lastmod* may name articles of the span."""
        when = instant_of(lastmod)
        return when is None or self.since is None or when >= self.since


def _moment(text: str | None, name: str) -> float | None:
    if not text:
        return None
    moment = instant_of(text)
    if moment is None or len(text) < len("2024-05-05"):
        raise UsageError(f"-a {name}: {text!r} is no date; write one such as 2026-11-22 or 2026-11-22T08:00:00+02:00", print_help=False)
    return moment


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise UsageError(f"-a max_pages: {text!r} is no number from 1", print_help=False)
    return int(text)
