"""What a re-extraction did: asked for, counted, printed and stored alike by every engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console

from newsbot import __version__
from newsbot.config import Config
from newsbot.extractors.panel import shipped_panel
from newsbot.reextraction.knowledge import knowledge_digest
from newsbot.reextraction.pages import Selection
from newsbot.summary import as_json, table, tally


class Done(Protocol):
    """What an engine did, with the names of a crawl's stats, and a line for each file that broke off."""

    @property
    def counts(self) -> Counter[str]:
        """By stat."""

    @property
    def faults(self) -> list[str]:
        """Lines for people."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as its summary names it. Times are RFC 3339 in UTC."""

    out: Path
    id: str
    started_at: str


def asked_for(config: Config, selection: Selection) -> list[list[Any]]:
    """What is asked for, and of which extractor: what was done for the same need not be done again."""
    made_by = [__version__, shipped_panel(config.speed).name, knowledge_digest(config.folders)]
    return [made_by, [sorted(selection.sources), selection.since, selection.until]]


def tell(run: Run, done: Done, files: tuple[int, int], now: str) -> int:
    """Print and store what was *done*; the exit code. *files* are those that were left to do, and all."""
    console = Console(stderr=True, soft_wrap=True)
    for fault in done.faults:
        console.print(fault, highlight=False, markup=False)
    rows, code = tally(done.counts), exit_code(done.counts)
    summary = {"run": run.id, "spider": "reextract", "started_at": run.started_at, "finished_at": now, "reason": "finished"}
    path = _write(run.out, summary | {"exit_code": code, "sources": [as_json(row) for row in rows]})
    console.print(table(rows))
    console.print(f"{files[0]} of {files[1]} archive files were left to do  (this run: {path})", highlight=False)
    return code


def exit_code(counts: Mapping[str, int]) -> int:
    """0 all well, also when nothing was left to do; 1 an archive broke off or a page failed; 3 pages, and none of them an article."""
    said = {what.split("/")[3] for what in counts}
    if said & {"failed", "archive_failed"}:
        return 1
    return 3 if "fetched" in said and not said & {"article", "unchanged", "superseded", "duplicate"} else 0


def _write(out: Path, summary: dict[str, Any]) -> Path:
    folder = out / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{summary['run']}.part"
    part.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return part.rename(part.with_suffix(".json"))
