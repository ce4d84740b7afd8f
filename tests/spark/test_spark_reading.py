"""One archive to its articles, as a task does it: Spark itself is not needed for that."""

from __future__ import annotations

from newsbot.archive.files import ArchiveFiles
from newsbot.archive.note import Note
from newsbot.archive.records import Exchange, pack, payload_digest
from newsbot.config import data_folders
from newsbot.reextraction.pages import Selection
from newsbot.spark.inputs import find_warcs
from newsbot.spark.job import Job
from newsbot.spark.kept import kept_in, read_of
from newsbot.spark.parts import write_parts, written_of
from newsbot.spark.reading import extract_warc
from tests.extractors.test_several_pages import URL, linked, markup, paragraphs

SECOND = f"{URL}?page=2"


def archived(out):
    """A story on two addresses, as a crawl archives it."""
    files = ArchiveFiles(out / "archive", "20261122", 10**9, None)
    for url, html, part_of in ((URL, markup("ar", 0, linked(SECOND)), None), (SECOND, markup("ar", 1, linked(SECOND)), URL)):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        one = Exchange(url, b"GET / HTTP/1.1\r\n\r\n", head, html.encode(), "2026-11-22T10:00:00Z", 200, Note(part_of=part_of))
        files.store(one, pack(one, payload_digest(html.encode())), now=0)
    files.close()
    return find_warcs([str(out / "archive")], out / "archive")


def test_a_task_keeps_whole_stories_and_repeated_writes_the_same_parts(tmp_path):
    (warc,) = archived(tmp_path)
    job = Job(tuple(folder.resolve() for folder in data_folders()), tmp_path, "work", Selection(), "1.2", 60.0, 30)
    (tmp_path / "state").mkdir()
    assert extract_warc(job, str(tmp_path / "state/templates.sqlite"), warc) is None
    read = read_of(job, warc.key)
    (article,) = kept_in(job.file("pages", warc.key), read.rows)
    text = article.record["content_text"]
    assert all(paragraph in text for page in (0, 1) for paragraph in paragraphs("ar", page))
    assert dict(read.counts) == {"newsbot/source/_unknown/fetched": 1} and read.fault is None

    write_parts(job, warc.key, [])
    first = {path: path.read_bytes() for path in tmp_path.glob("articles/**/*") if path.is_file()}
    write_parts(job, warc.key, [])
    assert first == {path: path.read_bytes() for path in tmp_path.glob("articles/**/*") if path.is_file()}
    written = written_of(job, warc.key)
    assert [path.relative_to(tmp_path).as_posix() for path in first] == [part.path for part in written.parts]
    assert written.parts[0].path.startswith("articles/_unknown/2026-11-22/20261122-0001-")
    assert "-1.2-0001.jsonl" in written.parts[0].path
