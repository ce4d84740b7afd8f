"""A web server in a process of its own that misbehaves as told, byte by byte, on all loopback addresses, and remembers who asked it."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import brotli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.newsroom import rss, story

MEGABYTE = 2**20
ZEROS = b"\0" * MEGABYTE


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


def drip(visitor: Visitor) -> None:
    visitor.head()
    while True:
        visitor.send(b"<p>")
        time.sleep(0.1)


def dripping_head(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        visitor.send(b"X-Slow: 1\r\n")
        time.sleep(0.1)


def silence(visitor: Visitor) -> None:
    time.sleep(60)


def endless(visitor: Visitor) -> None:
    visitor.head("Transfer-Encoding: chunked")
    while True:
        visitor.send(b"%x\r\n" % MEGABYTE + ZEROS + b"\r\n")


def endless_head(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        visitor.send(b"".join(b"Set-Cookie: a%d=%s\r\n" % (number, b"x" * 100) for number in range(1000)))


def huge(visitor: Visitor) -> None:
    visitor.head(f"Content-Length: {200 * MEGABYTE}")
    for _ in range(200):
        visitor.send(ZEROS)


def cookie_flood(visitor: Visitor) -> None:
    visitor.answer(story("طوفان من ملفات الارتباط"), *(f"Set-Cookie: name{number}={'v' * 40}" for number in range(1500)))


def short(visitor: Visitor) -> None:
    visitor.head("Content-Length: 100000")
    visitor.send(story())


def long(visitor: Visitor) -> None:
    body = story("طول غير صحيح")
    visitor.head(f"Content-Length: {len(body)}", "Connection: close")
    visitor.send(body + b"<p>more than was announced</p>" * 100)


def reset_in_body(visitor: Visitor) -> None:
    visitor.head("Content-Length: 100000")
    visitor.send(b"<html><body><p>")
    time.sleep(0.2)
    visitor.reset()


def hang_up(visitor: Visitor) -> None:
    visitor.reset()


def broken_chunks(visitor: Visitor) -> None:
    visitor.head("Transfer-Encoding: chunked")
    visitor.send(b"5\r\n<html\r\nzz\r\nwhat\r\n")


def http_1_0(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + story("بروتوكول قديم"))


def garbage(visitor: Visitor) -> None:
    visitor.send(bytes(range(256)) * 100)


def packed(how: Callable[[bytes], bytes], encoding: str, body: bytes | None = None) -> Behaviour:
    def behave(visitor: Visitor) -> None:
        visitor.answer(how(story(f"صفحة مضغوطة {encoding}") if body is None else body), f"Content-Encoding: {encoding}")

    return behave


def bomb(encoding: str) -> Behaviour:
    def behave(visitor: Visitor) -> None:
        visitor.answer(_bomb(encoding), f"Content-Encoding: {encoding}")

    return behave


def _bomb(encoding: str) -> bytes:
    """300 MB in little."""
    if encoding == "gzip":
        return gzip.compress(ZEROS * 30, 6) * 10
    if encoding == "br":
        return bytes(brotli.compress(ZEROS * 100, quality=5))
    from backports import zstd

    return bytes(zstd.compress(ZEROS * 100))


def with_title(title: str) -> bytes:
    return story(title)


def entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]><rss><channel><title>&e11;</title></channel></rss>'.encode()


def external_entities(visitor: Visitor) -> None:
    inside = f"http://127.0.0.1:{visitor.other_port}/entity"
    doctype = f'<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "{inside}">]>'
    visitor.answer(f'<?xml version="1.0"?>{doctype}<urlset><url><loc>&a;&b;</loc></url></urlset>'.encode(), content_type="application/xml")


def recursive_index(visitor: Visitor) -> None:
    children = (
        "".join(f"<sitemap><loc>/index-{number}.xml</loc></sitemap>" for number in range(3)) + "<sitemap><loc>/good.xml</loc></sitemap>"
    )
    visitor.answer(f"<sitemapindex>{children}</sitemapindex>".encode(), content_type="application/xml")


def million_entries(visitor: Visitor) -> None:
    body = b"<urlset>" + b"".join(b"<url><loc>/no/%d</loc></url>" % number for number in range(100)) * 10_000 + b"</urlset>"
    visitor.answer(gzip.compress(body, 1), content_type="application/gzip")


def big_feed(visitor: Visitor) -> None:
    item = "<item><title>x</title><link>/denied/{}</link></item>"
    items = "".join(item.format(number) for number in range(100_000))
    first = "<item><title>y</title><link>/good-far</link></item>"
    body = gzip.compress(f"<rss version='2.0'><channel>{first}{items}</channel></rss>".encode(), 1)
    visitor.answer(body, "Content-Encoding: gzip", content_type="application/rss+xml")


def huge_robots(visitor: Visitor) -> None:
    visitor.send(f"HTTP/1.1 200 OK\r\nContent-Length: {30 * MEGABYTE}\r\n\r\n".encode())
    visitor.send(b"User-agent: *\nDisallow: /secret\n")
    with suppress(OSError):
        for _ in range(30):
            visitor.send(b"Disallow: /x\n" * (MEGABYTE // 13))


def busy(visitor: Visitor) -> None:
    visitor.answer(b"", "Retry-After: 99999999999", status="429 Too Many Requests")


def failing(visitor: Visitor) -> None:
    visitor.answer(b"", status="503 Service Unavailable")


ARTICLE = '{"@type":"NewsArticle","headline":"a"}'
META_UTF_8 = b'<meta charset="utf-8">'
OTHER_CHARSET = story("ترميز غير معلن", charset="windows-1256", declared=False)
WRONG_CHARSET = story("ترميز معلن خطأ", charset="windows-1256", declared=False)
PAGES: dict[str, Behaviour] = {
    **{f"/good-{number:02}": good(f"/good-{number:02}") for number in range(40)},
    "/drip": drip,
    "/dripping-head": dripping_head,
    "/silence": silence,
    "/endless": endless,
    "/endless-head": endless_head,
    "/huge": huge,
    "/bomb-gzip": bomb("gzip"),
    "/bomb-br": bomb("br"),
    "/bomb-zstd": bomb("zstd"),
    "/short": short,
    "/reset-in-body": reset_in_body,
    "/hang-up": hang_up,
    "/broken-chunks": broken_chunks,
    "/garbage": garbage,
    "/cut-gzip": packed(lambda body: gzip.compress(body)[:200], "gzip"),
    "/no-gzip": packed(bytes, "gzip"),
    "/no-brotli": packed(bytes, "br"),
    "/loop": to("/loop"),
    "/pair-a": to("/pair-b"),
    "/pair-b": to("/pair-a"),
    "/to-file": to("file:///etc/passwd"),
    "/to-ftp": to("ftp://127.0.0.1/x"),
    "/to-data": to("data:text/html,<p>x"),
    "/to-script": to("javascript:alert(1)"),
    "/to-private": to("http://10.0.0.1/"),
    "/to-link-local": to("http://169.254.169.254/latest/meta-data/"),
    "/to-other-loopback": to("http://127.0.0.2:{port}/reached"),
    "/to-other-port": to("http://127.0.0.1:{other}/reached"),
    "/to-number": to("http://2130706433:{other}/reached"),
    "/to-name": to("http://" + socket.gethostname() + ":{port}/reached"),
    "/refresh-to-port": refresh("http://127.0.0.1:{other}/reached"),
    "/refresh-loop": refresh("http://127.0.0.1:{port}/refresh-loop"),
    "/pdf": page(b"%PDF-1.7\n" + b"x" * 5000),
    "/zip": page(b"PK\x03\x04" + b"x" * 5000),
    "/soft-404": page(b"<html><head><title>404 Not Found</title></head><body><h1>Page not found</h1><p>Sorry.</p></body></html>"),
    "/deep": page(b"<div>" * 100_000 + story("في القاع")),
    "/million-nodes": page(b"<html><body><p>" + b"<b>x</b>" * 1_000_000 + b"</p>" + story() + b"</body></html>"),
    # what is strange and yet an article
    "/fine/cookies": cookie_flood,
    "/fine/long": long,
    "/fine/http-1-0": http_1_0,
    "/fine/twice-gzip": packed(lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"),
    "/fine/windows-1256": page(OTHER_CHARSET, content_type="text/html"),
    "/fine/wrongly-utf-8": page(META_UTF_8 + WRONG_CHARSET, content_type="text/html; charset=utf-8"),
    "/fine/iso-8859-6": page(
        story("ترميز قديم").decode().replace("ـ", "").encode("iso-8859-6", "ignore").replace(META_UTF_8, b""), content_type="text/html"
    ),
    "/fine/utf-16": page(story("ستة عشر بتا").decode().encode("utf-16-le").replace(META_UTF_8, b""), content_type="text/html"),
    "/fine/nul": page(story("بايتات فارغة").replace(b"<p>", b"<p>\0")),
    "/fine/deep": page(story("عمق كبير") + b"<div>" * 100_000),
    "/fine/control": page(story("عنوان\u202e مقلوب\u0007 ../../etc/passwd <script>alert(1)</script>")),
    "/fine/hijack": page(story("خطف العنوان").replace(b"<head>", b'<head><link rel="canonical" href="https://elsewhere.example/stolen">')),
    "/fine/json-ld": page(
        story("بيانات مكسورة").replace(
            b"<head>",
            f'<head><script type="application/ld+json">{{"@type":</script><script type="application/ld+json">{ARTICLE}</script>'
            f'<script type="application/ld+json">{"[" * 20000}</script>'.encode()
            * 3,
        )
    ),
    "/fine/refresh": refresh("/good-39"),
}
FINE = tuple(path for path in PAGES if path.startswith(("/fine/", "/good-")))
SITES: dict[str, dict[str, Behaviour]] = {
    "127.0.0.1": PAGES,
    "127.0.0.3": {"/feed": busy, "/robots.txt": page(b"", content_type="text/plain")},
    "127.0.0.4": {"/robots.txt": failing, "/feed": page(rss("/good-00"), content_type="application/rss+xml"), "/good-00": good("/good-00")},
    "127.0.0.5": {
        "/robots.txt": huge_robots,
        "/feed": page(rss("/good-00", "/secret"), content_type="application/rss+xml"),
        "/good-00": good("/good-00"),
        "/secret": good("/secret"),
    },
    "127.0.0.6": {
        "/bomb": page(entities(), content_type="application/rss+xml"),
        "/map.xml": external_entities,
        "/far": big_feed,
        "/good-far": good("/far"),
    },
    "127.0.0.7": {
        "/index.xml": recursive_index,
        **{f"/index-{number}.xml": recursive_index for number in range(3)},
        "/good.xml": page(b"<urlset><url><loc>/good-00</loc></url></urlset>", content_type="application/xml"),
        "/million.xml.gz": million_entries,
        "/good-00": good("/good-00"),
    },
}
POLITE_SITES = tuple(f"127.0.0.{number}" for number in range(11, 25))


def _polite_sites() -> dict[str, dict[str, Behaviour]]:
    stories = {f"/good-{number:02}": good(f"/good-{number:02}") for number in range(6)}
    feed = {"/feed": page(rss(*stories), content_type="application/rss+xml")}
    keys = {
        "/feed": page(rss("/good-00", "/to-port", "/flaky"), content_type="application/rss+xml"),
        "/good-00": good("/good-00"),
        "/to-port": to("http://127.0.0.20:{other}/good-01"),
        "/good-01": good("/good-01"),
        "/flaky": Once(failing, good("/flaky")),
    }
    moved = {"/feed": page(rss("/a", "/b", "/c", "/good-00", "/port"), content_type="application/rss+xml")}
    moved |= {f"/{letter}": to(f"http://127.0.0.12:{{port}}/good-0{number}") for number, letter in enumerate("abc")}
    moved |= {"/port": to("http://127.0.0.11:{other}/good-01"), "/good-00": good("/good-00"), "/good-01": good("/good-01")}
    return {
        "127.0.0.11": moved,
        "127.0.0.12": stories,
        "127.0.0.13": {"/robots.txt": page(b"User-agent: *\nCrawl-delay: 1", content_type="text/plain"), **feed, **stories},
        "127.0.0.14": {**feed, **{path: slowly(behave, 0.5) for path, behave in stories.items()}},
        "127.0.0.15": {**feed, **stories, "/good-02": Once(wait_seconds, good("/good-02"))},
        "127.0.0.16": {**feed, **stories, "/good-02": Once(wait_until, good("/good-02"))},
        "127.0.0.17": {"/robots.txt": page(b"User-agent: *\nCrawl-delay: 99999", content_type="text/plain"), **feed, **stories},
        "127.0.0.18": {"/feed": page(rss(*(f"/bad-{number}" for number in range(20))), content_type="application/rss+xml")}
        | {f"/bad-{number}": lambda visitor: visitor.answer(b"", status="500 Internal Server Error") for number in range(20)},
        "127.0.0.19": {**feed, **stories, "/good-02": hang_up},
        "127.0.0.20": keys,
        "127.0.0.24": {"/feed": secure_feed, **stories},
    }


class Once:
    """One behaviour for the first visitor, another one for all who come later."""

    def __init__(self, first: Behaviour, later: Behaviour) -> None:
        self.first, self.later, self.visited = first, later, False

    def __call__(self, visitor: Visitor) -> None:
        behave = self.later if self.visited else self.first
        self.visited = True
        behave(visitor)


def slowly(behave: Behaviour, seconds: float) -> Behaviour:
    def wait(visitor: Visitor) -> None:
        time.sleep(seconds)
        behave(visitor)

    return wait


def secure_feed(visitor: Visitor) -> None:
    """Stories by http and by https."""
    secure = [f"https://127.0.0.24:{visitor.tls_port}/good-0{number}" for number in range(3)]
    visitor.answer(rss(secure[0], "/good-03", secure[1], "/good-04", secure[2]), content_type="application/rss+xml")


def wait_seconds(visitor: Visitor) -> None:
    visitor.answer(b"", "Retry-After: 2", status="429 Too Many Requests")


def wait_until(visitor: Visitor) -> None:
    visitor.answer(b"", f"Retry-After: {formatdate(time.time() + 3, usegmt=True)}", status="503 Service Unavailable")


def _feed(visitor: Visitor) -> None:
    """Good and bad addresses, mixed."""
    bad = [path for path in PAGES if path not in FINE and path != "/pair-b"]
    good_ones = [path for path in FINE if path != "/good-39"]
    mixed = [path for pair in zip(bad, good_ones, strict=False) for path in pair] + good_ones[len(bad) :] + bad[len(good_ones) :]
    refused = [f"http://127.0.0.1:{visitor.other_port}/reached", "http://10.0.0.1/reached", f"http://127.0.0.2:{visitor.port}/reached"]
    visitor.answer(rss(*mixed, *refused, f"http://{socket.gethostname()}:{visitor.port}/reached"), content_type="application/rss+xml")


def main() -> None:
    log = Path(sys.argv[1]).open("a", buffering=1)  # noqa: SIM115
    listeners = [socket.create_server(("0.0.0.0", 0), backlog=200) for _ in range(3)]
    tls = _tls(Path(sys.argv[1]).with_suffix(".pem"))
    ports = [listener.getsockname()[1] for listener in listeners]
    print(*ports[:2], sep="\n", flush=True)
    SITES["127.0.0.1"]["/feed"] = _feed
    SITES.update(_polite_sites())

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
            behave = SITES.get(address, {}).get(path) if port == ports[0] or address in POLITE_SITES else None
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
