"""Boilerplate rules: one reason to remove something (:class:`Rule`), and all of them (:class:`RuleBook`).

A phrase rule is data that carries its reason and its own examples; one parametrised test proves them all. Patterns are matched on
folded text (:func:`newsbot.reading.folding.fold`), whole block, and are written in folded letters; examples are raw text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from cssselect import SelectorError, parse
from lxml.cssselect import CSSSelector
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from newsbot.errors import RuleError
from newsbot.pattern_starts import LONGEST, Start, branches_of
from newsbot.reading.folding import fold, fold_line
from newsbot.subtrees import Subtrees
from newsbot.toml import one_line, read_toml

Where = Literal["anywhere", "start", "end", "from_here"]
_ESCAPE_OR_CLASS: Final = re.compile(r"\\.|\(\?[a-zA-Z<!=:>]+|.", re.DOTALL)
_UNBOUNDED: Final = re.compile(r"(?<!\\)(?:\\\\)*\.[*+]")


def fold_pattern(pattern: str) -> str:
    """*pattern* with its letters folded, its regex syntax untouched."""
    return "".join(token if len(token) > 1 or token.isspace() else _fold_letter(token) for token in _ESCAPE_OR_CLASS.findall(pattern))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    return fold(letter) or letter


def _pattern(pattern: str) -> str:
    if pattern != fold_pattern(pattern):
        raise ValueError(f"folding changes it; write it folded: {fold_pattern(pattern)}")
    if _UNBOUNDED.search(pattern):
        raise ValueError("'.*' and '.+' have no bound; write '.{0,60}'")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error}); mend it") from error
    return pattern


def _selector(select: str) -> str:
    try:
        CSSSelector(select)
    except (SelectorError, SyntaxError) as error:
        raise ValueError(f"{select!r} is no CSS selector ({error}); mend it") from error
    return select


class Rule(BaseModel):
    """One reason to remove a block or a subtree."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    id: Annotated[str, Field(pattern=r"^([a-z0-9-]+/)?[a-z0-9-]+$")]
    """Unique in its file; the full id is ``<file>/<id>``."""
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    """Regular expression for the whole block, in folded letters; outer punctuation is free."""
    select: Annotated[str, AfterValidator(_selector)] | None = None
    """CSS selector of a subtree that goes whole."""
    where: Where = "anywhere"
    """``start``: before the first long paragraph of the story; ``end``: after its last; ``from_here``: this block and all that follows."""
    why: Annotated[str, Field(min_length=10)]
    seen: str | None = None
    """Where it was seen: an address, or a content system and theme."""
    removes: Annotated[list[str], Field(min_length=1)]
    """Raw texts (HTML snippets for ``select``) that the rule removes."""
    keeps: list[str] = []
    """Raw texts that it must leave alone."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Rule:
        if (self.pattern is None) == (self.select is None):
            raise ValueError("give exactly one of 'pattern' and 'select'")
        return self


@dataclass(frozen=True)
class RuleBook:
    """All rules that apply together, in file order."""

    rules: tuple[Rule, ...] = ()
    own: int = 0
    """How many of them, the first ones, are a site's own; the others are shared by many books."""

    def __add__(self, more: Iterable[Rule]) -> RuleBook:
        """A book with *more* rules, a site's own, before its others: they speak first."""
        first = tuple(more)
        return RuleBook((*first, *self.rules), len(first) + self.own)

    def match(self, text: str, where: Where = "anywhere") -> Rule | None:
        """The first phrase rule for *where* that the whole of *text* (raw) matches."""
        if len(text) > _SURELY_LONG:
            return None
        folded = fold_line(text)
        if len(folded) > LONGEST_MATCH:
            return None
        for first, family in self._families:
            for rank, place in hits_of(family, folded):
                if place == where:
                    return self.phrases[first + rank]
        return None

    @cached_property
    def phrases(self) -> tuple[Rule, ...]:
        """The rules with a pattern."""
        return tuple(rule for rule in self.rules if rule.pattern is not None)

    @cached_property
    def selectors(self) -> tuple[Rule, ...]:
        """The rules with a selector, one for each comma-separated part of it: a page has few of the classes that a rule lists."""
        parts = ((rule, part.canonical()) for rule in self.rules if rule.select is not None for part in parse(rule.select))
        return tuple(rule.model_copy(update={"select": part}) for rule, part in parts)

    @cached_property
    def subtrees(self) -> Subtrees[Rule]:
        """The parts of all selectors, ready to be looked for."""
        return Subtrees((rule.select or "", rule) for rule in self.selectors)

    @cached_property
    def _families(self) -> tuple[tuple[int, PhraseFamily], ...]:
        """(place of its first rule among :attr:`phrases`, patterns) of the site's own phrases and of those that it shares."""
        found, first = [], 0
        for part in (self.rules[: self.own], self.rules[self.own :]):
            patterns = tuple((rule.where, rule.pattern) for rule in part if rule.pattern is not None)
            if patterns:
                found.append((first, family_of(patterns)))
            first += len(patterns)
        return tuple(found)


class PhraseFamily:
    """Patterns by what a line must hold to match them, so that only those are tried that may match it."""

    def __init__(self, patterns: Sequence[tuple[Where, str]]) -> None:
        self._by_beginning: dict[str, list[_Branch]] = {}
        self._others: list[_Branch] = []
        for rank, (where, pattern) in enumerate(patterns):
            for text, start in branches_of(pattern):
                self._keep(_Branch(rank, where, text, tuple(start.needs)), start)
        self._always = [branch for branch in self._others if not branch.needs]
        self._needing = [branch for branch in self._others if branch.needs]
        needs = sorted({need for branch in self._needing for need in branch.needs})
        self._needed = re.compile("|".join(map(re.escape, needs)) or "(?!)")

    def _keep(self, branch: _Branch, start: Start) -> None:
        for beginning in start.beginnings or ():
            self._by_beginning.setdefault(beginning, []).append(branch)
        if start.beginnings is None:
            self._others.append(branch)

    def hits(self, folded: str) -> tuple[tuple[int, Where], ...]:
        """(rank, place) of each pattern that the whole of *folded* matches, in order."""
        tried = [branch for begun in _beginnings(folded) for branch in self._by_beginning.get(begun, ())] + self._always
        if self._needing and self._needed.search(folded):
            tried += self._needing
        return tuple(sorted({(branch.rank, branch.where) for branch in tried if branch.matches(folded)})) if tried else ()


class _Branch(NamedTuple):
    """One alternative of a pattern."""

    rank: int
    """Place of the pattern in its family."""
    where: Where
    text: str
    needs: tuple[str, ...]
    """A line without any of these does not match; nothing is known where it is empty."""

    def matches(self, folded: str) -> bool:
        """Whether the whole of *folded* does."""
        if self.needs and not any(need in folded for need in self.needs):
            return False
        return compiled(self.text).fullmatch(folded) is not None


def _beginnings(folded: str) -> list[str]:
    """How a line begins, its first punctuation left out: its first letter, its first two, up to :data:`LONGEST`."""
    letter = _LETTER.search(folded)
    if letter is None:
        return []
    start = letter.start()
    return [folded[start : start + length] for length in range(1, LONGEST + 1)]


@lru_cache(maxsize=1024)
def family_of(patterns: tuple[tuple[Where, str], ...]) -> PhraseFamily:
    """The family of *patterns*; books share those of a language."""
    return PhraseFamily(patterns)


@lru_cache(maxsize=16384)
def hits_of(family: PhraseFamily, folded: str) -> tuple[tuple[int, Where], ...]:
    """:meth:`PhraseFamily.hits`, remembered: lines are asked about for several places, and the furniture of a site is on all its pages."""
    return family.hits(folded)


_LETTER: Final = re.compile(r"\w")
_SURELY_LONG: Final = 2000
"""Letters from which folding leaves no line short enough."""
LONGEST_MATCH: Final = 600
"""Folded letters of the longest block that a phrase rule may remove: a longer one is a paragraph of somebody's story."""


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """*pattern* for the whole of a folded block, outer punctuation free."""
    return re.compile(rf"\W*(?:{pattern})\W*")


def load_rules(entries: Mapping[str, Any], path: Path, prefix: str) -> tuple[Rule, ...]:
    """The ``[[rule]]`` entries of one file, with full ids.

    Raises:
        RuleError: naming file, rule, key and mend.
    """
    rules: dict[str, Rule] = {}
    for number, entry in enumerate(entries.get("rule", []), 1):
        name = entry.get("id", f"#{number}") if isinstance(entry, dict) else f"#{number}"
        try:
            rule = Rule.model_validate(entry)
        except ValidationError as error:
            raise RuleError(f"{path}: rule {name!r}: {one_line(error, Rule)}") from None
        if rule.id in rules:
            raise RuleError(f"{path}: rule {name!r}: stands twice in the file; rename one")
        rules[rule.id] = rule.model_copy(update={"id": f"{prefix}/{rule.id}"})
    return tuple(rules.values())


def load_rule_file(path: Path) -> tuple[Rule, ...]:
    """The rules of one ``data/rules/<language>.toml``.

    Raises:
        RuleError: naming file, rule, key and mend.
    """
    entries = read_toml(path, RuleError)
    if unknown := set(entries) - {"rule"}:
        raise RuleError(f"{path}: {sorted(unknown)[0]}: unknown key; a rule file holds [[rule]] tables only")
    return load_rules(entries, path, prefix=path.stem)
