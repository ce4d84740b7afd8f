import gzip
import io

import pytest
from fastwarc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newsbot.archive import read_page, read_warc
from newsbot.archive.files import ArchiveFiles
from newsbot.archive.note import Note
from newsbot.archive.records import Exchange, pack, payload_digest
from newsbot.errors import ArchiveError
from newsbot.retention.archived import blank, filler, find_members
from newsbot.urls import article_id, variant_key

TEXT = "أعلنت البلدية صباح اليوم"


def store(folder, *urls, addresses=()):
    """An archive of one page for each of *urls*; the pointers to them."""
    files = ArchiveFiles(folder, "20261122T120000Z-aaaaaa", 10**9, None)
    pointers = [files.store(exchange(url, addresses), packed(url, addresses), now=0) for url in urls]
    files.close()
    return pointers


def exchange(url, addresses=()):
    note = Note("town", None, tuple(addresses))
    body = f"<html><p>{TEXT} {url}</p></html>".encode()
    return Exchange(
        url, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", body, "2026-11-22T12:00:00Z", 200, note
    )


def packed(url, addresses):
    one = exchange(url, addresses)
    return pack(one, payload_digest(one.body))


def test_a_blanked_page_is_gone_and_all_others_stay_in_their_places(tmp_path):
    urls = [f"https://a.example/{number}" for number in range(5)]
    pointers = store(tmp_path, *urls)
    (path,) = tmp_path.glob("*/*.warc.gz")
    before = path.stat().st_size
    members = find_members(path, (), article_id(urls[2]))
    assert len(members) == 2  # the answer and its request
    blank(path, members)
    assert path.stat().st_size == before and [page.url for page in read_warc(path)] == [*urls[:2], *urls[3:]]
    assert all(read_page(tmp_path, pointers[number]).url == urls[number] for number in (0, 1, 3, 4))
    with pytest.raises(ArchiveError):
        read_page(tmp_path, pointers[2])
    assert urls[2].encode() not in gzip.decompress(path.read_bytes())
    assert not list(path.parent.glob(".*"))


def test_standard_readers_pass_over_the_blank(tmp_path):
    store(tmp_path, "https://a.example/1", "https://a.example/2")
    (path,) = tmp_path.glob("*/*.warc.gz")
    blank(path, find_members(path, (), article_id("https://a.example/1")))
    with path.open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream, check_digests=True)]
    with path.open("rb") as stream:
        assert [record.headers["WARC-Type"] for record in FastIterator(stream)] == kinds
    assert kinds == ["warcinfo", "metadata", "metadata", "response", "request"]


def test_variants_and_addresses_before_redirects_are_the_article_too(tmp_path):
    store(tmp_path, "https://a.example/s/1", "https://www.a.example/story/amp", "https://a.example/other", addresses=())
    store(tmp_path / "more", "https://a.example/story", addresses=("https://a.example/s/1",))
    (path,) = tmp_path.glob("town/*.warc.gz")
    found = find_members(path, {variant_key("https://a.example/story")}, "0" * 32)
    assert {one.url for one in found} == {"https://www.a.example/story/amp"}
    (path,) = tmp_path.glob("more/town/*.warc.gz")
    assert {hop for one in find_members(path, (), article_id("https://a.example/story")) for hop in one.addresses} == {
        "https://a.example/s/1"
    }


@given(st.integers(180, 70_000))
def test_a_filler_has_any_length_and_is_one_gzip_member(length):
    made = filler(length)
    assert len(made) == length and gzip.decompress(made).startswith(b"WARC/1.1\r\nWARC-Type: metadata")
    assert [record.content_length for record in FastIterator(io.BytesIO(made + made))] == [0, 0]


@pytest.mark.parametrize("data", [None, b"\x1f\x8b" + b"\0" * 50])
def test_a_file_that_is_no_archive_is_one_line(tmp_path, data):
    if data:
        (tmp_path / "x.warc.gz").write_bytes(data)
    with pytest.raises(ArchiveError, match=r"x\.warc\.gz"):
        find_members(tmp_path / "x.warc.gz", (), "0" * 32)
