"""Who wrote, published, first published and is quoted: chosen from an article's candidates, lines and first paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, get_args

from newsbot.config import Config
from newsbot.credit_tables import CreditTables
from newsbot.items import (
    AgencyMention,
    Article,
    Attribution,
    Author,
    CitedWhere,
    Contributor,
    ContributorRole,
    Dateline,
    Original,
    PhotoCredit,
    Provenance,
    Publisher,
)
from newsbot.reading.agencies import agency_domains, agency_named
from newsbot.reading.byline_lines import read_byline
from newsbot.reading.credit_lines import Credit, CreditContext, read_cited, read_credit
from newsbot.reading.folding import fold
from newsbot.reading.person_names import is_full_name, people_in, starts_phrase
from newsbot.reading.tokens import tokens_of
from newsbot.sources import Source
from newsbot.urls import host_of, looks_like_article, site_of

_OPENING_BLOCKS: Final = 2
"""Blocks of the story that may open with a dateline: the standfirst, then the text."""
_ROLES: Final = frozenset(get_args(ContributorRole))
_DAY_INDEX: Final = re.compile(r"/\d{4}(?:/\d{1,2}){0,2}/?$")
_PERSON: Final = re.compile(r"[^\W\d_][\w.'’-]{0,30}(?: [^\W\d_][\w.'’-]{0,30}){1,4}")
"""What markup calls a person may have any words for a name ("Xiaoying You"), but looks like one."""
_INVERTED: Final = re.compile(r"([^,]{1,60}), ([^,]{1,60})")
"""``citation_author`` metas print the family name first."""
_MOST_AUTHORS: Final = 20
_LINKS: Final = 2


def normalise_attribution(article: Article, config: Config) -> Article:
    """*article* with ``authors``, ``attribution`` and ``external_url`` chosen from its evidence."""
    source = config.sources.get(article.source) if article.source else None
    publisher = _publisher(article, source)
    context = _context(article, publisher, source)
    tables = config.credits
    lines = [
        (one, read_credit(one.raw, context=replace(context, position="bottom"), tables=tables))
        for one in _candidates(article, "credit_line")
    ]
    openings = [
        read_credit(block.text, context=replace(context, kind="paragraph"), tables=tables) for block in article.blocks[:_OPENING_BLOCKS]
    ]
    original = _original(lines, openings, article, tables)
    declared = [(one, _read_declared(one, context, tables)) for one in _candidates(article, "contributor")]
    authors, bylines = _authors(article, context, tables, lines)
    attribution = Attribution(
        publisher=publisher,
        original=original,
        agencies=_once(_credited(article, lines, openings, bylines, tables)),
        cited=_once(_cited(article, context, tables)),
        dateline=next((Dateline(one.place, one.date, one.dateline) for one in openings if one.dateline), None),
        contributors=_contributors(lines, bylines, declared),
        photo_credits=tuple(PhotoCredit(image.credit, image.url, image.credit) for image in article.images if image.credit),
    )
    return replace(
        article, authors=authors, attribution=attribution, external_url=article.external_url or (original.url if original else None)
    )


def _context(article: Article, publisher: Publisher | None, source: Source | None) -> CreditContext:
    return CreditContext(
        language=article.language,
        site_name=publisher.name if publisher else None,
        page_url=article.url,
        country=source.country if source else None,
        reference=article.fetched_at,
    )


def _candidates(article: Article, field: str) -> Iterator[Provenance]:
    return (one for one in article.candidates if one.field == field)


def _publisher(article: Article, source: Source | None) -> Publisher | None:
    """The outlet: as the page calls itself, else as the source is configured."""
    domain = site_of(article.url) or None
    named = next((one for one in _candidates(article, "publisher") if not one.raw.startswith("http") and len(one.raw) <= 100), None)
    if named is not None:
        return Publisher(named.raw.strip(), domain, named.raw)
    return Publisher(source.name, domain or host_of(source.homepage), source.name) if source else None


Line = tuple[Provenance, Credit]


def _original(lines: Iterable[Line], openings: Iterable[Credit], article: Article, tables: CreditTables) -> Original | None:
    """Where the story stood first: credit lines, the address of their links, the outlet that a dateline names."""
    own = site_of(article.url)
    named = [(line, credit) for line, credit in lines if _is_source(line, credit)]
    links = [line.url for line, credit in named if line.url and site_of(line.url) != own]
    urls = [url for url in (*(credit.original_url for _, credit in named), *links) if url and _is_article_address(url)]
    domains = [credit.original_domain for _, credit in named if credit.original_domain] + [host_of(url) for url in links]
    domain = next((one for one in domains if one and site_of(f"http://{one}") != own), None)
    heads = [one.publisher for one in openings if one.dateline and one.publisher]
    names = [credit.original_publisher for _, credit in named if credit.original_publisher]
    publisher = next((name for name in (*names, *heads) if not _is_own(name, article)), None)
    if domain in agency_domains(tables) and publisher is None:
        return None
    if not (domain or publisher):
        return None
    date = next((credit.original_date for _, credit in named if credit.original_date), None)
    raw = next(
        (line.raw for line, credit in named if credit.original_domain or credit.original_publisher), named[0][0].raw if named else None
    )
    return Original(publisher, domain, urls[0] if urls else None, date, raw or next(one.dateline or "" for one in openings if one.dateline))


def _is_source(line: Provenance, credit: Credit) -> bool:
    bare = credit.drop and not (credit.authors or credit.roles or credit.photo_credit or credit.agencies or credit.publisher)
    return bool(credit.original_publisher or credit.original_domain or credit.original_date or (bare and line.url))


def _is_own(name: str, article: Article) -> bool:
    folded = fold(name)
    return any(folded in fold(one.raw) or fold(one.raw) in folded for one in _candidates(article, "publisher"))


def _is_article_address(url: str) -> bool:
    """Whether *url* names one article: a home page, a day's index or a section does not."""
    return not _DAY_INDEX.search(url) and looks_like_article(url)


def _authors(
    article: Article, context: CreditContext, tables: CreditTables, lines: Iterable[Line]
) -> tuple[tuple[Author, ...], list[Line]]:
    """People of the most trusted evidence that names any, and the bylines as read."""
    declared = [(one, _read_declared(one, context, tables)) for one in _candidates(article, "author")]
    bylines = [(one, _read_byline(one, context, tables)) for one in _candidates(article, "byline")]
    near = [line for line in bylines if not line[0].origin.startswith("byline-far")]
    for group in _by_trust(declared):
        people = _people(group, article)
        if people:
            return _completed(_owned(people, near, context, tables), (*near, *declared), article), bylines
    links = [line for line in declared if _rank(line[0]) == _LINKS]
    for group in (near, links, *_agreed(line for line in bylines if line not in near), _signed(lines, context, tables)):
        people = _people(group, article)
        if people:
            return people, bylines
    return (), bylines


def _by_trust(declared: Sequence[Line]) -> Iterator[list[Line]]:
    """Declared names that come from one place: people declared as such first; links are not among them."""
    for rank in range(_LINKS):
        groups: dict[str, list[Line]] = {}
        for line in declared:
            if _rank(line[0]) == rank:
                groups.setdefault(line[0].origin.removesuffix(":Person").replace("contributor", "creator"), []).append(line)
        yield from groups.values()


def _agreed(far: Iterable[Line]) -> Iterator[list[Line]]:
    """The bylines far from the headline, where all that name people name the same: others are those of other stories."""
    named = [line for line in far if line[1].authors]
    if len({tuple(map(fold, credit.authors)) for _, credit in named}) == 1 and is_full_name(named[0][1].authors[0]):
        yield named


def _signed(lines: Iterable[Line], context: CreditContext, tables: CreditTables) -> list[Line]:
    """The credit lines whose people a label calls writers: beside an agency alone they may be photographers."""
    return [line for line in lines if read_byline(line[0].raw, context=context, tables=tables)]


def _owned(people: tuple[Author, ...], near: Iterable[Line], context: CreditContext, tables: CreditTables) -> tuple[Author, ...]:
    """The people whom a label near the headline calls the writers, where markup names only others: who posted it; else *people*."""
    for one, _ in near:
        writers = read_byline(one.raw, context=context, tables=tables)
        if writers and all(map(is_full_name, writers)):
            shared = {word for author in people for word in fold(author.name).split()} & {
                word for name in writers for word in fold(name).split()
            }
            return people if shared else tuple(Author(name, None) for name in writers)
    return people


def _completed(people: tuple[Author, ...], lines: Iterable[Line], article: Article) -> tuple[Author, ...]:
    """The people of one byline or declaration that names all of *people* and more; else *people*.

    Markup often tells only the first of them.
    """
    names = {fold(author.name) for author in people}
    for line in lines:
        printed = _people([line], article)
        if names < {fold(author.name) for author in printed} and all(" " in author.name for author in printed):
            return printed
    return people


def _rank(one: Provenance) -> int:
    """0 for people declared as such, 1 for other declared names, 2 for links."""
    if one.origin.endswith(":Person"):
        return 0
    return _LINKS if one.origin.startswith("link:") else 1


def _people(group: Iterable[Line], article: Article) -> tuple[Author, ...]:
    people: dict[str, Author] = {}
    site = _letters(site_of(article.url).partition(".")[0])
    for one, credit in group:
        alone = len(credit.authors) == 1
        for name in credit.authors:
            if _letters(name) == site and not (" " in name and one.origin.endswith(":Person") and credit.publisher is None):
                continue
            people.setdefault(fold(name), Author(name, one.url if alone else None))
    return tuple(_unshortened(people.values()))[:_MOST_AUTHORS]


def _unshortened(people: Iterable[Author]) -> Iterator[Author]:
    """*people* without those that another one's fuller name stands for: ``Anna S.`` beside ``Anna Smith``."""
    authors = list(people)
    words = [fold(author.name).replace(".", " ").split() for author in authors]
    for at, author in enumerate(authors):
        if not any(_shortens(words[at], other) for place, other in enumerate(words) if place != at):
            yield author


def _shortens(short: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether *short* is *whole* with words left out or cut to their initials, the first word kept."""
    if not short or len(short) > len(whole) or short[0] != whole[0] or list(short) == list(whole):
        return False
    rest = iter(whole[1:])
    return all(any(word == other or (len(word) == 1 and other.startswith(word)) for other in rest) for word in short[1:])


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _read_byline(one: Provenance, context: CreditContext, tables: CreditTables) -> Credit:
    return read_credit(one.raw, context=replace(context, position="top"), tables=tables)


def _read_declared(one: Provenance, context: CreditContext, tables: CreditTables) -> Credit:
    inverted = _INVERTED.fullmatch(one.raw) if "citation_author" in one.origin else None
    raw = f"{inverted[2]} {inverted[1]}" if inverted else one.raw[:300]
    credit = read_credit(raw, context=replace(context, position="top"), tables=tables)
    if not one.origin.endswith(":Person") or credit.authors or credit.agencies or not _PERSON.fullmatch(one.raw):
        return credit
    lexicon, words = tables.lexicon(context.language), tokens_of(one.raw)
    own = credit.publisher == one.raw and people_in(one.raw, words, lexicon) and not starts_phrase(lexicon.outlets, words)
    return Credit(authors=(one.raw,)) if own or credit == Credit() else credit


def _credited(
    article: Article, lines: Iterable[Line], openings: Iterable[Credit], bylines: Iterable[Line], tables: CreditTables
) -> Iterator[AgencyMention]:
    """Agencies that the text is credited to, with the place of the credit."""
    for opening in openings:
        yield from (AgencyMention(agency.id, agency.raw, "dateline") for agency in opening.agencies)
    for line, credit in lines:
        where: CitedWhere = "signoff" if line.origin.startswith("mark:") else "copyright" if "©" in line.raw else "source_line"
        yield from (AgencyMention(agency.id, agency.raw, where) for agency in credit.agencies)
    for _, credit in bylines:
        yield from (AgencyMention(agency.id, agency.raw, "byline") for agency in credit.agencies)
    for one in _candidates(article, "author"):
        if name := agency_named(one.raw, tables):
            yield AgencyMention(name.id, one.raw, "jsonld")


def _cited(article: Article, context: CreditContext, tables: CreditTables) -> Iterator[AgencyMention]:
    context = replace(context, kind="paragraph", position="body")
    for block in article.blocks:
        cited = read_cited(block.text, context=context, tables=tables)
        yield from (AgencyMention(agency.id, agency.raw, "sentence") for agency in cited)


def _once(mentions: Iterable[AgencyMention]) -> tuple[AgencyMention, ...]:
    found: dict[str, AgencyMention] = {}
    for mention in mentions:
        found.setdefault(mention.id, mention)
    return tuple(found.values())


def _contributors(lines: Iterable[Line], bylines: Iterable[Line], declared: Iterable[Line]) -> tuple[Contributor, ...]:
    found = {
        (role.name, role.role): Contributor(role.name, role.role, line.raw)  # type: ignore[arg-type]
        for line, credit in (*lines, *bylines)
        for role in credit.roles
        if role.role in _ROLES
    }
    for line, credit in declared:
        for name in credit.authors:
            found.setdefault((name, "contributor"), Contributor(name, "contributor", line.raw))
    return tuple(found.values())
