import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from newsbot.archive.captures import Captures
from newsbot.archive.files import ArchiveFiles
from newsbot.archive.note import Note
from newsbot.archive.records import Exchange, pack, payload_digest
from newsbot.commands import refusals
from newsbot.config import SHIPPED, load_config
from newsbot.errors import ArchiveError
from newsbot.reextraction import Reextraction, Work
from newsbot.reextraction.knowledge import knowledge_digest
from newsbot.reextraction.pages import Pages, Selection, find_files
from newsbot.reextraction.progress import FILE, Progress
from newsbot.reextraction.telling import exit_code
from newsbot.run_lock import run_lock
from pipelines.manifest import NAME, read_manifest
from tests.newsroom import PARAGRAPHS, records, source_file, story

URL = "https://www.town.example/story-{}"


def archive(out, run, pages):
    """A run's archive of (number of the story, body, UTC day of the fetch)."""
    (out / "state").mkdir(parents=True, exist_ok=True)
    files = ArchiveFiles(out / "archive", run, 10**9, Captures(out / "state/archive.sqlite"))
    for number, body, day in pages:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        request = b"GET / HTTP/1.1\r\n\r\n"
        one = Exchange(URL.format(number), request, head, body, f"2026-11-{day:02}T10:00:00Z", 200, Note("town"))
        files.store(one, pack(one, payload_digest(body)), now=0)
    files.close()


def reextract(data, run):
    """The counts of one run over what is left to do, and the files that were."""
    config = load_config((SHIPPED, data))
    out = data / "out"
    work = Work(config, out, "state", run, jobs=1, timeout_s=30, duplicate_days=0)
    progress = Progress(out / "state" / FILE, knowledge_digest(config.folders))
    files = [file for file in find_files([out / "archive"], out / "archive") if not progress.done_to(file.name)]
    reextraction = Reextraction(work, Pages(files, Selection(), config, (out, "state")), progress)
    for _ in reextraction.run():
        pass
    prefix = "newsbot/source/"
    return {key.removeprefix(prefix): number for key, number in reextraction.counts.items()}, [file.name for file in files]


def told(out):
    return sorted((record["url"][-1], record["revision"], record["processing"]) for record in records(out))


def test_the_archive_gives_each_article_its_records_and_a_new_rule_only_what_it_changes(tmp_path):
    source_file(tmp_path, "town", "https://town.example/")
    out = tmp_path / "out"
    edit = "وأضافت البلدية مساء اليوم أن الأعمال ستبدأ من الجهة الغربية للسوق."
    archive(out, "20261101", [(1, story("أول"), 1), (2, story("ثان"), 1), (3, b"", 1)])
    archive(out, "20261102", [(1, story("أول", edit), 2)])
    counts, _ = reextract(tmp_path, "first")
    assert counts == {
        "town/fetched": 4, "town/article/new": 2, "town/article/revised": 1, "town/rejected/empty_page": 1,
    }  # fmt: skip
    assert told(out) == [("1", 1, 1), ("1", 2, 1), ("2", 1, 1)]
    (edited,) = [record for record in records(out) if record["revision"] == 2]
    assert [(block["op"], block["new"]) for block in edited["change"]["blocks"]] == [("added", edit)]
    assert edited["archive"]["file"] == "town/20261102-0001.warc.gz"

    assert reextract(tmp_path, "again") == ({}, []), "nothing is left to do"

    (tmp_path / "rules").mkdir()
    pattern = "وطالب اصحاب المتاجر بضمانات .{0,200}"
    rule = f"id = 'ours'\npattern = '{pattern}'\nwhy = 'Only for this test.'\nremoves = ['{PARAGRAPHS[3]}']\nkeeps = ['{PARAGRAPHS[0]}']"
    (tmp_path / "rules/ar.toml").write_text(f"[[rule]]\n{rule}\n", encoding="utf-8")
    counts, _ = reextract(tmp_path, "new-rule")
    assert counts == {
        "town/fetched": 4, "town/superseded": 1, "town/article/reprocessed": 2, "town/rejected/empty_page": 1,
    }  # fmt: skip
    assert told(out) == [("1", 1, 1), ("1", 2, 1), ("1", 2, 2), ("2", 1, 1), ("2", 1, 2)]
    entries = list(read_manifest(out / NAME))
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert sum(entry.records for entry in entries) == 5


def environment(data):
    return {**os.environ, "NEWSBOT_DATA": str(data), "NEWSBOT_OUT": str(data / "out"), "NEWSBOT_SPEED": "fast"}


def test_a_killed_re_extraction_goes_on_where_it_stood(tmp_path):
    source_file(tmp_path, "town", "https://town.example/")
    out, count = tmp_path / "out", 40
    for run in range(4):
        archive(out, f"2026110{run}", [(number, story(f"خبر رقم {number}"), 1 + run) for number in range(run * 10, run * 10 + 10)])
    command = [sys.executable, "-m", "scrapy", "reextract", "--jobs", "1"]
    killed = subprocess.Popen(command, env=environment(tmp_path), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while sum(path.read_bytes().count(b"\n") for path in out.glob("articles/**/*.jsonl*")) < 12 and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert list(out.rglob("*.part")), "it was killed in the middle"
    second = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, timeout=120, check=False)
    assert second.returncode == 0, second.stderr
    assert Counter(record["url"] for record in records(out)) == Counter(URL.format(number) for number in range(count))
    assert list(out.rglob("*.part")) == []
    entries = list(read_manifest(out / NAME))
    assert sum(entry.records for entry in entries) == count
    last = json.loads(max((out / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_bytes())
    assert (last["spider"], last["exit_code"], last["sources"][0]["source"]) == ("reextract", 0, "town")


def test_a_second_run_in_one_folder_ends_with_one_line_and_exit_code_4(tmp_path, capsys):
    with run_lock(tmp_path / "out"), pytest.raises(SystemExit) as ended, refusals(), run_lock(tmp_path / "out"):
        pass
    assert ended.value.code == 4
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and f"process {os.getpid()}" in said
    with run_lock(tmp_path / "out"):
        pass


def test_pages_are_chosen_by_source_and_day(tmp_path):
    source_file(tmp_path, "town", "https://town.example/")
    out = tmp_path / "out"
    archive(out, "r", [(day, story(f"خبر {day}"), day) for day in range(1, 5)])
    config = load_config((SHIPPED, tmp_path))

    def days(selection):
        files = find_files([out / "archive"], out / "archive")
        steps = Pages(files, selection, config, (out, "state"))
        return [step.page.url[-1] for step in steps if step.page.url]

    assert days(Selection()) == ["1", "2", "3", "4"]
    assert days(Selection(since="2026-11-02", until="2026-11-03")) == ["2", "3"]
    assert days(Selection(("town",))) == ["1", "2", "3", "4"]
    assert days(Selection(("beiruttime",))) == []


def test_files_come_once_oldest_run_first_and_a_wrong_path_is_said(tmp_path):
    own, other = tmp_path / "out/archive", tmp_path / "other"
    for path in (own / "b/2026-1.warc.gz", own / "a/2026-2.warc.gz", own / "a/2026-3.warc.gz.part", other / "2025-1.warc"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    files = find_files([own, other, own / "b/2026-1.warc.gz"], own)
    assert [file.name for file in files] == [str(other / "2025-1.warc"), "b/2026-1.warc.gz", "a/2026-2.warc.gz"]
    with pytest.raises(ArchiveError, match="no such file or folder"):
        find_files([tmp_path / "none"], own)


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({}, 0),
        ({"fetched": 2, "superseded": 2}, 0),
        ({"fetched": 2, "article/new": 1, "rejected/listing": 1}, 0),
        ({"fetched": 2, "rejected/listing": 2}, 3),
        ({"fetched": 2, "article/new": 1, "failed/timeout": 1}, 1),
        ({"archive_failed": 1}, 1),
    ],
)
def test_exit_codes(counts, code):
    assert exit_code({f"newsbot/source/town/{what}": number for what, number in counts.items()}) == code
