"""schema.org ``NewsArticle`` as JSON-LD."""

from __future__ import annotations

from typing import Any, Final

Record = dict[str, Any]
_ROLES: Final = {"editor": "editor", "translator": "translator"}
"""Roles of contributors that schema.org has a property for; the others are ``contributor``."""


def to_news_article(record: Record) -> Record:
    """The JSON-LD of *record*; what is not known is left out, as JSON-LD has it."""
    attribution, access = record["attribution"], record["access"]["status"]
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": record["id"],
        "version": record["revision"],
        "url": record["url"],
        "mainEntityOfPage": record["canonical_url"],
        "headline": record["title"],
        "description": record["summary"],
        "articleSection": record["section"],
        "keywords": record["tags"],
        "inLanguage": record["language"],
        "datePublished": record["date_published"],
        "dateModified": record["date_modified"],
        "author": [_named("Person", author["name"], author["url"]) for author in record["authors"]],
        "publisher": _publisher(attribution["publisher"]),
        "sourceOrganization": [_named("NewsMediaOrganization", agency["id"]) for agency in attribution["agencies"]],
        "isBasedOn": _original(attribution["original"], record["external_url"]),
        "dateline": (attribution["dateline"] or {}).get("raw"),
        "articleBody": record["content_text"],
        "wordCount": record["quality"]["words"],
        "image": [_image(image) for image in record["images"]],
        "isAccessibleForFree": {"free": True, "paywalled": False, "metered": False}.get(access),
        "license": record["rights"]["licence"],
        "copyrightNotice": record["rights"]["copyright"],
        "sdDatePublished": record["fetched_at"],
        **_contributors(attribution["contributors"]),
    }
    return _known(article)


def _contributors(people: list[Record]) -> Record:
    """Properties by role; who is a reporter or writer is an author already."""
    properties: dict[str, list[Record]] = {}
    for person in people:
        if person["role"] not in ("reporter", "writer"):
            properties.setdefault(_ROLES.get(person["role"], "contributor"), []).append(_named("Person", person["name"]))
    return properties


def _publisher(publisher: Record | None) -> Record | None:
    return publisher and _named("NewsMediaOrganization", publisher["name"], publisher["domain"] and f"https://{publisher['domain']}/")


def _original(original: Record | None, url: str | None) -> Record | None:
    if original is None and url is None:
        return None
    known = original or {}
    publisher = known.get("publisher") or known.get("domain")
    return _known(
        {
            "@type": "NewsArticle",
            "url": url or known.get("url"),
            "datePublished": known.get("date_published"),
            "publisher": publisher and _named("NewsMediaOrganization", publisher),
        }
    )


def _image(image: Record) -> Record:
    return _known({"@type": "ImageObject", "url": image["url"], "caption": image["caption"], "creditText": image["credit"]})


def _named(kind: str, name: str, url: str | None = None) -> Record:
    return _known({"@type": kind, "name": name, "url": url})


def _known(node: Record) -> Record:
    return {key: value for key, value in node.items() if value not in (None, [], "")}
