"""Who is asked for the story."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.features import Hints
from newsbot.extractors.panel import Panel, shipped_panel
from tests.extractors.pages_of_ours import page_of
from tests.extractors.test_body import STORIES, page

UNSURE = page_of(body="".join(f"<div><a href=/{n}>{STORIES['en'][:40]}</a> {STORIES['en'][40:90]}</div>" for n in range(9)))


class Trafilatura:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> tuple[str, ...]:
        self.asked += 1
        return ()


@pytest.mark.parametrize(("told", "asked"), [(page(STORIES["ar"]), 0), (UNSURE, 1)])
def test_trafilatura_is_asked_where_the_fast_model_is_not_sure(told, asked):
    peer = Trafilatura()
    shipped_panel("default").judge(find_blocks(told), Hints(), peer)
    assert peer.asked == asked


def test_trafilatura_is_never_asked_at_the_fast_speed():
    peer = Trafilatura()
    shipped_panel("fast").judge(find_blocks(UNSURE), Hints(), peer)
    assert peer.asked == 0


def test_a_panel_is_named_after_its_models_and_knows_their_folds():
    fast, default = shipped_panel("fast"), shipped_panel("default")
    assert fast.name in default.name and fast.name != default.name
    assert replace(default, careful=replace(default.fast, folds=frozenset({0}))).folds == default.fast.folds | {0}
    assert isinstance(fast, Panel) and fast.careful is None


def test_a_page_without_blocks_is_judged_without_asking():
    peer = Trafilatura()
    assert len(shipped_panel("default").judge(find_blocks(page_of()), Hints(), peer).likely) == 0
    assert peer.asked == 0
