"""``scrapy explain``: what was kept of a page, what was cut and by which rule, where each value came from."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.batch import judge
from newsbot.commands import refusals
from newsbot.config import Config, load_config
from newsbot.explaining import explain
from newsbot.page import RawPage
from newsbot.trial import OnePageSpider, run_trial, set_trial, source_for


class Command(ScrapyCommand):
    """Shows in the terminal how the record of one page comes about."""

    requires_project = True

    def syntax(self) -> str:
        """Arguments."""
        return "[options] URL|FILE"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show what was kept of a page, what was cut and why"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--url", metavar="URL", default="", help="address that the page in FILE had")
        parser.add_argument("--source", metavar="ID", help="configured source of the page (default the one that claims its host)")

    @refusals()
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn options into settings."""
        super().process_options(args, opts)
        assert self.settings is not None
        set_trial(self.settings)

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Explain the page in *args*."""
        if len(args) != 1:
            raise UsageError("give one address or one file")
        config = load_config()
        if opts.source and opts.source not in config.sources:
            raise UsageError(f"--source: no source is called {opts.source!r}")
        if args[0].startswith(("http://", "https://")):
            self.exitcode = self._explain_address(args[0], config)
        else:
            self.exitcode = _explain_file(args[0], opts, config)

    def _explain_address(self, url: str, config: Config) -> int:
        assert self.crawler_process is not None
        source, config = source_for(url, config)
        trial = run_trial(self.crawler_process, OnePageSpider, config, source, url=url)
        for article in trial.articles:
            Console().print(explain(article))
        for what in ("failed", "rejected"):
            for reason in trial.counted(what):
                print(f"{url}: {what}: {reason}", file=sys.stderr)
        return 0 if trial.articles else 1


def _explain_file(path: str, opts: argparse.Namespace, config: Config) -> int:
    page = _from_file(path, opts.url)
    outcome = judge(replace(page, source=opts.source or _claiming(config, page.url)), config)
    if outcome.article is None:
        print(f"{path}: rejected: {outcome.rejected}: {outcome.reason}", file=sys.stderr)
        return 1
    Console().print(explain(outcome.article))
    return 0


def _from_file(path: str, url: str) -> RawPage:
    try:
        return RawPage(url, Path(path).read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the path and its rights") from error


def _claiming(config: Config, url: str) -> str | None:
    source = config.source_of(url)
    return source.id if source else None
