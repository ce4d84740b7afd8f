"""A whole site: its pages in order of publication, each with what must stay and what must go."""

from __future__ import annotations

from dataclasses import dataclass

from newsbot.page import RawPage
from tests.sites.furniture import Furniture, furniture
from tests.sites.layouts import Layout, modules, plain, weblog
from tests.sites.stories import load, stories

LAYOUTS: dict[str, Layout] = {"ar": weblog, "es": modules, "ja": plain}


@dataclass(frozen=True)
class SitePage:
    """One page and the truth about it."""

    raw: RawPage
    story: tuple[str, ...]
    box: Furniture

    @property
    def furniture(self) -> frozenset[str]:
        return frozenset(text for texts in self.box.values() for text in texts) - set(self.story)


def site(language: str, count: int = 45, seed: int = 7, layout: Layout | None = None) -> list[SitePage]:
    """The pages of the site in *language*, drawn by its own layout or by another one."""
    words = load(language)
    told = stories(words, count, seed)
    pages = []
    for story in told:
        box = furniture(words, story, told[max(0, story.number - 12) : max(story.number, 8)], seed)
        html = (layout or LAYOUTS[language])(story, box, language)
        url = f"https://{language}.example/2024/05/{story.number}-story"
        headers = {"content-type": "text/html; charset=utf-8"}
        raw = RawPage(url, html.encode(), status=200, headers=headers, source=language, fetched_at="2024-05-05T10:00:00Z")
        pages.append(SitePage(raw, tuple(text for _, text in story.lines), box))
    return pages
