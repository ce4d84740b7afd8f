"""Who judges a page: the fast model first; where it is not sure, the one that also hears trafilatura's verdict.

Asking trafilatura costs more than all the rest. Of the pages held out from training one in seven is asked about (guides and news; of
snippet pages one in three), and the scores are those of asking always, within .001 of shingle F1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from newsbot.config import Speed
from newsbot.extractors.body import Judgement, expected_f1, judge_blocks
from newsbot.extractors.features import Hints
from newsbot.extractors.model import Model, shipped_model
from newsbot.extractors.outline import PageBlocks

ASK_BELOW: Final = 0.95
"""Expected F1 of the fast judgement, as the model says it, below which trafilatura is asked."""

Verdict = Callable[[], tuple[str, ...]]
"""Asks trafilatura for the lines that it takes for the story."""


@dataclass(frozen=True, eq=False)
class Panel:
    """The models that judge together."""

    fast: Model
    careful: Model | None = None
    """Hears trafilatura's verdict; ``None`` where nobody is to ask for it."""

    @property
    def name(self) -> str:
        """The models' names."""
        return f"{self.careful.name}+{self.fast.name}" if self.careful else self.fast.name

    @property
    def folds(self) -> frozenset[int]:
        """The folds of labelled pages that either has learned from."""
        return self.fast.folds | (self.careful.folds if self.careful else frozenset())

    def judge(self, found: PageBlocks, hints: Hints, ask: Verdict) -> Judgement:
        """The judgement of the blocks of *found*; *hints* are without a verdict."""
        judged = judge_blocks(found, hints, self.fast)
        if self.careful is None or not found.blocks or expected_f1(judged, found.blocks) >= ASK_BELOW:
            return judged
        return judge_blocks(found, replace(hints, lines=ask()), self.careful)


def shipped_panel(speed: Speed = "default") -> Panel:
    """The models of the project for *speed*."""
    return Panel(shipped_model("fast"), shipped_model("default") if speed == "default" else None)
