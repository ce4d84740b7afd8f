"""docs/reference.md names every setting, count and code that there is."""

import re
from pathlib import Path

import pytest

from newsbot import settings
from newsbot.errors import REJECTION_CODES

PROJECT = Path(__file__).parent.parent
REFERENCE = (PROJECT / "docs" / "reference.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for room in ("newsbot", "pipelines") for path in (PROJECT / room).rglob("*.py"))
COUNTS = set(re.findall(r"\bcount\(\s*[\w.]+,\s*\"(\w+)\"", CODE))
ENVIRONMENT = set(re.findall(r"environ(?:\.get\(|\[)\"(NEWSBOT_\w+)\"", CODE))


@pytest.mark.parametrize("name", sorted({name for name in dir(settings) if name.startswith("NEWSBOT_")} | ENVIRONMENT))
def test_every_setting_is_in_the_reference(name):
    assert f"`{name}`" in REFERENCE


def test_the_search_for_counts_finds_them():
    assert {"found", "fetched", "rejected", "failed"} <= COUNTS


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_every_count_is_in_the_reference(name):
    assert f"| `{name}` |" in REFERENCE


@pytest.mark.parametrize("code", REJECTION_CODES)
def test_every_rejection_code_is_in_the_reference(code):
    assert f"`{code}`" in REFERENCE
