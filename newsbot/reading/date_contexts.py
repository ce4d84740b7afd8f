"""What is known about a page around its dates: languages, country, zone, order, and when it was fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from newsbot.date_tables import ORDERS, DateOrder, DateTables, main_language

_FETCHED: Final = range(1990, 2101)
"""Years in which a page may have been fetched."""
_SOLD: Final = frozenset("ai cc co eu fm io ly me sh so tv ws".split())
"""Country domains that are sold to everyone."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """What is known about the page around a date."""

    languages: tuple[str, ...] = ()
    """BCP 47, the page's first."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    timezone: str | None = None
    """IANA name: gives the offset to times that have none."""
    order: DateOrder | None = None
    """Order of numeric dates; default: the country's, then the language's."""
    reference: datetime | None = None
    """When the page was fetched, aware; ``None``: relative dates stay unread, the wall clock is never asked."""


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """The page around a date, and the tables to read it with."""

    context: DateContext
    tables: DateTables

    @property
    def order(self) -> tuple[DateOrder, bool]:
        """The order of numeric dates, and whether it is known (English without a country is written both ways)."""
        context = self.context
        return (context.order, True) if context.order else _order(context.country, context.languages, self.tables)

    @property
    def is_order_of_language(self) -> bool:
        """Whether the page's language has that order by itself: then it holds for dotted dates too (9.7.24 in the US)."""
        languages = self.context.languages
        return bool(languages) and self.tables.language_orders.get(main_language(languages[0])) == self.order[0]


@lru_cache(maxsize=1024)
def _order(country: str | None, languages: tuple[str, ...], tables: DateTables) -> tuple[DateOrder, bool]:
    for language in languages:
        region = language.rpartition("-")[2]
        country = country or (region if len(region) == 2 and region.isupper() else None)
    if country and country in tables.country_orders:
        return tables.country_orders[country], True
    main = main_language(languages[0]) if languages else ""
    return tables.language_orders.get(main, "DMY"), main != "en"


def context_of(language: object, given: Mapping[str, Any]) -> DateContext:
    """The context as a line of input gives it; values of a wrong type are not given.

    Keys: ``page_url``, ``country``, ``timezone``, ``date_order``, ``reference_time``.
    """
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    order = texts.get("date_order")
    return DateContext(
        languages=(language,) if isinstance(language, str) and language else (),
        country=texts.get("country") or country_of_address(texts.get("page_url", "")),
        timezone=texts.get("timezone"),
        order=order if order in ORDERS else None,  # type: ignore[arg-type]
        reference=_reference(texts.get("reference_time", "")),
    )


def _reference(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year in _FETCHED else None


def country_of_address(address: str) -> str | None:
    """The country whose domain *address* is under (``uk`` is GB; domains sold to everyone name none)."""
    try:
        last = (urlsplit(address).hostname or "").rpartition(".")[2]
    except ValueError:
        return None
    if last == "uk":
        return "GB"
    return last.upper() if len(last) == 2 and last.isascii() and last.isalpha() and last not in _SOLD else None
