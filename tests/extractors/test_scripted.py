"""Stories that only scripts hold."""

from __future__ import annotations

import json
import time

import pytest

from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.scripted import with_scripted
from tests.extractors.pages_of_ours import jsonld, page_of

LINES = [f"افتتح رئيس البلدية الجسر القديم يوم الأحد، بعد عامين من العمل المتواصل فوق النهر الكبير {number}." for number in range(6)]
TITLE = "<title>رئيس البلدية افتتح الجسر القديم يوم الأحد</title>"
MARKUP = "".join(f"<p>{line}</p>" for line in LINES)


def texts(page):
    return [block.text for block in with_scripted(page, read_metadata(page), find_blocks(page)).blocks]


@pytest.mark.parametrize(
    "script",
    [
        jsonld(json.dumps({"@type": "NewsArticle", "headline": "Bridge", "articleBody": "\n".join(LINES)})),
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"body": MARKUP}})}</script>',
        f"<script>self.push([1,{json.dumps(json.dumps({'a': {'contentHtml': MARKUP}}))}])</script>".replace("</p>", "\\u003c/p>"),
        f"<script>window.__NUXT__={json.dumps({'html': MARKUP})};</script>".replace("</p>", "<\\/p>"),
    ],
)
def test_story_is_found_in_script_data(script):
    assert texts(page_of(head=TITLE + script, body="<div id=root>Loading</div>")) == LINES


def test_another_text_of_the_scripts_is_no_story():
    script = f"<script>var policy = {json.dumps(MARKUP)};</script>"
    assert texts(page_of(head="<title>سياسة الخصوصية وشروط الاستخدام</title>" + script, body="<p>Menu</p>")) == ["Menu"]


def test_what_the_page_keeps_for_subscribers_is_not_taken_from_its_scripts():
    article = {"@type": "NewsArticle", "headline": "Bridge", "isAccessibleForFree": False, "articleBody": "\n".join(LINES)}
    assert texts(page_of(head=TITLE + jsonld(json.dumps(article)), body="<p>The open part.</p>")) == ["The open part."]


def test_page_that_tells_its_story_itself_is_left_alone():
    head = jsonld(json.dumps({"@type": "NewsArticle", "headline": "Bridge", "articleBody": "\n".join(LINES)}))
    shown = "".join(f"<p>{line} ثم غادر.</p>" for line in LINES)
    assert texts(page_of(head=head, body=shown)) == [f"{line} ثم غادر." for line in LINES]


def test_page_without_any_story_stays_as_it_is():
    assert texts(page_of(head="<script>var a = 'b';</script>", body="<p>Menu</p>")) == ["Menu"]


@pytest.mark.parametrize("text", ['"' * 200_000, "\\" * 200_000, '"' + "a" * 900_000, '\\"' * 300_000])
def test_crafted_scripts_cost_little(text):
    page = page_of(head=f"<script>{text}</script>", body="<p>Menu</p>")
    began = time.process_time()
    texts(page)
    assert time.process_time() - began < 3


def test_story_that_only_noscript_holds_is_shown_as_to_a_reader_without_scripts():
    lines = LINES * 2
    body = f"<div id=root></div><noscript><article>{''.join(f'<p>{line}</p>' for line in lines)}</article></noscript>"
    assert texts(page_of(head=TITLE, body=body)) == lines


def test_noscript_beside_a_story_stays_unseen():
    shown = "".join(f"<p>{line}</p>" for line in LINES)
    assert texts(page_of(body=f"{shown}<noscript><p>{' '.join(LINES)}</p></noscript>")) == LINES


@pytest.mark.parametrize(
    ("title", "other", "lines"),
    [
        (
            "시장, 오래된 다리 다시 열어",
            "축구 대표팀 감독 교체 검토",
            ["시장은 일요일 오래된 다리를 다시 열었다고 밝혔다. 공사는 두 해 동안 이어졌고 주민들은 새 다리를 반겼다."] * 9,
        ),
        (
            "市長が古い橋の再開を発表",
            "代表監督の交代を検討へ",
            ["市長は日曜日、二年にわたる工事を終えた古い橋の再開を発表した。住民は川沿いで新しい橋の開通を喜んだという。"] * 9,
        ),
    ],
)
def test_a_title_in_a_wide_script_tells_its_story_by_shorter_runs(title, other, lines):
    script = f"<script>self.push([1,{json.dumps(''.join(f'<p>{line}</p>' for line in lines))}])</script>"
    assert texts(page_of(head=f"<title>{title}</title>{script}", body="<div id=root></div>")) == lines
    assert texts(page_of(head=f"<title>{other}</title>{script}", body="<div id=root></div>")) == []
