"""Which records of a feed are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.manifest import Entry


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that must all hold; an empty one holds always. Times are those of the fetch, in UTC."""

    since: str | None = None
    """First instant, RFC 3339 with ``Z``."""
    until: str | None = None
    """The instant after the last one."""
    sources: tuple[str, ...] = ()
    """Ids of sources."""
    languages: tuple[str, ...] = ()
    """Language tags; ``ar`` means ``ar-LB`` too."""

    def may_hold(self, entry: Entry) -> bool:
        """Whether the file of *entry* can have records that are meant; told by its folder, ``<kind>/<source>/<day>``."""
        _, source, day = (*entry.path.split("/"), "", "")[:3]
        if self.sources and source not in self.sources:
            return False
        return not (self.since and day < self.since[:10]) and not (self.until and day[:4].isdigit() and day > self.until[:10])

    def holds(self, record: dict[str, Any]) -> bool:
        """Whether *record* is meant."""
        return (
            (not self.sources or record["source"] in self.sources)
            and (not self.languages or _speaks(record["language"], self.languages))
            and self.holds_at(record["fetched_at"])
        )

    def holds_at(self, time: str | None) -> bool:
        """Whether something that was seen at *time* is meant."""
        if self.since is None and self.until is None:
            return True
        return time is not None and (self.since is None or time >= self.since) and (self.until is None or time < self.until)


def _speaks(language: str | None, wanted: tuple[str, ...]) -> bool:
    return language is not None and any(language == tag or language.startswith(f"{tag}-") for tag in wanted)
