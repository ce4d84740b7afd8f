"""What a page says about itself in markup: JSON-LD, microdata, Open Graph and other metas, links; read once, as candidates.

:func:`read_metadata` makes two cheap passes over the tree; the accessors of :class:`Metadata` yield
:class:`~newsbot.items.Provenance` values, best first, each with its origin and exactly as printed (entities and tags resolved).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from newsbot.extractors.article_node import find_article_node
from newsbot.extractors.blocks import clean_text
from newsbot.extractors.jsonld import Graph, Node, is_article, plain, read_graph
from newsbot.extractors.microdata import Item, read_items
from newsbot.page import Page, join_url

MAX_METAS: Final = 600
_MAX_CONTENT: Final = 20_000
_TITLE_LETTERS: Final = 1000
_SCRIPT_LETTERS: Final = 4 * 2**20
_META_NAMES: Final = ("name", "property", "http-equiv")


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A ``<link rel>``, or an ``<a>`` with ``rel=license`` or ``rel=author``."""

    rels: frozenset[str]
    url: str
    """Absolute."""
    language: str | None = None
    """``hreflang``."""
    type: str | None = None
    text: str | None = None


@dataclass(frozen=True, eq=False)
class Metadata:
    """Everything that a page says about itself outside its text."""

    url: str
    base_url: str
    graph: Graph
    """All JSON-LD nodes."""
    article: Node | None
    """The JSON-LD node that describes this page's own article."""
    items: tuple[Item, ...]
    """Microdata, and RDFa with names in lower case without namespace."""
    metas: Mapping[str, tuple[str, ...]]
    """Contents by lower-case name or property, in page order, never empty."""
    links: tuple[HeadLink, ...]
    title: str | None
    """``<title>``."""
    language: str | None
    """``lang`` of ``<html>``, or of ``<body>``, as written."""
    scripts: tuple[str, ...]
    """Inline scripts that are not JSON-LD and hold data, for dates and texts in page state."""

    def meta(self, *names: str) -> Iterator[tuple[str, str]]:
        """(name, content) of the metas called *names*, in the order of *names*."""
        for name in names:
            for content in self.metas.get(name, ()):
                yield name, content

    def first_meta(self, *names: str) -> str | None:
        """The first content of the metas called *names*."""
        return next((content for _, content in self.meta(*names)), None)

    def linked(self, rel: str) -> Iterator[HeadLink]:
        """Links with the relation *rel*."""
        return (link for link in self.links if rel in link.rels)

    @property
    def is_article_marked(self) -> bool:
        """Whether JSON-LD holds an article node of this page's own."""
        return self.article is not None and is_article(self.article)


def read_metadata(page: Page) -> Metadata:
    """The metadata of *page*; nothing on the page can make it raise."""
    metas: dict[str, list[str]] = {}
    links: list[HeadLink] = []
    jsonld: list[str] = []
    scripts: list[str] = []
    title: str | None = None
    budget = _SCRIPT_LETTERS
    for element in page.tree.iter("meta", "link", "script", "title"):
        match element.tag:
            case "meta" if len(metas) < MAX_METAS:
                _keep_meta(element.attrib, metas)
            case "link":
                links.extend(_head_link(element.attrib, None, page))
            case "title" if title is None and element.getparent().tag != "svg":
                title = clean_text(element.text_content()[:_TITLE_LETTERS]) or None
            case "script" if element.text and budget > 0:
                budget -= len(element.text)
                (jsonld if "ld+json" in element.get("type", "").lower() else scripts).append(element.text)
    for anchor in page.tree.xpath("//a[@href and (contains(@rel, 'author') or contains(@rel, 'license'))]"):
        links.extend(_anchor_link(anchor, page))
    graph = read_graph(jsonld)
    frozen = {name: tuple(contents) for name, contents in metas.items()}
    canonical = next((link.url for link in links if "canonical" in link.rels), None)
    return Metadata(
        url=page.url,
        base_url=page.base_url,
        graph=graph,
        article=find_article_node(graph, [page.url, *([canonical] if canonical else [])], [title or "", *frozen.get("og:title", ())]),
        items=(*read_items(page.tree), *_rdfa(page)),
        metas=frozen,
        links=tuple(links),
        title=title,
        language=_language(page),
        scripts=tuple(scripts),
    )


def _keep_meta(attributes: Mapping[str, str], metas: dict[str, list[str]]) -> None:
    content = plain(attributes.get("content", "")[:_MAX_CONTENT])
    if not content:
        return
    names = {attributes[key].strip().lower() for key in _META_NAMES if attributes.get(key)}
    for name in names:
        metas.setdefault(name, []).append(content)


def _head_link(attributes: Mapping[str, str], text: str | None, page: Page) -> Iterator[HeadLink]:
    rels = frozenset(attributes.get("rel", "").lower().split())
    href = attributes.get("href", "").strip()
    if href and rels and not rels & {"stylesheet", "preload", "dns-prefetch", "preconnect", "icon", "modulepreload", "prefetch"}:
        url = join_url(page.base_url, href)
        if url:
            yield HeadLink(rels, url, attributes.get("hreflang"), attributes.get("type"), text)


def _anchor_link(anchor: object, page: Page) -> Iterator[HeadLink]:
    attributes: Mapping[str, str] = anchor.attrib  # type: ignore[attr-defined]
    if {"license", "author"} & set(attributes["rel"].lower().split()):
        text = clean_text(anchor.text_content()[:300]) or None  # type: ignore[attr-defined]
        yield from _head_link(attributes, text, page)


def _rdfa(page: Page) -> Iterator[Item]:
    """RDFa values with a ``content``, as Drupal prints them (``<span property="dc:date dc:created" content="2014-…">``)."""
    for element in page.tree.xpath("//*[@property and @content and not(self::meta)]")[:100]:
        value = clean_text(element.get("content")[:2000])
        for name in element.get("property").lower().split():
            if value:
                yield Item(name.rpartition(":")[2], value, "rdfa")


def _language(page: Page) -> str | None:
    for element in (page.tree, page.tree.find("body")):
        if element is not None:
            written = element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("xml:lang")
            if written and written.strip():
                return str(written).strip()
    return None
