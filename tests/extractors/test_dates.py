"""Where dates stand on a page."""

import time

import pytest
from pages_of_ours import jsonld, page_of

from newsbot.config import SHIPPED
from newsbot.date_tables import load_date_tables
from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.dates import find_dates
from newsbot.extractors.metadata import read_metadata
from newsbot.items import DiscoveredBy
from newsbot.page import Page, RawPage

TABLES = load_date_tables((SHIPPED,))
STORY = "<p>" + "The old bridge over the river was opened again to walkers and cyclists after two years of work. " * 3 + "</p>"


def dates_of(page):
    return [(one.field, one.origin, one.raw) for one in find_dates(page, read_metadata(page), find_blocks(page), TABLES)]


def origins(head="", body="", url="https://news.example/a", lang=""):
    return {origin: raw for _, origin, raw in dates_of(page_of(head, body, url=url, lang=lang))}


def test_reads_metadata_before_anything_printed():
    head = jsonld('{"@type": "NewsArticle", "headline": "Old bridge opens", "datePublished": "2024-05-05T10:00:00+03:00"}')
    found = dates_of(page_of(head, f"<h1>Old bridge opens</h1><p>5 May 2024</p>{STORY}"))
    assert found[0] == ("published", "jsonld:datePublished", "2024-05-05T10:00:00+03:00")
    assert ("published", "header", "5 May 2024") in found


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("ar", "الأحد 5 أيار 2024 - 14:07"),
        ("fa", "۱۶ اردیبهشت ۱۴۰۳"),
        ("en", "By Jane Doe | May 5, 2024"),
        ("ja", "2024年5月5日"),
        ("ru", "5 мая 2024, 14:07"),
    ],
)
def test_reads_the_line_beside_the_headline(lang, line):
    assert origins(body=f"<h1>A headline of some length</h1><div>{line}</div>{STORY}", lang=lang)["header"] == line


def test_a_label_tells_publication_from_update():
    found = dates_of(
        page_of(body=f"<h1>A headline of some length</h1><p>آخر تحديث: 6 مايو 2024</p><p>نشر في: 5 مايو 2024</p>{STORY}", lang="ar")
    )
    assert ("modified", "label", "آخر تحديث: 6 مايو 2024") in found
    assert ("published", "label", "نشر في: 5 مايو 2024") in found


def test_a_note_of_first_publication_elsewhere_is_not_the_publication():
    line = "نشر الخبر اول مرة على موقع :www.first.example بتاريخ:2024-05-05 14:07:12"
    found = dates_of(page_of(body=f"<h1>A headline of some length</h1>{STORY}<p>{line}</p>", lang="ar", url="https://news.example/a"))
    assert [(field, raw) for field, _, raw in found] == [("original", line)]


def test_reads_datelines():
    text = "موقع الشاهد 5 ماي 2024: " + "افتتح الجسر القديم من جديد أمام المشاة بعد سنتين من العمل. " * 4
    assert origins(body=f"<h1>افتتاح الجسر القديم</h1><p>{text}</p>", lang="ar")["dateline"] == "موقع الشاهد 5 ماي 2024:"


def test_dates_of_other_things_are_passed_over():
    body = f"""<header><p>Sunday, 12 May 2024</p></header><nav><time datetime="2024-05-11">11 May</time></nav>
        <main><h1>A headline of some length</h1>{STORY}</main><aside><p>10 May 2024</p></aside>
        <div class="related-posts"><p>9 May 2024</p></div><footer><p>Published 1 May 2024</p></footer>"""
    assert [raw for _, origin, raw in dates_of(page_of(body=body, url="https://news.example/a")) if origin != "htmldate"] == []


def test_marked_time_elements_say_what_they_are():
    body = """<article><h1>A headline of some length</h1><time class="updated" datetime="2024-05-06">6 May</time>
        <time class="entry-date published" datetime="2024-05-05T10:00:00Z">5 May</time></article>"""
    found = dates_of(page_of(body=body, url="https://news.example/a"))
    assert ("published", "time:published", "2024-05-05T10:00:00Z") in found
    assert ("modified", "time:modified", "2024-05-06") in found


def test_reads_the_address_and_the_page_state():
    body = '<script>window.state = {"publishedAt": "2024-05-05T10:00:00Z", \'x\': 1}</script><h1>A headline of some length</h1>'
    found = origins(body=body, url="https://news.example/2024/05/05/a")
    assert found["state:publishedAt"] == "2024-05-05T10:00:00Z"
    assert found["url"] == "https://news.example/2024/05/05/a"


def test_keeps_what_the_feed_said():
    raw = RawPage(
        "https://news.example/a",
        b"<html><body><p>x</p></body></html>",
        discovered_by=DiscoveredBy("feed", "https://news.example/feed", "Sun, 05 May 2024 10:00:00 GMT"),
    )
    assert dates_of(Page.parse(raw))[0] == ("published", "feed:published", "Sun, 05 May 2024 10:00:00 GMT")


def test_a_bare_year_is_no_first_of_january():
    body = f"<h1>A headline of some length</h1>{STORY}<p>© 2024 News</p>"
    assert dates_of(page_of(body=body, url="https://news.example/a")) == []


@pytest.mark.parametrize(
    "piece",
    [
        "<time>5 May 2024</time>",
        '<p class="date">5 May 2024 ',
        "<div class='a b' title='5'>",
        "<script>publishedAt:</script>",
        "<h1>5</h1>",
    ],
)
def test_hostile_pages_are_read_in_bounded_time(piece):
    start = time.process_time()
    dates_of(page_of(body=piece * 5000))
    assert time.process_time() - start < 20


def test_leaves_the_tree_alone():
    from lxml import html

    page = page_of(body=f"<h1>A headline of some length</h1>{STORY}<p>some time in 2024, May</p>")
    before = html.tostring(page.tree)
    dates_of(page)
    assert html.tostring(page.tree) == before
