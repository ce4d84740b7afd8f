"""Sites that do to a crawler whatever the web can do."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from contextlib import suppress

import brotli

from tests.newsroom import rss, story
from tests.visits import Behaviour, Visitor, good, page, refresh, to

MEGABYTE = 2**20
ZEROS = b"\0" * MEGABYTE


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
HOSTILE_SITES: dict[str, dict[str, Behaviour]] = {
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


def _feed(visitor: Visitor) -> None:
    """Good and bad addresses, mixed."""
    bad = [path for path in PAGES if path not in (*FINE, "/pair-b", "/feed")]
    good_ones = [path for path in FINE if path != "/good-39"]
    mixed = [path for pair in zip(bad, good_ones, strict=False) for path in pair] + good_ones[len(bad) :] + bad[len(good_ones) :]
    refused = [f"http://127.0.0.1:{visitor.other_port}/reached", "http://10.0.0.1/reached", f"http://127.0.0.2:{visitor.port}/reached"]
    visitor.answer(rss(*mixed, *refused, f"http://{socket.gethostname()}:{visitor.port}/reached"), content_type="application/rss+xml")


PAGES["/feed"] = _feed
