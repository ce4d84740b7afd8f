"""Which files Spark is to read, from wherever they are named, and what is missing on a machine said in one line."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newsbot.errors import ArchiveError, EngineError
from newsbot.spark import fetching
from newsbot.spark.command_line import main
from newsbot.spark.fetching import fetched
from newsbot.spark.inputs import COMMON_CRAWL, Warc, find_warcs
from newsbot.spark.session import require_spark

BODY = b"WARC/1.1 " * 1000


class Pages(BaseHTTPRequestHandler):
    """``/whole`` as it is, ``/short`` less than it promises, ``/second`` at the second try, a list, and nothing else."""

    tries = 0

    def do_GET(self):
        path = self.path.rpartition("/")[2]
        if path == "second":
            type(self).tries += 1
        if path == "missing" or (path == "second" and self.tries == 1):
            self.send_error(404 if path == "missing" else 503)
            return
        body = b"crawl-data/a.warc.gz\n\n# a note\nhttps://else.example/b.warc.gz\n" if path.endswith(".paths") else BODY
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (path == "short")))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def web():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(fetching, "_PAUSE_S", 0.01)


def test_files_folders_and_addresses_are_found_once_in_the_order_of_their_names(tmp_path):
    for name in ("b/2.warc.gz", "a/3.warc", "a/1.warc.gz", "a/4.warc.gz.part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = find_warcs([str(tmp_path / "b"), str(tmp_path), "s3://bucket/folder/2.warc.gz"], tmp_path / "a")
    assert [warc.name for warc in found] == ["1.warc.gz", str(tmp_path / "b/2.warc.gz"), "s3://bucket/folder/2.warc.gz", "3.warc"]
    assert len({warc.key for warc in found}) == 4


def test_lists_name_files_beside_them_addresses_and_paths_of_common_crawl(tmp_path):
    (tmp_path / "beside.warc.gz").write_bytes(b"x")
    lines = "crawl-data/CC-NEWS/2026/11/CC-NEWS-20261101000000-00001.warc.gz\nbeside.warc.gz\ns3://bucket/other.warc.gz\n"
    (tmp_path / "warc.paths.gz").write_bytes(gzip.compress(lines.encode()))
    found = {warc.address for warc in find_warcs([str(tmp_path / "warc.paths.gz")], tmp_path / "archive")}
    news = f"{COMMON_CRAWL}crawl-data/CC-NEWS/2026/11/CC-NEWS-20261101000000-00001.warc.gz"
    assert found == {news, str(tmp_path / "beside.warc.gz"), "s3://bucket/other.warc.gz"}


def test_a_list_on_the_web_follows_its_prefix(web, tmp_path):
    found = {warc.address for warc in find_warcs([f"{web}/warc.paths"], tmp_path, "https://mirror.example/")}
    assert found == {"https://mirror.example/crawl-data/a.warc.gz", "https://else.example/b.warc.gz"}


def test_a_file_that_was_fetched_anew_is_another_one():
    one, again = Warc("/a/x.warc.gz", "x.warc.gz", 10), Warc("/a/x.warc.gz", "x.warc.gz", 11)
    assert one.key.startswith("x-") and one.key != again.key
    hostile = Warc("https://a.example/" + "ي" * 300 + "?a=/../b.warc.gz", "x")
    assert len(hostile.key) < 100 and "/" not in hostile.key


@pytest.mark.parametrize("line", [b"\x1f\x8bbroken", b"\xff\xfe\xfa"])
def test_a_list_that_is_none_is_refused_in_one_line(tmp_path, line):
    (tmp_path / "warc.paths.gz").write_bytes(line)
    with pytest.raises(ArchiveError, match="no list of WARC files"):
        find_warcs([str(tmp_path / "warc.paths.gz")], tmp_path)


def test_a_list_may_not_lead_in_circles(tmp_path):
    (tmp_path / "a.paths").write_text("a.paths\n")
    with pytest.raises(ArchiveError, match="may not name another list"):
        find_warcs([str(tmp_path / "a.paths")], tmp_path)


def test_what_lies_on_the_web_is_there_as_long_as_it_is_read(web):
    with fetched(f"{web}/whole") as path:
        assert path.read_bytes() == BODY
    assert not path.exists()


def test_a_server_that_fails_for_a_moment_is_asked_again(web):
    with fetched(f"{web}/second") as path:
        assert path.read_bytes() == BODY


@pytest.mark.parametrize(("name", "why"), [("missing", "HTTP status 404"), ("short", "ended after 9000 of 9001 bytes")])
def test_what_cannot_be_fetched_is_said_in_one_line(web, name, why):
    with pytest.raises(ArchiveError, match=why) as refused, fetched(f"{web}/{name}"):
        pass
    assert "\n" not in str(refused.value) and name in str(refused.value)


def test_what_lies_in_s3_is_fetched_and_what_does_not_is_said(monkeypatch):
    pytest.importorskip("moto")
    from tests.storage_server import storage_server

    with storage_server() as client:
        monkeypatch.setenv("AWS_ENDPOINT_URL", client.meta.endpoint_url)
        client.put_object(Bucket="news", Key="folder/a.warc.gz", Body=BODY)
        with fetched("s3://news/folder/a.warc.gz") as path:
            assert path.read_bytes() == BODY
        with (
            pytest.raises(ArchiveError, match=r"s3://news/none\.warc\.gz: cannot be fetched") as refused,
            fetched("s3://news/none.warc.gz"),
        ):
            pass
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"PATH": "/nowhere"}, "there is no java on the PATH"),
        ({"JAVA_HOME": "/nowhere"}, "JAVA_HOME=/nowhere has no bin/java"),
    ],
)
def test_missing_java_is_said_in_one_line(monkeypatch, environment, why):
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(EngineError, match=why) as refused:
        require_spark()
    assert "make java" in str(refused.value) and "\n" not in str(refused.value)


def test_java_that_is_too_old_is_said_in_one_line(monkeypatch, tmp_path):
    pytest.importorskip("pyspark")
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin/java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.20\" 2023-07-18' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=r"needs Java 17 or newer; .*11\.0\.20"):
        require_spark()


def test_the_missing_extra_is_said_in_one_line(monkeypatch):
    monkeypatch.setattr("newsbot.spark.session.find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"pip install '\.\[spark\]'"):
        require_spark()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--since", "2026-13-01"], "--since: '2026-13-01' is no day"),
        (["--state", "postgresql://a/b"], "keeps no memory in a database"),
        (["--source", "nobody"], "there is no such source"),
        (["nowhere.warc.gz"], "there is no such file or folder"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(monkeypatch, tmp_path, capsys, arguments, why):
    pytest.importorskip("pyspark")
    monkeypatch.setattr("newsbot.spark.command_line.require_spark", lambda: None)
    assert main(["--out", str(tmp_path), *arguments]) == 2
    said = capsys.readouterr().err
    assert why in said and said.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} <= {"run.lock"}
