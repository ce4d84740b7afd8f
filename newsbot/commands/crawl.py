"""``scrapy crawl``: Scrapy's own, with the configuration checked first, ``--jobs``, and exit codes that mean something."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newsbot.commands import refusals, state_name, state_of
from newsbot.config import Config, load_config
from newsbot.fleet.parts import require_parts
from newsbot.json_log import is_json, log_as_json
from newsbot.middlewares.archive import require_what
from newsbot.run import nearest, require_usable
from newsbot.run_lock import run_lock
from newsbot.summary import exit_code, tally
from newsbot.tables import is_database
from pipelines.manifest import Manifest

_CHATTY: Final = ("scrapy.utils.log", "scrapy.addons", "scrapy.middleware", "scrapy.crawler", "scrapy.extensions.memusage")
"""Loggers that print versions, settings and lists of components at every start: for ``-L DEBUG`` or ``-L INFO``, not for a cron mail."""


def _hush() -> None:
    """After Scrapy has set up its loggers, which resets every level."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


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
            "news: -a source=ID[,ID...] (default all enabled). replay: -a warc=PATH[,PATH...]. Both: -a out=DIR. "
            "Exit code 0: all well, also when nothing was new; 1: some source failed; 2: usage or configuration; 3: nothing usable; "
            "4: another run is at work in the output folder; 5: the output or the memory could not be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of the built-in command, and ours."""
        super().add_options(parser)
        parser.add_argument("--jobs", type=int, metavar="N", help="worker processes for extraction (default one a core)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn options into settings, and refuse what cannot work before Scrapy says its first word."""
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.jobs is not None:
            self.settings.set("NEWSBOT_JOBS", opts.jobs, priority="cmdline")
        if sys.stderr.isatty() and not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", priority="spider")  # progress is shown in the log's place
        with refusals():
            self._config = self._checked(args, opts)
            self._held = ExitStack()
            out, state = Path(opts.spargs.get("out") or self.settings["NEWSBOT_OUT"]), state_of(self.settings)
            if is_database(state) and args[0] == "news":
                require_usable(out, "")
                require_parts(state)
            else:
                self._hold(out)
            if is_json(self.settings):
                log_as_json(self.settings)

    def _hold(self, out: Path) -> None:
        """Have the output folder for this run alone, and its manifest whole; workers of a fleet share theirs by the database."""
        assert self.settings is not None
        self._held.enter_context(run_lock(out))
        require_usable(out, state_name(self.settings))
        Manifest(out).mend()
        Manifest(out).paths()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and set the exit code."""
        assert self.crawler_process is not None
        if not opts.loglevel:
            _hush()
        crawler = self._create_crawler(args[0])
        takes_config = hasattr(crawler.spidercls, "require_arguments")
        self.crawler_process.crawl(crawler, **opts.spargs, **({"config": self._config} if takes_config else {}))
        with self._held:
            self.crawler_process.start()
        if self.crawler_process.bootstrap_failed or crawler.spider is None:
            self.exitcode = 1
            return
        chosen = (source.id for source in getattr(crawler.spider, "chosen", ()))
        self.exitcode = exit_code(tally(crawler.stats.get_stats(), chosen), crawler.stats.get_value("finish_reason"))

    def _checked(self, args: list[str], opts: argparse.Namespace) -> Config:
        """The configuration, when the command line fits it."""
        assert self.settings is not None
        if opts.jobs is not None and opts.jobs < 1:
            raise UsageError("--jobs: give a number from 1")
        if len(args) != 1:
            raise UsageError("crawl: name one spider: news or replay")
        spiders = get_spider_loader(self.settings)
        if args[0] not in spiders.list():
            raise UsageError(f"crawl: there is no spider {args[0]!r}; {nearest(args[0], spiders.list())}")
        require_what(self.settings["NEWSBOT_ARCHIVE"])
        config = load_config()
        spider: Any = spiders.load(args[0])
        if hasattr(spider, "require_arguments"):
            spider.require_arguments(config, self.settings, opts.spargs)
        return config
