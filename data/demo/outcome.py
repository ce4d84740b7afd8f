"""What a crawl of the demo newsroom brought, as a table in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .newsroom.stories import Story, load_stories

_COLUMNS: Final = {"": 2, "date": 10, "words": 5, "cut": 3, "rev": 3, "text": 7, "access": 9}
"""Columns of known width."""
_PIPED_WIDTH: Final = 120
_ISOLATE: Final = "\u2068{}\u2069"
"""First-strong isolate: right-to-left text cannot reorder the cells beside it (Unicode bidi algorithm, UAX 9)."""

Record = dict[str, Any]


def show_outcome(out: Path, edition: int, since: datetime) -> None:
    """Print the records below *out* that were fetched *since* then, and where they are."""
    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    stories = {story.path: story for story in load_stories(edition)}
    records = sorted(read_records(out, since), key=lambda record: (str(record["source"]), str(record["language"])))
    if records:
        console.print(outcome_table(records, stories, console.width))
    exact = [record for record in records if is_exact(record, stories)]
    told = f", {len(exact)} with exactly the text that their authors wrote" if records else ""
    console.print(f"{len(records)} records in this crawl{told}; the newsroom carries {len(stories)} stories.", highlight=False)
    for event in read_events(out, since):
        console.print(f"Taken down by its publisher: {unquote(str(event['url']))} (HTTP {event['status']})", highlight=False, markup=False)
    if any((out / "articles").glob("*/*/*.jsonl")):
        show_place(console, _shown(out))


def show_place(console: Console, out: str) -> None:
    """Print where the records are and how to look at them."""
    console.print(f"\nThe records, one JSON object a line: {out}/articles/<source>/<day>/*.jsonl", highlight=False, soft_wrap=True)
    console.print("To look at the first one:")
    command = f"cat {out}/articles/*/*/*.jsonl | head -n 1 | .venv/bin/python -m json.tool --no-ensure-ascii"
    console.print(f"  {command}", highlight=False, soft_wrap=True)


def outcome_table(records: list[Record], stories: dict[str, Story], width: int) -> Table:
    """One row a record, *width* columns wide; the titles stand last, where a terminal that orders them its own way does no harm."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    for name, columns in _COLUMNS.items():
        table.add_column(name, no_wrap=True, min_width=columns, justify="right" if name in ("words", "cut", "rev") else "left")
    room = max(width - sum(_COLUMNS.values()) - len(_COLUMNS) - 3, 30)
    names = min(room // 3, 26)
    table.add_column("authors", no_wrap=True)
    table.add_column("title", no_wrap=True)
    for record in records:
        authors = ", ".join(author["name"] for author in record["authors"])
        table.add_row(*outcome_row(record, stories), _cell(authors or "-", names), _cell(str(record["title"]), room - names))
    table.caption = "cut: lines removed beside the story; text: whether it is exactly as written"
    return table


def outcome_row(record: Record, stories: dict[str, Story]) -> tuple[str, ...]:
    """The cells of one record before its authors and title."""
    return (
        str(record["language"] or "?"),
        str(record["date_published"] or "?")[:10],
        str(record["quality"]["words"]),
        str(len(record["removed"])),
        str(record["revision"]),
        "exact" if is_exact(record, stories) else "differs",
        str(record["access"]["status"]),
    )


def is_exact(record: Record, stories: dict[str, Story]) -> bool:
    """Whether the record's text is the story's, letter for letter."""
    story = stories.get(story_path(str(record["url"])))
    return story is not None and record["content_text"] == story.content_text


def story_path(url: str) -> str:
    """Path of *url* in the spelling of :attr:`Story.path`."""
    return quote(unquote(urlsplit(url).path))


def read_records(out: Path, since: datetime) -> Iterator[Record]:
    """The records of finished files that were fetched *since* then."""
    for path in sorted((out / "articles").glob("*/*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["fetched_at"] and datetime.fromisoformat(record["fetched_at"]) >= since:
                yield record


def read_events(out: Path, since: datetime) -> Iterator[Record]:
    """The deletions that were seen *since* then."""
    for path in sorted((out / "events").glob("*/*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if datetime.fromisoformat(event["seen_at"]) >= since:
                yield event


def _cell(text: str, width: int) -> str:
    """At most *width* terminal columns of *text*, wide letters counted as two, set apart from its neighbours."""
    short = text
    while cell_len(short) > width:
        short = short.removesuffix("…")[:-1] + "…"
    return _ISOLATE.format(escape(short))


def _shown(path: Path) -> str:
    """The path from here where it lies below, for short command lines."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
