import json
import os
import subprocess
import sys

import pytest

from newsbot.health.metrics import write_metrics
from newsbot.health.observations import Observation
from newsbot.health.store import HealthStore


def observed(run: int, dated: int) -> Observation:
    return Observation(
        "example",
        f"run-{run}",
        f"2026-11-{run + 1:02}T06:00:00Z",
        lists=1,
        found=30,
        fetched=20,
        new=20,
        records=20,
        fields={"title": 20, "date": dated},
        languages={"ar": 20},
        words=(300,) * 20,
        removed_share=0.1,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("health")
    store = HealthStore(folder / "state" / "health.sqlite")
    findings = [store.add(observed(run, 20 if run < 8 else 0)) for run in range(9)]
    store.close()
    write_metrics(folder / "metrics" / "newsbot.prom", findings[-1:])
    return folder


def health(out, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "health", *arguments]
    environment = {**os.environ, "NEWSBOT_OUT": str(out), "COLUMNS": "160"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_what_broke_is_named_and_the_exit_code_is_1(out):
    shown = health(out)
    assert shown.returncode == 1, shown.stderr
    assert "0 of 20 pages had a date, usually 100% (since 2026-11-09)" in shown.stdout


def test_machines_read_it_line_by_line(out):
    shown = health(out, "--json", "example")
    (line,) = map(json.loads, shown.stdout.splitlines())
    assert (line["source"], [alarm["what"] for alarm in line["alarms"]]) == ("example", ["date"])


def test_an_unknown_source_is_one_line(out):
    shown = health(out, "exampel")
    assert (shown.returncode, shown.stderr) == (2, "exampel: no run of this source was observed; did you mean example?\n")


def test_prometheus_reads_the_last_run(out):
    told = (out / "metrics" / "newsbot.prom").read_text(encoding="utf-8")
    assert 'newsbot_alarms{source="example",what="date"} 1.0' in told
    assert 'newsbot_field_coverage_ratio{field="title",source="example"} 1.0' in told
