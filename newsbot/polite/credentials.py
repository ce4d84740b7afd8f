"""What a source needs to be let in: headers, cookies, a proxy. Their secrets come from the environment and go nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from newsbot.discovery import belongs
from newsbot.errors import SourceError
from newsbot.sources import Source

_VARIABLE: Final = re.compile(r"\$\{([A-Z_][A-Z0-9_]{0,80})\}")
_PORTS: Final = {"http": 80, "https": 443}
_ALWAYS_SECRET: Final = frozenset(
    (
        *("authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "www-authenticate"),
        *("x-api-key", "api-key", "x-auth-token", "x-csrf-token", "x-amz-security-token"),
    )
)
"""Headers that carry secrets whoever sets them."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is sent along for one source. Never printed: its values are secrets."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """With the cookies as ``Cookie``."""
    proxy: str | None = field(default=None, repr=False)


def credentials_of(source: Source, environment: Mapping[str, str]) -> Credentials:
    """What *source* sends along, its ``${NAME}`` filled in from *environment*.

    Raises:
        SourceError: a variable is not set, or its value is no header's; one line with its name, never its value.
    """
    access = source.access

    def fill(key: str, text: str) -> str:
        return _filled(text, environment, f"{source.id}.toml: access.{key}")

    headers = {name: fill(f"headers.{name}", text) for name, text in access.headers.items()}
    cookies = [f"{name}={fill(f'cookies.{name}', text)}" for name, text in access.cookies.items()]
    proxy = fill("proxy", access.proxy) if access.proxy else None
    return Credentials(headers | ({"Cookie": "; ".join(cookies)} if cookies else {}), proxy)


def require_credentials(sources: Iterable[Source], environment: Mapping[str, str]) -> None:
    """Check before a crawl that *environment* holds all that *sources* need.

    Raises:
        SourceError: one line with the variable that is missing.
    """
    for source in sources:
        credentials_of(source, environment)


def may_see(url: str, source: Source) -> bool:
    """Whether *url* may see the credentials of *source*: a host of its own, its own or the usual port, never ``http`` for ``https``."""
    parts, home = urlsplit(url), urlsplit(source.homepage)
    usual = {_PORTS.get(parts.scheme), home.port or _PORTS[home.scheme]}
    safe = parts.scheme == "https" or (parts.scheme == "http" and home.scheme == "http")
    return safe and belongs(url, source) and (parts.port or _PORTS.get(parts.scheme)) in usual


def secret_headers(source: Source | None) -> frozenset[str]:
    """Names, in lower case, of the headers that no archive, record or log may show: of requests and of answers."""
    return _ALWAYS_SECRET | frozenset(name.lower() for name in (source.access.headers if source else ()))


def without_secrets(headers: Iterable[tuple[str, str]], source: Source | None) -> list[tuple[str, str]]:
    """*headers* with the values of the secret ones taken out; their names stay, so that a reader sees that something was sent."""
    secret = secret_headers(source)
    return [(name, "[redacted]" if name.lower() in secret else value) for name, value in headers]


def _filled(text: str, environment: Mapping[str, str], key: str) -> str:
    def value(match: re.Match[str]) -> str:
        found = environment.get(match[1])
        if not found:
            raise SourceError(f"{key}: the environment has no {match[1]}; set it (export {match[1]}=...), or take the key out")
        if not found.isprintable():
            raise SourceError(f"{key}: the value of {match[1]} holds a line break or a control character; set it anew without")
        return found

    return _VARIABLE.sub(value, text)
