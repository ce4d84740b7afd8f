"""``scrapy trial``: the dry run for a new source."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals
from newsbot.config import load_config
from newsbot.explaining import shown
from newsbot.items import Article
from newsbot.spiders.news import NewsSpider
from newsbot.trial import Trial, run_trial, set_trial, source_for
from pipelines.records import content_text

_TEXT_LETTERS = 400


class Command(ScrapyCommand):
    """Fetches a few articles of a source and shows what their records would hold; writes nothing."""

    requires_project = True

    def syntax(self) -> str:
        """Arguments."""
        return "[options] SOURCE|URL"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Dry run of a source: fetch a few articles, show them, write nothing"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("-n", type=int, default=5, metavar="N", help="articles to fetch (default 5)")

    @refusals()
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn options into settings."""
        super().process_options(args, opts)
        assert self.settings is not None
        set_trial(self.settings)
        if opts.n < 1:
            raise UsageError("-n: give a number from 1")
        self.settings.set("CLOSESPIDER_ITEMCOUNT", opts.n, priority="cmdline")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Try the source in *args*; exit code 1 when no article came."""
        if len(args) != 1:
            raise UsageError("name one source, or give one address")
        assert self.crawler_process is not None
        source, config = source_for(args[0], load_config())
        with Console(stderr=True).status(f"fetching up to {opts.n} articles of {source.name} ..."):
            trial = run_trial(self.crawler_process, NewsSpider, config, source)
        _show(trial, opts.n, Console())
        self.exitcode = 0 if trial.articles else 1


def _show(trial: Trial, number: int, console: Console) -> None:
    for article in trial.articles[:number]:
        console.print(_card(article))
    console.print(f"{len(trial.articles[:number])} articles; addresses found: {trial.stats.get('newsbot/found_count', 0)}")
    for what in ("list_failed", "failed", "rejected", "skipped"):
        for reason, times in trial.counted(what).items():
            console.print(f"{what.replace('_', ' ')}: {reason} ({times})")


def _card(article: Article) -> Table:
    """One article, what a person checks first."""
    table = Table("field", "value", title=shown(article.url), title_justify="left", show_header=False)
    published = article.dates.published
    text = content_text(article.blocks)
    rows = {
        "title": article.title,
        "date": f"{published.value}  ({published.origin})" if published else None,
        "authors": ", ".join(author.name for author in article.authors) or None,
        "language": article.language,
        "section": article.section,
        "image": article.image,
        "text": shown(text, _TEXT_LETTERS),
        "words": str(article.quality.words),
        "removed": str(sum(cut.step != "choice" for cut in article.removals)),
        "flags": " ".join(article.quality.flags) or None,
    }
    for name, value in rows.items():
        table.add_row(name, Text("null", style="dim") if value is None else Text(shown(value)))
    return table
