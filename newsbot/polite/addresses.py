"""Which machines a crawl may never reach, unless a source's own file names them."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from newsbot.sources import Source

Address = IPv4Address | IPv6Address
_PORTS: Final = {"http": 80, "https": 443}
_NETWORKS: Final[dict[str, tuple[str, ...]]] = {
    "this_network": ("0.0.0.0/8", "::/128"),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "link_local": ("169.254.0.0/16", "fe80::/10"),
    "carrier_grade": ("100.64.0.0/10",),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved": (
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
        *("100::/64", "2001:2::/48", "2001:db8::/32", "5f00::/16"),
    ),
}
"""IANA's registries of special-purpose addresses (RFC 6890 and its updates)."""
_CLASSES: Final[tuple[tuple[IPv4Network | IPv6Network, str], ...]] = tuple(
    (IPv6Network(network) if ":" in network else IPv4Network(network), name) for name, networks in _NETWORKS.items() for network in networks
)
_NAT64: Final = IPv6Network("64:ff9b::/96")


def class_of(address: Address) -> str | None:
    """Why *address* is not of the public internet: a key of the table above; ``None`` when it is.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64) is what the carried one is.
    """
    for inner in _carried(address):
        if found := class_of(inner):
            return found
    return next((name for network, name in _CLASSES if address.version == network.version and address in network), None)


def literal(host: str) -> Address | None:
    """The address that *host* is when it is no name, also in the old forms ``127.1``, ``0x7f000001`` and ``2130706433``."""
    host = host.strip("[]").partition("%")[0]
    try:
        return ip_address(host)
    except ValueError:
        return _old_form(host)


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may ask what.

    What a source's own file names is meant, and allowed to this source: addresses written as numbers or as ``localhost``, with
    their port; such hosts in ``hosts``; and every host in ``[access] private_hosts``. A *name* that turns out to lead to such an
    address is refused unless it stands in ``private_hosts``: whoever runs the name's zone chooses the address.
    """

    ports: dict[str, frozenset[tuple[str, int]]]
    """By source: the literal hosts that it names in addresses, with their ports."""
    hosts: dict[str, frozenset[str]]
    """By source: the hosts that it may ask on any port."""
    private_names: frozenset[str]
    """Names that may lead anywhere, for the sources that list them."""

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Self:
        """The guard for *sources*."""
        known = tuple(sources)
        private = {source.id: frozenset(host.lower() for host in source.access.private_hosts) for source in known}
        hosts = {source.id: private[source.id] | {host for host in source.hosts if _kind(host)} for source in known}
        return cls({source.id: frozenset(_named_ports(source)) for source in known}, hosts, frozenset().union(*private.values()))

    def refusal(self, url: str, source: str | None) -> str | None:
        """Why *url* may not be asked for the source with that id, as far as the address itself tells; ``None``: nothing against it."""
        try:
            host, port = _host_and_port(url)
        except ValueError:
            return "unreadable"
        kind = _kind(host) or ("private" if host in self.private_names else None)
        if kind is None or source is None:
            return kind
        allowed = host in self.hosts.get(source, ()) or (host, port) in self.ports.get(source, ())
        return None if allowed else kind

    def may_resolve_to(self, host: str, address: Address) -> str | None:
        """Why the name *host* may not lead to *address*; ``None`` when it may. What is no name was judged by :meth:`refusal`."""
        host = host.lower().rstrip(".")
        return None if host in self.private_names or _kind(host) else class_of(address)


def _carried(address: Address) -> Iterator[IPv4Address]:
    if isinstance(address, IPv6Address):
        teredo = address.teredo or ()
        nat64 = (IPv4Address(int(address) & 0xFFFFFFFF),) if address in _NAT64 else ()
        yield from (inner for inner in (address.ipv4_mapped, address.sixtofour, *teredo, *nat64) if inner is not None)


def _old_form(host: str) -> IPv4Address | None:
    if not host or not host[0].isdigit():
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _kind(host: str) -> str | None:
    """The class of a host that is no name; ``None`` for names and for public addresses."""
    if host == "localhost" or host.endswith(".localhost"):
        return "loopback"
    address = literal(host)
    return class_of(address) if address is not None else None


def _named_ports(source: Source) -> Iterator[tuple[str, int]]:
    lists = source.discovery
    for url in (source.homepage, *lists.feeds, *lists.news_sitemaps, *lists.sitemaps, *lists.sections):
        host, port = _host_and_port(url)
        if _kind(host):
            yield host, port


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme, 0)
