"""Addresses: canonical form, same-article test, does-it-look-like-an-article test. No network."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

_TRACKING: Final = re.compile(
    r"""^(?:
        utm_\w+ | ga_\w+ | mtm_\w+ | pk_\w+ | hsa_\w+ | _hs\w+        # campaign families
      | (?:fb|g|dcl|ms|y|tw|wbra|gbra|srs|ttc|li_fat_|mc_[ce])(?:clid|id|aid)   # click ids
      | fb_\w+ | igshid | ncid | cmpid | ocid | smid | sr_share | s_cid | xtor | ito | mod | ref(?:_?src|_url|errer)?
      | (?:php)?sess(?:ion)?_?id | sid | jsessionid | aspsessionid\w* | cfid | cftoken | oscsid | zenid    # sessions
      | amp | outputtype
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
"""Query parameters that say how the reader came, not what the page is. Names from the campaign documentation of Google Analytics, Matomo,
HubSpot, Meta and Microsoft Ads; session ids; AMP switches."""
_SESSION_IN_PATH: Final = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/?;]{0,200}|/\((?:[A-Z]\([A-Za-z0-9]{20,60}\)){1,4}\)(?=/)", re.IGNORECASE
)
"""Sessions of Java servlets (``;jsessionid=…``) and of ASP.NET (``/(S(…))/``)."""
_VARIANT_HOST: Final = re.compile(r"^(?:www|m|mobile|amp|print)\.")
_VARIANT_PATH: Final = re.compile(r"^/(?:amp|print)(?=/)|/(?:amp|print)/?$|\.(?:amp|print)(?=\.|$)")
_VARIANT_PARAMETER: Final = re.compile(
    r"(?:print|printable|printpage|print_view)|(?:view|mode|output|format|layout)=(?:print|amp)", re.IGNORECASE
)
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_FILE_OF_OTHER_KIND: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|atom|pdf|zip|gz|mp[34]|m3u8|docx?|xlsx?)$", re.IGNORECASE
)
_INDEX_SEGMENT: Final = re.compile(
    r"^(?:tags?|category|categories|topics?|authors?|search|page|pages|feed|rss|login|signin|register|account|about|contact|privacy|terms|archives?|newsletters?|subscribe)$"
)
_DAY_IN_PATH: Final = re.compile(r"/(?:19|20)\d\d[/-]?[01]?\d[/-]?[0-3]?\d(?:/|-)(?=[^/])")
_DATE_AT_END: Final = re.compile(
    r"/(?:19|20)\d\d(?:[/-][01]?\d(?:[/-][0-3]?\d)?)?/?$|/(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/?$"
)
"""A year, month or day that nothing follows: an archive or a calendar, of which there is no end."""


@lru_cache(maxsize=4096)
def canonical_form(url: str) -> str:
    """*url* as every printing of the same address comes out: idempotent, never raises.

    Scheme and host in lower case, host in IDNA, default port and fragment dropped, tracking and session parameters dropped, the
    others sorted, percent-encoding normalised, empty path made ``/``. Path case and a trailing slash are kept: servers may tell them apart.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = _ascii_host(parts.hostname or "")
    netloc = f"{host}:{port}" if port and port != _DEFAULT_PORT.get(parts.scheme.lower()) else host
    query = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k))
    return urlunsplit((parts.scheme.lower(), netloc, _without_session(_normal_path(parts.path)), urlencode(query, errors="replace"), ""))


def article_id(url: str) -> str:
    """First 32 hex digits of the SHA-256 of the canonical form."""
    return hashlib.sha256(canonical_form(url).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def same_article(one: str, other: str) -> bool:
    """Whether two addresses name one article: see :func:`variant_key`."""
    return variant_key(one) == variant_key(other)


def variant_key(url: str) -> str:
    """What all variants of an article's address have in common.

    Scheme, ``www.``/``m.``/``amp.``/``print.`` hosts, AMP and print paths and parameters and a closing slash are left out.
    """
    parts = _parts(url)
    query = "&".join(each for each in parts.query.split("&") if not _VARIANT_PARAMETER.fullmatch(each.removesuffix("=1").removesuffix("=")))
    return f"{_VARIANT_HOST.sub('', parts.netloc)}{_VARIANT_PATH.sub('', parts.path).rstrip('/')}?{query}"


def may_be_canonical(address: str, url: str) -> bool:
    """Whether the page at *url* may call *address* its own: the same site, not the home page, and no list where *url* is an article.

    A page cannot pass for another site's, and a template that names the section on every page does not make all its articles one.
    """
    if site_of(address) != site_of(url) or _parts(address).path in ("", "/"):
        return same_article(address, url)
    return same_article(address, url) or looks_like_article(address) or not looks_like_article(url)


def host_of(url: str) -> str:
    """Host in lower case without ``www.``; "" when there is none."""
    try:
        return _ascii_host(urlsplit(url.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def site_of(url: str) -> str:
    """Registrable domain (``bbc.co.uk``), or the host where there is none (``localhost``, IP addresses)."""
    host = host_of(url)
    return _suffixes()(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    """The list that ships in the package: nothing is fetched at run time. Imported late: it costs 0.2 s."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def looks_like_article(url: str) -> bool:
    """Whether *url* alone may name an article: for links on section pages, before any allow and deny pattern.

    An article's path ends in a slug of three and more words or in a number of four and more digits, holds a segment of five and more
    digits, or follows a full day; home pages, files of other kinds, index pages (tag, author, search, page n), archives of a year, month
    or day and calendars are none.
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return False
    segments = [segment for segment in path.lower().split("/") if segment]
    if (
        not segments
        or _DATE_AT_END.search(path)
        or _FILE_OF_OTHER_KIND.search(path)
        or _INDEX_SEGMENT.match(segments[0])
        or _INDEX_SEGMENT.match(segments[-1])
    ):
        return False
    if len(segments) > 1 and segments[-2] == "page" and segments[-1].isdigit():
        return False
    last = re.sub(r"\.\w{2,5}$", "", segments[-1])
    numbered = re.search(r"\d{4}", last) or any(re.fullmatch(r"\d{5,}", segment) for segment in segments)
    return bool(_DAY_IN_PATH.search(path) or numbered or len(re.findall(r"[^\W_]+", last)) >= 3)


def _parts(url: str) -> SplitResult:
    """The parts of the canonical form; all of it is path where it is no address."""
    try:
        return urlsplit(canonical_form(url))
    except ValueError:
        return SplitResult("", "", canonical_form(url), "", "")


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _normal_path(path: str) -> str:
    """Path with one spelling of percent-encoding: decoded and encoded again, reserved characters kept as they were."""
    return re.sub(r"(?:%[0-9A-Fa-f]{2})+|[^\x21-\x7e]+", lambda run: _normal_escape(run[0]), path) or "/"


def _without_session(path: str) -> str:
    """*path* without session ids, also those that come to light when one is taken out."""
    while (shorter := _SESSION_IN_PATH.sub("", path)) != path:
        path = shorter
    return path or "/"


def _normal_escape(run: str) -> str:
    if not run.startswith("%"):
        return quote(run, safe="", errors="surrogatepass")
    return "".join(_unescape_if_plain(run[i : i + 3].upper()) for i in range(0, len(run), 3))


def _unescape_if_plain(escape: str) -> str:
    character = chr(int(escape[1:], 16))
    return character if re.match(r"[A-Za-z0-9._~-]", character) else escape
