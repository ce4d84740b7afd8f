"""``scrapy crawl``: Scrapy's own, with the configuration checked first, ``--jobs``, and exit codes that mean something."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from newsbot.config import load_config
from newsbot.errors import ConfigError
from newsbot.run import nearest
from newsbot.summary import exit_code, tally


class Command(BaseRunSpiderCommand):
    """Same arguments as the built-in command, and ``--jobs``."""

    requires_project = True

    def syntax(self) -> str:
        """Arguments."""
        return "[options] <spider>"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Run a spider: news (the web), replay (archives)"

    def long_desc(self) -> str:
        """The arguments of the spiders, and the exit codes."""
        return (
            "news: -a source=ID[,ID...] (default: all enabled). replay: -a warc=PATH[,PATH...]. Both: -a out=DIR. "
            "Exit code 0: all well, also when nothing was new; 1: some source failed; 2: usage or configuration; 3: nothing usable."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of the built-in command, and ours."""
        super().add_options(parser)
        parser.add_argument("--jobs", type=int, metavar="N", help="worker processes for extraction (default: one a core)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn options into settings."""
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.jobs is not None:
            if opts.jobs < 1:
                raise UsageError("--jobs: give a number from 1", print_help=False)
            self.settings.set("NEWSBOT_JOBS", opts.jobs, priority="cmdline")
        if sys.stderr.isatty() and not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", priority="command")  # progress is shown in the log's place

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and set the exit code."""
        if len(args) != 1:
            raise UsageError("name one spider: news or replay", print_help=False)
        try:
            self.exitcode = self._crawl(args[0], opts.spargs)
        except (ConfigError, UsageError) as error:
            print(error, file=sys.stderr)
            self.exitcode = 2

    def _crawl(self, name: str, arguments: dict[str, str]) -> int:
        assert self.crawler_process is not None
        assert self.settings is not None
        spiders = self.crawler_process.spider_loader
        if name not in spiders.list():
            raise UsageError(f"crawl: there is no spider {name!r}; {nearest(name, spiders.list())}")
        config = load_config()
        spider: Any = spiders.load(name)
        if not hasattr(spider, "require_arguments"):
            return self._start(name, arguments)
        spider.require_arguments(config, self.settings, arguments)
        return self._start(name, {**arguments, "config": config})

    def _start(self, name: str, arguments: dict[str, Any]) -> int:
        assert self.crawler_process is not None
        crawler = self._create_crawler(name)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed or crawler.spider is None:
            return 1
        return exit_code(tally(crawler.stats.get_stats(), (source.id for source in getattr(crawler.spider, "chosen", ()))))
