"""Boilerplate rules: one reason to remove something (:class:`Rule`), and all of them (:class:`RuleBook`).

A phrase rule is data that carries its reason and its own examples; one parametrised test proves them all. Patterns are matched on
folded text (:func:`newsbot.reading.folding.fold`), whole block, and are written in folded letters; examples are raw text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from cssselect import SelectorError, parse
from lxml.cssselect import CSSSelector
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from newsbot.errors import RuleError
from newsbot.pattern_starts import Start, branches_of
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

    def __add__(self, more: Iterable[Rule]) -> RuleBook:
        """A book with *more* rules before its own: a site's rules speak first."""
        return RuleBook((*more, *self.rules))

    def match(self, text: str, where: Where = "anywhere") -> Rule | None:
        """The first phrase rule for *where* that the whole of *text* (raw) matches."""
        folded = fold_line(text)
        if len(folded) > LONGEST_MATCH or not self._phrases_for[where].match(folded):
            return None
        return next(rule for rule in self.phrases if rule.where == where and compiled(rule.pattern or "").fullmatch(folded))

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
    def _phrases_for(self) -> Mapping[Where, PhraseFamilies]:
        """For each place the patterns of each family: books share those of a language."""
        patterns: dict[Where, dict[str, list[str]]] = {where: {} for where in get_args(Where)}
        for rule in self.phrases:
            patterns[rule.where].setdefault(rule.id.partition("/")[0], []).append(rule.pattern or "")
        return {where: PhraseFamilies(phrases_of(tuple(family)) for family in families.values()) for where, families in patterns.items()}


class Phrases:
    """Patterns by the letters that they can begin with, so that only those are tried that may match a line."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._any_start: list[str] = []
        self._by_letter: dict[str, list[str]] = {}
        for pattern in patterns:
            for branch, start in branches_of(pattern):
                self._keep(branch, start)

    def _keep(self, branch: str, start: Start) -> None:
        if start.letters is None or start.empty or any(_NO_WORD.match(letter) for letter in start.letters):
            self._any_start.append(branch)
            return
        for letter in start.letters:
            self._by_letter.setdefault(letter, []).append(branch)

    @property
    def letters(self) -> Iterable[str]:
        """The first letters that have patterns of their own."""
        return self._by_letter.keys()

    @cached_property
    def _expressions(self) -> dict[str, re.Pattern[str]]:
        return {}

    def expression(self, letter: str) -> re.Pattern[str] | None:
        """The patterns for lines whose first letter or digit is *letter*, compiled when the first such line comes; ``None`` for none."""
        letter = letter if letter in self._by_letter else ""
        patterns = [*self._any_start, *self._by_letter.get(letter, ())]
        if patterns and letter not in self._expressions:
            self._expressions[letter] = compiled("|".join(f"(?:{pattern})" for pattern in patterns))
        return self._expressions.get(letter)


class PhraseFamilies:
    """Whether any pattern of many families matches a line; of the families only those are asked that have one for its first letter."""

    def __init__(self, families: Iterable[Phrases]) -> None:
        self._families = tuple(families)
        self._letters = frozenset(letter for family in self._families for letter in family.letters)
        self._expressions: dict[str, tuple[re.Pattern[str], ...]] = {}

    def match(self, folded: str) -> bool:
        """Whether some pattern matches the whole of *folded*."""
        first = _FIRST_LETTER.match(folded)
        letter = first[1] if first and first[1] in self._letters else ""
        if letter not in self._expressions:
            found = (family.expression(letter) for family in self._families)
            self._expressions[letter] = tuple(expression for expression in found if expression is not None)
        return any(expression.fullmatch(folded) for expression in self._expressions[letter])


@lru_cache(maxsize=1024)
def phrases_of(patterns: tuple[str, ...]) -> Phrases:
    """One for each family and place, shared by all books that hold it."""
    return Phrases(patterns)


_FIRST_LETTER: Final = re.compile(r"\W*(\w)")
_NO_WORD: Final = re.compile(r"\W")
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
