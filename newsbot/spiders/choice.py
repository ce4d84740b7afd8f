"""Which sources a crawl is for, and whether it may begin."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError

from newsbot.config import Config
from newsbot.run import nearest
from newsbot.sources import Source

SAMPLE_SITE: Final = "example.org"
"""Stands in the shipped ``USER_AGENT``: nobody can be reached there."""


def choose_sources(config: Config, ids: str | None) -> tuple[Source, ...]:
    """The sources that *ids* (``a,b``) names, disabled ones too; all enabled ones when it is ``None``.

    Raises:
        UsageError: an unknown id, or nothing to crawl.
    """
    if ids is None:
        chosen = tuple(source for source in config.sources.values() if source.enabled)
        if not chosen:
            raise UsageError("no source is enabled; set 'enabled = true' in one, or name one with -a source=ID", print_help=False)
        return chosen
    names = dict.fromkeys(name.strip() for name in ids.split(",") if name.strip())
    for name in names:
        if name not in config.sources:
            raise UsageError(f"-a source: there is no source {name!r}; {nearest(name, config.sources)}", print_help=False)
    if not names:
        raise UsageError("-a source: is empty; give ids, parted by commas", print_help=False)
    return tuple(config.sources[name] for name in names)


def require_user_agent(sources: Iterable[Source], user_agent: str) -> None:
    """Refuse to visit other people's sites under the sample name.

    Raises:
        UsageError: one line that says what to set.
    """
    if SAMPLE_SITE not in user_agent:
        return
    for source in sources:
        if not all(is_loopback(address) for address in _addresses(source)):
            raise UsageError(
                f"{source.id}: set NEWSBOT_USER_AGENT (or the setting USER_AGENT) to a name and an address where you can be reached,"
                " such as 'mybot/1.0 (+https://my.site/bot)'",
                print_help=False,
            )


def is_loopback(address: str) -> bool:
    """Whether *address* is on this machine, by its name alone."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _addresses(source: Source) -> tuple[str, ...]:
    lists = source.discovery
    return (source.homepage, *lists.feeds, *lists.news_sitemaps, *lists.sitemaps, *lists.sections)
