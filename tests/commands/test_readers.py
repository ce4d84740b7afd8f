"""The commands of those who read the feed, as a shell sees them: one line for a mistake, the right exit code, nothing half written."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.cmdline import execute

from pipelines.manifest import NAME
from tests.feed.feeds import add_file, prune, record

SCRAPY = [sys.executable, "-m", "scrapy"]


@dataclass
class Case:
    """A command, what it must end with, and a word of its one line on standard error."""

    arguments: list[str]
    code: int
    word: str


@pytest.fixture
def scrapy(capfd):
    """Runs a command in this process, for a start costs seconds: exit code, standard output, standard error."""

    def run(*arguments):
        before = signal.getsignal(signal.SIGTERM)
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", *arguments])
        signal.signal(signal.SIGTERM, before)
        return ended.value.code, *capfd.readouterr()

    return run


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A feed in order, and broken ones beside it."""
    folder = tmp_path_factory.mktemp("place")
    for name in ("good", "torn", "foreign", "newer", "pruned", "gone"):
        for number in (1, 2, 3):
            add_file(folder / name, [record(number)])
    first = next((folder / "torn").glob("articles/*/*/*0001.jsonl"))
    first.write_bytes(first.read_bytes()[:-50])
    (folder / "foreign" / NAME).write_text('{"some": "json"}\n')
    add_file(folder / "newer", [record(4, schema_version="7.0")], version="7.0")
    prune(folder / "pruned", 2)
    next((folder / "gone").glob("articles/*/*/*0002.jsonl")).unlink()
    (folder / "empty").mkdir()
    (folder / "cursor").write_text("1.00000000\n")
    (folder / "notes.jsonl").write_text('{"some": "json"}\n')
    return folder


def all_cases(place):
    to = ["export", "--to", "csv", str(place / "x.csv"), "--from"]
    once = ["follow", "--once"]
    return [
        Case([*once, str(place / "nowhere")], 1, "no such folder"),
        Case([*once, str(place / "empty")], 1, NAME),
        Case([*once, str(place / "torn")], 1, "damaged"),
        Case([*once, str(place / "foreign")], 1, "no entry of a manifest"),
        Case([*once, str(place / "newer")], 1, "7.0"),
        Case([*once, str(place / "gone")], 1, "cannot be read"),
        Case([*once, str(place / "pruned"), "--save", str(place / "cursor")], 3, "oldest is 3"),
        Case([*once, str(place / "good"), "--save", str(place / "notes.jsonl")], 3, "cursor"),
        Case([*once, "--cursor", "yesterday", str(place / "good")], 3, "yesterday"),
        Case([*once, str(place / "good"), "more"], 2, "one folder"),
        Case([*to, str(place / "nowhere")], 1, "no such folder"),
        Case([*to, str(place / "torn")], 1, "damaged"),
        Case([*to, str(place / "newer")], 1, "7.0"),
        Case([*to, str(place / "notes.jsonl")], 1, "no record"),
        Case(["export", "--to", "sqlite", str(place / "no" / "x"), "--from", str(place / "good")], 1, "cannot be written"),
        Case([*to, str(place / "good"), "--since", "yesterday"], 2, "--since"),
        Case([*to, str(place / "good"), "--language", "ar;"], 2, "--language"),
        Case(["export", "--to", "csv"], 2, "PATH"),
        Case(["schema", "record"], 2, "no arguments"),
    ]


def test_every_mistake_is_one_clear_line_and_its_exit_code_and_nothing_half_written_is_left(place, scrapy):
    for case in all_cases(place):
        code, _, told = scrapy(*case.arguments)
        assert code == case.code, (case, told)
        assert len(told.splitlines()) == 1 and case.word in told, case
    assert not [path for path in place.rglob("*") if path.name.startswith((".", "x."))]
    assert (place / "cursor").read_text() == "1.00000000\n"


def test_save_keeps_the_place_and_a_second_run_has_nothing_to_tell(tmp_path, scrapy):
    add_file(tmp_path / "out", [record(1)])
    arguments = ["follow", str(tmp_path / "out"), "--once", "--save", str(tmp_path / "cursor")]
    (_, first, _), (_, second, _) = scrapy(*arguments), scrapy(*arguments)
    assert [first.count("\n"), second] == [2, ""]
    assert (tmp_path / "cursor").read_text().strip() == json.loads(first.splitlines()[-1])["cursor"]


def test_an_export_says_how_many_records_and_where_following_goes_on(tmp_path, scrapy):
    add_file(tmp_path / "out", [record(1), record(2, language="ar")])
    arguments = ["export", "--to", "newsarticle", "--from", str(tmp_path / "out"), "--language", "ar", "--until", "2026-11-21"]
    code, _, told = scrapy(*arguments, str(tmp_path / "x.jsonl"))
    assert (code, len((tmp_path / "x.jsonl").read_text().splitlines())) == (0, 1)
    assert told.startswith("1 records in") and "--cursor 1." in told


def test_the_schema_and_the_dictionary_are_printed(scrapy):
    assert json.loads(scrapy("schema")[1])["properties"]["id"]["description"]
    assert json.loads(scrapy("schema", "--of", "events")[1])["properties"]["event"]["description"]
    assert scrapy("schema", "--dictionary")[1].startswith("# Data dictionary")


@pytest.mark.parametrize("arguments", [["schema"], ["follow", "--once"]])
def test_a_full_disk_below_standard_output_is_one_line(tmp_path, arguments):
    add_file(tmp_path / "out", [record(1)])
    environment = os.environ | {"NEWSBOT_OUT": str(tmp_path / "out")}
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*SCRAPY, *arguments], env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    assert run.returncode == 1 and len(run.stderr.splitlines()) == 1 and "standard output" in run.stderr


def test_a_reader_that_goes_away_and_sigterm_end_it_cleanly(tmp_path):
    add_file(tmp_path / "out", [record(number) for number in range(100)])
    command = [*SCRAPY, "follow", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as follow:
        follow.stdout.read(10)
        follow.stdout.close()
        assert (follow.wait(60), follow.stderr.read()) == (0, b"")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as follow:
        lines = [follow.stdout.readline() for _ in range(101)]
        time.sleep(0.2)
        follow.send_signal(signal.SIGTERM)
        rest, errors = follow.communicate(timeout=60)
        assert (follow.returncode, rest, errors) == (0, b"", b"") and b"cursor" in lines[-1]
