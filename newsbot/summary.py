"""What a run did, by source: read from the stats, told in a table and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from rich.table import Table

from newsbot.frontier import Wait

_PREFIX: Final = "newsbot/source/"


@dataclass
class SourceTally:
    """The counts of one source, as they are read from the stats."""

    source: str
    list: int = 0
    """Feeds, sitemaps and section pages that were read."""
    list_failed: dict[str, int] = field(default_factory=dict)
    found: int = 0
    """Article addresses that were named or waited, each once."""
    not_due: int = 0
    """Of these, those that were visited before and are left alone for now."""
    fetched: int = 0
    not_modified: int = 0
    """Pages that their server says have not changed (304)."""
    article: dict[str, int] = field(default_factory=dict)
    """Records written: ``new``, ``revised``, ``reprocessed``."""
    copy: int = 0
    """Records that repeat the story of another article."""
    unchanged: int = 0
    deleted: int = 0
    """Deletion events written."""
    rejected: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    """Addresses that failed too often, in this run for the last time."""
    waiting: dict[str, int] = field(default_factory=dict)
    """Addresses that a later run will fetch, by what they wait for."""
    archive_failed: int = 0
    more: dict[str, int] = field(default_factory=dict)
    """Counts that have no place of their own here, reasons added up."""

    @property
    def usable(self) -> int:
        """Articles, written now or known before."""
        return sum(self.article.values()) + self.unchanged + self._left_alone

    @property
    def _left_alone(self) -> int:
        return self.not_due + self.not_modified

    @property
    def is_failed(self) -> bool:
        """Whether none of its lists could be read, or none of the pages that they name."""
        no_list = bool(self.list_failed) and not self.list
        refused = self.rejected.get("error_page", 0)
        no_page = self.found > 0 and not self._left_alone and self.fetched == refused and bool(self.failed or refused)
        return no_list or no_page or self.archive_failed > 0


def tally(stats: Mapping[str, Any], sources: Iterable[str] = ()) -> list[SourceTally]:
    """One tally for each of *sources* and each other source that *stats* know, by id."""
    tallies = {source: SourceTally(source) for source in sources}
    for key, number in stats.items():
        if key.startswith(_PREFIX):
            source, what, *family = key.removeprefix(_PREFIX).split("/", 2)
            _enter(tallies.setdefault(source, SourceTally(source)), what, family[0] if family else None, number)
    return [tallies[source] for source in sorted(tallies)]


def _enter(row: SourceTally, what: str, family: str | None, number: int) -> None:
    place = getattr(row, what, None)
    if family is not None and isinstance(place, dict):
        place[family] = number
    elif family is None and isinstance(place, int):
        setattr(row, what, number)
    else:
        row.more[what] = row.more.get(what, 0) + number


def exit_code(tallies: Iterable[SourceTally], reason: str | None = None) -> int:
    """0 all well, also when nothing was new; 1 some source failed; 3 nothing usable: every source failed, or no page was an article.

    5 the run had to stop: *reason*, why the spider was closed, ends in ``_failed``.
    """
    if reason and reason.endswith("_failed"):
        return 5
    rows = list(tallies)
    usable = sum(row.usable for row in rows)
    if all(row.is_failed for row in rows) or (not usable and any(row.fetched for row in rows)):
        return 3
    return int(any(row.is_failed for row in rows))


def as_json(row: SourceTally) -> dict[str, Any]:
    """*row* for the run's JSON file."""
    return {**vars(row), "source_failed": row.is_failed}


def as_wait(wait: Wait) -> dict[str, Any]:
    """*wait* for the run's JSON file."""
    return {**asdict(wait), "until": f"{datetime.fromtimestamp(wait.until, UTC):%Y-%m-%dT%H:%M:%SZ}"}


def table(tallies: Iterable[SourceTally]) -> Table:
    """The counts as a table, with a line of sums where there is more than one source."""
    rows = list(tallies)
    shown = Table(box=None, pad_edge=False)
    shown.add_column("source", overflow="fold")  # an id that is cut short names no source
    for title in ("found", "fetched", "304", "new", "revised", "unchanged"):
        shown.add_column(title, justify="right")
    shown.add_column("rejected")
    shown.add_column("failed")
    for row in rows:
        shown.add_row(*_cells(row))
    if len(rows) > 1:
        shown.add_row(*_cells(_sum(rows)), style="bold")
    return shown


def _sum(rows: Iterable[SourceTally]) -> SourceTally:
    """All *rows* as one."""
    total = SourceTally("all")
    for row in rows:
        for name, number in vars(row).items():
            if isinstance(number, dict):
                setattr(total, name, dict(Counter(getattr(total, name)) + Counter(number)))
            elif isinstance(number, int):
                setattr(total, name, getattr(total, name) + number)
    return total


def _cells(row: SourceTally) -> list[str]:
    edited = row.article.get("revised", 0) + row.article.get("reprocessed", 0)
    numbers = (row.found, row.fetched, row.not_modified, row.article.get("new", 0), edited, row.unchanged)
    return [row.source, *map(str, numbers), _families(row.rejected), ", ".join(_faults(row))]


def _faults(row: SourceTally) -> Iterator[str]:
    if row.is_failed and row.source != "all":
        yield "SOURCE FAILED"
    if row.list_failed:
        yield f"lists: {_families(row.list_failed)}"
    if row.archive_failed:
        yield f"archives: {row.archive_failed}"
    if row.failed:
        yield _families(row.failed)
    if row.quarantined:
        yield f"quarantined: {_families(row.quarantined)}"
    if row.waiting:
        yield f"waiting: {_families(row.waiting)}"


def _families(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
