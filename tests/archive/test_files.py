import io

import pytest
from fastwarc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newsbot.archive import read_page, read_warc
from newsbot.archive.captures import Captures
from newsbot.archive.files import ArchiveFiles, mend_archive
from newsbot.archive.note import Note
from newsbot.archive.records import Capture, Exchange, pack, payload_digest
from newsbot.items import DiscoveredBy, FeedText
from newsbot.page import RawPage

HTML = "<html lang='ar'><p>أعلنت البلدية صباح اليوم</p></html>".encode()
NOTE = Note("town", DiscoveredBy("feed", "https://a.example/feed", None), ("https://a.example/0",), FeedText("أعلنت " * 50, 900, True))
NOON = "2026-11-22T12:00:00Z"


def exchange(body=HTML, url="https://a.example/1", status=200, headers="Content-Type: text/html", fetched_at=NOON, note=NOTE):
    head = f"HTTP/1.1 {status} OK\r\n{headers}\r\n\r\n".encode("latin-1")
    return Exchange(url, b"GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\n", head, body, fetched_at, status, note)


class Archive:
    """The archive below *folder*, as one run writes it."""

    def __init__(self, folder, run="run", max_bytes=10**9):
        self.captures = Captures(folder / "state" / "archive.sqlite")
        self.folder = folder / "archive"
        self.files = ArchiveFiles(self.folder, run, max_bytes, self.captures)

    def store(self, one):
        digest = payload_digest(one.body)
        return self.files.store(one, pack(one, digest, self.files.earlier(one, digest)), now=0)

    def kill(self):
        for file in self.files._files.values():
            file.leave()
        self.captures.close()


def standard(path):
    """(type, address, digest is right) of each record as warcio reads them, after FastWARC has agreed."""
    with path.open("rb") as stream:
        records = []
        for record in ArchiveIterator(stream, check_digests=True):
            record.content_stream().read()
            records.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.digest_checker.passed is not False))
    with path.open("rb") as stream:
        types = [record.headers["WARC-Type"] for record in FastIterator(stream, parse_http=False) if record.verify_block_digest()]
    assert types == [kind for kind, _, _ in records]
    return records


def test_a_page_comes_back_as_it_was_with_what_was_known_of_it(tmp_path):
    archive = Archive(tmp_path)
    archive.store(exchange(b"<html>other</html>", "https://a.example/0"))
    place = archive.store(exchange(headers='Content-Type: text/html\r\nETag: "x"'))
    expected = RawPage(
        "https://a.example/1", HTML, NOON, "town", 200, {"content-type": "text/html", "etag": '"x"'}, discovered_by=NOTE.discovered_by,
        archive=place, addresses=NOTE.addresses, feed_text=NOTE.feed_text,
    )  # fmt: skip
    assert place.file == "town/run-0001.warc.gz"
    assert read_page(archive.folder, place) == expected, "while the file is being written"
    archive.files.close()
    assert read_page(archive.folder, place) == expected
    assert list(read_warc(archive.folder / place.file, place.file))[1] == expected
    assert [page.url for page in read_warc(archive.folder / place.file, start=place.offset)] == ["https://a.example/1"]
    assert standard(archive.folder / place.file) == [
        ("warcinfo", None, True),
        ("response", "https://a.example/0", True),
        ("request", "https://a.example/0", True),
        ("response", "https://a.example/1", True),
        ("request", "https://a.example/1", True),
    ]


def test_headers_are_kept_byte_for_byte(tmp_path):
    archive = Archive(tmp_path)
    place = archive.store(exchange(headers="Content-Type: text/html\r\nX-Name: caf\xe9 \xd8"))
    archive.files.close()
    with (archive.folder / place.file).open("rb") as stream:
        stream.seek(place.offset)
        assert b"X-Name: caf\xe9 \xd8\r\n" in next(iter(FastIterator(stream, parse_http=False))).reader.read()


@pytest.mark.parametrize("name", ["gzip", "br", "zstd"])
def test_a_body_is_stored_as_it_came_and_read_unpacked(tmp_path, name):
    import brotli
    from fastwarc.stream_io import GzipWriter, ZstdWriter

    def squeeze(body):
        if name == "br":
            return brotli.compress(body)
        out = io.BytesIO()
        writer = (GzipWriter if name == "gzip" else ZstdWriter)(out)
        writer.write(body)
        writer.close()
        return out.getvalue()

    archive = Archive(tmp_path)
    place = archive.store(exchange(squeeze(HTML), headers=f"Content-Type: text/html\r\nContent-Encoding: {name}"))
    page = read_page(archive.folder, place)
    assert (page.body, page.headers) == (HTML, {"content-type": "text/html"})
    assert place.digest == payload_digest(squeeze(HTML))


def test_an_unchanged_page_is_a_revisit_that_leads_to_the_first(tmp_path):
    first = Archive(tmp_path, "one")
    place = first.store(exchange())
    first.files.close()
    second = Archive(tmp_path, "two")
    later = "2026-11-23T12:00:00Z"
    assert second.store(exchange(fetched_at=later)) == place
    assert second.store(exchange(b"", status=304, fetched_at=later)) == place
    assert second.store(exchange(b"<html>edited</html>", fetched_at=later)).file == "town/two-0001.warc.gz"
    second.files.close()
    path = second.folder / "town/two-0001.warc.gz"
    assert [kind for kind, _, _ in standard(path)] == ["warcinfo", "revisit", "request", "revisit", "request", "response", "request"]
    with path.open("rb") as stream:
        same, not_modified = (record.rec_headers for record in ArchiveIterator(stream) if record.rec_type == "revisit")
        assert same.get_header("WARC-Refers-To-Target-URI") == "https://a.example/1"
        assert same.get_header("WARC-Refers-To-Date") == NOON
        assert same.get_header("WARC-Profile").endswith("identical-payload-digest")
        assert not_modified.get_header("WARC-Profile").endswith("server-not-modified")
    assert [page.body for page in read_warc(path)] == [b"<html>edited</html>"]


def test_a_page_whose_first_copy_is_gone_is_stored_again(tmp_path):
    first = Archive(tmp_path, "one")
    place = first.store(exchange())
    first.files.close()
    (first.folder / place.file).unlink()
    assert Archive(tmp_path, "two").store(exchange()).file == "town/two-0001.warc.gz"


def test_what_was_not_on_the_disk_is_no_ground_for_a_revisit(tmp_path):
    killed = Archive(tmp_path, "one")
    killed.store(exchange())
    killed.kill()
    assert Archive(tmp_path, "two").store(exchange()).file == "town/two-0001.warc.gz"


def test_files_are_rotated_by_size_and_one_is_kept_for_each_source(tmp_path):
    archive = Archive(tmp_path, max_bytes=3000)
    for number in range(6):
        archive.store(exchange(url=f"https://a.example/{number}"))
    archive.store(exchange(url="https://b.example/", note=Note()))
    archive.files.close()
    names = sorted(path.relative_to(archive.folder).as_posix() for path in archive.folder.rglob("*.warc*"))
    assert names[0].startswith("_unknown/") and len(names) > 2
    assert sum(kind == "response" for name in names for kind, _, _ in standard(archive.folder / name)) == 7


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0, 1, 5000]))
def test_wherever_a_run_is_killed_what_is_whole_stays_readable_by_standard_tools(tmp_path_factory, share, zeros):
    folder = tmp_path_factory.mktemp("out")
    archive = Archive(folder)
    places = [archive.store(exchange(HTML * number, f"https://a.example/{number}")) for number in range(1, 4)]
    archive.kill()
    part = archive.folder / "town/run-0001.warc.gz.part"
    data = part.read_bytes()
    left = data[: len(data) * share // 10_000] + b"\0" * zeros
    part.write_bytes(left)
    finished = list(mend_archive(archive.folder))
    whole = [place for place in places if left.startswith(data[: place.offset + place.length])]
    assert list(archive.folder.rglob("*.part")) == []
    assert len(finished) == bool(whole)
    for path in finished:
        assert [place.archive for place in read_warc(path, "town/run-0001.warc.gz")] == whole
        assert all(right for _, _, right in standard(path))


def test_a_file_that_a_living_run_writes_is_left_alone(tmp_path):
    archive = Archive(tmp_path)
    archive.store(exchange())
    assert list(mend_archive(archive.folder)) == []
    archive.files.close()


def test_the_last_page_of_each_address_is_remembered_in_either_engine(place):
    one, other = (Capture(name, "sha1:A", NOON, "a/run.warc.gz", 10, 20) for name in ("<urn:1>", "<urn:2>"))
    captures = Captures(place)
    captures.note("https://a.example/1", one)
    captures.store()
    captures.note("https://a.example/1", other)
    captures.close()
    captures = Captures(place)
    assert captures.last("https://a.example/1") == one and captures.last("https://a.example/2") is None
    captures.note("https://a.example/1", other)
    captures.store()
    assert captures.last("https://a.example/1") == other
    captures.close()
