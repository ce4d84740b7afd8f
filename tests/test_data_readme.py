"""``data/README.md`` explains every key of every kind of file."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

import newsbot
from newsbot.config import SHIPPED
from newsbot.rules import Rule, load_rule_file
from newsbot.sources import Access, Articles, Discovery, Learned, Politeness, Recheck, Render, RightsKept, Source, load_source

README = (SHIPPED / "README.md").read_text(encoding="utf-8")
TABLE_MODULES = sorted(path.stem for path in Path(newsbot.__file__).parent.glob("*_tables.py"))


def models_of(module: str) -> list[type[BaseModel]]:
    """The models that *module* itself defines."""
    found = vars(importlib.import_module(f"newsbot.{module}")).values()
    return [each for each in found if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == f"newsbot.{module}"]


def keys() -> list[tuple[str, str]]:
    models = [
        Source,
        Discovery,
        Articles,
        Politeness,
        Learned,
        Access,
        Recheck,
        Render,
        RightsKept,
        Rule,
        *(model for module in TABLE_MODULES for model in models_of(module)),
    ]
    return [(model.__name__, field.alias or name) for model in models for name, field in model.model_fields.items()]


@pytest.mark.parametrize(("model", "key"), keys())
def test_every_key_is_explained(model: str, key: str) -> None:
    assert re.search(rf"^\|[^|]*`{re.escape(key)}`[^|]*\|", README, re.MULTILINE), f"data/README.md has no row for {key!r} of {model}"


@pytest.mark.parametrize(("number", "load"), [(0, load_source), (1, load_rule_file)])
def test_the_examples_load_as_they_stand(tmp_path: Path, number: int, load: object) -> None:
    example = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[number]
    path = tmp_path / ("daily-example.toml" if number == 0 else "en.toml")
    path.write_text(example, encoding="utf-8")
    assert callable(load) and load(path)
