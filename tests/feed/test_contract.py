"""The contract: every field has its words, the pages are those that the code writes, released records still read."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from newsbot.items import Deletion
from pipelines.dictionary import dictionary
from pipelines.event_schema import EXAMPLE, event_schema
from pipelines.events import Event, to_event
from pipelines.field_docs import UndescribedError, example_record, field_docs, find_example
from pipelines.manifest import SCHEMA_VERSION
from pipelines.schema import _description, record_schema, shape_of, tables

PROJECT = Path(__file__).parents[2]
SCHEMA = record_schema()
FIELDS = [(name, field, part) for name, table in tables(SCHEMA) for field, part in table["properties"].items()]
RELEASED = sorted(Path(__file__).parent.joinpath("released").glob("*/records.jsonl"))


@dataclass
class Undescribed:
    told: str
    """What it is."""
    untold: str


@pytest.mark.parametrize(("shape", "field", "part"), FIELDS, ids=[f"{shape}.{field}" for shape, field, _ in FIELDS])
def test_every_field_has_a_description_and_a_valid_example(shape, field, part):
    assert part["description"].endswith(".") and field_docs(shape_of(shape))[field].meaning
    schema = {"$defs": SCHEMA["$defs"], **part}
    Draft202012Validator(schema).validate(part["examples"][0])


def test_a_field_without_words_stops_the_schema():
    with pytest.raises(UndescribedError, match=r"Undescribed\.untold"):
        field_docs(Undescribed)


def test_a_field_that_may_be_null_and_does_not_say_when_stops_the_schema():
    doc = field_docs(shape_of("Link"))["url"]
    with pytest.raises(UndescribedError, match="when it is absent"):
        _description("Link.url", doc, {"anyOf": [{"type": "string"}, {"type": "null"}]})


def test_a_field_without_an_example_stops_the_schema():
    with pytest.raises(UndescribedError, match="no example"):
        find_example({"a": None, "b": 1}, frozenset("ab"), "a")


def test_the_example_record_is_valid():
    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(example_record())


def test_the_data_dictionary_is_the_one_that_the_code_writes():
    assert (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == dictionary(), "run: scrapy schema --dictionary"


def test_an_event_is_what_its_contract_says():
    schema = Draft202012Validator(event_schema())
    schema.validate(EXAMPLE)
    written = to_event(Event(Deletion("0" * 32, "https://e.example/", 404, "2026-11-24T06:00:00Z", "example"), 1))
    schema.validate(written)
    assert list(written) == list(EXAMPLE)


def test_the_present_version_has_released_examples():
    assert SCHEMA_VERSION in {path.parent.name for path in RELEASED}


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.parent.name)
def test_released_records_still_read(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if path.parent.name == SCHEMA_VERSION:
            Draft202012Validator(SCHEMA).validate(record)
