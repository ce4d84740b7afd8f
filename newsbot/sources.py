"""A source: one publisher, from one ``data/sources/<id>.toml``. Every key is explained in ``data/README.md``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from newsbot.errors import SourceError
from newsbot.rules import Rule, load_rules
from newsbot.toml import one_line, read_toml
from newsbot.urls import host_of

MOST_PAGES: Final = 20
ZONES: Final = frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError(f"{name!r} is no IANA time zone; write one such as 'Asia/Beirut'")
    return name


def _http(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{address!r} is no address; write it whole, with https://")
    return address


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error}); mend it or escape its special characters") from error
    return pattern


Address = Annotated[str, AfterValidator(_http)]
Pattern = Annotated[str, AfterValidator(_regex)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,80}$")]
PrintedLine = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,4000}$")]
HostName = Annotated[str, Field(pattern=r"^[^/@\s]{1,253}$")]
_STRICT: Final = ConfigDict(extra="forbid", frozen=True, strict=True)


class Discovery(BaseModel):
    """Where a source announces its articles."""

    model_config = _STRICT
    feeds: list[Address] = []
    """RSS, Atom or JSON Feed."""
    news_sitemaps: list[Address] = []
    """Sitemaps in Google News form, or index files of such."""
    sitemaps: list[Address] = []
    """Ordinary sitemaps or index files, plain or ``.gz``."""
    wordpress: list[Address] = []
    """Roots of WordPress REST APIs (``https://…/wp-json/``)."""
    sections: list[Address] = []
    """Pages that list articles."""
    section_pages: Annotated[int, Field(ge=1, le=1000)] = 3
    """Pages of one section that are read at most: the next one only while everything on a page is new."""


class Articles(BaseModel):
    """Which addresses are articles; patterns are searched in the whole address."""

    model_config = _STRICT
    allow: list[Pattern] = []
    """When given, an address must match one of them."""
    deny: list[Pattern] = []
    """An address that matches one of them is never fetched."""
    pages: Annotated[int, Field(ge=1, le=100)] = MOST_PAGES
    """Pages of one story that are joined at most, where it is printed over several addresses; 1: never."""


class Politeness(BaseModel):
    """How gently the source is fetched."""

    model_config = _STRICT
    delay_s: Annotated[float, Field(ge=0, le=3600, strict=False)] | None = None
    """Seconds between two requests to one host; default ``DOWNLOAD_DELAY``."""
    concurrency: Annotated[int, Field(ge=1, le=16)] = 1
    """Requests to one host at the same time."""
    accept_language: str | None = None
    """``Accept-Language`` header; default: the source's languages."""


class Access(BaseModel):
    """What the source needs to be let in. Values may hold ``${NAME}``, which is filled in from the environment when a crawl begins."""

    model_config = _STRICT
    headers: dict[HeaderName, PrintedLine] = {}
    """Request headers, for hosts of the source only."""
    cookies: dict[HeaderName, PrintedLine] = {}
    """Cookies, for hosts of the source only."""
    proxy: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """Every request for the source goes through it."""
    private_hosts: list[HostName] = []
    """Hosts that may be reached although they are not on the public internet."""


class Render(BaseModel):
    """Whether the source's articles are there only after their scripts ran, in a real browser: ``[render]`` in the file."""

    model_config = _STRICT
    articles: bool = False
    """Every page of an article is given to a browser, and read as its scripts leave it."""
    hosts: list[HostName] = []
    """More hosts that those scripts may ask, and come from; the source's own always may be asked."""


class RightsKept(BaseModel):
    """What the crawl does with the publisher's reservations."""

    model_config = _STRICT
    tdm: Literal["record", "obey"] | None = None
    """A page that reserves text and data mining is recorded with its reservation, or not recorded; default: ``NEWSBOT_TDM``."""


class Learned(BaseModel):
    """What the memory of the source's pages must and must not take for furniture: ``[template]`` in the file.

    An entry is a line as printed, or ``place:`` and a place as ``scrapy template`` prints it.
    """

    model_config = _STRICT
    pin: list[str] = []
    """Goes from every page, from the first one on."""
    ban: list[str] = []
    """Never goes because it repeats."""


class Recheck(BaseModel):
    """When the source's articles are looked at again without any list saying that they changed."""

    model_config = _STRICT
    after_h: list[Annotated[float, Field(ge=0.1, le=8760, strict=False)]] | None = None
    """Ages of an article in hours; empty: never; default: the setting ``NEWSBOT_RECHECK_HOURS``."""


class Source(BaseModel):
    """One publisher."""

    model_config = _STRICT
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Also the file's name, and the folder of its records."""
    name: str
    homepage: Address
    enabled: bool = True
    """``scrapy crawl news`` leaves disabled sources out unless they are named."""
    checked: str | None = None
    """Day on which a person last saw this source work (``2026-11-22``); absent: never checked live."""
    languages: list[Language] = []
    """BCP 47, the main one first."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """ISO 3166-1 alpha-2: decides ambiguous dates and zone letters."""
    timezone: Zone | None = None
    """Gives the offset to printed times that have none, and the local day."""
    date_order: Literal["DMY", "MDY", "YMD"] | None = None
    """Order of numeric dates; default: by country."""
    hosts: list[str] = []
    """More hosts that belong to the source, without ``www.``; the homepage's always does."""
    discovery: Discovery = Discovery()
    articles: Articles = Articles()
    politeness: Politeness = Politeness()
    access: Access = Access()
    render: Render = Render()
    rights: RightsKept = RightsKept()
    template: Learned = Learned()
    recheck: Recheck = Recheck()
    rules: list[Rule] = Field(default=[], alias="rule")
    """Site rules, ``[[rule]]`` in the file; full ids ``<source>/<rule>``."""

    @property
    def all_hosts(self) -> frozenset[str]:
        """Every host that belongs to the source, without ``www.``."""
        return frozenset({host_of(self.homepage), *self.hosts})


def load_source(path: Path) -> Source:
    """The source in *path*.

    Raises:
        SourceError, RuleError: naming file, key and mend.
    """
    entries = read_toml(path, SourceError)
    rules = load_rules(entries, path, prefix=path.stem)
    try:
        source = Source.model_validate({key: value for key, value in entries.items() if key != "rule"})
    except ValidationError as error:
        raise SourceError(f"{path}: {one_line(error, Source)}") from None
    if source.id != path.stem:
        raise SourceError(f"{path}: id: is {source.id!r} but the file is named {path.name!r}; make them equal")
    return source.model_copy(update={"rules": list(rules)})
