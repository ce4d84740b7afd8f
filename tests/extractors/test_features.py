"""What is measured of blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.characters import count_characters
from newsbot.extractors.features import Hints, matrix, measure
from newsbot.extractors.second_look import look_again
from newsbot.extractors.vocabulary import GROUPS, groups_in
from tests.extractors.pages_of_ours import page_of

ARABIC = "افتتح رئيس البلدية الجسر القديم يوم الأحد، بعد عامين من العمل المتواصل فوق النهر الكبير. وقال إن أحدا لم يصدق ذلك."
BODY = f"""<nav class="main-menu"><ul><li><a href="/a">News</a></li><li><a href="#top">Top</a></li></ul></nav>
<article><h1>Old bridge opens</h1><p class="standfirst">A lead.</p><div itemprop="articleBody"><p>{ARABIC}</p><p>{ARABIC}</p></div>
<figure><img src="x.png"><figcaption>The <b>bridge</b></figcaption></figure><div hidden><p>Not shown</p></div></article>"""


def columns_of(markup, **hints):
    found = find_blocks(page_of(body=markup))
    columns = measure(found, Hints(**hints)).columns
    return {block.text: {name: float(column[place]) for name, column in columns.items()} for place, block in enumerate(found.blocks)}


def test_every_column_has_a_value_for_every_block():
    found = find_blocks(page_of(body=BODY))
    measures = measure(found, Hints(lines=()))
    assert matrix(measures.columns).shape == (len(measures.columns), len(found.blocks))
    assert np.isfinite(matrix(measures.columns)).all()


def test_places_links_and_names_are_told():
    columns = columns_of(BODY)
    assert columns["News"]["in_nav"] == columns["News"]["link_share"] == 1
    assert columns["Top"]["anchors"] == 1
    assert columns["A lead."]["named_lead"] >= 4
    assert columns["The bridge"]["in_figure"] == columns["The bridge"]["pictures"] == 1
    assert columns["Not shown"]["hidden"] == 1
    assert columns[ARABIC]["itemprop_body"] == 1
    assert columns[ARABIC]["repeats"] == 2


def test_title_description_and_declared_body_are_recognised():
    columns = columns_of(BODY, titles=("Old bridge opens - The News",), descriptions=("A lead.",), body=f"{ARABIC} {ARABIC}")
    assert columns["Old bridge opens"]["is_title"] == 2
    assert columns["A lead."]["is_description"] == 3
    assert columns[ARABIC]["in_body"] == 1
    assert columns["News"]["in_body"] == 0


def test_verdict_of_trafilatura_is_unknown_when_it_was_not_asked():
    assert np.isnan(columns_of(BODY)[ARABIC]["traf"])
    assert columns_of(BODY, lines=(ARABIC,))[ARABIC]["traf"] == 3


@pytest.mark.parametrize(
    ("text", "kind"), [("Straße", "lower"), ("मौसम", "caseless"), ("天気", "wide"), ("٣٤", "digit"), ("؟۔।", "stop"), ("،；", "comma")]
)
def test_characters_of_every_script_have_a_kind(text, kind):
    assert count_characters([text, "x"]).of(kind)[0] == len(text) - (text == "Straße")


def test_letters_of_scripts_without_spaces_count_double():
    assert columns_of("<p>天気予報</p>")["天気予報"]["letters"] == 8


@pytest.mark.parametrize(
    ("names", "group"),
    [("post__storyBody", "body"), ("relatedArticles", "related"), ("wp-caption-text", "caption"), ("noticia-entradilla", "lead")],
)
def test_class_names_are_read_in_pieces(names, group):
    assert groups_in(names) >> GROUPS.index(group) & 1


def test_short_words_do_not_count_inside_others():
    assert not groups_in("download-header") >> GROUPS.index("advert") & 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1, width=32), min_size=11, max_size=11))
def test_second_look_is_finite_for_any_first_judgement(first):
    found = find_blocks(page_of(body=BODY))
    measures = measure(found, Hints())
    judgement = np.resize(np.array(first, np.float32), len(found.blocks))
    again = look_again(judgement, measures.columns, measures.layout)
    assert all(len(column) == len(found.blocks) and np.isfinite(column).all() for column in again.values())
    assert not again.keys() & measures.columns.keys()


@pytest.mark.parametrize("body", ["<p>One</p>", "One", "<table><tr><td>1<td>2</table>", "<h1>T</h1>"])
def test_pages_of_one_block_are_measured(body):
    assert len(columns_of(body)) == 1
