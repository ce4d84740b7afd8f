"""A worker may die before any of its calls to database and storage, or lose its answer: nothing is lost, nothing is there twice."""

import threading
from collections import Counter
from contextlib import suppress
from itertools import count

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsbot.errors import StateLost
from newsbot.fleet_database import FleetDatabase
from newsbot.items import Deletion
from pipelines.fleet_manifest import FleetManifest
from pipelines.fleet_writer import FORMS, PART
from tests.pipelines.test_fleet_writers import Worker, article, feed, taken_for_dead
from tests.pipelines.test_manifest import entry

NUMBER = count()
STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "write", "delete", "checkpoint"]), st.integers(0, 3), st.integers(0, 2)),
    min_size=1, max_size=10,
)  # fmt: skip


class Crash(BaseException):
    """The process is gone: nothing catches this."""


class Fate:
    """Ends a worker before its call number *last*, or (*loses*) takes away the answer to the end of that transaction."""

    def __init__(self, worker, last, *, loses):
        self.left, self.loses = last, loses
        database = worker.writer.database._database
        for owner, name in ((database, "execute"), (worker.files._storage, "put"), (worker.files._storage, "remove")):
            setattr(owner, name, self._counted(getattr(owner, name)))
        database.transaction = self._losing(database.transaction)

    def _counted(self, call):
        def counted(*arguments):
            self.left -= 1
            if self.left < 0 and not self.loses:
                raise Crash
            return call(*arguments)

        return counted

    def _losing(self, transaction):
        fate = self

        class Losing:
            def __enter__(self):
                self.real = transaction()
                return self.real.__enter__()

            def __exit__(self, *error):
                done = self.real.__exit__(*error)
                if fate.loses and fate.left < 0 and error[0] is None:
                    fate.loses = False
                    raise StateLost("the answer was lost")
                return done

        return Losing


def one(number, version):
    return article(f"https://a.example/{number}", f"نص {number}" if number < 2 else f"نص {number} {version}", day=version + 1)


def do(worker, steps):
    for now, (step, number, version) in enumerate(steps):
        if step == "write":
            worker.judge(one(number, version))
        elif step == "delete" and number > 1:
            gone = Deletion(one(number, 0).id, f"https://a.example/{number}", 404, "2026-11-22T00:00:00Z", "town")
            event = worker.history.judge_deletion(gone)
            if event is not None:
                worker.files.write(event, 0)
        elif step == "checkpoint":
            worker.files.checkpoint(now * 200)
    worker.files.close(10_000)


def restart(address, out, steps, fate=None):
    worker = Worker(address, f"w{next(NUMBER)}", out)
    if fate is not None:
        Fate(worker, fate[0], loses=fate[1])
    try:
        with suppress(Crash):
            do(worker, steps)
    finally:
        worker.die()
        taken_for_dead(address, worker.writer.name)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(STEPS, st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=3))
def test_wherever_a_worker_dies_the_others_lose_and_repeat_nothing(postgresql, tmp_path_factory, steps, fates):
    address, out = postgresql.empty(), tmp_path_factory.mktemp("out")
    for fate in fates:
        restart(address, out, steps, fate)
    restart(address, out, steps)
    lines = feed(address, out)
    records, events = ([line for line in lines if ("event" in line) == told] for told in (False, True))
    assert set(Counter((line["id"], line["revision"], line["processing"]) for line in records).values()) <= {1}
    assert max(Counter((line["id"], line["last_revision"]) for line in events).values(), default=1) == 1
    said = {number: version for step, number, version in steps if step == "write"}
    for number, version in said.items():
        known = sorted((line["revision"], line["content_text"]) for line in records if line["id"] == one(number, 0).id)
        assert [revision for revision, _ in known] == list(range(1, len(known) + 1))
        assert known[-1][1] == one(number, version).record["content_text"]
        assert len(known) == 1 or number > 1
    with psycopg.connect(address) as connection:
        left = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("claim", "draft", "draft_minimum", "writer")]
    assert left == [(0,)] * 4


def test_a_reader_that_goes_on_from_a_sequence_misses_none(postgresql):
    address = postgresql.empty()
    databases = [FleetDatabase(address, PART, FORMS) for _ in range(4)]
    threads = [threading.Thread(target=lambda manifest: [manifest.append(entry) for _ in range(25)], args=(FleetManifest(database),))
               for database in databases[1:]]  # fmt: skip
    for thread in threads:
        thread.start()
    seen, reader = [], FleetManifest(databases[0])
    while len(seen) < 75:
        seen += [one.sequence for one in reader.entries(seen[-1] if seen else 0)]
    for thread in threads:
        thread.join()
    assert seen == list(range(1, 76))
    for database in databases:
        database.close()
