"""What is remembered of the pages of each source, on disk."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from newsbot.commands.template import _show
from newsbot.config import SHIPPED, load_config
from newsbot.extractors import extract
from newsbot.signs import Template, place_sign
from newsbot.tables import Place
from pipelines.finished import Finished, finish
from pipelines.repeats import template_of
from pipelines.templates import Templates
from tests.postgresql import Server
from tests.sites.site import site
from tests.sites.stories import load


@cache
def articles() -> tuple[Finished, ...]:
    config = load_config((SHIPPED,))
    return tuple(finish(extract(page.raw, replace(config, speed="fast", rules={}), Template())) for page in site("ar", 12))


def taught(place: Place) -> Templates:
    templates = Templates(place)
    assert templates.learn_all(articles()) == 12
    return templates


def test_what_was_learned_is_there_after_a_restart(place: Place) -> None:
    templates = taught(place)
    before, samples = templates.memory("ar"), templates.samples("ar")
    templates.close()
    after = Templates(place)
    after.open("ar")
    assert after.samples("ar") == samples
    for one, other in zip(template_of(before).layouts, after.of("ar").layouts, strict=True):  # type: ignore[union-attr]
        assert (one.id, one.pages) == (other.id, other.pages)
        assert np.array_equal(one.places, other.places) and np.array_equal(one.texts, other.texts)
    assert after.learn_all(articles()) == 12 and after.memory("ar").pages == before.pages  # each article counts once
    after.close()


def test_samples_tell_what_repeats_and_where(place: Place) -> None:
    templates = taught(place)
    words = set(templates.samples("ar").values())
    assert load("ar")["furniture"]["motto"] in words
    assert "html/body/div.wrap/main.main/article.post.type-post/div.entry-content/p" in words
    assert place_sign("html/body/div.wrap/main.main/article.post.type-post/div.entry-content/p") in templates.samples("ar")
    assert not any(line in words for line in site("ar", 12)[9].story)
    templates.close()


def test_sources_are_apart_and_can_be_forgotten(place: Place) -> None:
    templates = taught(place)
    assert templates.learn(articles()[0].but(source="b")) is not None
    assert (templates.memory("b").pages, templates.memory("ar").pages) == (1, 10)
    templates.store()
    templates.forget("ar")
    assert (templates.memory("b").pages, templates.memory("ar").pages, templates.samples("ar")) == (1, 0, {})
    templates.close()


def test_nothing_is_known_of_no_source_and_of_one_that_is_new(place: Place) -> None:
    templates = Templates(place)
    assert templates.of(None) is None
    assert templates.of("new") is not None and templates.of("new").layouts == ()  # type: ignore[union-attr]
    assert templates.learn(articles()[0].but(source=None)) is None
    assert templates.learn(replace(articles()[0], signs=None)) is None
    templates.close()


def test_what_several_writers_learn_at_once_is_put_together(postgresql: Server) -> None:
    address = postgresql.empty()
    first, second = Templates(address), Templates(address)
    for one, other in zip(articles()[::2], articles()[1::2], strict=True):
        assert first.learn(one) is not None and second.learn(other) is not None
    first.store()
    second.store()
    assert first.memory("ar").pages < second.memory("ar").pages == 10
    first.refresh()
    assert first.memory("ar").pages == 10
    first.close()
    second.close()


def test_many_sources_do_not_fill_the_memory(place: Place) -> None:
    templates = Templates(place)
    for number in range(140):
        templates.learn(articles()[0].but(source=f"s{number}"))
    assert len(templates._open) == 128
    assert [templates.memory(f"s{number}").pages for number in (0, 139)] == [1, 1]
    templates.close()


def test_a_snapshot_may_be_asked_for_in_any_thread(place: Place) -> None:
    templates = taught(place)
    asked: list[Template | None] = []
    thread = threading.Thread(target=lambda: asked.append(templates.of("ar")))
    thread.start()
    thread.join()
    assert asked[0] is not None and len(asked[0].layouts) == 1
    templates.close()


def test_the_command_shows_texts_and_places(place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    templates = taught(place)
    assert _show(templates, "ar", 40) == 0
    shown = capsys.readouterr().out
    assert "ar: 10 pages, 1 layouts" in shown and load("ar")["furniture"]["motto"][:20] in shown and "div.entry-content/p" in shown
    assert _show(templates, "nobody", 40) == 1
    templates.close()
