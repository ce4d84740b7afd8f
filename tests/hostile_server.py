"""A web server in a process of its own that misbehaves as told, on all loopback addresses, and remembers who asked it for what."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.hostile_sites import HOSTILE_SITES
from tests.newsroom import rss, story
from tests.polite_sites import polite_sites
from tests.visits import Visitor


@dataclass(frozen=True)
class HostileServer:
    port: int
    other_port: int
    """Where nobody has any business."""
    log: Path

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def requests(self) -> list[dict[str, Any]]:
        """``path``, ``host`` (address and port that were connected to), ``at`` and ``headers`` of every request so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@contextmanager
def serve_hostile(folder: Path) -> Iterator[HostileServer]:
    log = folder / "hostile.jsonl"
    process = subprocess.Popen([sys.executable, "-m", "tests.hostile_server", str(log)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield HostileServer(int(process.stdout.readline()), int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    log = Path(sys.argv[1]).open("a", buffering=1)  # noqa: SIM115
    listeners = [socket.create_server(("0.0.0.0", 0), backlog=200) for _ in range(3)]
    tls = _tls(Path(sys.argv[1]).with_suffix(".pem"))
    ports = [listener.getsockname()[1] for listener in listeners]
    print(*ports[:2], sep="\n", flush=True)
    polite = polite_sites()
    sites = HOSTILE_SITES | polite

    def serve(connection: socket.socket) -> None:
        with suppress(OSError):
            answer(tls.wrap_socket(connection, server_side=True) if connection.getsockname()[1] == ports[2] else connection)

    def answer(connection: socket.socket) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request and (data := connection.recv(65536)):
                request += data
            at = time.monotonic()
            address, port = connection.getsockname()
            lines = request.decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1] if lines[0].count(" ") == 2 else lines[0]
            headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            log.write(json.dumps({"path": path, "host": f"{address}:{port}", "at": at, "headers": headers}) + "\n")
            visitor = Visitor(connection, *ports)
            if address == "127.0.0.23":  # a proxy
                visitor.answer(story("عبر الوكيل") if "/good" in path else rss("/good") if "/feed" in path else b"")
                return
            behave = sites.get(address, {}).get(path) if port == ports[0] or address in polite else None
            (behave or _nothing)(visitor)

    def listen(listener: socket.socket) -> None:
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    for listener in listeners[1:]:
        threading.Thread(target=listen, args=(listener,), daemon=True).start()
    listen(listeners[0])


def _tls(path: Path) -> ssl.SSLContext:
    """A context with a certificate of our own making, for nobody in particular."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    draft = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    certificate = draft.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2100, 1, 1)).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    path.write_bytes(
        certificate.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _nothing(visitor: Visitor) -> None:
    visitor.answer(b"", status="404 Not Found")


if __name__ == "__main__":
    main()
