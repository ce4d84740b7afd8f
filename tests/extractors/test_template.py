"""What repeats on a source goes, its stories stay."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import escape

import numpy as np
import pytest

from newsbot.config import SHIPPED, Config, load_config
from newsbot.extractors import extract
from newsbot.extractors.boilerplate import restore
from newsbot.page import RawPage
from newsbot.signs import BLOCK, STORY, Template, place_words
from newsbot.sources import Learned, Source
from pipelines.repeats import SourceMemory, learn, template_of
from tests.sites.furniture import KINDS
from tests.sites.layouts import modules, redesigned, weblog
from tests.sites.reading import Reading, read
from tests.sites.site import SitePage, site
from tests.sites.stories import LANGUAGES, load

_WARM = 10
"""Pages after which a site is known."""


@cache
def config(rules: str) -> Config:
    loaded = load_config((SHIPPED,))
    return loaded if rules == "on" else replace(loaded, rules={})


@cache
def readings(language: str, rules: str = "off") -> list[Reading]:
    return read(site(language), config(rules))[0]


def renamed(pages: list[SitePage], tail: str) -> list[SitePage]:
    return [replace(page, raw=replace(page.raw, url=page.raw.url + tail)) for page in pages]


def test_the_sites_have_furniture_of_many_kinds() -> None:
    assert len(KINDS) >= 15
    assert min(len(site(language)) for language in LANGUAGES) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_furniture_that_no_rule_names_is_gone_after_ten_pages_and_no_story_line_with_it(language: str) -> None:
    known = readings(language)[_WARM:]
    assert sum(len(one.leaked) for one in known) <= 0.01 * sum(len(one.page.furniture) for one in known)
    assert [line for one in known for line in one.lost] == []


def test_with_rules_hardly_an_article_has_a_leak() -> None:
    known = [one for language in LANGUAGES for one in readings(language, "on")[_WARM:]]
    assert sum(bool(one.leaked) for one in known) <= 0.01 * len(known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_memory_the_same_pages_leak(language: str) -> None:
    for page in site(language)[20:23]:
        told = {block.text for block in extract(page.raw, config("off")).blocks}
        assert told - set(page.story)


@pytest.mark.parametrize("language", LANGUAGES)
def test_introductions_refrains_quotations_and_tickers_stay(language: str) -> None:
    words = load(language)
    known = readings(language)[_WARM:]
    told = [block.text for one in known for block in one.article.blocks]
    due = [line for one in known for line in one.page.story]
    for line in (words["series"], words["refrain"], *words["quotes"], *words["subheads"]):
        assert told.count(line) == due.count(line)
    assert sum(line.startswith(words["update"]) for line in told) == sum(line.startswith(words["update"]) for line in due) > 3
    assert sum(line.startswith(words["dateline"]) for line in told) == sum(line.startswith(words["dateline"]) for line in due) > 3


def test_every_cut_has_its_rule_step_and_evidence_and_can_be_put_back() -> None:
    for one in readings("ar"):
        cuts = [cut for cut in one.article.removals if cut.rule == "repeats"]
        assert all(cut.step == "repeat" and re.search(r"on \d+ of \d+ pages", cut.evidence or "") for cut in cuts)
        whole = restore(one.article.blocks, one.article.removals)
        assert [block.position for block in whole] == list(range(len(whole)))
    assert len([cut for cut in readings("ar")[20].article.removals if cut.rule == "repeats"]) > 5


def test_the_first_pages_stand_alone() -> None:
    for one in readings("es")[:3]:
        assert replace(one.article, signs=None) == extract(one.page.raw, config("off"))


def test_a_story_published_twice_is_learned_from_once() -> None:
    again = [one for one in readings("ar") if one.lesson.layout is None]
    assert [one.page.raw.url for one in again] == ["https://ar.example/2024/05/6-story", "https://ar.example/2024/05/41-story"]
    assert all(one.lost == [] for one in again)


@pytest.mark.parametrize(("language", "layout"), [("ar", redesigned), ("ja", modules)])
def test_a_redesign_is_noticed_loses_no_text_and_is_learned_within_ten_pages(language: str, layout: object) -> None:
    before, memory = read(site(language, 25), config("off"))
    after, _ = read(renamed(site(language, 25, seed=99, layout=layout), "-new"), config("off"), memory)  # type: ignore[arg-type]
    assert not any(one.lesson.redesigned for one in before)
    assert after[0].lesson.is_new and [one.lesson.redesigned for one in after].index(True) < _WARM
    assert sum(one.lesson.redesigned for one in after) == 1
    assert [line for one in after for line in one.lost] == []
    assert [line for one in after[_WARM:] for line in one.leaked] == []


def test_two_templates_of_one_source_are_learned_side_by_side() -> None:
    one, other = site("es", 24, layout=weblog), renamed(site("es", 24, seed=5, layout=modules), "-b")
    mixed, memory = read([page for pair in zip(one, other, strict=True) for page in pair], config("off"))
    assert len(memory.layouts) == 2 and not any(reading.lesson.redesigned for reading in mixed)
    known = mixed[2 * _WARM :]
    assert sum(len(one.leaked) for one in known) <= 0.01 * sum(len(one.page.furniture) for one in known)
    assert [line for one in known for line in one.lost] == []


def test_a_template_that_is_wrong_about_a_page_never_takes_its_text() -> None:
    page = site("ar")[0]
    signs = extract(page.raw, config("off"), Template()).signs
    assert signs is not None
    rows = np.frombuffer(signs.blocks, BLOCK).copy()
    rows["flags"] &= ~np.uint8(STORY)
    memory = SourceMemory()
    for number in range(12):  # as if every page had this page's very lines
        memory, _ = learn(memory, replace(signs, blocks=rows.tobytes()), number + 1)
    wrong = extract(page.raw, config("off"), template_of(memory))
    assert wrong.blocks == extract(page.raw, config("off")).blocks


def _dated(number: int) -> RawPage:
    """A page whose first line is the same dateline as everywhere, above a story of its own."""
    story = site("ar")[number].story
    text = "".join(f"<p>{escape(line)}</p>" for line in ("بيروت - رويترز", *story))
    title = story[0][:40]
    html = f'<html lang="ar"><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>'
    return RawPage(f"https://a.example/{number}", html.encode(), status=200, headers={"content-type": "text/html"}, source="a")


def test_a_dateline_of_its_own_is_left_to_those_who_read_it() -> None:
    memory = SourceMemory()
    for number in range(12):
        article = extract(_dated(number), config("on"), template_of(memory))
        assert article.signs is not None
        memory, _ = learn(memory, article.signs, number + 1)
    assert [cut.step for cut in article.removals if cut.text == "بيروت - رويترز"] == ["credit"]


def _with_entries(**entries: list[str]) -> Config:
    source = Source(id="es", name="La Orilla", homepage="https://es.example/", template=Learned(**entries))
    return replace(config("off"), sources={"es": source})


def test_pinned_lines_go_from_the_first_page_on_and_banned_ones_never() -> None:
    words = load("es")["furniture"]
    pages = site("es", 14)
    first = extract(pages[0].raw, _with_entries(pin=[words["motto"]]), None)
    assert [cut.evidence for cut in first.removals if cut.rule == "repeats"] == ["pinned by the source file"]
    assert words["motto"] not in [block.text for block in first.blocks]
    last = read(pages, _with_entries(ban=[words["motto"]]))[0][-1]
    assert last.leaked == [words["motto"]]


def test_a_pinned_place_goes_whole() -> None:
    place = "place:html/body/div.app/section.Story-root/div.Story-body/aside.Teaser-box/p"
    page = site("es")[0]
    paths = {block.text: block.path for block in extract(page.raw, config("off")).blocks}
    teaser = page.box["next"][2]
    assert place == f"place:{place_words(paths[teaser])}"
    cuts = [cut.text for cut in extract(page.raw, _with_entries(pin=[place])).removals if cut.rule == "repeats"]
    assert cuts == [teaser]


def test_a_page_teaches_the_places_of_headline_and_story() -> None:
    _, memory = read(site("ja", 8), config("off"))
    places = template_of(memory).layouts[0].places
    assert (places["title"] > 3).sum() == 1
    assert (places["story"] > 0.9 * places["letters"]).any()
