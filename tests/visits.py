"""Ways to answer a visitor of a web server in tests, byte by byte."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

from tests.newsroom import story


class Visitor:
    """One connection that has asked for something."""

    def __init__(self, connection: socket.socket, port: int, other_port: int, tls_port: int) -> None:
        self.connection, self.port, self.other_port, self.tls_port = connection, port, other_port, tls_port

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: bytes, *headers: str, status: str = "200 OK", content_type: str = "text/html; charset=utf-8") -> None:
        lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}", *headers]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def redirect(self, target: str) -> None:
        self.answer(b"", f"Location: {target.format(port=self.port, other=self.other_port)}", status="302 Found")

    def head(self, *headers: str) -> None:
        lines = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *headers]
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Behaviour = Callable[[Visitor], None]


def good(path: str) -> Behaviour:
    return lambda visitor: visitor.answer(story(f"بدء ترميم السوق القديم {path[-6:]}", more=f"رقم الصفحة {path}."))


def page(body: bytes, *headers: str, content_type: str = "text/html; charset=utf-8") -> Behaviour:
    return lambda visitor: visitor.answer(body, *headers, content_type=content_type)


def to(target: str) -> Behaviour:
    return lambda visitor: visitor.redirect(target)


def refresh(target: str) -> Behaviour:
    def behave(visitor: Visitor) -> None:
        url = target.format(port=visitor.port, other=visitor.other_port)
        visitor.answer(f'<html><head><meta http-equiv="refresh" content="0; url={url}"></head><body></body></html>'.encode())

    return behave
