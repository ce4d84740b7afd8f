"""The last run of each source as a Prometheus text file, for the textfile collector of its node exporter: cron runs are not scraped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from newsbot.health.store import Finding


def write_metrics(path: Path, findings: Iterable[Finding]) -> None:
    """Write the file in one step: whoever reads it never sees half of it.

    Raises:
        OSError: it cannot be written.
    """
    registry = CollectorRegistry()
    pages = Gauge("newsbot_pages", "Pages of the last run by what became of them", ("source", "outcome"), registry=registry)
    fields = Gauge(
        "newsbot_field_coverage_ratio", "Share of the last run's records that have a field", ("source", "field"), registry=registry
    )
    ended = Gauge("newsbot_run_end_timestamp_seconds", "End of the source's last run", ("source",), registry=registry)
    alarms = Gauge("newsbot_alarms", "What a person should look at", ("source", "what"), registry=registry)
    for finding in findings:
        seen = finding.observation
        ended.labels(seen.source).set(datetime.fromisoformat(seen.at).timestamp())
        for outcome in ("found", "fetched", "not_modified", "new", "records"):
            pages.labels(seen.source, outcome).set(getattr(seen, outcome))
        for outcome, counts in (("rejected", seen.rejected), ("failed", seen.failed)):
            pages.labels(seen.source, outcome).set(sum(counts.values()))
        for name, count in seen.fields.items():
            fields.labels(seen.source, name).set(count / seen.records)
        for alarm in finding.alarms:
            alarms.labels(seen.source, alarm.what).set(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)
