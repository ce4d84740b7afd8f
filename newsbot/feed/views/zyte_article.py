"""zyte-common-items' ``Article`` (extra ``zyte``)."""

from __future__ import annotations

import re
from typing import Any, Final

Record = dict[str, Any]
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?=-|$)")


def to_zyte_article(record: Record) -> Record | None:
    """The fields of the ``Article`` of *record*, for ``Article.from_dict``; ``None`` for a record without an address, which it demands.

    Its dates have a time: a date that the page prints without one is not padded, it stands in ``datePublishedRaw`` alone.
    """
    url = record["url"] or record["canonical_url"]
    if url is None:
        return None
    article = {
        "url": url,
        "canonicalUrl": record["canonical_url"],
        "headline": record["title"],
        "description": record["summary"],
        "articleBody": record["content_text"],
        "inLanguage": _language(record["language"]),
        "authors": [{key: value for key, value in author.items() if value is not None} for author in record["authors"]],
        "mainImage": record["image"] and {"url": record["image"]},
        "images": [{"url": image["url"]} for image in record["images"]],
        **_date("datePublished", record["date_published"], record["dates"]["published"]),
        **_date("dateModified", record["date_modified"], record["dates"]["modified"]),
        "metadata": {"dateDownloaded": _seconds(record["fetched_at"]), "probability": record["quality"]["confidence"]},
    }
    return {key: value for key, value in article.items() if value not in (None, [])}


def _date(name: str, value: str | None, evidence: Record | None) -> Record:
    return {name: value if value and _TIME.fullmatch(value) else None, f"{name}Raw": evidence and evidence["raw"]}


def _language(tag: str | None) -> str | None:
    """The ISO 639-1 code of a language tag that begins with one."""
    code = _LANGUAGE.match(tag or "")
    return code[0] if code else None


def _seconds(instant: str | None) -> str | None:
    """*instant* (UTC) in whole seconds, as the field's form demands."""
    return instant and f"{instant[:19]}Z"
