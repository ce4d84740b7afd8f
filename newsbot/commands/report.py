"""``scrapy report``: the crawl as people look at it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.archive import read_page
from newsbot.batch import judge
from newsbot.commands import refusals, state_of
from newsbot.config import load_config
from newsbot.feed.places import open_feed
from newsbot.items import Article
from newsbot.report.files import write_index, write_page
from newsbot.report.pages import article_page
from newsbot.tables import memory_place
from newsbot.urls import article_id
from pipelines.state import PART, State


class Command(ScrapyCommand):
    """Exit code 0: written; 1: it cannot be written, or the page gives no article; 2: usage."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] [ID|URL]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write the report anew, or the page of one article with all its blocks"

    def long_desc(self) -> str:
        """What is written where."""
        return "Writes <out>/report/index.html; with the id or the address of an article <out>/report/<id>.html, from the archived page."

    @refusals()
    def run(self, args: list[str], opts: object) -> None:  # noqa: ARG002
        """Write, and print the path."""
        assert self.settings is not None
        out, state = Path(self.settings["NEWSBOT_OUT"]), state_of(self.settings)
        if len(args) > 1:
            raise UsageError("report: give one id or address, or nothing")
        if not (out / "runs").is_dir():
            raise UsageError(f"{out}: no run has ended here; scrapy crawl news comes first")
        try:
            with open_feed(out, state, self.settings["NEWSBOT_FEED"]) as feed:
                print(_write_article(out, state, args[0]) if args else write_index(out, state, feed))
        except OSError as error:
            raise UsageError(
                f"{out}: the report cannot be written ({error.strerror or error}); check the disk's room and rights"
            ) from error


def _write_article(out: Path, state: str, name: str) -> Path:
    known = name if re.fullmatch(r"[0-9a-f]{32}", name) else article_id(name)
    return write_page(out, known, article_page(_article(out, state, known)))


def _article(out: Path, state: str, known: str) -> Article:
    """The article with id *known*, extracted anew from its archived page."""
    memory = State(memory_place(out, state, PART))
    last = memory.last(known)
    memory.close()
    if last is None or last.archive is None:
        raise UsageError(f"{known}: no archived page of such an article is known; give the id or the canonical address of a record")
    raw = replace(read_page(out / "archive", last.archive), source=last.source)
    outcome = judge(raw, load_config())
    if outcome.article is None:
        raise UsageError(f"{known}: its page gives no article today ({outcome.rejected}: {outcome.reason})")
    return outcome.article
