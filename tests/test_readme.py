"""The README names what is there."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(path.stem for path in (PROJECT / "newsbot" / "commands").glob("*.py") if path.stem != "__init__")
TARGETS = re.findall(r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command):
    assert f"scrapy {command}" in README


@pytest.mark.parametrize("target", re.findall(r"make ([a-z-]+)", README))
def test_every_make_target_that_the_readme_names_exists(target):
    assert target in TARGETS


@pytest.mark.parametrize("path", re.findall(r"`((?:data|docs|newsbot|pipelines|tests)/[\w./-]+\.(?:md|py|toml))`", README))
def test_every_file_that_the_readme_names_exists(path):
    assert (PROJECT / path).exists() or "<" in path
