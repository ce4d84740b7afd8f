import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.proposing.addresses import find_form

DATED = [f"https://news.example/2026/0{month}/1{month}/word-and-word-{month}/" for month in range(1, 9)]
NUMBERED = [f"https://news.example/{section}/title-of-story-{41000 + n}.html" for n, section in enumerate(["sport", "local"] * 6)]
OTHERS = ["https://news.example/", "https://news.example/about", "https://news.example/tag/port/", "https://news.example/sport/"]


@pytest.mark.parametrize("articles", [DATED, NUMBERED])
def test_the_form_holds_all_articles_and_no_other_page(articles):
    form = find_form(articles, OTHERS)
    assert (form.covered, form.others) == (1.0, 0.0)
    new = re.sub(r"word-and-word-1|title-of-story-41000", "something-else-77777", articles[0])
    assert any(re.search(pattern, new) for pattern in form.patterns)


def test_a_year_that_all_share_is_no_part_of_the_form():
    (pattern,) = find_form(DATED, OTHERS).patterns
    assert re.search(pattern, "https://news.example/2031/11/20/a-story/")


def test_home_pages_in_a_sitemap_have_no_form():
    articles = [f"https://a.example/2026/1{n}/story-{n}" for n in range(5)]
    assert find_form(["https://a.example//", "https://a.example", *articles], []).patterns == find_form(articles, []).patterns


def test_addresses_in_any_script_have_a_form():
    arabic = [f"https://news.example/أخبار/خبر-رقم-{n}000/" for n in range(1, 8)]
    assert find_form(arabic, OTHERS).patterns


def test_nothing_is_said_where_other_pages_look_the_same_or_articles_are_few():
    same = [f"https://news.example/{word}/" for word in "one two three four five six".split()]
    assert find_form(same, [f"https://news.example/{word}/" for word in "about team imprint".split()]).patterns == ()
    assert find_form(DATED[:3], OTHERS).patterns == ()


@given(st.lists(st.text(max_size=40), max_size=12), st.lists(st.text(max_size=40), max_size=5))
def test_any_addresses_give_expressions_that_compile(articles, others):
    form = find_form([f"https://n.example/{article}" for article in articles], others)
    assert all(re.compile(pattern) for pattern in form.patterns)
