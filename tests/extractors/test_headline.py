import time

import pytest
from pages_of_ours import page_of

from newsbot.extractors.headline import find_titles
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.site_names import without_site


def titles_of(head, body, url="https://news.example/2024/05/05/bridge"):
    page = page_of(head, body, url)
    return [one.raw for one in find_titles(page, read_metadata(page))]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Old bridge opens again - The News</title>", "<h1>The News</h1><h1>Old bridge opens again</h1>", "Old bridge opens again"),
        (
            "<title>Old bridge opens again | City | The News</title>",
            "<h1><a href='/'>The News</a></h1><h2 class='entry-title'>Old bridge opens again</h2>",
            "Old bridge opens again",
        ),
        ("<title>Bridge | The News</title>", "<h1>Old bridge opens again after weeks</h1>", "Old bridge opens again after weeks"),
        (
            "<title>افتتاح الجسر القديم - موقع الأخبار</title><meta property='og:site_name' content='موقع الأخبار'>",
            "<div>نص</div>",
            "افتتاح الجسر القديم",
        ),
        (
            "<meta property='og:title' content='Kicker: Old bridge opens again'>",
            "<h1><span>Kicker</span> <span>Old bridge opens again</span></h1>",
            "Kicker: Old bridge opens again",
        ),
        (
            "<meta property='og:title' content='Old bridge opens again'>",
            "<h1><span class='kicker'>City</span>Old bridge opens again</h1>",
            "Old bridge opens again",
        ),
        (
            "<meta property='og:title' content='Old bridge opens again'>",
            "<h1><span>City news</span><br>Old bridge opens again</h1>",
            "Old bridge opens again",
        ),
        ("<title>Old bridge opens again</title>", "<h1>OLD BRIDGE OPENS AGAIN</h1>", "Old bridge opens again"),
        (
            "<title>Old bridge opens again</title>",
            "<h1 style='display:none'>Old bridge</h1><h1>Old bridge opens again</h1>",
            "Old bridge opens again",
        ),
        (
            "<title>Old bridge &amp;amp; river: what now? — News</title>",
            "<h1>Old bridge &amp; river: what now?</h1>",
            "Old bridge & river: what now?",
        ),
        ("", "<h1>The old<br>bridge<div>opens</div>again</h1>", "The old bridge opens again"),
        (
            "<title>پل قدیمی بازگشایی می\u200cشود | خبرگزاری</title>",
            "<h1>\u200fپل قدیمی بازگشایی می\u200cشود\u200b</h1>",
            "پل قدیمی بازگشایی می\u200cشود",
        ),
        ("<title>旧桥重新开放_新闻网</title><meta property='og:site_name' content='新闻网'>", "<p>x</p>", "旧桥重新开放"),
        ("<title>Мост открыт – Новости</title>", "<nav><h1>Меню сайта</h1></nav><h1>Мост открыт</h1>", "Мост открыт"),
        ("<title>NEWS.EXAMPLE: Old bridge opens again</title>", "<p>x</p>", "Old bridge opens again"),
    ],
)
def test_title(head, body, title):
    assert titles_of(head, body)[0] == title


NEWS = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "%s"}</script>'
SHARED = "<meta property='og:title' content='%s'>"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            NEWS % "x" + "<title>Bridge opening: all facts</title>" + SHARED % "Old bridge opens again",
            "Bridge opening: all facts",
            "Old bridge opens again",
        ),
        (
            "<title>Bridge opening: all facts</title>" + SHARED % "Old bridge opens again",
            "Bridge opening: all facts",
            "Bridge opening: all facts",
        ),
        (
            "<meta name='news_keywords' content='جسر'><title>موعد افتتاح الجسر القديم</title>" + SHARED % "الجسر القديم يفتح أبوابه",
            "موعد افتتاح الجسر القديم",
            "الجسر القديم يفتح أبوابه",
        ),
        (NEWS % "City: Old bridge opens" + SHARED % "City: Old bridge opens", "Old bridge opens", "City: Old bridge opens"),
        (
            NEWS % "Old bridge opens" + "<title>Old bridge opens</title>" + SHARED % "The Paper | Old bridge opens",
            "Old bridge opens",
            "Old bridge opens",
        ),
        (
            NEWS % "x" + "<title>Mayor calls bridge &quot;a gift&quot;</title>" + SHARED % "Mayor calls bridge ",
            'Mayor calls bridge "a gift"',
            'Mayor calls bridge "a gift"',
        ),
        (SHARED % "Old bridge: the whole story", "OUR BRIDGES", "Old bridge: the whole story"),
        (
            NEWS % "Brücke für alle geöffnet" + "<title>BrÃ¼cke fÃ¼r alle geÃ¶ffnet</title>",
            "BrÃ¼cke fÃ¼r alle geÃ¶ffnet",
            "Brücke für alle geöffnet",
        ),
    ],
)
def test_the_head_of_the_page_may_know_better_than_its_heading(head, body, title):
    assert titles_of(head, f"<h1>{body}</h1>")[0] == title


def test_a_lower_heading_that_is_shared_comes_before_a_heading_for_search_engines():
    head = NEWS % "x" + "<title>Bridge opening 2024: when, where, how</title>" + SHARED % "Old bridge opens again"
    page = page_of(head, "<h1>Bridge opening 2024: when, where, how</h1><h2>Old bridge opens again</h2>")
    first = next(iter(find_titles(page, read_metadata(page))))
    assert (first.raw, first.origin) == ("Old bridge opens again", "h2")


def test_a_page_without_any_has_none():
    assert titles_of("", "<p>Text</p>") == []


def test_each_text_comes_once():
    found = titles_of("<title>Old bridge opens</title><meta property='og:title' content='Old bridge opens'>", "<h1>Old bridge opens</h1>")
    assert found == ["Old bridge opens"]


@pytest.mark.parametrize(
    ("title", "names", "short"),
    [
        ("Bridge opens - City - The News", ("The News",), "Bridge opens - City"),
        ("Bridge opens | News", ("The News",), "Bridge opens"),
        ("Low-cost bridge opens", ("cost",), "Low-cost bridge opens"),
        ("The News", ("The News",), "The News"),
        ("The News: Bridge opens", ("The News",), "Bridge opens"),
        ("Bridge - river - road", (), "Bridge - river - road"),
    ],
)
def test_site_parts_are_taken_off(title, names, short):
    assert without_site(title, names) == short


def test_thousands_of_headings_are_done_with_quickly():
    start = time.process_time()
    titles_of("<title>" + "a - " * 5000 + "</title>", "<h1>" + "a - " * 50 + "</h1>" + "<h2 class=title>b <span>c</span></h2>" * 5000)
    assert time.process_time() - start < 3
