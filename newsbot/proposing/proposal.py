"""What a source file should say, line by line, with the reason and how sure it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from newsbot.items import Article
from newsbot.proposing.addresses import AddressForm, find_form
from newsbot.proposing.places import country_of_host, country_of_locales, country_of_zone, zones_of_country, zones_with_offsets
from newsbot.urls import host_of

Value = str | float | tuple[str, ...] | None
_LISTS: Final = ("news_sitemaps", "feeds", "wordpress", "sitemaps", "sections")
_RIGHT_TO_LEFT: Final = frozenset("ar arc ckb dv fa he iw ku ps sd ug ur yi".split())
_KEPT_LISTS: Final = 5
_PARTS: Final = re.compile(r" [-–—·:] |: | ?[|｜] ?")
"""What sites put between their name and a motto."""
_LEAST_DELAY_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class ListSeen:
    """A list that was read."""

    kind: str
    """``feeds``, ``news_sitemaps``, ``sitemaps``, ``wordpress`` or ``sections``: the key in the source file."""
    url: str
    articles: tuple[str, ...]
    """Addresses that it names on hosts of the site."""
    dates: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class SiteSeen:
    """Everything that was seen of a site."""

    homepage: str
    name: str | None = None
    """What the home page calls the site."""
    locales: tuple[str, ...] = ()
    """``lang`` of the home page, ``og:locale``."""
    links: tuple[str, ...] = ()
    """Addresses that the home page links to on its own hosts."""
    lists: tuple[ListSeen, ...] = ()
    crawl_delay_s: float | None = None
    articles: tuple[Article, ...] = ()
    country: str | None = None
    """What the catalogue of publishers says."""
    timezone: str | None = None
    """What the site's WordPress API says."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One key of the source file."""

    key: str
    value: Value
    """``None``: not found; a person fills it in or leaves it out."""
    why: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source file in the making."""

    id: str
    findings: tuple[Finding, ...]
    form: AddressForm = field(default_factory=lambda: AddressForm((), 0.0, 0.0))

    def value(self, key: str) -> Value:
        """What was found for *key*."""
        return next((finding.value for finding in self.findings if finding.key == key), None)


def propose(seen: SiteSeen) -> Proposal:
    """The source file for what was *seen*."""
    form = find_form([url for one in seen.lists for url in one.articles if url != seen.homepage], seen.links)
    findings = (
        _name(seen),
        *_languages(seen),
        *_place(seen),
        *_lists(seen),
        _pattern(form),
        Finding("politeness.delay_s", max(_LEAST_DELAY_S, seen.crawl_delay_s or 0), "robots.txt" if seen.crawl_delay_s else "usual"),
    )
    return Proposal(source_id(seen.homepage), findings, form)


def source_id(homepage: str) -> str:
    """A source id from the host: ``beiruttime`` of ``https://www.beiruttime.com/``."""
    host = host_of(homepage)
    labels = [label for label in host.split(".") if label not in ("www", "com", "net", "org", "co", "news")]
    name = "-".join(labels[:-1]) if len(labels) > 1 else (labels[0] if labels else host)
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "source"


def _name(seen: SiteSeen) -> Finding:
    publishers = Counter(
        article.attribution.publisher.name
        for article in seen.articles
        if article.attribution.publisher and article.attribution.publisher.name
    )
    if publishers:
        name, count = publishers.most_common(1)[0]
        return Finding("name", name, f"{count} of {len(seen.articles)} articles name it as their publisher", count * 2 > len(seen.articles))
    titles = [one.title for one in seen.lists if one.title]
    if shared := next((title for title in titles if seen.name and _is_part(title, seen.name)), None):
        return Finding("name", shared, "title of a feed, and in the title of the home page")
    name_or_title = seen.name or (titles[0] if titles else None)
    return Finding("name", name_or_title, "title of the home page or of a feed" if name_or_title else "nothing names the publisher", False)


def _is_part(title: str, longer: str) -> bool:
    """Whether *longer* is *title*, or has it as its first or last part."""
    return title.casefold() in (part.strip().casefold() for part in (longer, *_PARTS.split(longer)))


def _languages(seen: SiteSeen) -> Iterator[Finding]:
    told = Counter(article.language for article in seen.articles if article.language)
    declared = [locale.split("-")[0].split("_")[0].lower() for locale in seen.locales]
    languages = tuple(language for language, _ in told.most_common()) or tuple(dict.fromkeys(declared))
    agree = bool(told) and (not declared or any(language.split("-")[0] in declared for language in languages))
    why = f"text of {sum(told.values())} articles" if told else "the home page's lang"
    yield Finding("languages", languages or None, why if languages else "no text and no lang", agree)
    if languages:
        direction = "right to left" if languages[0].split("-")[0] in _RIGHT_TO_LEFT else "left to right"
        yield Finding("direction", direction, "of the main language; no key of the file")


def _place(seen: SiteSeen) -> Iterator[Finding]:
    stated = country_of_zone(seen.timezone) if seen.timezone else None
    told = {
        "catalogue": seen.country,
        "stated time zone": stated,
        "locale": country_of_locales(seen.locales),
        "domain": country_of_host(host_of(seen.homepage)),
    }
    country = next(filter(None, told.values()), None)
    by = " and ".join(name for name, value in told.items() if value and value == country)
    agree = len({value for value in told.values() if value}) == 1
    yield Finding("country", country, f"by {by}" if country else "nothing names it", agree)
    yield _zone(seen, country)


def _zone(seen: SiteSeen, country: str | None) -> Finding:
    """The zone by the offsets that dates are written with, among those of the country; the country's only zone."""
    if seen.timezone:
        return Finding("timezone", seen.timezone, "stated by the WordPress API")
    if country is None:
        return Finding("timezone", None, "without a country an offset names no zone", False)
    zones = zones_of_country(country)
    written = [date.value for article in seen.articles if (date := article.dates.published) and date.offset_basis == "text"]
    dates = [*written, *(date for one in seen.lists for date in one.dates)]
    fitting = zones_with_offsets(zones, dates)
    if len(fitting) == 1:
        return Finding("timezone", fitting[0], "the offsets that dates are written with")
    if len(zones) == 1:
        return Finding("timezone", zones[0], f"the only zone of {country}; no offset confirms it", False)
    return Finding(
        "timezone", None, f"{country} has {len(zones)} zones; offsets do not tell which" if zones else f"{country} has no zone", False
    )


def _lists(seen: SiteSeen) -> Iterator[Finding]:
    for kind in _LISTS:
        found = list(_telling(one for one in seen.lists if one.kind == kind))[:_KEPT_LISTS]
        if found:
            addresses = tuple(one.url for one in found)
            yield Finding(f"discovery.{kind}", addresses, f"{sum(len(one.articles) for one in found)} articles in them")
    if not any(one.articles for one in seen.lists):
        yield Finding("discovery", None, "no list with articles was found", False)


def _telling(lists: Iterable[ListSeen]) -> Iterator[ListSeen]:
    """Those of *lists* that name an article which none before them named."""
    named: set[str] = set()
    for one in lists:
        if not named.issuperset(one.articles):
            named.update(one.articles)
            yield one


def _pattern(form: AddressForm) -> Finding:
    if form.patterns:
        why = f"{form.covered:.0%} of the listed articles, {form.others:.0%} of the home page's other links"
        return Finding("articles.allow", form.patterns, why)
    return Finding("articles.allow", None, "articles have no form of address of their own; without it the lists decide", False)
