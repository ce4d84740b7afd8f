"""scrapy prune and scrapy forget, as a shell sees them: one line for a mistake, the right exit code, nothing half done."""

import signal
import time

import pytest
from scrapy.cmdline import execute

from newsbot.run_lock import run_lock
from pipelines.manifest import NAME
from tests.feed.feeds import add_file, record


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


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    for number in (1, 2, 3):
        add_file(folder, [record(number, url=f"https://a.example/{number}", canonical_url=None, source="town")])
    path = folder / "archive" / "town" / "20200101T000000Z-aaaaaa-0001.warc.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    return folder


def contents(folder):
    return {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "run.lock" and "state" not in path.parts
    }


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["prune"], 2, "--archive-days"),
        (["prune", "more"], 2, "no arguments"),
        (["prune", "--budget", "much"], 2, "'much' is no size"),
        (["prune", "--budget", "-5"], 2, "is no size"),
        (["prune", "--archive-days", "soon"], 2, "'soon' is no number of days"),
        (["prune", "--feed-days", "-1"], 2, "'-1' is no number of days"),
        (["prune", "--state-days", "nan"], 2, "'nan' is no number of days"),
        (["prune", "--feed-days", "1e9"], 2, "is no number of days"),
        (["prune", "--feed-days", "9", "--out", "nowhere"], 2, "no output folder"),
        (["forget"], 2, "one article"),
        (["forget", "a", "b"], 2, "one article"),
        (["forget", " "], 2, "one article"),
        (["forget", "0" * 32, "--out", "nowhere"], 2, "no output folder"),
        (["forget", "0" * 32], 1, "nothing of such an article"),
        (["forget", "--dry-run", "https://[bad"], 1, "nothing of such an article"),
        (["forget", "x" * 9000 + "\x00"], 1, "nothing of such an article"),
        (["forget", "0" * 32, "-s", "NEWSBOT_STATE="], 2, "NEWSBOT_STATE is empty"),
    ],
)
def test_a_mistake_is_one_line_and_its_exit_code_and_nothing_changes(out, scrapy, monkeypatch, tmp_path, arguments, code, word):
    before = contents(out)
    place = [] if "--out" in arguments else ["--out", str(out)]
    ended, _, told = scrapy(*arguments, *place)
    assert (ended, len(told.splitlines())) == (code, 1) and word in told
    assert contents(out) == before and not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("spoil", "code", "word"),
    [
        (lambda out: (out / NAME).write_text('{"some": "json"}\n'), 1, "no entry of a manifest"),
        (lambda out: next(out.glob("articles/*/*/*2.jsonl")).write_text("{}\n"), 1, "sequence 2 is damaged"),
        (lambda out: (out / "archive/town/x.warc.gz").write_bytes(b"\x1f\x8b" + bytes(50)), 2, "x.warc.gz"),
        (lambda out: ((out / "state").mkdir(), (out / "state/history.sqlite").write_text("no database" * 99)), 2, "history.sqlite"),
    ],
)
def test_what_is_damaged_is_named_and_the_feed_stays_as_it_is(out, scrapy, spoil, code, word):
    spoil(out)
    before = {path: data for path, data in contents(out).items() if "articles" in path.parts}
    ended, _, told = scrapy("forget", f"{1:032x}", "--out", str(out))
    assert (ended, len(told.splitlines())) == (code, 1) and word in told
    assert {path: data for path, data in contents(out).items() if "articles" in path.parts} == before


def test_both_end_with_4_while_a_run_is_at_work(out, scrapy):
    with run_lock(out):
        for arguments in (["prune", "--feed-days", "0"], ["forget", f"{1:032x}"]):
            ended, _, told = scrapy(*arguments, "--out", str(out))
            assert (ended, len(told.splitlines())) == (4, 1) and "another run" in told


def test_prune_shows_what_would_go_and_then_what_went(out, scrapy):
    before = contents(out)
    arguments = ["prune", "--out", str(out), "--archive-days", "30"]
    code, told, _ = scrapy(*arguments, "--dry-run")
    assert code == 0 and "older than 30 days" in told and "would go" in told and contents(out) == before
    code, told, _ = scrapy(*arguments)
    assert code == 0 and "1 files, 0 B gone" in told and not (out / "archive").exists()
    assert scrapy(*arguments)[1].startswith("0 files")


def test_prune_says_when_the_budget_cannot_be_met(out, scrapy):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    (out / NAME).write_bytes((out / NAME).read_bytes().replace(b"2026-11-21T08:00:00Z", now.encode()))
    code, told, _ = scrapy("prune", "--out", str(out), "--budget", "1")
    assert code == 1 and "over the budget" in told and len(list(out.glob("articles/*/*/*"))) == 3


def test_forget_says_what_it_did_and_that_copies_may_be_elsewhere(out, scrapy):
    code, told, _ = scrapy("forget", "https://a.example/2", "--out", str(out), "--dry-run")
    assert code == 1  # its id is another one, and no memory knows the address
    code, told, _ = scrapy("forget", f"{2:032x}", "--out", str(out))
    assert code == 0 and "1 records in 1 files" in told and "back-ups" in told
    assert scrapy("follow", str(out), "--once")[1].count('"event":"forgotten"') == 1
