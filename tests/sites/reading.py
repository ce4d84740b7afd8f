"""A site read as a crawl reads it: every page with what was learned from those before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsbot.config import Config
from newsbot.extractors import extract
from newsbot.items import Article
from newsbot.signs import sign_of
from pipelines.repeats import Lesson, SourceMemory, learn, template_of
from tests.sites.site import SitePage


@dataclass(frozen=True)
class Reading:
    """One page as it was read."""

    page: SitePage
    article: Article
    lesson: Lesson

    @property
    def lost(self) -> list[str]:
        """Lines of the story that are not told."""
        told = {block.text for block in self.article.blocks}
        return [line for line in self.page.story if line not in told]

    @property
    def leaked(self) -> list[str]:
        """Lines told that are not of the story."""
        return [block.text for block in self.article.blocks if block.text not in self.page.story]


def read(pages: Iterable[SitePage], config: Config, memory: SourceMemory | None = None) -> tuple[list[Reading], SourceMemory]:
    """The pages in order, and what is remembered of them."""
    memory = memory or SourceMemory()
    readings = []
    for page in pages:
        article = extract(page.raw, config, template_of(memory))
        assert article.signs is not None
        memory, lesson = learn(memory, article.signs, sign_of(page.raw.url), "2024-05-05")
        readings.append(Reading(page, article, lesson))
    return readings, memory
