"""The run over the demo newsroom: its table, and what it says when it cannot go on."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from data.demo import outcome, run
from data.demo.newsroom.stories import Story, load_stories

STORIES = {story.path: story for story in load_stories(1)}
START = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)


def record_of(story: Story, **changes: object) -> dict[str, object]:
    record = {
        "source": f"{story.site}-demo",
        "url": f"http://localhost:8001{story.path}",
        "language": story.language,
        "title": story.title,
        "date_published": story.published.isoformat(),
        "authors": [{"name": name, "url": None} for name in story.authors],
        "content_text": story.content_text,
        "access": {"status": story.access, "evidence": []},
        "quality": {"words": 100},
        "removed": [],
        "revision": 1,
        "fetched_at": "2026-11-22T08:00:01Z",
    }
    return record | changes


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for story in STORIES.values():
        folder = tmp_path / "articles" / f"{story.site}-demo" / "2026-11-22"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "1.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record_of(story), ensure_ascii=False) + "\n")
    return tmp_path


def test_only_records_of_this_crawl_are_shown(out: Path):
    assert len(list(outcome.read_records(out, START))) == len(STORIES)
    assert not list(outcome.read_records(out, START.replace(hour=9)))


def test_text_is_exact_only_letter_for_letter():
    story = STORIES["/en/world/harbour-lights-" + str(next(s.number for s in STORIES.values() if s.slug == "harbour-lights"))]
    assert outcome.is_exact(record_of(story), STORIES)
    assert not outcome.is_exact(record_of(story, content_text=story.content_text + " "), STORIES)
    assert not outcome.is_exact(record_of(story, url="http://localhost:8001/elsewhere"), STORIES)


def test_address_with_letters_of_any_script_finds_its_story():
    story = next(story for story in STORIES.values() if story.address and story.language == "ar")
    assert outcome.is_exact(record_of(story, url=f"http://localhost:8001/{story.published:%Y/%m/%d}/{story.address}/"), STORIES)


def test_markup_in_a_title_is_printed_as_it_stands():
    story = next(iter(STORIES.values()))
    table = outcome.outcome_table([record_of(story, title="[red]brackets[/red]")], STORIES, 100)
    console = Console(width=100, file=StringIO())
    console.print(table)
    assert "[red]brackets[/red]" in console.file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_table_fits_the_terminal_in_every_script(width: int):
    console = Console(width=width, file=StringIO())
    console.print(outcome.outcome_table([record_of(story) for story in STORIES.values()], STORIES, width))
    lines = console.file.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert all(sum(f" {story.published:%Y-%m-%d} " in line for line in lines) for story in STORIES.values())
    assert all(line.count("\u2068") == line.count("\u2069") == 2 for line in lines if "exact " in line and "\u2068" in line)


def test_outcome_says_where_the_records_are(out: Path, capsys: pytest.CaptureFixture[str]):
    outcome.show_outcome(out, 1, START)
    printed = capsys.readouterr().out
    assert f"{len(STORIES)} records in this crawl" in printed
    assert "*.jsonl" in printed


def test_second_crawl_without_a_first_says_what_to_do(tmp_path: Path):
    with pytest.raises(run.NewsroomError, match="make run"):
        run.run_again(tmp_path)


def test_folder_of_someone_else_is_not_emptied(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(run.NewsroomError, match="not empty"):
        run.run_anew(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_newsroom_is_closed_when_the_run_fails(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), run.newsroom(tmp_path, 1, "0,0") as place:
        raise KeyboardInterrupt
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{place['meridian']}/robots.txt", timeout=5)
