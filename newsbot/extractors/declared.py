"""The candidates that a page's metadata declares, best first within a field, each as printed with its origin.

Orders are those measured in this project's research on pages with known values (JSON-LD of the own article .91 right for dates,
microdata .98 but rare, ``article:published_time`` and its family .93, a bare ``date`` meta weaker).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newsbot.extractors.jsonld import Node, address_of, as_list, plain, tells_like_article, text_of, texts_of, types_of
from newsbot.extractors.meta_names import AUTHOR_METAS, MODIFIED_METAS, PUBLISHED_METAS, WEAK_DATE_METAS, WRITTEN_BY
from newsbot.extractors.metadata import Metadata
from newsbot.items import Provenance
from newsbot.page import join_url

_SEPARATORS: Final = re.compile(r"\s*[,;،؛、，；|]\s*")
_CUT_OFF: Final = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_MAX_NAMES: Final = 40
_MAX_TAGS: Final = 60
_SUMMARY_LETTERS: Final = 3000
_PAGE_PLACES: Final = ("", "mainEntityOfPage", "mainEntity")


def find_canonical(metadata: Metadata) -> Iterator[Provenance]:
    """Addresses that the page gives itself, absolute."""
    for link in metadata.linked("canonical"):
        yield Provenance("canonical", "link:canonical", link.url)
    yield from _addresses("canonical", metadata, metadata.meta("og:url", "parsely-link", "twitter:url"))
    if metadata.is_article_marked and metadata.article is not None:
        for key in ("url", "mainEntityOfPage"):
            yield from _address("canonical", metadata, f"jsonld:{key}", address_of(metadata.article.get(key)))


def find_summaries(metadata: Metadata) -> Iterator[Provenance]:
    """Descriptions; those that break off with an ellipsis come last."""
    found = [
        *_metas("summary", metadata, "og:description", "description"),
        *_own_texts("summary", metadata, "description", "abstract"),
        *_items("summary", metadata, "description", "abstract"),
        *_metas(
            "summary",
            metadata,
            "twitter:description",
            "dc.description",
            "dcterms.description",
            "sailthru.description",
            "cxenseparse:description",
        ),
    ]
    whole = (one for one in found if len(one.raw) <= _SUMMARY_LETTERS)
    yield from sorted(whole, key=lambda one: bool(_CUT_OFF.search(one.raw)))


def find_sections(metadata: Metadata) -> Iterator[Provenance]:
    """Names of the department that the story stands in."""
    yield from _metas("section", metadata, "article:section", "og:article:section")
    yield from _own_texts("section", metadata, "articleSection")
    yield from _items("section", metadata, "articlesection")
    yield from _metas(
        "section", metadata, "parsely-section", "cxenseparse:category", "sailthru.section", "section", "cxenseparse:section", "dc.subject"
    )
    yield from _breadcrumbs(metadata)


def find_tags(metadata: Metadata) -> tuple[str, ...]:
    """Keywords of the best source that has any, once each, in order."""
    own = metadata.article or {}
    sources: Iterable[Iterable[str]] = (
        metadata.metas.get("article:tag", ()),
        texts_of(own.get("keywords")),
        metadata.metas.get("news_keywords", ()),
        metadata.metas.get("parsely-tags", ()),
        metadata.metas.get("keywords", ()),
        (item.value for item in metadata.items if item.name == "keywords" and not item.related),
    )
    for source in sources:
        parts = (part.strip(" #\"'") for text in source for part in _SEPARATORS.split(text))
        if tags := dict.fromkeys(part for part in parts if 0 < len(part) <= 100):
            return tuple(tags)[:_MAX_TAGS]
    return ()


def find_declared_images(metadata: Metadata) -> Iterator[Provenance]:
    """Addresses of the main image, absolute."""
    yield from _addresses(
        "image", metadata, metadata.meta("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")
    )
    own = metadata.article or {}
    for key in ("image", "thumbnailUrl"):
        for thing in metadata.graph.things(own.get(key)):
            yield from _address("image", metadata, f"jsonld:{key}", address_of(thing))
    for link in metadata.linked("image_src"):
        yield Provenance("image", "link:image_src", link.url)
    yield from _addresses("image", metadata, metadata.meta("parsely-image-url", "sailthru.image.full", "thumbnail", "image"))


def find_publishers(metadata: Metadata) -> Iterator[Provenance]:
    """Names of the outlet."""
    own = metadata.article or {}
    for thing in metadata.graph.things(own.get("publisher")):
        yield from _named("publisher", "jsonld:publisher", thing, metadata)
    yield from _metas("publisher", metadata, "og:site_name")
    for placed in metadata.graph.of_type("WebSite", "NewsMediaOrganization", "Organization", "Corporation"):
        if placed.under in ("", "publisher", "isPartOf"):
            kind = min(types_of(placed.node), default="")
            yield from _named("publisher", f"jsonld-other:{kind}", placed.node, metadata)
    yield from _items("publisher", metadata, "publisher")
    yield from _metas(
        "publisher",
        metadata,
        "application-name",
        "dc.publisher",
        "dcterms.publisher",
        "citation_journal_title",
        "apple-mobile-web-app-title",
        "al:ios:app_name",
    )


def find_declared_authors(metadata: Metadata) -> Iterator[Provenance]:
    """Authors as declared: the origin tells people (``jsonld:author:Person``) from organisations; names are not checked here."""
    for node, prefix in _nodes(metadata):
        for key in ("author", "creator"):
            yield from _persons("author", node, f"{prefix}:{key}", metadata)
    for item in metadata.items:
        if item.name in ("author", "creator") and not item.related and item.value:
            url = join_url(metadata.base_url, item.url) if item.url else None
            yield Provenance("author", f"microdata:{item.name}" + (f":{item.kind}" if item.kind else ""), item.value, url)
    for name, content in metadata.meta(*AUTHOR_METAS):
        if not content.startswith(("http://", "https://", "//")):
            yield Provenance("author", f"meta:{name}", content)
    yield from _labelled_author(metadata)
    for link in metadata.linked("author"):
        if link.text:
            yield Provenance("author", "link:author", link.text, link.url)


def find_declared_contributors(metadata: Metadata) -> Iterator[Provenance]:
    """People who took part and are not called authors (field ``contributor``), as declared."""
    for node, prefix in _nodes(metadata):
        yield from _persons("contributor", node, f"{prefix}:contributor", metadata)


def _persons(field: str, node: Node, origin: str, metadata: Metadata) -> Iterator[Provenance]:
    for thing in list(metadata.graph.things(node.get(origin.rpartition(":")[2])))[:_MAX_NAMES]:
        kind = "" if isinstance(thing, str) else next(iter(sorted(types_of(thing))), "")
        yield from _named(field, origin + (f":{kind}" if kind else ""), thing, metadata)


def find_declared_originals(metadata: Metadata) -> Iterator[Provenance]:
    """Where the story stood first, in the page's words to machines (field ``original_source``).

    ``isBasedOn``, ``sourceOrganization``, ``provider``, ``creditText``, ``copyrightHolder``, syndication metas.
    """
    own = metadata.article or {}
    for key in ("isBasedOn", "isBasedOnUrl", "sourceOrganization", "provider", "creditText", "copyrightHolder", "translationOfWork"):
        for thing in metadata.graph.things(own.get(key)):
            yield from _named("original_source", f"jsonld:{key}", thing, metadata)
    for item in metadata.items:
        if item.name in ("isbasedon", "sourceorganization") and not item.related:
            url = join_url(metadata.base_url, item.url) if item.url else None
            yield Provenance("original_source", f"microdata:{item.name}", item.value or url or "", url)
    for name, content in metadata.meta(
        "syndication-source", "original-source", "source", "dc.source", "dcterms.source", "article:source", "copyright", "dc.rights"
    ):
        yield Provenance("original_source", f"meta:{name}", content, content if content.startswith("http") else None)


def find_declared_dates(metadata: Metadata) -> Iterator[Provenance]:
    """Every date that metadata declares (fields ``published``, ``modified``), raw; the most trusted origin first."""
    for node, prefix in _nodes(metadata):
        yield from _node_dates(node, prefix)
    for item in metadata.items:
        if item.name in ("datepublished", "uploaddate", "issued") and not item.related and item.value:
            yield Provenance("published", f"microdata:{item.name}", item.value)
    yield from _metas("published", metadata, *PUBLISHED_METAS)
    yield from _other_dates(metadata)
    for item in metadata.items:
        if item.name in ("date", "created", "datecreated") and not item.related and item.value:
            yield Provenance("published", f"microdata:{item.name}", item.value)
    yield from _metas("published", metadata, *WEAK_DATE_METAS)
    yield from _metas("modified", metadata, *MODIFIED_METAS)
    for item in metadata.items:
        if item.name in ("datemodified", "modified") and not item.related and item.value:
            yield Provenance("modified", f"microdata:{item.name}", item.value)


def _node_dates(node: Node, prefix: str) -> Iterator[Provenance]:
    for key, name in (
        ("datePublished", "published"),
        ("dateCreated", "published"),
        ("uploadDate", "published"),
        ("dateModified", "modified"),
    ):
        if text := text_of(node.get(key)):
            yield Provenance(name, f"{prefix}:{key}", text)


def _other_dates(metadata: Metadata) -> Iterator[Provenance]:
    """Dates of nodes that are not the page's own article but may speak of the page (``WebPage``), top level only."""
    for placed in metadata.graph.nodes:
        if placed.node is not metadata.article and placed.under in _PAGE_PLACES and not _is_media(placed.node):
            yield from _node_dates(placed.node, f"jsonld-other:{min(types_of(placed.node), default='')}")


def _is_media(node: Node) -> bool:
    """Whether the node is a picture or a recording, whose dates are its own; or tells no date."""
    return "datePublished" not in node or any(kind.endswith("Object") or kind == "Clip" for kind in types_of(node))


def _nodes(metadata: Metadata) -> Iterator[tuple[Node, str]]:
    """The page's own article node; without one, the first node of a kin type."""
    if metadata.article is not None:
        yield metadata.article, "jsonld"
        return
    kin = (
        placed.node for placed in metadata.graph.nodes if placed.under == "" and tells_like_article(placed.node) and "author" in placed.node
    )
    for node in list(kin)[:1]:
        yield node, "jsonld-other"


def _named(field: str, origin: str, thing: Node | str, metadata: Metadata) -> Iterator[Provenance]:
    """A thing with a name: its names, with its address."""
    if isinstance(thing, str):
        text = plain(thing)
        url = join_url(metadata.base_url, text) if text.startswith(("http://", "https://")) else None
        if text:
            yield Provenance(field, origin, text, url)
        return
    written = address_of(thing)
    url = join_url(metadata.base_url, written) if written and not written.startswith(("#", "urn:", "_:")) else None
    for name in list(texts_of(thing.get("name")))[:_MAX_NAMES] or ([url] if url else []):
        yield Provenance(field, origin, name, url)


def _own_texts(field: str, metadata: Metadata, *keys: str) -> Iterator[Provenance]:
    if metadata.article is not None:
        for key in keys:
            for text in texts_of(metadata.article.get(key)):
                yield Provenance(field, f"jsonld:{key}", text)


def _metas(field: str, metadata: Metadata, *names: str) -> Iterator[Provenance]:
    for name, content in metadata.meta(*names):
        yield Provenance(field, f"meta:{name}", content)


def _items(field: str, metadata: Metadata, *names: str) -> Iterator[Provenance]:
    for item in metadata.items:
        if (
            item.name in names
            and not item.related
            and item.value
            and not item.scope.endswith(("Organization", "Person", "ImageObject", "VideoObject", "WebSite"))
        ):
            yield Provenance(field, f"microdata:{item.name}", item.value)


def _addresses(field: str, metadata: Metadata, pairs: Iterable[tuple[str, str]]) -> Iterator[Provenance]:
    for name, content in pairs:
        yield from _address(field, metadata, f"meta:{name}", content)


def _address(field: str, metadata: Metadata, origin: str, written: str | None) -> Iterator[Provenance]:
    url = join_url(metadata.base_url, written) if written else None
    if url:
        yield Provenance(field, origin, url)


def _labelled_author(metadata: Metadata) -> Iterator[Provenance]:
    for number in ("1", "2"):
        label, value = metadata.first_meta(f"twitter:label{number}"), metadata.first_meta(f"twitter:data{number}")
        if label and value and label.casefold().strip(" :") in WRITTEN_BY:
            yield Provenance("author", f"meta:twitter:data{number}", value)


def _breadcrumbs(metadata: Metadata) -> Iterator[Provenance]:
    """The last step of the breadcrumb trail that is neither the home page nor the article itself."""
    for placed in metadata.graph.of_type("BreadcrumbList"):
        steps = [name for step in as_list(placed.node.get("itemListElement")) if isinstance(step, dict) for name in _step_name(step)]
        own = [name for name in steps[1:] if not (metadata.title or "").startswith(name)]
        if own:
            yield Provenance("section", "jsonld:breadcrumb", own[-1])


def _step_name(step: Node) -> Iterator[str]:
    name = text_of(step.get("name")) or text_of(step.get("item"))
    if name and not name.startswith("http"):
        yield name
