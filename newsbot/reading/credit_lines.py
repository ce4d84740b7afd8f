"""Credit lines: what a line, a paragraph's head or tail, or a caption says about where the text comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from newsbot.credit_tables import CreditTables
from newsbot.reading.agencies import agency_named, cited_agencies, may_name_agency
from newsbot.reading.credit_clauses import clauses_of
from newsbot.reading.credit_cues import may_credit
from newsbot.reading.credit_fragments import Fragment, read_fragment
from newsbot.reading.credit_templates import read_template
from newsbot.reading.credit_units import HEAD_LETTERS, MOST_LETTERS, Setting, opening_units, site_words
from newsbot.reading.credits import AgencyCredit, Credit, CreditContext, merged
from newsbot.reading.datelines import read_caption, read_dateline, read_tail
from newsbot.reading.unlabelled_credits import is_doubtful, read_clauses
from newsbot.urls import host_of

__all__ = ["Credit", "CreditContext", "as_fields", "read_cited", "read_credit", "read_credit_line", "read_line", "setting_of"]
MOST_BODY: Final = 20_000
"""Letters of a paragraph that are searched for cited agencies."""
_SHORT: Final = 2000
"""Letters of texts whose reading is remembered."""


def read_credit(text: str, *, context: CreditContext, tables: CreditTables) -> Credit:
    """The attribution in *text*, one line or paragraph."""
    setting = setting_of(context, tables)
    if context.kind == "html":
        return _read_html(text, setting)
    if context.position == "caption":
        return read_caption(text[:MOST_LETTERS], setting)
    return _read_text(text, slot=context.position == "top", setting=setting)


def read_line(text: str, *, context: CreditContext, tables: CreditTables) -> Credit | None:
    """The attribution in *text* when the whole line is nothing else (``drop`` is set); what paragraphs cite is not looked for."""
    return _read_line(text, slot=context.position == "top", setting=setting_of(context, tables)) if len(text) <= MOST_LETTERS else None


def read_cited(text: str, *, context: CreditContext, tables: CreditTables) -> tuple[AgencyCredit, ...]:
    """The agencies that a paragraph's sentences cite: ``cited`` of :func:`read_credit`, which only paragraphs that may name one need."""
    if not may_name_agency(text[: 2 * MOST_BODY], setting_of(context, tables).lexicon, tables):
        return ()
    return read_credit(text, context=context, tables=tables).cited


def setting_of(context: CreditContext, tables: CreditTables) -> Setting:
    """What lines on such a page are read with."""
    return _setting(context.language, context.site_name, context.page_url, context.reference, tables)


@lru_cache(maxsize=32)
def _setting(language: str | None, site_name: str | None, page_url: str | None, reference: str | None, tables: CreditTables) -> Setting:
    return Setting(tables.lexicon(language), tables, site_words(site_name), host_of(page_url or ""), reference)


def _read_text(text: str, *, slot: bool, setting: Setting) -> Credit:
    whole = _read_line(text, slot=slot, setting=setting) if len(text) <= MOST_LETTERS else None
    if whole is not None:
        return whole
    return _read_short_paragraph(text, setting) if len(text) <= _SHORT else _read_paragraph(text, setting)


@lru_cache(maxsize=1024)
def _read_line(text: str, *, slot: bool, setting: Setting) -> Credit | None:
    """The credit of a line that is nothing but attribution; read in the story, beside it and by the stages, once."""
    credit = read_template(text, setting) or _read_units(text, slot=slot, setting=setting)
    return replace(credit, drop=True) if credit is not None else None


def _read_units(text: str, *, slot: bool, setting: Setting) -> Credit | None:
    if not slot and len(text) <= HEAD_LETTERS and not may_credit(text, setting):
        return None
    units, prose = opening_units(text, setting)
    if prose:
        return None
    clauses = clauses_of(text, units, setting)
    return None if not slot and is_doubtful(clauses) else read_clauses(clauses, slot=slot)


@lru_cache(maxsize=1024)
def _read_short_paragraph(text: str, setting: Setting) -> Credit:
    return _read_paragraph(text, setting)


def _read_paragraph(text: str, setting: Setting) -> Credit:
    """What the head and the tail of a paragraph of the story credit, and what its sentences cite."""
    head = read_dateline(text, setting) or Credit()
    tail = read_tail(text, setting) or Credit()
    body = text[len(head.dateline or "") : tail.cut]
    cited = cited_agencies(body[:MOST_BODY], setting.lexicon, setting.tables)
    return merged((head, tail, Credit(cited=tuple(AgencyCredit(name, raw) for name, raw in cited))))


def _read_html(markup: str, setting: Setting) -> Credit:
    """The credit of a fragment: what its markup declares, then what its text says, with the links' addresses."""
    fragment = read_fragment(markup)
    parts = [_declared(name, setting) for name in fragment.authors]
    parts += [
        _read_text(name, slot=True, setting=setting) if agency_named(name, setting.tables) else Credit(authors=(name,))
        for name in fragment.persons
    ]
    parts += [Credit(publisher=name) for name in fragment.publishers]
    parts += [Credit(original_publisher=name, original_url=url, original_domain=host_of(url)) for name, url in fragment.sources]
    if fragment.text:
        parts.append(_linked(_read_text(fragment.text, slot=True, setting=setting), fragment))
    visible = bool(fragment.text) and parts[-1].drop
    return replace(merged(parts), drop=visible)


def _declared(name: str, setting: Setting) -> Credit:
    """An author as markup names it: people, this outlet, an agency."""
    return replace(_read_text(name, slot=True, setting=setting), drop=False, place=None)


def _linked(credit: Credit, fragment: Fragment) -> Credit:
    """*credit* with the address of the source that a link names, when the line names a source."""
    if not credit.drop or credit.authors or not fragment.links or credit.publisher:
        return credit
    url = fragment.links[0][1]
    return replace(credit, original_url=credit.original_url or url, original_domain=credit.original_domain or host_of(url) or None)


def read_credit_line(entry: Mapping[str, Any], tables: CreditTables) -> dict[str, Any]:
    """The fields of ``scrapy extract --of credits`` for one input line of that command (``id``, ``kind``, ``text`` ...)."""
    around = entry.get("context") or {}
    context = CreditContext(
        language=entry.get("lang"),
        site_name=around.get("site_name"),
        page_url=around.get("page_url"),
        country=around.get("country"),
        position=around.get("position"),
        kind=entry.get("kind") or "line",
        reference=around.get("reference_time"),
    )
    return {"id": entry.get("id"), **as_fields(read_credit(str(entry.get("text") or ""), context=context, tables=tables))}


def as_fields(credit: Credit) -> dict[str, Any]:
    """*credit* as plain JSON values."""
    return {
        "authors": list(credit.authors),
        "author_roles": {role.name: role.role for role in credit.roles},
        "publisher": credit.publisher,
        "original_publisher": credit.original_publisher,
        "original_url": credit.original_url,
        "original_domain": credit.original_domain,
        "original_published_at": credit.original_date,
        "agencies": list(dict.fromkeys(agency.id for agency in credit.agencies)),
        "cited_agencies": list(dict.fromkeys(agency.id for agency in credit.cited)),
        "dateline_place": credit.place,
        "dateline_date": credit.date,
        "photo_credit": credit.photo_credit,
        "drop_line": credit.drop,
    }
