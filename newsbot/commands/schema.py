"""``scrapy schema``: the contract of the feed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Final

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import feed_refusals
from newsbot.feed.output import print_bytes
from pipelines.dictionary import dictionary
from pipelines.event_schema import event_schema
from pipelines.schema import record_schema

_TEXTS: Final[dict[str, Callable[[], str]]] = {
    "records": lambda: json.dumps(record_schema(), ensure_ascii=False, indent=2) + "\n",
    "events": lambda: json.dumps(event_schema(), ensure_ascii=False, indent=2) + "\n",
    "dictionary": dictionary,
}


class Command(ScrapyCommand):
    """JSON Schema or data dictionary on standard output."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "The contract of records and events: JSON Schema, or the data dictionary"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--of", choices=("records", "events"), default="records", help="what the schema is of (default records)")
        parser.add_argument("--dictionary", action="store_true", help="every field in words instead, as Markdown (docs/data-dictionary.md)")

    @feed_refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the schema."""
        if args:
            raise UsageError("scrapy schema takes no arguments; see scrapy schema --help")
        print_bytes(_TEXTS["dictionary" if opts.dictionary else opts.of]().encode())
