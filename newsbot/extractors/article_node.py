"""Which JSON-LD node describes the page's own article: pages list nodes of related articles beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from newsbot.extractors.jsonld import Graph, Node, Placed, address_of, as_list, is_article, text_of
from newsbot.reading.folding import fold
from newsbot.urls import same_article

_OWN_PLACES: Final = frozenset(("", "mainEntity", "mainEntityOfPage", "about", "subjectOf"))
_FEW_LETTERS: Final = 12
MAX_CANDIDATES: Final = 60


def find_article_node(graph: Graph, urls: Sequence[str], titles: Sequence[str]) -> Node | None:
    """The article node whose address or headline matches the page, else the only one that contradicts neither; ``None`` when none does."""
    candidates = [placed for placed in graph.nodes if is_article(placed.node)][:MAX_CANDIDATES]
    folded = [fold(title) for title in titles if title]
    scored = [(_fitness(placed, urls, folded), -index) for index, placed in enumerate(candidates)]
    best, index = max(scored, default=(-1.0, 0))
    return candidates[-index].node if best >= 0 else None


def _fitness(placed: Placed, urls: Sequence[str], titles: Sequence[str]) -> float:
    """Above 0 for a match, 0 for a node that says nothing against it, below for another article's."""
    address = _address_fits(placed.node, urls)
    headline = _headline_fits(placed.node, titles)
    own = placed.under in _OWN_PLACES
    if not (address or headline):
        return -1.0 if not own or (address is False and headline is False) else 0.1 * _fullness(placed.node)
    return 3.0 * bool(address) + 2.0 * bool(headline) + own + 0.1 * _fullness(placed.node)


def _address_fits(node: Node, urls: Sequence[str]) -> bool | None:
    """Whether an address of the node is the page's; ``None`` when it has none."""
    written = [address_of(one) for key in ("url", "mainEntityOfPage", "@id") for one in as_list(node.get(key))]
    whole = [address for address in written if address and address.startswith(("http://", "https://"))]
    if not whole:
        return None
    return any(same_article(address.partition("#")[0], url) for address in whole for url in urls)


def _headline_fits(node: Node, titles: Sequence[str]) -> bool | None:
    """Whether the node's headline is, begins or holds one of the page's titles; ``None`` when there is nothing to compare."""
    headline = fold(text_of(node.get("headline")) or text_of(node.get("name")) or "")
    if not headline or not titles:
        return None
    if len(headline) < _FEW_LETTERS:
        return any(title.startswith(headline) for title in titles)
    return any(headline in title or (len(title) >= _FEW_LETTERS and title in headline) for title in titles)


def _fullness(node: Node) -> int:
    return sum(key in node for key in ("headline", "datePublished", "author", "articleBody", "image", "publisher"))
