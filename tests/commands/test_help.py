"""What ``--help`` prints: Scrapy underlines every line that ends with a colon, and writes it in capitals."""

import argparse
import pkgutil
from importlib import import_module
from itertools import pairwise

import pytest
from scrapy.commands import ScrapyHelpFormatter
from scrapy.settings import Settings

import newsbot.commands

NAMES = [module.name for module in pkgutil.iter_modules(newsbot.commands.__path__)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_no_line_of_the_help_of_an_option_becomes_a_heading(name, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    command = import_module(f"newsbot.commands.{name}").Command()
    command.settings = Settings()
    parser = argparse.ArgumentParser(formatter_class=ScrapyHelpFormatter, usage="x", conflict_handler="resolve")
    command.add_options(parser)
    lines = parser.format_help().splitlines()
    headings = [above.strip() for above, below in pairwise(lines) if below and set(below) == {"="}]
    assert set(headings) <= {"Usage", "Options", "Options:", "Global Options"}
