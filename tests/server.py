"""A real web server in a process of its own, for tests: it serves what it is told and remembers who asked for what, and when."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What the server says for one path; 304 to a client that sends the ``ETag`` or ``Last-Modified`` of *headers* back."""

    body: bytes = b""
    content_type: str | None = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    log: Path

    def url(self, path: str = "/", host: str = "localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def requests(self) -> list[dict[str, Any]]:
        """``path``, ``at`` (seconds) and ``headers`` of every request so far, in order of arrival."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def paths(self) -> list[str]:
        return [request["path"] for request in self.requests()]


@contextmanager
def serve(folder: Path, answers: Mapping[str, Answer], port: int = 0) -> Iterator[Server]:
    """A server for *answers* by path; everything else is 404. *folder* takes its files; the system chooses the port."""
    site, log = folder / "site.json", folder / "requests.jsonl"
    told = {
        path: {**vars(answer), "body": b64encode(answer.body).decode(), "headers": dict(answer.headers)} for path, answer in answers.items()
    }
    site.write_text(json.dumps(told))
    process = subprocess.Popen([sys.executable, __file__, str(site), str(log), str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    site, log = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]).open("a", buffering=1)  # noqa: SIM115

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            log.write(json.dumps({"path": self.path, "at": time.monotonic(), "headers": dict(self.headers)}) + "\n")
            answer = site.get(self.path, {"status": 404, "body": "", "content_type": "text/plain", "headers": {}})
            body = b64decode(answer["body"]).replace(b"{port}", str(server.server_port).encode())
            if self._is_known(answer["headers"]):
                answer, body = {**answer, "status": 304, "content_type": None}, b""
            self.send_response(answer["status"])
            for name, value in answer["headers"].items():
                self.send_header(name, value.replace("{port}", str(server.server_port)))
            if answer["content_type"]:
                self.send_header("Content-Type", answer["content_type"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _is_known(self, headers: dict[str, str]) -> bool:
            pairs = ((headers.get("ETag"), "If-None-Match"), (headers.get("Last-Modified"), "If-Modified-Since"))
            return any(value is not None and self.headers.get(name) == value for value, name in pairs)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
