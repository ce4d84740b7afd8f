"""Which subtrees of a page rules name: each element is looked at once, for all selectors together.

A selector that asks for nothing but a tag, classes, an id and attributes of one element (nearly all do) is answered there;
any other one is run, as soon as an element is met that its last step may name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from cssselect import parse
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

Named = TypeVar("Named")
_WHITE: Final = re.compile("[ \t\r\n]+")
"""White space as XPath and so CSS selectors on lxml trees know it."""
_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "exists": lambda value, wanted: True,  # noqa: ARG005
    "=": lambda value, wanted: value == wanted,
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the last step of a selector asks of one element."""

    select: str
    whole: bool
    """Whether this is all that the selector asks."""
    tag: str | None = None
    classes: frozenset[str] = frozenset()
    id: str | None = None
    attributes: tuple[tuple[str, str, str], ...] = ()
    """(name, operator, value)."""

    def may_be(self, element: HtmlElement) -> bool:
        """Whether *element* is all that is asked of it."""
        if (self.tag and element.tag != self.tag) or (self.id is not None and element.get("id") != self.id):
            return False
        if self.classes and not self.classes.issubset(_WHITE.split(element.get("class") or "")):
            return False
        values = ((element.get(name), operator, wanted) for name, operator, wanted in self.attributes)
        return all(value is not None and _OPERATORS[operator](value, wanted) for value, operator, wanted in values)


@lru_cache(maxsize=4096)
def asked_of(select: str) -> Asked:
    """What *select*, one selector without commas, asks of the elements that it names."""
    step: Any = parse(select)[0].parsed_tree
    whole = True
    if isinstance(step, CombinedSelector):
        step, whole = step.subselector, False
    classes: set[str] = set()
    attributes: list[tuple[str, str, str]] = []
    ident: str | None = None
    while not isinstance(step, Element):
        match step:
            case Class():
                classes.add(step.class_name)
            case Hash() if ident in (None, step.id):
                ident = step.id
            case Attrib() if step.namespace is None and step.operator in _OPERATORS:
                attributes.append((step.attrib, step.operator, (step.value.value or "") if step.value is not None else ""))
            case _:
                whole = False
        step = step.selector
    plain = step.namespace is None
    return Asked(select, whole and plain, step.element if plain else None, frozenset(classes), ident, tuple(attributes))


class Subtrees(Generic[Named]):
    """Selectors and what they are called by, indexed by what they ask for."""

    def __init__(self, named: Iterable[tuple[str, Named]]) -> None:
        self._asked: list[tuple[Asked, Named]] = [(asked_of(select), name) for select, name in named]
        self._by_class: dict[str, list[int]] = {}
        self._by_id: dict[str, list[int]] = {}
        self._by_attribute: dict[str, list[int]] = {}
        self._by_tag: dict[str, list[int]] = {}
        self._always: list[int] = []
        for rank, (asked, _) in enumerate(self._asked):
            self._index(rank, asked)

    def _index(self, rank: int, asked: Asked) -> None:
        """File a selector under the rarest thing that it asks for."""
        if asked.id is not None:
            self._by_id.setdefault(asked.id, []).append(rank)
        elif asked.classes:
            self._by_class.setdefault(min(asked.classes), []).append(rank)
        elif asked.attributes and _NAME.fullmatch(asked.attributes[0][0]):
            self._by_attribute.setdefault(asked.attributes[0][0], []).append(rank)
        elif asked.tag:
            self._by_tag.setdefault(asked.tag, []).append(rank)
        else:
            self._always.append(rank)

    def find(self, elements: Iterable[HtmlElement]) -> dict[HtmlElement, Named]:
        """Those of *elements*, all of one tree, that are named, each with the first of its names."""
        best: dict[HtmlElement, int] = {}
        to_run = set(self._always)
        looked_at = list(elements)
        for element in looked_at:
            for rank in self._ranks(element):
                asked, _ = self._asked[rank]
                if rank in to_run or rank >= best.get(element, len(self._asked)) or not asked.may_be(element):
                    continue
                if asked.whole:
                    best[element] = rank
                else:
                    to_run.add(rank)
        if to_run and looked_at:
            self._run(to_run, looked_at, best)
        return {element: self._asked[rank][1] for element, rank in best.items()}

    def _run(self, ranks: Iterable[int], looked_at: Sequence[HtmlElement], best: dict[HtmlElement, int]) -> None:
        """Note in *best* what the selectors of *ranks* name when they are run."""
        wanted, root = set(looked_at), looked_at[0].getroottree().getroot()
        for rank in ranks:
            for element in _selector(self._asked[rank][0].select)(root):
                if element in wanted:
                    best[element] = min(rank, best.get(element, rank))

    def _ranks(self, element: HtmlElement) -> Iterator[int]:
        """Ranks of the selectors that may name *element*."""
        for name, value in element.items():
            if name == "class":
                yield from self._ranks_of_classes(value)
            elif name == "id":
                yield from self._by_id.get(value, ())
            if name in self._by_attribute:
                yield from self._by_attribute[name]
        yield from self._by_tag.get(element.tag, ())

    def _ranks_of_classes(self, written: str) -> Sequence[int]:
        return [rank for name in _WHITE.split(written) for rank in self._by_class.get(name, ())]


_NAME: Final = re.compile(r"[A-Za-z_][\w-]*")


@lru_cache(maxsize=2048)
def _selector(select: str) -> CSSSelector:
    return CSSSelector(select)
