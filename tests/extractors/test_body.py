"""The choice of the story's blocks."""

from __future__ import annotations

import numpy as np
import pytest

from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.body import Choice, choose, choose_story, find_lead, judge_blocks, story_share, whole_lists
from newsbot.extractors.features import Hints
from newsbot.extractors.model import load_model, save_model, shipped_model
from newsbot.items import Block
from tests.extractors.pages_of_ours import page_of

STORIES = {
    "ar": "افتتح رئيس البلدية الجسر القديم يوم الأحد، بعد عامين من العمل المتواصل فوق النهر. وقال "
    "إن أحدا من سكان المدينة لم يصدق ذلك في البداية.",
    "fa": "شهردار روز یکشنبه پل قدیمی را پس از دو سال کار گشود. او گفت که هیچ‌کس در شهر باور "
    "نمی‌کرد این کار به پایان برسد، اما کارگران آن را ساختند.",
    "hi": "मेयर ने रविवार को पुराने पुल का उद्घाटन किया। उन्होंने कहा कि दो साल पहले किसी को विश्वास नहीं था कि यह काम पूरा होगा, पर मज़दूरों ने कर दिखाया।",
    "ja": "市長は日曜日、二年間の工事を終えた古い橋の開通を宣言した。工事が始まったころ、完"
    "成を信じる市民はほとんどいなかったと市長は語った。川の両岸には多くの人が集まった。",
    "ru": "Мэр в воскресенье открыл старый мост после двух лет работы. Он сказал, что весной, "
    "когда всё начиналось, никто в городе в это не верил.",
    "el": "Ο δήμαρχος εγκαινίασε την Κυριακή την παλιά γέφυρα ύστερα από δύο χρόνια εργασιών. "
    "Είπε ότι κανείς στην πόλη δεν το πίστευε στην αρχή.",
    "he": "ראש העיר חנך ביום ראשון את הגשר הישן לאחר שנתיים של עבודה. לדבריו, איש בעיר לא האמין "
    "בכך כשהעבודה החלה באביב, אבל הפועלים סיימו אותה.",
    "th": "นายกเทศมนตรีเปิดสะพานเก่าเมื่อวันอาทิตย์หลังการก่อสร้างนานสองปี เขากล่าวว่าไม่มีใครในเมืองเชื่อว่างานนี้จะเสร็จสิ้น แต่คนงานก็ทำได้สำเร็จ",
    "en": "The mayor opened the old bridge on Sunday after two years of work. Nobody in town had "
    "believed in it when it began, he said, but the workers did it.",
}
LINKS = "".join(f'<li><a href="/{n}">Other news of the day number {n}</a></li>' for n in range(12))


def told(found, kept, hints, model) -> Choice:
    return choose_story(found, kept, judge_blocks(found, hints, model), hints.descriptions)


def page(text, copies=4):
    paragraphs = "".join(f"<p>{text} {n}.</p>" for n in range(copies))
    return page_of(
        body=f"<header><nav><ul>{LINKS}</ul></nav></header><main><article><h1>Bridge</h1><div class=content>{paragraphs}</div></article>"
        f"<aside class=related><h3>More</h3><ul>{LINKS}</ul></aside></main><footer><p>© 2024 News</p></footer>"
    )


def chosen(found, **hints):
    return [block.text for block in told(found, found.blocks, Hints(**hints), shipped_model()).blocks]


@pytest.mark.parametrize("language", STORIES)
def test_story_of_any_script_is_chosen_whole_and_alone(language):
    found = find_blocks(page(STORIES[language]))
    assert chosen(found, lines=()) == [block.text for block in found.blocks if block.text.startswith(STORIES[language])]


def test_choice_is_sure_of_a_plain_page():
    found = find_blocks(page(STORIES["ar"]))
    assert told(found, found.blocks, Hints(lines=()), shipped_model()).confidence > 0.8


def test_blocks_that_rules_have_taken_are_not_chosen():
    found = find_blocks(page(STORIES["en"]))
    kept = [block for block in found.blocks if not block.text.endswith("2.")]
    assert not any(block.text.endswith("2.") for block in told(found, kept, Hints(lines=()), shipped_model()).blocks)


def test_page_without_blocks_has_no_story():
    found = find_blocks(page_of())
    choice = told(found, found.blocks, Hints(), shipped_model())
    assert (choice.blocks, choice.confidence) == ((), 0)


def test_same_page_gives_the_same_choice():
    found = find_blocks(page(STORIES["ja"]))
    assert told(found, found.blocks, Hints(), shipped_model()) == told(found, found.blocks, Hints(), shipped_model())


def test_of_two_printings_the_likelier_is_chosen():
    assert choose(np.array([0.9, 0.6, 0.8, 0.2]), np.array([-1, 1, 1, -1]), 0.5) == [0, 2]


def test_blocks_without_a_number_may_recur():
    assert choose(np.array([0.9, 0.9]), np.array([-1, -1]), 0.5) == [0, 1]


def test_saved_model_comes_back_as_it_was(tmp_path):
    model = shipped_model()
    save_model(model, tmp_path / "a.npz")
    save_model(load_model(tmp_path / "a.npz"), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_shipped_model_has_not_seen_the_held_out_fold():
    assert 0 not in shipped_model().folds


def _column(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def _blocks(*rows: tuple[str, str]) -> list[Block]:
    return [Block(position, kind, "x" * 40, path=path) for position, (kind, path) in enumerate(rows)]


def test_a_list_is_judged_as_one_thing():
    blocks = _blocks(("paragraph", "html/p"), ("list_item", "html/ul.a/li"), ("list_item", "html/ul.a/li"), ("paragraph", "html/p"))
    assert np.allclose(whole_lists(_column(0.9, 0.6, 0.38, 0.1), blocks, 0.5), [0.9, 0.49, 0.49, 0.1])


def test_a_doubtful_list_inside_the_story_is_kept_and_one_beside_it_is_not():
    blocks = _blocks(("paragraph", "html/p"), ("list_item", "html/ul.a/li"), ("list_item", "html/ul.a/li"), ("paragraph", "html/p"))
    assert (whole_lists(_column(0.9, 0.5, 0.4, 0.9), blocks, 0.5) > 0.5).all()
    assert (whole_lists(_column(0.9, 0.1, 0.2, 0.9), blocks, 0.5) > 0.5).tolist() == [True, False, False, True]


def test_two_lists_are_two_things():
    blocks = _blocks(
        ("list_item", "html/ul.a/li"), ("list_item", "html/ul.a/li"), ("list_item", "html/ul.b/li"), ("list_item", "html/ul.b/li")
    )
    assert np.allclose(whole_lists(_column(1, 0.8, 0.2, 0), blocks, 0.5), [0.9, 0.9, 0.1, 0.1])


LEAD = "After two years of work the old bridge is open again, to the surprise of the town."


def _page_head(*rows: tuple[str, str]) -> list[Block]:
    return [Block(position, kind, text, 1 if kind == "heading" else None) for position, (kind, text) in enumerate(rows)]


@pytest.mark.parametrize(
    ("likely", "descriptions", "found"),
    [
        ((0, 0.3, 0.9), (), 1),
        ((0, 0.1, 0.9), (), None),
        ((0, 0.1, 0.9), (LEAD,), 1),
        ((0, 0.1, 0.9), (LEAD[:60] + "…",), 1),
        ((0, 0, 0.9), (LEAD,), None),
    ],
)
def test_the_standfirst_between_headline_and_story_is_found(likely, descriptions, found):
    blocks = _page_head(("heading", "Bridge"), ("paragraph", LEAD), ("paragraph", "The mayor came."))
    assert find_lead(blocks, _column(*likely), [2], descriptions) == found


def test_what_stands_above_the_headline_is_no_standfirst():
    blocks = _page_head(("paragraph", LEAD), ("heading", "Bridge"), ("paragraph", "The mayor came."))
    assert find_lead(blocks, _column(0.4, 0.1, 0.9), [2], ()) is None


def test_the_share_of_the_story_is_measured_in_its_letters():
    found = find_blocks(page(STORIES["en"]))
    judged = judge_blocks(found, Hints(lines=()), shipped_model())
    story = [block.position for block in found.blocks if block.text.startswith("The mayor")]
    assert story_share(found, judged, story) > 0.9
    assert story_share(found, judged, [0]) == 0 == story_share(found, judged, [])


def test_only_the_default_speed_asks_trafilatura():
    assert shipped_model("default").wants_verdict and not shipped_model("fast").wants_verdict
