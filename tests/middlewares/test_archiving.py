import gzip
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsbot.archive import read_page
from newsbot.batch import judge
from newsbot.config import SHIPPED, load_config
from newsbot.items import ArchivePointer
from newsbot.middlewares.archive import require_what
from pipelines.records import to_record
from tests.newsroom import crawl, records, rss, source_file, story
from tests.server import Answer, serve

ACCESS = '\n[access]\nheaders.X-Key = "${TOWN_KEY}"\ncookies.session = "${TOWN_SESSION}"\n'
SECRETS = (b"very-secret-key", b"very-secret-session", b"set-by-the-server")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Path:
    """The output of a crawl of a plain page, a packed one and one behind a redirect."""
    folder = tmp_path_factory.mktemp("town")
    answers = {
        "/feed": Answer(rss("/story-1", "/story-2", "/story-3"), "application/rss+xml"),
        "/story-1": Answer(story("أول"), headers={"ETag": '"1"', "Set-Cookie": "id=set-by-the-server"}),
        "/story-2": Answer(gzip.compress(story("ثان"), mtime=0), headers={"Content-Encoding": "gzip"}),
        "/story-3": Answer(b"", status=301, headers={"Location": "/story-4"}),
        "/story-4": Answer(story("ثالث")),
    }
    with serve(folder, answers) as server:
        source_file(folder, "town", server.url(), f'discovery.feeds = ["{server.url("/feed")}"]{ACCESS}')
        secret = {"TOWN_KEY": "very-secret-key", "TOWN_SESSION": "very-secret-session"}
        run = crawl(folder, "news", "-a", "source=town", environment=secret)
        assert run.returncode == 0, run.stderr
    return folder


def test_a_record_leads_to_its_page_and_the_page_to_the_same_record(crawled):
    config = load_config((SHIPPED, crawled))
    found = records(crawled / "out")
    assert len(found) == 3
    for record in found:
        page = read_page(crawled / "out/archive", ArchivePointer(**record["archive"]))
        again = to_record(judge(page, config).article)
        memory = {key: record[key] for key in ("id", "cluster", "duplicate_of")}
        assert {**again, **memory} == record


def test_the_archive_is_read_by_standard_tools_and_holds_no_secret(crawled):
    (path,) = (crawled / "out/archive").rglob("*.warc.gz")
    kinds = []
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()
            kinds.append((record.rec_type, (record.http_headers.get_statuscode() if record.rec_type == "response" else "")))
    assert sorted(kinds) == sorted([("warcinfo", "")] + [("response", "200")] * 3 + [("response", "301")] + [("request", "")] * 4)
    plain = gzip.decompress(path.read_bytes())
    assert not any(secret in plain for secret in SECRETS)
    assert b"Set-Cookie: [redacted]" in plain
    assert b"Content-Encoding: gzip" in plain and gzip.compress(story("ثان"), mtime=0) in plain, "as it came"


def test_an_unknown_word_is_refused():
    assert require_what("everything") == "everything"
    with pytest.raises(Exception, match="NEWSBOT_ARCHIVE: 'all' is none of"):
        require_what("all")
