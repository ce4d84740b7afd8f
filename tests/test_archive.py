import gzip
import zlib

import brotli
import pytest

from newsbot.archive import read_warc
from newsbot.errors import ArchiveError
from newsbot.page import MAX_PAGE_BYTES
from tests.warc import record, response, write_warc

HTML = b"<html><p>hello</p></html>"


def pages(tmp_path, data):
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    return list(read_warc(path))


def test_a_page_has_its_address_time_headers_and_place(tmp_path):
    path = write_warc(tmp_path / "a.warc.gz", {"https://a.example/1": HTML, "https://a.example/2": HTML * 2})
    first, second = read_warc(path)
    assert (first.url, first.fetched_at, first.status, first.headers) == (
        "https://a.example/1",
        "2026-11-22T06:26:23Z",
        200,
        {"content-type": "text/html"},
    )
    assert second.body == HTML * 2
    data = path.read_bytes()
    for page in (first, second):
        place = page.archive
        assert place.file == "a.warc.gz"
        assert gzip.decompress(data[place.offset : place.offset + place.length]).endswith(page.body + b"\r\n\r\n")
        assert place.digest.startswith("sha1:")


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("gzip, br", lambda b: brotli.compress(gzip.compress(b, mtime=0))),
    ],
)
def test_content_encoding_is_taken_off(tmp_path, name, encode):
    headers = f"Content-Type: text/html\r\nContent-Encoding: {name}\r\n"
    assert pages(tmp_path, record(response(encode(HTML), headers)))[0].body == HTML
    assert pages(tmp_path, record(response(HTML, headers)))[0].body == HTML, "archives often decode and keep the header"


def test_chunks_are_joined(tmp_path):
    headers = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
    chunked = b"5\r\n<html\r\n14;x=y\r\n><p>hello</p></html>\r\n0\r\n\r\n"
    assert pages(tmp_path, record(response(chunked, headers)))[0].body == HTML
    assert pages(tmp_path, record(response(HTML, headers)))[0].body == HTML


def test_a_bomb_is_read_up_to_the_size_of_a_page(tmp_path):
    headers = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    (page,) = pages(tmp_path, record(response(gzip.compress(b" " * (MAX_PAGE_BYTES * 3)), headers)))
    assert len(page.body) == MAX_PAGE_BYTES + 1


def test_what_is_no_html_page_is_left_out(tmp_path):
    others = [
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(response(b"%PDF", "Content-Type: application/pdf\r\n")),
        record(b""),
        record(b"no HTTP at all"),
    ]
    assert [page.body for page in pages(tmp_path, b"".join([*others, record(response(HTML, "")), *others]))] == [HTML]


def test_a_broken_body_does_not_end_the_file(tmp_path):
    broken = record(response(b"\x1f\x8b broken", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"))
    assert len(pages(tmp_path, broken + record(response(HTML)))) == 2


def test_what_comes_before_the_fault_is_delivered(tmp_path):
    whole = record(response(HTML)) * 2
    for tail in (record(response(HTML))[:-20], b"junk that is no record\r\n\r\n" * 9):
        path = tmp_path / "a.warc"
        path.write_bytes(whole + tail)
        found = []
        with pytest.raises(ArchiveError, match=r"a\.warc: ") as raised:
            found.extend(page.body for page in _kept(read_warc(path), found))
        assert "\n" not in str(raised.value)
        assert found[:2] == [HTML, HTML]


def _kept(pages, found):
    for page in pages:
        found.append(page.body)
        yield page


@pytest.mark.parametrize("data", [b"<html>", b"PK\x03\x04" * 99, gzip.compress(b"text" * 99, mtime=0)])
def test_a_foreign_file_is_refused_in_one_line(tmp_path, data):
    with pytest.raises(ArchiveError, match="is no WARC file"):
        pages(tmp_path, data)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="No such file"):
        list(read_warc(tmp_path / "none.warc"))


def test_an_invalid_date_is_none(tmp_path):
    assert pages(tmp_path, record(response(HTML), date="yesterday"))[0].fetched_at is None
