"""Pairs of texts that are copies of one another, and pairs that only speak of the same things: to measure the finding of near-duplicates.

Everything follows from the texts and the seed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

_SENTENCE: Final = re.compile(r"[^.!?؟。！？।۔\n]{1,2000}[.!?؟。！？।۔]*\s*")
_NAME_OR_NUMBER: Final = re.compile(r"\b(?:\d[\d.,:/-]*|[^\W\d_]{5,})\b")
_LEAST_SENTENCES: Final = 6
Kind = Literal["copy", "related", "translation"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text, its language, and its sentences in order."""

    language: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        """The text."""
        return "".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Pair:
    """A text made from the base with number ``base``; ``copy`` tells the same story, the other kinds do not."""

    base: int
    kind: Kind
    text: str


def split_text(text: str, language: str) -> Text | None:
    """*text* by sentences; ``None`` where it has too few to be cut and edited."""
    sentences = tuple(_SENTENCE.findall(text))
    return Text(language, sentences) if len(sentences) >= _LEAST_SENTENCES else None


def compose_pairs(bases: Sequence[Text], count: int, seed: int) -> Iterator[Pair]:
    """*count* pairs: half of them copies, the others related texts and translations.

    A copy is cut to 50 to 100 %, up to a fifth of its sentences are replaced, and furniture of another site stands around it. A related
    text is another one of the same language that a third of the base's names and numbers were put into; a translation is one of
    another language with the same.
    """
    chance = Random(seed)
    for number in range(count):
        base = number % len(bases)
        kind: Kind = "copy" if number % 2 == 0 else "related" if number % 4 == 1 else "translation"
        made = _copy(bases, base, chance) if kind == "copy" else _lookalike(bases, base, kind, chance)
        if made:
            yield Pair(base, kind, made)


def _copy(bases: Sequence[Text], base: int, chance: Random) -> str:
    kept = list(bases[base].sentences)
    kept = kept[: max(_LEAST_SENTENCES // 2, round(len(kept) * chance.uniform(0.5, 1)))]
    others = _others(bases, base, chance)
    for place in chance.sample(range(len(kept)), round(len(kept) * chance.uniform(0, 0.2))):
        kept[place] = chance.choice(chance.choice(others).sentences)
    return "".join([*_furniture(others, chance), *kept, *_furniture(others, chance)])


def _lookalike(bases: Sequence[Text], base: int, kind: Kind, chance: Random) -> str:
    same = kind == "related"
    others = [text for text in _others(bases, base, chance) if (text.language == bases[base].language) == same]
    if not others:
        return ""
    words = sorted({word for word in _NAME_OR_NUMBER.findall(str(bases[base])) if word[0].isdigit() or not word.islower()})
    borrowed = iter(chance.sample(words, len(words) // 3))
    return _NAME_OR_NUMBER.sub(lambda word: next(borrowed, word[0]) if chance.random() < 0.5 else word[0], str(chance.choice(others)))


def _others(bases: Sequence[Text], base: int, chance: Random) -> list[Text]:
    """Some texts that are not the base, those of its language first."""
    rest = [text for place, text in enumerate(bases) if place != base]
    near = [text for text in rest if text.language == bases[base].language]
    return (near or rest)[:40] + chance.sample(rest, min(20, len(rest)))


def _furniture(others: Sequence[Text], chance: Random) -> list[str]:
    """Up to two short lines that belong to another page."""
    lines = [chance.choice(chance.choice(others).sentences)[:80] + "\n" for _ in range(chance.randrange(3))]
    return ["\n", *lines]


@dataclass(frozen=True, slots=True)
class PairScores:
    """How well copies were told from texts that are none."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    refused: int = 0
    """Related texts and translations that were rightly taken for stories of their own."""

    def plus(self, kind: Kind, is_matched: bool) -> PairScores:
        """These scores and one more pair."""
        if kind == "copy":
            return replace(self, found=self.found + is_matched, missed=self.missed + (not is_matched))
        return replace(self, invented=self.invented + is_matched, refused=self.refused + (not is_matched))

    @property
    def precision(self) -> float:
        """Copies of all that was taken for a copy; 1 where nothing was."""
        return self.found / (self.found + self.invented) if self.found + self.invented else 1.0

    @property
    def recall(self) -> float:
        """Copies that were found of all copies."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0
