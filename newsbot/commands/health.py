"""``scrapy health``: does every source still give what it used to."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals, state_name
from newsbot.health.store import Finding, HealthStore
from newsbot.run import nearest


class Command(ScrapyCommand):
    """Exit code 0: all well; 1: something needs a person; 2: usage."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] [SOURCE ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Compare each source's last run with its runs before"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object a source and line, for machines")
        parser.add_argument("--accept", action="store_true", help="take what is alarming at SOURCE for usual from now on")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show the last run of each source, or of those in *args*."""
        assert self.settings is not None
        path = Path(self.settings["NEWSBOT_OUT"]) / state_name(self.settings) / "health.sqlite"
        if not path.exists():
            raise UsageError(f"{path}: no run was observed yet; scrapy crawl news comes first")
        store = HealthStore(path)
        known = store.sources()
        for name in args:
            if name not in known:
                raise UsageError(f"{name}: no run of this source was observed; {nearest(name, known)}")
        if opts.accept:
            _accept(store, args)
        findings = [finding for finding in store.latest() if not args or finding.observation.source in args]
        store.close()
        _print_lines(findings) if opts.json else _print_table(findings)
        self.exitcode = int(any(finding.alarms for finding in findings))


def _accept(store: HealthStore, sources: list[str]) -> None:
    if not sources:
        raise UsageError("--accept: name the sources whose last runs are as they should be")
    for source in sources:
        store.accept(source)


def _print_lines(findings: list[Finding]) -> None:
    for finding in findings:
        told = asdict(finding.observation) | {"alarms": [asdict(alarm) for alarm in finding.alarms]}
        print(json.dumps(told, ensure_ascii=False))


def _print_table(findings: list[Finding]) -> None:
    table = Table("source", "last run", box=None, pad_edge=False)
    for title in ("found", "fetched", "new", "rejected", "failed"):
        table.add_column(title, justify="right")
    table.add_column("health", overflow="fold")
    for finding in findings:
        seen = finding.observation
        numbers = (seen.found, seen.fetched, seen.new, sum(seen.rejected.values()), sum(seen.failed.values()))
        health = "\n".join(f"{alarm.message} (since {alarm.since})" for alarm in finding.alarms)
        table.add_row(seen.source, seen.at[:16].replace("T", " "), *map(str, numbers), f"[red]{health}[/]" if health else "[green]well[/]")
    Console().print(table)
