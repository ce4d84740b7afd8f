"""What is remembered of the pages of each source, on disk."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from newsbot.commands.template import _show
from newsbot.config import SHIPPED, load_config
from newsbot.extractors import extract
from newsbot.signs import Template, place_sign
from pipelines.finished import Finished, finish
from pipelines.repeats import template_of
from pipelines.templates import FILE, Templates
from tests.sites.site import site
from tests.sites.stories import load


@cache
def articles() -> tuple[Finished, ...]:
    config = load_config((SHIPPED,))
    return tuple(finish(extract(page.raw, replace(config, speed="fast", rules={}), Template())) for page in site("ar", 12))


def taught(path: Path) -> Templates:
    templates = Templates(path)
    assert templates.learn_all(articles()) == 12
    return templates


def test_what_was_learned_is_there_after_a_restart(tmp_path: Path) -> None:
    templates = taught(tmp_path / FILE)
    before, samples = templates.memory("ar"), templates.samples("ar")
    templates.close()
    after = Templates(tmp_path / FILE)
    after.open("ar")
    assert after.samples("ar") == samples
    for one, other in zip(template_of(before).layouts, after.of("ar").layouts, strict=True):  # type: ignore[union-attr]
        assert (one.id, one.pages) == (other.id, other.pages)
        assert np.array_equal(one.places, other.places) and np.array_equal(one.texts, other.texts)
    assert after.learn_all(articles()) == 12 and after.memory("ar").pages == before.pages  # each article counts once
    after.close()


def test_samples_tell_what_repeats_and_where(tmp_path: Path) -> None:
    templates = taught(tmp_path / FILE)
    words = set(templates.samples("ar").values())
    assert load("ar")["furniture"]["motto"] in words
    assert "html/body/div.wrap/main.main/article.post.type-post/div.entry-content/p" in words
    assert place_sign("html/body/div.wrap/main.main/article.post.type-post/div.entry-content/p") in templates.samples("ar")
    assert not any(line in words for line in site("ar", 12)[9].story)
    templates.close()


def test_sources_are_apart_and_can_be_forgotten(tmp_path: Path) -> None:
    templates = taught(tmp_path / FILE)
    assert templates.learn(articles()[0].but(source="b")) is not None
    assert (templates.memory("b").pages, templates.memory("ar").pages) == (1, 10)
    templates.store()
    templates.forget("ar")
    assert (templates.memory("b").pages, templates.memory("ar").pages, templates.samples("ar")) == (1, 0, {})
    templates.close()


def test_nothing_is_known_of_no_source_and_of_one_that_is_new(tmp_path: Path) -> None:
    templates = Templates(tmp_path / FILE)
    assert templates.of(None) is None
    assert templates.of("new") is not None and templates.of("new").layouts == ()  # type: ignore[union-attr]
    assert templates.learn(articles()[0].but(source=None)) is None
    assert templates.learn(replace(articles()[0], signs=None)) is None
    templates.close()


def test_many_sources_do_not_fill_the_memory(tmp_path: Path) -> None:
    templates = Templates(tmp_path / FILE)
    for number in range(140):
        templates.learn(articles()[0].but(source=f"s{number}"))
    assert len(templates._open) == 128
    assert [templates.memory(f"s{number}").pages for number in (0, 139)] == [1, 1]
    templates.close()


def test_a_snapshot_may_be_asked_for_in_any_thread(tmp_path: Path) -> None:
    templates = taught(tmp_path / FILE)
    asked: list[Template | None] = []
    thread = threading.Thread(target=lambda: asked.append(templates.of("ar")))
    thread.start()
    thread.join()
    assert asked[0] is not None and len(asked[0].layouts) == 1
    templates.close()


def test_the_command_shows_texts_and_places(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    templates = taught(tmp_path / FILE)
    assert _show(templates, "ar", 40) == 0
    shown = capsys.readouterr().out
    assert "ar: 10 pages, 1 layouts" in shown and load("ar")["furniture"]["motto"][:20] in shown and "div.entry-content/p" in shown
    assert _show(templates, "nobody", 40) == 1
    templates.close()
