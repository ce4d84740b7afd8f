"""How the site is called, and titles without that name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from newsbot.extractors.jsonld import text_of
from newsbot.extractors.metadata import Metadata
from newsbot.reading.folding import fold
from newsbot.urls import host_of, site_of

_SEPARATOR: Final = re.compile(
    r"""\s+[-–—―|‖¦·•∙»«›‹>~*⋆★:]+\s+   # set off by spaces on both sides
      | \s*[|｜ㅣ‖»«]\s*                   # bars and guillemets, spaces or not
      | \s+::?\s* | _                     # colons after a space, the underscore of Chinese sites
    """,
    re.VERBOSE,
)
_LETTERS: Final = re.compile(r"[\W_]+")
MIN_LEFT: Final = 4
"""Letters that must be left of a title when a part is taken off."""


def site_names(metadata: Metadata) -> tuple[str, ...]:
    """Every name that the page gives its site, and the names in its host, longest first."""
    own = metadata.article or {}
    names = [
        text
        for _, text in metadata.meta(
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "al:ios:app_name",
            "al:android:app_name",
            "twitter:site",
            "dc.publisher",
            "article:publisher",
        )
    ]
    names += [text_of(thing) or "" for thing in metadata.graph.things(own.get("publisher"))]
    for placed in metadata.graph.of_type("WebSite", "NewsMediaOrganization", "Organization"):
        if placed.under in ("", "publisher", "isPartOf"):
            names.extend(text_of(placed.node.get(key)) or "" for key in ("name", "alternateName"))
    site, host = site_of(metadata.url), host_of(metadata.url)
    names += [site, host, site.partition(".")[0]]
    return tuple(
        sorted({name for name in names if 1 < len(name) <= 80 and not name.startswith("http")}, key=lambda name: (-len(name), name))
    )


def without_site(title: str, names: Sequence[str]) -> str:
    """*title* without leading and trailing parts that name the site."""
    keys = tuple(key for name in names if (key := _key(name)))
    for _ in range(3):
        shorter = _drop_end(title, keys) or _drop_start(title, keys)
        if not shorter:
            break
        title = shorter
    return title


def _key(text: str) -> str:
    return _LETTERS.sub("", fold(text))


def _drop_end(title: str, keys: Sequence[str]) -> str | None:
    for cut in reversed(list(_SEPARATOR.finditer(title))):
        if _names_site(title[cut.end() :], keys) and len(_key(title[: cut.start()])) >= MIN_LEFT:
            return title[: cut.start()].strip()
    return None


def _drop_start(title: str, keys: Sequence[str]) -> str | None:
    cuts = list(_SEPARATOR.finditer(title)) + list(re.finditer(r":\s", title))
    for cut in sorted(cuts, key=lambda cut: -cut.start()):
        if _names_site(title[: cut.start()], keys) and len(_key(title[cut.end() :])) >= MIN_LEFT:
            return title[cut.end() :].strip()
    return None


def _names_site(part: str, keys: Sequence[str]) -> bool:
    """Whether *part* is one of the site's names, with an article or a domain ending more or less."""
    key = _key(part)
    if not key:
        return True
    return any(
        key == name
        or (len(key) >= 3 and (name.startswith(key) or name.endswith(key)))
        or (len(name) >= 4 and (key.startswith(name) or key.endswith(name)) and len(key) <= len(name) + 12)
        for name in keys
    )
