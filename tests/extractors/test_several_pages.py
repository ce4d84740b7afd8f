from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.batch import process
from newsbot.config import load_config
from newsbot.extractors.pagination import following_pages, page_number
from newsbot.page import Page, RawPage
from newsbot.urls import canonical_form

URL = "https://www.news.example/2026/river-bridge"
SENTENCE = {
    "en": "The bridge over the river stayed shut for a {} week while engineers looked at its northern pillars once more.",
    "ar": "بقي الجسر فوق النهر مغلقا للأسبوع {} بينما كان المهندسون يفحصون أعمدته الشمالية مرة أخرى قبل افتتاحه.",
    "ja": "川に架かる橋は{}週目も閉鎖されたままで、技術者たちは北側の橋脚をもう一度調べている。",
}
WORDS = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
    "ar": "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الحادي‌عشر الأخير".split(),
    "ja": "一 二 三 四 五 六 七 八 九 十 十一 十二".split(),
}


def paragraphs(language, page):
    return [SENTENCE[language].format(word) + f" ({page}.{number})" for number, word in enumerate(WORDS[language][4 * page : 4 * page + 4])]


def markup(language, page, links, below=""):
    story = "".join(f"<p>{text}</p>" for text in paragraphs(language, page))
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f"<html lang={language} dir={direction}><head><title>River bridge</title></head><body>"
        "<nav><a href=/>Home</a> <a href=/2>2</a></nav>"
        f"<article><h1>River bridge</h1>{story}<div class=pages>{links}</div></article>{below}</body></html>"
    )


def page_of(html, url=URL, **values):
    return RawPage(url, html.encode(), headers={"content-type": "text/html; charset=utf-8"}, **values)


def following(html, url=URL, most=20, **values):
    return following_pages(Page.parse(page_of(html, url, **values)), most)


def linked(*hrefs):
    return "".join(f'<a href="{href}">{number}</a> ' for number, href in enumerate(hrefs, 2))


FORMS = [
    (URL, URL + "?page=2", URL + "?page=3"),
    (URL + "/", URL + "/2/", URL + "/3/"),
    (URL, URL + "/page/2", URL + "/page/3"),
    (URL + ".html", URL + "-2.html", URL + "-3.html"),
    (URL + ".shtml", URL + "_2.shtml", URL + "_3.shtml"),
    (URL + ".html", URL + "-seite-2.html", URL + "-seite-3.html"),
    (URL + "?id=77", URL + "?id=77&p=2", URL + "?id=77&p=3"),
    (URL + "?id=77&z=1", URL + "?a=2&id=77&z=1", URL + "?a=3&id=77&z=1"),
    (URL + "?page=1", URL + "?page=2", URL + "?page=3"),
    (URL + "_1.html", URL + "_2.html", URL + "_3.html"),
    (URL, URL + ",2", URL + ",3"),
]


@pytest.mark.parametrize(("first", "second", "third"), FORMS)
def test_the_pages_of_a_story_are_found_by_their_addresses_and_numbers(first, second, third):
    assert following(markup("en", 0, linked(second, third)), first) == (second, third)
    assert following(markup("en", 1, f"<a href='{first}'>1</a> " + linked(second, third)), second, part_of=first) == (third,)
    assert following(markup("en", 0, f"<a rel=next href='{second}'>weiter</a>"), first) == (second,)
    assert following(markup("en", 2, ""), third, part_of=first) == ()


@pytest.mark.parametrize(
    "links",
    [
        "<a rel=next href=https://www.news.example/2026/dam-broken>Next story</a>",
        f"<a rel=next href={URL}-2>Bridge open again</a>".replace("rel=next ", ""),
        f"<a href={URL}?page=1>2</a>",
        f"<a href={URL}?replytocom=12>12</a>",
        f"<a href={URL}?page=3>3</a>",
        "<a href=https://other.example/2026/river-bridge?page=2>2</a>",
        f"<div class=comments-nav><a href={URL}?page=2>2</a></div>",
        f"<a href={URL}?page=2#comments>2</a>",
        "<a href=/2025/river-bridge/2>2</a>",
        "<a href=/2027/>2</a> <a href=?page=9999>9999</a> <a href='http://['>2</a> <a>2</a>",
        f"<a href={URL}?page=2&sort=new>2</a>",
    ],
)
def test_other_numbers_other_stories_and_comments_are_no_further_pages(links):
    assert following(markup("en", 0, links)) == ()


def test_numbers_are_read_in_any_digits_and_up_to_a_bound():
    assert following(markup("ar", 0, f"<a href='{URL}/2'><span> ٢ </span></a>")) == (f"{URL}/2",)
    hrefs = [f"{URL}?page={number}" for number in range(2, 60)]
    assert len(following(markup("en", 0, linked(*hrefs)), most=5)) == 4
    assert following(markup("en", 0, linked(*hrefs)), most=1) == ()
    assert following(markup("en", 0, linked(*hrefs)), "") == following(markup("en", 0, linked(*hrefs)), "http://[") == ()


@given(st.text(st.sampled_from("/?&=-_.,2 1ab[]%:#\ud800"), max_size=40))
def test_any_address_has_a_number_above_one_or_none(tail):
    number = page_number(urlsplit(canonical_form(URL)), URL + tail)
    assert number is None or number > 1


@pytest.mark.parametrize("language", ["en", "ar", "ja"])
def test_a_story_on_three_pages_is_one_article(language):
    config = load_config()
    first = page_of(markup(language, 0, linked(f"{URL}?page=2", f"{URL}?page=3")))
    later = tuple(
        page_of(markup(language, n, linked(f"{URL}?page=2", f"{URL}?page=3")), f"{URL}?page={n + 1}", part_of=URL) for n in (1, 2)
    )
    alone = process(first, config)
    assert alone.following == (f"{URL}?page=2", f"{URL}?page=3") and "more_pages" in alone.quality.flags
    whole = process(replace(first, later=later), config)
    assert [block.text for block in whole.blocks] == [text for n in range(3) for text in paragraphs(language, n)]
    positions = [block.position for block in whole.blocks]
    assert positions == sorted(set(positions)) and whole.title == "River bridge" and whole.url == URL
    assert whole.following == () and "more_pages" not in whole.quality.flags


def test_a_part_that_is_missing_is_flagged_and_one_that_says_the_same_again_is_no_part():
    config = load_config()
    first = page_of(markup("en", 0, linked(f"{URL}?page=2", f"{URL}?page=3")))
    second = page_of(markup("en", 1, linked(f"{URL}?page=2", f"{URL}?page=3")), f"{URL}?page=2", part_of=URL)
    assert "more_pages" in process(replace(first, later=(second,)), config).quality.flags
    again = replace(second, body=first.body)
    same = process(replace(first, later=(again,)), config)
    assert [block.text for block in same.blocks] == paragraphs("en", 0) and same.following == ()
    broken = replace(second, body=b"\0\1\2")
    assert [block.text for block in process(replace(first, later=(broken,)), config).blocks] == paragraphs("en", 0)


def test_what_ends_the_story_on_its_last_page_is_read_there():
    config = load_config()
    first = page_of(markup("en", 0, linked(f"{URL}?page=2")))
    second = page_of(markup("en", 1, "<p>Reporting by Ana Ruiz; Editing by Tom Lee</p>"), f"{URL}?page=2", part_of=URL)
    whole = process(replace(first, later=(second,)), config)
    assert "Ana Ruiz" in [author.name for author in whole.authors]
    assert [block.text for block in whole.blocks] == paragraphs("en", 0) + paragraphs("en", 1)
