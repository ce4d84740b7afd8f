"""JSON-LD as pages print it: broken, nested, repeated; read into a flat graph, bounded in size, never raising.

Names of types and properties are those of schema.org.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from newsbot.extractors.blocks import clean_text

MAX_LETTERS: Final = 2 * 2**20
"""Of all JSON-LD scripts of a page together; what comes after is not read."""
MAX_NODES: Final = 3000
MAX_DEPTH: Final = 16
MAX_VALUES: Final = 64
"""Values read of one list (authors, keywords, images)."""

_SECONDARY: Final = frozenset(("Recipe", "HowTo", "CreativeWork", "Review", "MedicalWebPage", "Report", "Guide", "WebPage", "ItemPage"))
"""Types that tell the same as an article where a page has no article node."""
_WRAPPING: Final = re.compile(r"^\s*(?://\s*|/\*\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?://\s*|/\*\s*)?(?:-->|\]\]>)(?:\s*\*/)?\s*$")
_TRAILING_COMMA: Final = re.compile(r",(\s{0,400}[}\]])")
_BAD_ESCAPE: Final = re.compile(r"\\(?![\"\\/bfnrtu])")
_BETWEEN: Final = re.compile(r"[\s;,]*")
_PRINTED_LINE: Final = re.compile(
    r"""^\s{0,80}"(headline|name|datePublished|dateModified|dateCreated|articleSection|description|url|isAccessibleForFree)"
        \s{0,20}:\s{0,20}"(.{1,2000}?)"\s{0,20},?\s{0,20}$""",
    re.VERBOSE | re.MULTILINE,
)
"""One property a line, as content systems print them: readable even where an unescaped quote breaks the whole."""
_TAG: Final = re.compile(r"<[a-zA-Z/!][^<>]{0,500}>")

Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Placed:
    """A node and where it hung."""

    node: Node
    under: str
    """The property that held it; "" for top level and ``@graph``."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All nodes of a page in document order."""

    nodes: tuple[Placed, ...] = ()
    by_id: Mapping[str, Node] = field(default_factory=dict)
    """Fullest node of each ``@id``."""

    def of_type(self, *types: str) -> Iterator[Placed]:
        """Nodes that carry one of *types*."""
        wanted = frozenset(types)
        return (placed for placed in self.nodes if wanted & types_of(placed.node))

    def things(self, value: object) -> Iterator[Node | str]:
        """The nodes and texts that *value* stands for: a list's members, references by ``@id`` looked up."""
        for one in as_list(value):
            if isinstance(one, dict):
                yield self.by_id.get(one["@id"], one) if isinstance(one.get("@id"), str) and len(one) <= 2 else one
            elif isinstance(one, str) and one.strip():
                yield self.by_id.get(one, one)


def read_graph(scripts: Iterable[str]) -> Graph:
    """The graph of all JSON-LD *scripts* of a page."""
    nodes: list[Placed] = []
    budget = MAX_LETTERS
    for script in scripts:
        budget -= len(script)
        if budget < 0 or len(nodes) >= MAX_NODES:
            break
        for value in parse_script(script):
            nodes.extend(_flatten(value, MAX_NODES - len(nodes)))
    by_id: dict[str, Node] = {}
    for placed in nodes:
        name = placed.node.get("@id")
        if isinstance(name, str) and len(placed.node) > len(by_id.get(name, ())):
            by_id[name] = placed.node
    return Graph(tuple(nodes), by_id)


def parse_script(script: str) -> list[object]:
    """The JSON values of one script; mended where it is broken, [] where nothing can be read."""
    text = _WRAPPING.sub("", script.strip()).strip()
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    values = _decode(text)
    if values is None:
        values = _decode(_BAD_ESCAPE.sub("", _TRAILING_COMMA.sub(r"\1", text)))
    return values if values is not None else _salvage(text)


def _decode(text: str) -> list[object] | None:
    """All JSON values in *text*, one after the other; ``None`` when one of them cannot be read."""
    decoder, place = json.JSONDecoder(strict=False), 0
    values: list[object] = []
    while place < len(text) and len(values) < MAX_VALUES:
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        gap = _BETWEEN.match(text, place)
        place = gap.end() if gap else place
    return values


def _salvage(text: str) -> list[object]:
    """The properties of a broken article node that stand on lines of their own; first printing of each."""
    kind = re.search(r'"@type"\s{0,20}:\s{0,20}"(\w{0,40}(?:Article|BlogPosting))"', text)
    if not kind:
        return []
    node: dict[str, object] = {"@type": kind[1]}
    for match in _PRINTED_LINE.finditer(text, kind.start()):
        node.setdefault(match[1], match[2].replace('\\"', '"'))
    return [node] if len(node) > 1 else []


def _flatten(value: object, limit: int) -> list[Placed]:
    """Every object below *value* that has a type or an id, in document order, at most *limit*."""
    found: list[Placed] = []
    waiting: list[tuple[object, str, int]] = [(value, "", 0)]
    steps = 20 * MAX_NODES
    while waiting and len(found) < limit and steps > 0:
        steps -= 1
        here, under, depth = waiting.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(here, list):
            waiting.extend((one, under, depth + 1) for one in reversed(here[:1000]))
        elif isinstance(here, dict):
            if "@type" in here or "@id" in here or (not under and "headline" in here):
                found.append(Placed(here, under))
            children = [(child, key) for key, child in here.items() if isinstance(child, (dict, list))]
            waiting.extend((child, under if key == "@graph" else key, depth + 1) for child, key in reversed(children))
    return found


def types_of(node: Node) -> frozenset[str]:
    """The node's types without their namespace."""
    return frozenset(kind.rpartition("/")[2].rpartition(":")[2] for kind in as_list(node.get("@type")) if isinstance(kind, str))


def is_article(node: Node) -> bool:
    """Whether the node says of itself that it is an article."""
    return any(
        kind.endswith(("Article", "BlogPosting", "DiscussionForumPosting")) or kind == "SocialMediaPosting" for kind in types_of(node)
    )


def tells_like_article(node: Node) -> bool:
    """Whether the node's dates and names may stand in for those of an article."""
    return is_article(node) or bool(_SECONDARY & types_of(node))


def as_list(value: object) -> list[object]:
    """*value* as a list: its first members, itself, or nothing."""
    if isinstance(value, list):
        return value[:MAX_VALUES]
    return [] if value is None else [value]


def text_of(value: object) -> str | None:
    """The text that *value* is, or that its ``@value`` / ``name`` holds, without markup; ``None`` when there is none."""
    if isinstance(value, dict):
        value = value.get("@value", value.get("name"))
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), None)
    if not isinstance(value, str):
        return None
    return plain(value) or None


def plain(text: str) -> str:
    """*text* as a reader would see it: entities (also doubled ones) and tags resolved, white space folded."""
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean_text(text)


def texts_of(value: object) -> Iterator[str]:
    """Each text of *value*, see :func:`text_of`."""
    for one in as_list(value):
        if text := text_of(one):
            yield text


def address_of(value: object) -> str | None:
    """The address that *value* is or holds (``url``, ``contentUrl``, ``@id``), as written."""
    if isinstance(value, dict):
        named = (value.get(key) for key in ("url", "contentUrl", "@id"))
        value = next((one for one in named if isinstance(one, (str, list)) and one), None)
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), None)
    return value.strip() or None if isinstance(value, str) else None
