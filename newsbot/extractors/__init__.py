"""One page in, one article as printed out: pure, no Scrapy, no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from newsbot import __version__
from newsbot.config import Config
from newsbot.credit_tables import CreditTables
from newsbot.extractors.access import find_access
from newsbot.extractors.blocks import PageBlocks, find_blocks
from newsbot.extractors.byline import find_authors
from newsbot.extractors.credit_blocks import CreditedStory, credit_removals, find_credit_lines, is_credit
from newsbot.extractors.dates import find_dates
from newsbot.extractors.declared import (
    find_canonical,
    find_declared_originals,
    find_publishers,
    find_sections,
    find_summaries,
    find_tags,
)
from newsbot.extractors.headline import find_titles
from newsbot.extractors.hints import hints_of
from newsbot.extractors.images import find_images
from newsbot.extractors.kinds import require_article
from newsbot.extractors.language import find_language
from newsbot.extractors.metadata import Metadata, read_metadata
from newsbot.extractors.pagination import following_pages
from newsbot.extractors.panel import Panel, shipped_panel
from newsbot.extractors.rights import find_rights
from newsbot.extractors.scripted import with_scripted
from newsbot.extractors.story import Known, Story, tell_story
from newsbot.extractors.template import Pinned, Repeats, page_signs, pinned
from newsbot.extractors.trafilatura_text import story_lines
from newsbot.items import Article, Block, Extractor, Http, Provenance, Quality, Removal
from newsbot.page import Page, RawPage
from newsbot.reading.credits import CreditContext
from newsbot.signs import Template
from newsbot.sources import MOST_PAGES, Source
from newsbot.urls import canonical_form, may_be_canonical

_SAMPLE_LETTERS: Final = 4000
_LONG_LINE: Final = 40
"""Letters from which a block tells the page's language; menus and buttons may speak another."""


def extract(raw: RawPage, config: Config, template: Template | None = None, panel: Panel | None = None) -> Article:
    """The article of *raw*, as printed: text, removals, and the evidence for every field.

    *template* is what is known of the source's other pages; without one the article has no signs for it to learn from.
    *panel* chooses the story; by default it is the shipped one for ``config.speed``.

    Raises:
        Rejected: when the page is not an article.
    """
    page = Page.parse(raw)
    source = config.sources.get(raw.source) if raw.source else None
    panel = panel or shipped_panel(config.speed)
    metadata = read_metadata(page)
    found = with_scripted(page, metadata, find_blocks(page))
    flags = require_article(page, metadata, found.blocks)
    stated = _stated(page, metadata, found.blocks, raw.language or _main_language(source))
    context = _credit_context(page, source, stated.language, metadata)
    repeats = _repeats(template, source, context, config.credits)
    rules = config.rulebook(stated.language, source)
    known = Known(stated.title, rules, config.captions, hints_of(metadata, None), panel, partial(story_lines, page), repeats)
    story = tell_story(found, known)
    credits = _read_credits(found, story, context, config.credits)
    images = find_images(page, metadata, [found.elements[block.position] for block in credits.blocks], config.captions)
    article = replace(
        _as_fetched(page, source, panel),
        canonical_url=stated.canonical_url,
        title=stated.title,
        summary=stated.summary,
        section=stated.section,
        tags=find_tags(metadata),
        language=stated.language,
        blocks=credits.blocks,
        removals=credits.removals,
        image=images[0].url if images else None,
        images=images,
        candidates=_candidates(page, metadata, found, stated, config) + credits.candidates,
        access=find_access(page, metadata, credits.blocks, found.blocks, config.gates),
        rights=find_rights(page, metadata, found.blocks),
        quality=Quality(confidence=round(story.confidence, 3), flags=flags),
        following=following_pages(page, source.articles.pages if source else MOST_PAGES),
    )
    return replace(article, signs=page_signs(story.weighed, found, stated.title, article.candidates))


@dataclass(frozen=True, slots=True)
class _Stated:
    """The fields that hold one of their candidates as it stands, and all candidates of each."""

    title: str | None
    summary: str | None
    section: str | None
    language: str | None
    canonical_url: str | None
    candidates: tuple[Provenance, ...]


def _stated(page: Page, metadata: Metadata, blocks: Sequence[Block], known_language: str | None) -> _Stated:
    title, titles = chosen(find_titles(page, metadata))
    language, languages = find_language(_sample(blocks), metadata, known_language)
    summary, summaries = chosen(find_summaries(metadata))
    section, sections = chosen(find_sections(metadata))
    canonical_url, canonicals = _canonical(page, metadata)
    return _Stated(title, summary, section, language, canonical_url, (*titles, *summaries, *sections, *languages, *canonicals))


def _candidates(page: Page, metadata: Metadata, found: PageBlocks, stated: _Stated, config: Config) -> tuple[Provenance, ...]:
    """The evidence for all fields but the credit lines'."""
    return (
        *stated.candidates,
        *find_authors(page, metadata, found, config.credits, stated.language),
        *find_dates(page, metadata, found, config.dates),
        *find_publishers(metadata),
        *find_declared_originals(metadata),
    )


def chosen(candidates: Iterable[Provenance]) -> tuple[str | None, tuple[Provenance, ...]]:
    """The first candidate's text, and all candidates with the first one marked."""
    found = tuple(candidates)
    return (found[0].raw, (replace(found[0], chosen=True), *found[1:])) if found else (None, ())


def _as_fetched(page: Page, source: Source | None, panel: Panel) -> Article:
    """What is known of an article before its page is read."""
    raw, headers = page.raw, page.raw.headers
    return Article(
        url=page.url,
        extractor=Extractor(__version__, panel.name),
        source=raw.source,
        fetched_at=raw.fetched_at,
        timezone=raw.timezone or (source.timezone if source else None),
        addresses=raw.addresses,
        discovered_by=raw.discovered_by,
        archive=raw.archive,
        http=Http(raw.status, headers.get("content-type"), page.encoding, headers.get("etag"), headers.get("last-modified")),
    )


def _read_credits(found: PageBlocks, story: Story, context: CreditContext, tables: CreditTables) -> CreditedStory:
    """*story* without its credit lines; all removals, those of credit lines that nobody chose named as such; all credit lines."""
    credited = credit_removals(story.blocks, context, tables)
    beside = tuple(find_credit_lines(found.blocks, story.blocks, context, tables))
    removals = (*_named_credits(story.removals, beside), *credited.removals)
    return CreditedStory(credited.blocks, removals, (*credited.candidates, *beside))


def _named_credits(removals: Sequence[Removal], lines: Sequence[Provenance]) -> Iterator[Removal]:
    places = {line.origin for line in lines}
    for cut in removals:
        known = cut.step == "choice" and f"line:{cut.block.position}" in places
        yield replace(cut, rule="credit/line", step="credit") if known else cut


def _repeats(template: Template | None, source: Source | None, context: CreditContext, tables: CreditTables) -> Repeats | None:
    """What is known of the other pages of *source*; pinned and banned entries hold on a page that stands alone, too."""
    entries = source.template if source else None
    if template is None and not (entries and entries.pin):
        return None
    pins = (pinned(tuple(entries.pin)), pinned(tuple(entries.ban))) if entries else (Pinned(), Pinned())
    return Repeats(template or Template(), *pins, partial(is_credit, context=context, tables=tables))


def _canonical(page: Page, metadata: Metadata) -> tuple[str | None, tuple[Provenance, ...]]:
    """The page's own address for itself: on its own site and no home page, so that no page can pass for another's."""
    candidates = [*find_canonical(metadata)]
    for index, candidate in enumerate(candidates):
        if not page.url or may_be_canonical(candidate.raw, page.url):
            candidates[index] = replace(candidate, chosen=True)
            return canonical_form(candidate.raw), tuple(candidates)
    return (canonical_form(page.url) if page.url else None), tuple(candidates)


def _credit_context(page: Page, source: Source | None, language: str | None, metadata: Metadata) -> CreditContext:
    """Whose page the credit lines stand on."""
    publisher = next(find_publishers(metadata), None)
    return CreditContext(
        language=language,
        site_name=publisher.raw if publisher else source.name if source else None,
        page_url=page.url or None,
        country=source.country if source else None,
        reference=page.raw.fetched_at,
    )


def _sample(blocks: Sequence[Block]) -> str:
    """Running text of the page, enough to tell its language."""
    long = [
        block.text
        for block in blocks
        if len(block.text) >= _LONG_LINE and sum(len(link.text) for link in block.links) < len(block.text) / 2
    ]
    return "\n".join(long or [block.text for block in blocks])[:_SAMPLE_LETTERS]


def _main_language(source: Source | None) -> str | None:
    return source.languages[0] if source and source.languages else None
