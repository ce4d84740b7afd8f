"""Every page under tests/pages gives the record described beside it: one test a field."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from newsbot.batch import process
from newsbot.config import load_config
from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.boilerplate import restore
from newsbot.page import Page, RawPage
from pipelines.records import to_record
from pipelines.schema import record_schema

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/*/expected.json"))


@cache
def config():
    return load_config()


@cache
def expected(folder: Path) -> dict:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def raw_page(folder: Path) -> RawPage:
    want = expected(folder)
    return RawPage(want["url"], (folder / "page.html").read_bytes(), want["fetched_at"], want["source"])


@cache
def article(folder: Path):
    return process(raw_page(folder), config())


def values(record, path: str):
    step, _, rest = path.partition(".")
    if step == "*":
        return [values(entry, rest) if rest else entry for entry in record]
    value = record[step] if record is not None else None
    return values(value, rest) if rest else value


def cases(key: str):
    return [pytest.param(folder, path, id=f"{folder.name}-{path}") for folder in FOLDERS for path in expected(folder).get(key, {})]


def name(folder: Path) -> str:
    return folder.name


@pytest.mark.parametrize(("folder", "path"), cases("record"))
def test_a_field_is_as_expected(folder, path):
    assert values(to_record(article(folder)), path) == expected(folder)["record"][path]


@pytest.mark.parametrize(("folder", "path"), cases("at_most"))
def test_a_value_stays_below_its_bound(folder, path):
    assert values(to_record(article(folder)), path) <= expected(folder)["at_most"][path]


@pytest.mark.parametrize(("folder", "path"), cases("not"))
def test_a_field_is_not_wrong(folder, path):
    assert values(to_record(article(folder)), path) != expected(folder)["not"][path]


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_every_cut_is_recorded_with_its_rule(folder):
    removed = to_record(article(folder))["removed"]
    assert not Counter(expected(folder)["removed"]) - Counter(row["text"] for row in removed)
    assert all(row["rule"] != "not-chosen" for row in removed if row["text"] in expected(folder)["removed"])


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_the_record_is_valid_and_nothing_is_lost(folder):
    Draft202012Validator(record_schema()).validate(to_record(article(folder)))
    blocks = find_blocks(Page.parse(raw_page(folder))).blocks
    assert restore(article(folder).blocks, article(folder).removals) == blocks
