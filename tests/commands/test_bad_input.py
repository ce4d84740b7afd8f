"""Every command, given what it cannot use: one clear line, the right exit code, nothing half written."""

import gzip
import json
import signal
import sqlite3
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from scrapy.exceptions import UsageError

from newsbot.frontier import SqliteFrontier
from newsbot.run import require_known
from tests.feed.feeds import add_file, record
from tests.newsroom import story
from tests.warc import write_warc


@pytest.fixture
def scrapy(capfd, monkeypatch):
    """Runs a command in this process, for a start costs seconds: exit code and the lines of standard error."""

    def run(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        before = signal.getsignal(signal.SIGTERM)
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", *map(str, arguments)])
        signal.signal(signal.SIGTERM, before)
        return ended.value.code, capfd.readouterr().err.splitlines()

    return run


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Files that are missing something, and output folders whose memory is broken in several ways."""
    folder = tmp_path_factory.mktemp("bad")
    whole = write_warc(folder / "whole.warc.gz", {f"https://a.example/{n}": story(str(n)) for n in range(3)}).read_bytes()
    told = {
        "truncated.warc.gz": whole[: len(whole) * 2 // 3],
        "bytes": bytes(range(256)) * 20,
        "empty": b"",
        "foreign.json": b'{"a": 1}\n',
        "list.json": b"[1, 2]\n",
        "truncated.jsonl": json.dumps(record(1)).encode()[:-50],
        "newer.jsonl": json.dumps(record(1, schema_version="7.0")).encode() + b"\n",
        "gzip.jsonl": gzip.compress(b'{"a": 1}\n'),
    }
    for name, data in told.items():
        (folder / name).write_bytes(data)
    (folder / "folder").mkdir()
    for name in ("garbage", "newer"):
        (folder / name / "state").mkdir(parents=True)
        (folder / name / "runs").mkdir()
        add_file(folder / name, [record(1, source="town")])
        for memory in ("frontier", "health", "templates", "history", "identities"):
            path = folder / name / "state" / f"{memory}.sqlite"
            path.write_bytes(b"no database " * 500)
            if name == "newer":
                path.unlink()
                with sqlite3.connect(path) as database:
                    database.execute("CREATE TABLE t (a)")
                    database.execute("PRAGMA user_version = 999")
                database.close()
    (folder / "data" / "sources").mkdir(parents=True)
    (folder / "data" / "sources" / "x.toml").write_text('id = "x"\nname =\n')
    return folder


FILES = ("missing", "folder", "bytes", "empty", "foreign.json", "list.json", "truncated.jsonl", "newer.jsonl", "gzip.jsonl")
ARCHIVES = ("missing", "bytes", "foreign.json")
READERS_OF_FILES = (
    ("copies", "{}", "--pairs", "5"),
    ("evaluate", "{}", "{}"),
    ("train", "--data", "{}"),
    ("export", "--to", "csv", "--from", "{}", "{out}/o.csv"),
    ("export", "--to", "parquet", "--from", "{}", "{out}/o.parquet"),
    ("follow", "{}", "--once"),
    ("prune", "--out", "{}", "--feed-days", "9"),
    ("forget", "--out", "{}", "0" * 32),
    ("frontier", "--out", "{}"),
)
READERS_OF_ARCHIVES = (
    ("template", "--cost", "{}"),
    ("explain", "{}", "--url", "https://a.example/1"),
    ("reextract", "{}", "--out", "{out}/out", "--jobs", "1"),
    ("overhead", "--addresses", "0", "--crawls", "0", "--jobs", "1", "--pages", "{}"),
)
READERS_OF_MEMORY = (
    ("frontier", "--out", "{}"),
    ("health", "-s", "NEWSBOT_OUT={}"),
    ("template", "town", "-s", "NEWSBOT_OUT={}"),
    ("report", "-s", "NEWSBOT_OUT={}"),
    ("forget", "--out", "{}", f"{1:032x}"),
)


CONFIGURED = (["trial", "x"], ["explain", "{}"], ["reextract", "--out", "{out}"], ["throughput", "{}"])


def given(arguments, path, out):
    return [one.replace("{out}", str(out)).replace("{}", str(path)) for one in arguments]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("arguments", READERS_OF_FILES, ids=" ".join)
def test_a_file_that_is_none_of_ours_is_one_line(scrapy, place, tmp_path, arguments, file):
    code, told = scrapy(*given(arguments, place / file, tmp_path))
    if arguments[0] == "export" and file == "empty":
        return
    assert code in (1, 2) and len(told) == 1, told
    assert file in told[0] or arguments[0] in ("copies", "evaluate", "train"), told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", ARCHIVES)
@pytest.mark.parametrize("arguments", READERS_OF_ARCHIVES, ids=" ".join)
def test_an_archive_that_cannot_be_read_is_told(scrapy, place, tmp_path, arguments, file):
    code, told = scrapy(*given(arguments, place / file, tmp_path))
    assert not any("Traceback" in line for line in told), told
    assert code in (1, 2, 3) and any(file in line for line in told), told


@pytest.mark.parametrize("how", ["garbage", "newer"])
@pytest.mark.parametrize("arguments", READERS_OF_MEMORY, ids=" ".join)
def test_a_memory_that_cannot_be_read_is_one_line(scrapy, place, arguments, how):
    code, told = scrapy(*given(arguments, place / how, place))
    assert code == 2 and len(told) == 1 and ".sqlite" in told[0], told


@pytest.mark.parametrize("data", ["missing", "empty", "data"])
@pytest.mark.parametrize("arguments", CONFIGURED, ids=" ".join)
def test_a_configuration_that_cannot_be_read_is_one_line(scrapy, place, tmp_path, arguments, data):
    code, told = scrapy(*given(arguments, place / "whole.warc.gz", tmp_path), NEWSBOT_DATA=place / data)
    assert code == 2 and len(told) == 1 and str(place / data) in told[0], told


@pytest.mark.parametrize("arguments", [["frontier", "--out", "{}"], ["prune", "--out", "{}", "--feed-days", "9"]], ids=" ".join)
def test_a_full_disk_below_standard_output_is_one_line(tmp_path, arguments, capfd, monkeypatch):
    add_file(tmp_path, [record(1)])
    (tmp_path / "state").mkdir()
    SqliteFrontier(tmp_path / "state" / "frontier.sqlite", "run", []).close()
    with Path("/dev/full").open("w") as full, pytest.raises(SystemExit) as ended:
        monkeypatch.setattr("sys.stdout", full)
        execute(["scrapy", *given(arguments, tmp_path, tmp_path)])
    assert ended.value.code == 1
    assert capfd.readouterr().err.splitlines() == ["standard output: cannot be written (No space left on device); check the disk's room"]


def test_a_scheduler_s_own_argument_is_no_mistake_and_a_mistyped_one_is():
    require_known({"_job": "7", "source": "town"}, ("source",))
    with pytest.raises(UsageError, match="-a sorce: unknown argument; did you mean source"):
        require_known({"sorce": "town"}, ("source",))
