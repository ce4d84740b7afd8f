"""What readers get of the demo's feed: followed, valid, exported, asked in the ways of docs/analysts.md."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from newsbot.feed.export import Request, export
from newsbot.feed.following import follow
from newsbot.feed.views.json_feed import from_item, to_item
from pipelines.event_schema import event_schema
from pipelines.schema import record_schema
from tests.demo.crawled import crawl_once, read_records
from tests.feed.feeds import add_file, event, record

PAGE = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
HEADINGS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
EXAMPLES = [(part.partition("\n")[0], code) for part in HEADINGS for code in re.findall(r"```python\n(.*?)```", part, re.DOTALL)]
NAMES = [
    f"{heading} {re.search(r'import (?:duckdb|pandas|polars)', code)[0].removeprefix('import ')} {number}"
    for number, (heading, code) in enumerate(EXAMPLES)
]


def tables_of(feed, folder):
    for name, latest in (("articles", True), ("revisions", False)):
        export(feed, Request("parquet", folder / f"{name}.parquet", latest=latest), lambda total: int)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    return crawl_once(tmp_path_factory)


@pytest.fixture(scope="session")
def demo_tables(demo, tmp_path_factory):
    return tables_of(demo, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="session")
def known_tables(tmp_path_factory):
    """A feed whose answers are known: one story in two sources, one edit, one article that is gone."""
    folder = tmp_path_factory.mktemp("known")
    alone = {"duplicate_of": None, "cluster": f"{1:032x}"}
    copy = {
        "source": "town",
        "duplicate_of": {"id": f"{1:032x}", "similarity": 0.9},
        "cluster": f"{1:032x}",
        "published_utc": "2026-11-20T19:00:00Z",
        "language": "ar",
    }
    unedited = {"revision": 1, "change": None}
    first = record(1, **alone, **unedited)
    add_file(folder / "out", [first, record(1, **alone), record(3, **unedited)])
    add_file(folder / "out", [record(2, **copy, **unedited)], folder="town/2026-11-21")
    add_file(folder / "out", [event(3)], "events")
    return tables_of(folder / "out", folder)


def answer(number, folder, monkeypatch):
    """Rows of the example, as a list of objects."""
    monkeypatch.chdir(folder)
    variables = {}
    exec(compile(EXAMPLES[number][1], f"analysts.md, {NAMES[number]}", "exec"), variables)
    table = variables["table"]
    if hasattr(table, "to_dicts"):
        return table.to_dicts()
    return (table.df() if hasattr(table, "df") else table).to_dict("records")


def test_every_key_of_every_record_is_present_and_valid(demo):
    schema = Draft202012Validator(record_schema(), format_checker=FormatChecker())
    for one in read_records(demo):
        schema.validate(one)
        assert from_item(json.loads(json.dumps(to_item(one)))) == one


def test_followed_from_the_beginning_the_feed_is_every_record_and_event(demo):
    lines = []
    list(follow(demo, None, lines.append))
    entries = [json.loads(line) for line in b"".join(lines).splitlines()]
    for one in (entry for entry in entries if "event" in entry):
        Draft202012Validator(event_schema()).validate(one)
    followed = [entry["id"] for entry in entries if "content_text" in entry]
    assert sorted(followed) == sorted(one["id"] for one in read_records(demo))


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=NAMES)
def test_an_example_runs_on_the_demo_feed(number, demo_tables, monkeypatch):
    rows = answer(number, demo_tables, monkeypatch)
    assert rows or any(word in EXAMPLES[number][0] for word in ("cluster", "copy"))


KNOWN = {
    "Articles a day and source": lambda row: (str(row["published_day"])[:10], row["source"], row["articles"]),
    "Who cites which agency": lambda row: (row["source"], row["agency"], row.get("how", "cited"), row["articles"]),
    "Time from original to copy": lambda row: (row.get("copied_by"), row.get("hours", row.get("days"))),
    "Revisions of one story": lambda row: (int(row["id"], 16), row["revision"]),
    "Coverage of a cluster": lambda row: (int(row["cluster"], 16), row["articles"], row["sources"]),
}
EXPECTED = {
    "Articles a day and source": {("2026-11-20", "example", 1), ("2026-11-20", "town", 1)},
    "Who cites which agency": {("example", "AP", "cited", 1), ("town", "AP", "cited", 1)},
    "Time from original to copy": {("town", 2.5), (None, 0)},
    "Revisions of one story": {(1, 2)},
    "Coverage of a cluster": {(1, 2, 2)},
}


@pytest.mark.parametrize("number", [number for number, (heading, _) in enumerate(EXAMPLES) if heading in KNOWN])
def test_an_example_gives_the_right_answer_where_it_is_known(number, known_tables, monkeypatch):
    heading = EXAMPLES[number][0]
    found = {KNOWN[heading](row) for row in answer(number, known_tables, monkeypatch)}
    credited = {("example", "Reuters", "credited", 1), ("town", "Reuters", "credited", 1)}
    first_revision = {(1, 1)}
    assert found & EXPECTED[heading] and found <= EXPECTED[heading] | credited | first_revision
