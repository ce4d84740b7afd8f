"""The configuration reference says what the code does: defaults, environment variables, types and bounds."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from newsbot import settings

PROJECT = Path(__file__).parent.parent
REFERENCE = (PROJECT / "docs" / "reference.md").read_text(encoding="utf-8")
CODE = (PROJECT / "newsbot" / "settings.py").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(NEWSBOT_\w+)` \| (?:`(\w+)`)? ?\| ([^|]*) \|", REFERENCE, re.MULTILINE)
WORDS = {"1 GB": 10**9}
_SPEC = importlib.util.spec_from_file_location("source_forms", PROJECT / "scripts" / "source_forms.py")
SCRIPT = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(SCRIPT)


def test_the_search_finds_the_settings():
    assert len(ROWS) >= 15 and {name for name, _, _ in ROWS} == {name for name in dir(settings) if name.startswith("NEWSBOT_")}


@pytest.mark.parametrize(("name", "variable", "told"), ROWS, ids=[row[0] for row in ROWS])
def test_a_setting_has_the_default_and_the_environment_variable_that_the_reference_says(name, variable, told, monkeypatch):
    line = re.search(rf"^{name} = (.*?)(?:  # .+)?$", CODE, re.MULTILINE)[1]
    assert ("environ" in line) == bool(variable) and variable in ("", name)
    for one in re.findall(r"NEWSBOT_\w+", line):
        monkeypatch.delenv(one, raising=False)
    value = eval(line, {"os": __import__("os"), **vars(settings)})
    plain = told.strip().strip("`")
    shown = ",".join(f"{number:g}" for number in value) if isinstance(value, list) else value
    assert str(shown) == plain or WORDS.get(plain) == value or (re.fullmatch(r"[\d.]+", plain) and float(plain) == value)


def test_types_bounds_and_defaults_of_a_source_s_keys_are_those_of_the_code():
    readme = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    assert readme.split(SCRIPT.BEGIN)[1].split(SCRIPT.END)[0].strip() == SCRIPT.table().strip(), (
        "run: PYTHONPATH=. python scripts/source_forms.py"
    )
