"""The observations of all sources, in one SQLite file or a fleet's database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from newsbot.health.observations import Observation
from newsbot.health.verdicts import Alarm, judge_run
from newsbot.tables import Place, open_tables

BASELINE_RUNS: Final = 30
"""Earlier runs without an alarm that a run is compared with."""
KEPT_RUNS: Final = 400
"""Runs of a source that are kept for its trends."""
FORMS: Final = (
    """
    CREATE TABLE observation (number INTEGER PRIMARY KEY, source TEXT NOT NULL, run TEXT NOT NULL, at TEXT NOT NULL,
        told TEXT NOT NULL, alarms TEXT NOT NULL, UNIQUE (source, run));
    CREATE INDEX observation_source ON observation (source, number)
    """,
)
_AGAIN: Final = "DELETE FROM observation WHERE source = ? AND run = ?"
_STORE: Final = "INSERT INTO observation (source, run, at, told, alarms) VALUES (?, ?, ?, ?, ?)"
_FORGET: Final = """
DELETE FROM observation WHERE source = ? AND number NOT IN
    (SELECT number FROM observation WHERE source = ? ORDER BY number DESC LIMIT ?)
"""
_ACCEPT: Final = "DELETE FROM observation WHERE source = ? AND number < (SELECT number FROM observation WHERE source = ? AND run = ?)"
_CALM: Final = "UPDATE observation SET alarms = '[]' WHERE source = ?"
_ROWS: Final = "SELECT told, alarms FROM observation WHERE source = ? ORDER BY number DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Finding:
    """A run of a source, and what was alarming in it."""

    observation: Observation
    alarms: tuple[Alarm, ...] = ()


class HealthStore:
    """What the runs saw of each source, and what was alarming in it."""

    def __init__(self, place: Place) -> None:
        """Open *place*.

        Raises:
            StateError: it cannot be used.
        """
        self._tables = open_tables(place, "health", FORMS)

    def add(self, observation: Observation) -> Finding:
        """Judge *observation* against the source's last runs, and keep both. Being told twice is being told once."""
        before = [one for one in self.findings(observation.source, KEPT_RUNS) if one.observation.run != observation.run]
        calm = [one.observation for one in before if not one.alarms][-BASELINE_RUNS:]
        alarms = tuple(_since(alarm, before) for alarm in judge_run((*calm, observation)))
        told = (json.dumps(asdict(observation)), json.dumps([asdict(alarm) for alarm in alarms]))
        with self._tables.transaction():
            self._tables.change(_AGAIN, (observation.source, observation.run))
            self._tables.change(_STORE, (observation.source, observation.run, observation.at, *told))
            self._tables.change(_FORGET, (observation.source, observation.source, KEPT_RUNS))
        return Finding(observation, alarms)

    def findings(self, source: str, runs: int = KEPT_RUNS) -> list[Finding]:
        """The last *runs* of a source, oldest first."""
        rows = self._tables.rows(_ROWS, (source, runs))
        return [_finding(told, alarms) for told, alarms in reversed(rows)]

    def sources(self) -> list[str]:
        """Every source that was observed."""
        return [name for (name,) in self._tables.rows("SELECT DISTINCT source FROM observation ORDER BY source")]

    def latest(self) -> Iterator[Finding]:
        """The last run of each source."""
        for source in self.sources():
            yield from self.findings(source, 1)

    def accept(self, source: str) -> int:
        """Take what is alarming now for usual from now on: what came before it is forgotten. The number of runs that are left."""
        findings = self.findings(source)
        calm = max((place for place, one in enumerate(findings) if not one.alarms), default=-1)
        kept = findings[calm + 1 :]
        if kept:
            first = kept[0].observation.run
            with self._tables.transaction():
                self._tables.change(_ACCEPT, (source, source, first))
                self._tables.change(_CALM, (source,))
        return len(kept)

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()


def _since(alarm: Alarm, before: Sequence[Finding]) -> Alarm:
    """*alarm* with the day on which it began: that of the first of the runs before it, in a row, that had it too."""
    since = alarm.since
    for finding in reversed(before):
        same = next((one for one in finding.alarms if one.what == alarm.what), None)
        if same is None:
            break
        since = same.since
    return replace(alarm, since=since)


def _finding(told: str, alarms: str) -> Finding:
    values = json.loads(told)
    observation = Observation(**{**values, "words": tuple(values["words"]), "lags_h": tuple(values["lags_h"])})
    return Finding(observation, tuple(_alarms(json.loads(alarms))))


def _alarms(rows: Iterable[dict[str, str]]) -> Iterator[Alarm]:
    for row in rows:
        yield Alarm(**row)
