"""``scrapy discover``: from a home page to a checked source file."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urljoin

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.catalogue import Publisher, find_publishers, load_catalogue, publisher_of
from newsbot.commands import refusals
from newsbot.config import data_folders, load_config
from newsbot.explaining import shown
from newsbot.items import Article
from newsbot.proposing.file import to_toml, unsure
from newsbot.proposing.proposal import Proposal, propose, source_id
from newsbot.sources import Source
from newsbot.survey import survey
from newsbot.trial import set_trial
from pipelines.records import content_text

_LISTED = 40
_TEXT_LETTERS = 160


class Command(ScrapyCommand):
    """Exit code 0: articles were found; 1: none; 2: usage."""

    requires_project = True

    def syntax(self) -> str:
        """Arguments."""
        return "[options] URL|NAME"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Propose a source file for a site, or find publishers by name, country or language"

    def long_desc(self) -> str:
        """What is asked of the site."""
        return (
            "URL: a home page. It, robots.txt, what they announce and some articles are fetched, as politely as a crawl does; the file is "
            "printed, and written only with --write. NAME: words of a name, a country (LB) or a language (ar), looked up in the catalogue."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("-n", type=int, default=5, metavar="N", help="articles to fetch (default 5)")
        parser.add_argument("--write", action="store_true", help="write the file into the data folder (NEWSBOT_DATA, else data/)")

    @refusals()
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn options into settings."""
        super().process_options(args, opts)
        assert self.settings is not None
        set_trial(self.settings)
        if len(args) != 1:
            raise UsageError("discover: give one address, or words of a publisher's name")
        if opts.n < 1:
            raise UsageError("-n: give a number from 1")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the site, or into the catalogue."""
        console = Console()
        if not args[0].startswith(("http://", "https://")):
            console.print(_publishers(find_publishers(load_catalogue(data_folders()), args[0]), args[0]))
            return
        homepage = urljoin(args[0], "/") if args[0].count("/") < 3 else args[0]
        proposal, articles, faults = self._survey(homepage, opts.n)
        for article in articles:
            console.print(_card(article))
        console.print(_findings(proposal))
        for fault in faults:
            console.print(Text(f"not read: {shown(fault)}", style="dim"))
        text = to_toml(proposal, homepage)
        print(f"\n{text}")
        if opts.write:
            print(f"written: {_write(text, proposal.id)}")
        self.exitcode = 0 if articles else 1

    def _survey(self, homepage: str, count: int) -> tuple[Proposal, tuple[Article, ...], list[str]]:
        assert self.crawler_process is not None
        config = load_config()
        source = Source(id=source_id(homepage), name=source_id(homepage), homepage=homepage)
        config = replace(config, sources=MappingProxyType({**config.sources, source.id: source}))
        with Console(stderr=True).status(f"looking at {homepage} ..."):
            seen, faults = survey(self.crawler_process, config, source, count)
        publisher = publisher_of(load_catalogue(data_folders()), homepage)
        seen = replace(seen, country=publisher.country if publisher else None)
        return propose(seen), seen.articles, faults


def _publishers(found: list[Publisher], words: str) -> Table:
    if not found:
        raise UsageError(f"{words}: no publisher of that name, country or language is listed; give the address of the home page")
    table = Table("name", "home page", "country", "feeds", "listed", box=None, pad_edge=False)
    for one in found[:_LISTED]:
        table.add_row(Text(one.name), Text(one.homepage), one.country or "", str(len(one.feeds)), f"{one.listed} ({one.listed_in})")
    table.caption = (
        f"{len(found)} found" + (f", {_LISTED} shown" if len(found) > _LISTED else "") + "; scrapy discover HOMEPAGE looks at one"
    )
    return table


def _card(article: Article) -> Table:
    table = Table("field", "value", title=Text(shown(article.url)), title_justify="left", show_header=False)
    published = article.dates.published
    rows = {
        "title": article.title,
        "date": published.value if published else None,
        "authors": ", ".join(author.name for author in article.authors) or None,
        "language": article.language,
        "text": content_text(article.blocks),
    }
    for name, value in rows.items():
        table.add_row(name, Text("null", style="dim") if value is None else Text(shown(value, _TEXT_LETTERS)))
    return table


def _findings(proposal: Proposal) -> Table:
    doubtful = set(unsure(proposal))
    table = Table("key", "value", "because", "", title="What was found", title_justify="left")
    for finding in proposal.findings:
        value = "\n".join(finding.value) if isinstance(finding.value, tuple) else finding.value
        mark = Text("not found" if finding.value is None else "not sure", style="yellow") if finding in doubtful else Text("")
        table.add_row(finding.key, Text("null", style="dim") if value is None else Text(shown(str(value))), Text(finding.why), mark)
    return table


def _write(text: str, name: str) -> Path:
    path = Path(os.environ.get("NEWSBOT_DATA") or "data") / "sources" / f"{name}.toml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path}: is there already; move it away, or edit it by hand") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error}); check the folder's rights") from error
    return path
