"""Serve both sites: ``python -m data.demo.newsroom [--edition 2] [--ports 8001,8002] [--log FILE]``.

Prints one line of JSON when both answer, ``{"nahar": "http://localhost:…", "meridian": "http://127.0.0.1:…", "edition": 1}``,
and ends when its standard input is closed, as it is when the process that started it ends, however that happens.
"""

from __future__ import annotations

import argparse
import errno
import json
import socket
import sys
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from .server import AccessLog, SiteServer
from .site import build_site
from .stories import LAST_EDITION, Site

NAMES: Final[dict[Site, str]] = {"nahar": "localhost", "meridian": "127.0.0.1"}
"""Two names of one machine, so that the sites are two hosts to a crawler, on Linux and macOS alike."""
_TRIES: Final = 20


def main() -> int:
    """Serve until standard input ends; 1 when the ports cannot be had."""
    options = _options()
    log = AccessLog(options.log, Lock())
    try:
        servers = {site: bind(name, port, log) for (site, name), port in zip(NAMES.items(), options.ports, strict=True)}
    except OSError as why:
        print(f"newsroom: cannot listen on ports {options.ports}: {why.strerror}; free them, or leave --ports out", file=sys.stderr)
        return 1
    bases = {site: f"http://{NAMES[site]}:{listeners[0].server_port}" for site, listeners in servers.items()}
    for site, listeners in servers.items():
        documents = build_site(site, bases[site], options.edition)
        for listener in listeners:
            listener.documents = documents
            Thread(target=listener.serve_forever, daemon=True).start()
    print(json.dumps(bases | {"edition": options.edition}), flush=True)
    _wait_for_end()
    return 0


def bind(name: str, port: int, log: AccessLog) -> list[SiteServer]:
    """Listeners for *name* on one port, a free one for 0: ``localhost`` may mean 127.0.0.1 or ::1, so it gets both where both exist.

    Raises:
        OSError: when the port is taken.
    """
    for _ in range(_TRIES):
        first = SiteServer(("127.0.0.1", port), log)
        if name != "localhost" or not _has_ipv6():
            return [first]
        try:
            return [first, SiteServer(("::1", first.server_port), log)]
        except OSError as why:
            first.server_close()
            if port or why.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free on 127.0.0.1 and ::1 alike")


def _has_ipv6() -> bool:
    """Whether ::1 can be listened on."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="newsroom", description="Two invented news sites on loopback.")
    parser.add_argument("--edition", type=int, choices=range(1, LAST_EDITION + 1), default=1)
    parser.add_argument("--ports", type=_ports, default=(0, 0), help="two ports, parted by a comma; 0: any free one")
    parser.add_argument("--log", type=Path, help="write one JSON line a request to this file")
    return parser.parse_args()


def _ports(text: str) -> tuple[int, int]:
    first, _, second = text.partition(",")
    return int(first), int(second)


def _wait_for_end() -> None:
    try:
        while sys.stdin.buffer.read(1024):
            pass
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    sys.exit(main())
