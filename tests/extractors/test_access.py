# ruff: noqa: E501 - one case a line
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pages_of_ours import ADDRESS, jsonld, page_of, story_of

from newsbot.config import SHIPPED
from newsbot.errors import TableError
from newsbot.extractors.access import find_access
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.rights import find_rights
from newsbot.gate_tables import load_gate_tables
from newsbot.items import FeedText, TextDataMining

GATES = load_gate_tables([SHIPPED])
LINE = "The old bridge opened again on Sunday after three weeks of repair, and the first cars crossed it before noon, said the mayor."
STUB = f"<p>{LINE}</p>"
LONG = STUB * 20
AR = "<p>افتتح الجسر القديم يوم الأحد بعد ثلاثة أسابيع من أعمال الترميم، وعبرته أولى السيارات قبل الظهر.</p>"
OWN = {"@type": "NewsArticle", "url": ADDRESS, "headline": "Old bridge opens again"}


def node(**more):
    return jsonld(json.dumps({**OWN, **more}))


def part(free="False", selector=".paid"):
    return {"@type": "WebPageElement", "isAccessibleForFree": free, "cssSelector": selector}


def access_of(head, story, after="", status=200):
    page = page_of("<title>Old bridge opens again</title>" + head, f"<article>{story}</article>{after}", status=status)
    return find_access(page, read_metadata(page), *story_of(page), GATES)


@pytest.mark.parametrize(
    ("status", "head", "story", "after", "answer"),
    [
        # free
        ("free", node(isAccessibleForFree=True), STUB, "", 200),
        ("free", '<meta property="article:content_tier" content="free">', LONG, "", 200),
        ("free", node(articleBody=LINE * 20), LONG, "<p>Subscribe to continue reading</p>", 200),
        ("free", node(isAccessibleForFree="http://schema.org/True"), AR * 20, "<p>هذا المحتوى للمشتركين فقط</p>", 200),
        ("free", '<meta name="k5a:paid" content="false">', LONG, "", 200),
        # metered
        ("metered", '<meta property="article:content_tier" content="metered">', LONG, "", 200),
        ("metered", node(isAccessibleForFree=False, hasPart=part()), f"{STUB}<div class=paid>{LONG}</div>", "", 200),
        ("metered", "", STUB, "<p>Create a free account to continue reading this story</p>", 200),
        ("metered", "", AR, "<div><p>سجّل الدخول لمتابعة القراءة</p></div>", 200),
        ("metered", "", "<p>旧桥周日重新开放。</p>", "<p>登录后阅读全文</p>", 200),
        # paywalled
        ("paywalled", node(isAccessibleForFree="False"), STUB, "", 200),
        ("paywalled", node(isAccessibleForFree=False, hasPart=[part(), part("true", ".open")]), STUB, "", 200),
        ("paywalled", '<meta property="article:content_tier" content="locked">', STUB, "", 200),
        ("paywalled", "", STUB, "", 402),
        ("paywalled", "", STUB, "<p>This article is for subscribers only. Already a subscriber? Log in</p>", 200),
        ("paywalled", "", AR, "<p>هذا المحتوى للمشتركين فقط</p>", 200),
        ("paywalled", "", "<p>پل قدیمی روز یکشنبه بازگشایی شد.</p>", "<p>این مطلب ویژهٔ مشترکان است</p>", 200),
        (
            "paywalled",
            "",
            "<p>Die alte Brücke ist wieder offen.</p>",
            "<div class='paywall-overlay'><p>Jetzt weiterlesen mit Plus</p></div>",
            200,
        ),
        ("paywalled", "", "<p>Le vieux pont est ouvert.</p>", "<p>Article réservé aux abonnés</p>", 200),
        ("paywalled", "", "<p>El puente viejo abrió.</p>", "<p>Contenido exclusivo para suscriptores</p>", 200),
        ("paywalled", "", "<p>Старый мост открыт.</p>", "<p>Материал доступен по подписке</p>", 200),
        ("paywalled", "", "<p>Eski köprü açıldı.</p>", "<p>Bu içerik abonelere özeldir</p>", 200),
        ("paywalled", "", "<p>古い橋が開通した。</p>", "<p>この記事は有料会員限定です</p>", 200),
        # unknown
        ("unknown", "", LONG, "", 200),
        ("unknown", "", LONG, "<p>Subscribe to continue reading</p>", 200),
        ("unknown", "", AR * 20, "<p>اشترك الآن للاستمرار في القراءة</p>", 200),
        ("unknown", "", AR, "<div class='jetpack-subscribe-modal'><p>اشترك الآن للاستمرار في القراءة</p></div>", 200),
        ("unknown", "", STUB, "<p>Sign up for our newsletter</p>", 200),
        (
            "unknown",
            jsonld('{"@type": "NewsArticle", "url": "https://news.example/another", "headline": "Other", "isAccessibleForFree": false}'),
            STUB,
            "",
            200,
        ),
    ],
)
def test_status(status, head, story, after, answer):
    access = access_of(head, story, after, answer)
    assert access.status == status, access
    assert bool(access.evidence) == (status != "unknown")


def test_a_broken_selector_is_no_evidence_and_no_error():
    assert access_of(node(isAccessibleForFree=False, hasPart=part(selector="..[[")), LONG).status == "paywalled"


def test_rights_are_read_from_metas_headers_and_the_footer():
    page = page_of(
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><meta name="robots" content="index, Max-Image-Preview:large, noai"><meta name="tdm-reservation" content="0">',
        "<footer><p>© 2024 The News. All rights reserved.</p></footer>",
        x_robots_tag="noarchive, otherbot: noindex",
    )
    rights = find_rights(page, read_metadata(page), story_of(page)[1])
    assert rights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert rights.copyright == "© 2024 The News. All rights reserved."
    assert rights.robots == ("index", "max-image-preview:large", "noai", "noarchive", "noindex")
    assert rights.tdm == TextDataMining(False, "meta:tdm-reservation")


def test_refusals_to_machines_reserve_mining():
    page = page_of('<meta name="robots" content="noai, noimageai">', "<p>جميع الحقوق محفوظة لموقع الأخبار</p>")
    rights = find_rights(page, read_metadata(page), story_of(page)[1])
    assert rights.tdm == TextDataMining(True, "robots:noai")
    assert rights.copyright == "جميع الحقوق محفوظة لموقع الأخبار"
    header = page_of("", "<p>x</p>", tdm_reservation="1")
    assert find_rights(header, read_metadata(header), ()).tdm == TextDataMining(True, "header:tdm-reservation")


def test_nothing_said_is_nothing_known():
    page = page_of("", STUB)
    rights = find_rights(page, read_metadata(page), ())
    assert (rights.licence, rights.copyright, rights.robots, rights.tdm) == (None, None, (), None)


def test_a_broken_gate_table_is_named_in_one_line(tmp_path: Path):
    (tmp_path / "gates.toml").write_text('[[gate]]\nlanguage = "en"\npays = ["a long phrase"]\n', encoding="utf-8")
    with pytest.raises(TableError, match=r"gates\.toml: gate\.0\.pays: unknown key"):
        load_gate_tables([tmp_path])


@pytest.mark.parametrize(
    ("letters", "whole", "status"),
    [(len(LINE) * 20, True, "metered"), (len(LINE) * 40, True, "paywalled"), (len(LINE) * 20, False, "paywalled"), (50, True, "paywalled")],
    ids=["as long as the feed's text", "half of it", "a summary only", "too short to tell"],
)
def test_a_text_as_long_as_the_feeds_is_whole(letters, whole, status):
    page = page_of("<title>Old bridge opens again</title>" + node(isAccessibleForFree=False), f"<article>{LONG}</article>")
    page = replace(page, raw=replace(page.raw, feed_text=FeedText(LINE, letters, whole)))
    assert find_access(page, read_metadata(page), *story_of(page), GATES).status == status


def test_a_closed_part_that_names_no_selector_is_evidence_by_its_own_word():
    access = access_of(node(isAccessibleForFree=False, hasPart=part(selector="")), STUB)
    assert [(one.origin, one.raw) for one in access.evidence][-1] == ("jsonld:hasPart.isAccessibleForFree", "False")
    assert all(one.raw for one in access.evidence)
