"""A run may die before any of its calls to the system, and the power may go with it: nothing is lost, nothing is there twice."""

import errno
import hashlib
import json
import os
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsbot.errors import OutputError
from newsbot.items import Article, Block, Deletion, Extractor
from pipelines.finished import finish
from pipelines.manifest import NAME, read_manifest
from pipelines.memory import History
from pipelines.record_files import RecordFiles
from pipelines.state import history_path

WRITE = os.write
GROWING = ("write", "pwrite", "fsync", "mkdir")
"""What a full disk refuses; files may still be cut."""
CALLS = ("open", "write", "pwrite", "fsync", "ftruncate", "rename", "mkdir", "unlink")
STEADY = range(3)
"""Articles that never change: one record each, however often a run dies."""


@contextmanager
def memory_folder():
    """A folder in memory where the system has one: SQLite waits for a real disk at every commit."""
    with TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as name:
        yield Path(name)


class Crash(BaseException):
    """The process is gone: nothing catches this."""


class Disk:
    """The real one, which refuses from the *last* call on, and knows what of each file a power cut would leave."""

    def __init__(self, last=10**9, refuse=None):
        self.left, self.refuse, self.synced, self.handles = last, refuse, {}, set()

    @contextmanager
    def used(self, names=CALLS):
        """Only calls of *names* are refused. At the end all files are closed, as the system does for a dead process."""
        calls = {name: self._counted(name, getattr(os, name), name in names) for name in CALLS}
        close = os.close
        try:
            with patch.multiple(os, **calls, close=lambda handle: (self.handles.discard(handle), close(handle))):
                yield
        finally:
            for handle in self.handles:
                close(handle)

    def _counted(self, name, call, counts):
        def counted(first, *arguments, **named):
            self.left -= counts
            if counts and self.left < 0:
                self.refuse(call, first, arguments)
            if name == "fsync":  # it is told in place of done: a test that waits for the real disk takes minutes
                state = os.fstat(first)
                self.synced[state.st_ino] = state.st_size
                return None
            result = call(first, *arguments, **named)
            if name == "open":
                self.handles.add(result)
            return result

        return counted

    def cut_power(self, out, share):
        """Each file keeps what was synced, and *share* of what was not."""
        for path in [*out.rglob("*.jsonl.part"), *out.glob(NAME)]:
            state = path.stat()
            synced = min(self.synced.get(state.st_ino, 0), state.st_size)
            os.truncate(path, synced + int((state.st_size - synced) * share))


def die(call, first, arguments):
    raise Crash


def article(number, version):
    text = f"نص {number}" if number in STEADY else f"نص {number} {version}"
    return finish(Article(f"https://a.example/{number}", Extractor("1"), source="a", blocks=(Block(0, "paragraph", text),)))


class Run:
    """One run over *out*; *told* gets what is announced as durable."""

    def __init__(self, out, name, told):
        self.history = History(history_path(out, "state"))
        self.files = RecordFiles(out, name, lambda records, events: (self.history.remember(records, events), told.extend(records)))

    def do(self, steps, disk, names=CALLS):
        try:
            with disk.used(names):
                self._do(steps)
        finally:
            self.history.close()

    def _do(self, steps):
        self.files.recover(now=0)
        for now, (step, number, version) in enumerate(steps):
            if step == "write":
                item = self.history.judge(article(number, version))
            elif step == "delete" and number not in STEADY:
                url = f"https://a.example/{number}"
                item = self.history.judge_deletion(Deletion(article(number, 0).id, url, 404, "2024-05-07T00:00:00Z", "a"))
            else:
                self.files.checkpoint(now * 200)
                continue
            if item is not None:
                self.files.write(item, now * 200)
        self.files.close(now=10_000)


def require_sound(out):
    """All lines of the feed by kind, when the manifest says of every file what is in it."""
    assert list(out.rglob("*.part")) == []
    entries = list(read_manifest(out / NAME))
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    finished = {path.relative_to(out).as_posix() for kind in ("articles", "events") for path in (out / kind).rglob("*.jsonl")}
    assert sorted(entry.path for entry in entries) == sorted(finished), "each finished file has one line"
    lines = {"articles": [], "events": []}
    for entry in entries:
        data = (out / entry.path).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert entry.records == data.count(b"\n")
        lines[entry.kind].extend(json.loads(line) for line in data.splitlines())
    return lines


STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "write", "delete", "checkpoint"]), st.integers(0, 4), st.integers(0, 2)),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.lists(st.tuples(st.integers(0, 90), st.floats(0, 1)), min_size=1, max_size=3))
def test_wherever_a_run_dies_the_next_ones_lose_and_repeat_nothing(steps, deaths):
    with memory_folder() as out:
        require_nothing_lost(out, steps, deaths)


def require_nothing_lost(out, steps, deaths):
    told = []
    for number, (last, share) in enumerate(deaths):
        disk = Disk(last, die)
        disk.synced = {path.stat().st_ino: path.stat().st_size for path in out.rglob("*.jsonl*")}
        with suppress(Crash):
            Run(out, f"run{number}", told).do(steps, disk)
        disk.cut_power(out, share)
    Run(out, "last", told).do(steps, Disk())
    lines = require_sound(out)
    keys = Counter((record["id"], record["revision"], record["processing"]) for record in lines["articles"])
    assert set(keys.values()) <= {1}, "no record is there twice"
    assert {(record["id"], record["revision"], record["processing"]) for record in told} == set(keys), "what was told is there"
    assert max(Counter((event["id"], event["last_revision"]) for event in lines["events"]).values(), default=1) == 1
    require_end_state(steps, lines)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_recovery_may_die_before_any_of_its_calls_too(share):
    steps = [("write", 0, 0), ("write", 1, 0), ("write", 4, 1)]
    with memory_folder() as folder:
        writes = next(last for last in range(60) if dies_in(folder / f"probe{last}", steps, last) == len(steps))
        for second in range(45):
            out = folder / f"{second}"
            require_nothing_lost(out, steps, [(writes, share), (second, share)])


def dies_in(out, steps, last):
    """Lines that stand in the part file when a run over *out* dies before its call number *last*."""
    with suppress(Crash):
        Run(out, "run", []).do(steps, Disk(last, die))
    return sum(path.read_bytes().count(b"\n") for path in out.rglob("*.part"))


def require_end_state(steps, lines):
    """The last record of each article says what its page said last; one that never changed has one record."""
    said = {number: version for step, number, version in steps if step == "write"}
    for number, version in said.items():
        known = article(number, version).id
        revisions = sorted((record["revision"], record["content_text"]) for record in lines["articles"] if record["id"] == known)
        assert revisions[-1][1] == article(number, version).record["content_text"]
        assert [revision for revision, _ in revisions] == list(range(1, len(revisions) + 1))
        assert len(revisions) == 1 or number not in STEADY


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.sampled_from([errno.ENOSPC, errno.EDQUOT, errno.EIO]))
def test_a_disk_that_is_full_in_mid_write_gives_one_line_and_nothing_half(last, code):
    with memory_folder() as out:
        require_nothing_half(out, last, code)


def require_nothing_half(out, last, code):
    steps = [("write", number, 0) for number in range(5)] + [("checkpoint", 0, 0), ("write", 4, 1)]

    def refuse(call, first, arguments):
        if call is WRITE and last % 2:
            WRITE(first, bytes(arguments[0])[:7])
        raise OSError(code, os.strerror(code))

    try:
        Run(out, "full", []).do(steps, Disk(last, refuse), GROWING)
    except OutputError as error:
        assert "\n" not in str(error) and os.strerror(code) in str(error)
        for path in out.rglob("*.jsonl*"):
            assert path.read_bytes()[-1:] in (b"\n", b""), "half a line was taken back"
    Run(out, "next", []).do(steps, Disk())
    lines = require_sound(out)
    assert len(lines["articles"]) == len({(record["id"], record["revision"]) for record in lines["articles"]})
    require_end_state(steps, lines)


def test_a_receiver_that_fails_leaves_the_file_for_the_next_start(tmp_path):
    def refuse(records, events):
        raise OutputError("the memory is locked")

    files = RecordFiles(tmp_path, "run", refuse)
    files.write(History(history_path(tmp_path, "state")).judge(article(0, 0)), now=0)
    with pytest.raises(OutputError):
        files.close(now=1)
    files.leave()
    assert len(list(tmp_path.rglob("*.part"))) == 1
    told = []
    Run(tmp_path, "next", told).do([("write", 0, 0)], Disk())
    assert len(told) == 1 and len(require_sound(tmp_path)["articles"]) == 1
