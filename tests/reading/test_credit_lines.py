"""Credit lines of our own making, and lines composed from the tables of every language."""

from __future__ import annotations

import time
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.config import SHIPPED
from newsbot.credit_tables import CreditTables, Template, load_credit_tables
from newsbot.reading.credit_lines import Credit, CreditContext, read_credit
from newsbot.reading.credit_templates import read_template
from newsbot.reading.credit_units import Setting
from newsbot.reading.credits import Position

TABLES: Final[CreditTables] = load_credit_tables((SHIPPED,))
REFERENCE: Final = "2024-05-06T09:00:00+00:00"
CASELESS: Final = {
    "ar": "سامي الحداد",
    "fa": "رضا کریمی",
    "he": "דנה לוי",
    "ur": "عمران قریشی",
    "hi": "राजेश शर्मा",
    "zh": "张三",
    "ja": "山田太郎",
    "ko": "김민수",
}
OTHER_PEOPLE: Final = {
    "ckb": "ئازاد ئەحمەد",
    "bn": "রহিম মিয়া",
    "mr": "सचिन पाटील",
    "ne": "राम थापा",
    "th": None,
    "am": None,
    "ta": None,
    "te": None,
}
PEOPLE: Final = {"yue": "陳小明", "ps": "احمد خان", "ka": "ნინო ბერიძე", **CASELESS, **OTHER_PEOPLE}
WRITERS: Final = ("by", "reporter", "writer", "interviewer")


def read(text: str, language: str = "en", site: str | None = None, position: Position | None = None) -> Credit:
    context = CreditContext(language=language, site_name=site, position=position, reference=REFERENCE)
    return read_credit(text, context=context, tables=TABLES)


def labels(*kinds: str) -> list[tuple[str, str, str]]:
    """(language, kind, label) of all labels of *kinds* that no other kind of the language shares."""
    found = []
    for language, entry in TABLES.languages.items():
        for kind in kinds:
            for label in entry.labels.get(kind, []):  # type: ignore[call-overload]
                match = TABLES.lexicon(language).labels.match(tokens(label), 0)
                if match and match[1][0] == kind and match[0] == len(tokens(label)):
                    found.append((language, kind, label))
    return found


def tokens(text: str) -> tuple:
    from newsbot.reading.tokens import tokens_of

    return tokens_of(text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(labels(*WRITERS)), st.sampled_from([": ", " : ", ":", "："]))
def test_reads_the_person_behind_any_label_of_writers_in_any_language(entry: tuple[str, str, str], colon: str) -> None:
    language, kind, label = entry
    person = PEOPLE.get(language, "Nadia Karimova")
    if person is None:
        return
    credit = read(f"{label}{colon}{person}", language)
    assert credit.authors == (person,)
    assert credit.drop
    assert [role.role for role in credit.roles] == ([] if kind == "by" else [kind])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(labels("editor", "translator", "contributor")), st.sampled_from([": ", ":"]))
def test_editors_and_translators_are_no_authors(entry: tuple[str, str, str], colon: str) -> None:
    language, kind, label = entry
    person = PEOPLE.get(language, "Nadia Karimova")
    if person is None:
        return
    credit = read(f"{label}{colon}{person}", language)
    assert credit.authors == ()
    assert [(role.name, role.role) for role in credit.roles] == [(person, kind)]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(labels("source")), st.sampled_from(["Reuters", "AFP", "dpa", "TASS"]), st.sampled_from([": ", ":", "："]))
def test_reads_the_agency_behind_any_source_label(entry: tuple[str, str, str], agency: str, colon: str) -> None:
    language, _, label = entry
    credit = read(f"{label}{colon}{agency}", language)
    assert [one.id for one in credit.agencies] == [agency]
    assert credit.drop


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([agency for agency in TABLES.agencies if not agency.photo]), st.data())
def test_reads_every_printed_form_of_every_agency_after_a_source_label(agency: object, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(agency.forms))  # type: ignore[attr-defined]
    credit = read(f"Source: {form}")
    assert credit.drop
    assert len(credit.agencies) == 1


@pytest.mark.parametrize(
    ("text", "language", "place", "day", "agency"),
    [
        ("OSLO, May 5 (Reuters) - The ministry said on Sunday that talks had ended.", "en", "OSLO", "2024-05-05", "Reuters"),
        ("Wien (APA) - Die Regierung hat am Sonntag beraten.", "de", "Wien", None, "APA"),
        ("LYON, 5 mai (AFP) - Le maire a annoncé sa démission.", "fr", "LYON", "2024-05-05", "AFP"),
        ("Bogotá, 5 may (EFE).- El presidente viajará mañana.", "es", "Bogotá", "2024-05-05", "EFE"),
        ("МОСКВА, 5 мая. /ТАСС/. Министр сообщил о встрече.", "ru", "МОСКВА", "2024-05-05", "TASS"),
        ("جدة في 5 مايو /واس/ وصل الوفد إلى المدينة اليوم.", "ar", "جدة", "2024-05-05", "SPA"),
        ("الرباط - (و م ع) - أعلنت الوزارة عن برنامج جديد.", "ar", "الرباط", None, "MAP"),
        ("İZMİR (AA) - Belediye başkanı konuyla ilgili açıklama yaptı.", "tr", "İZMİR", None, "Anadolu"),
        ("新华社上海5月5日电（记者 王五）上海今天举行活动。", "zh", "上海", "2024-05-05", "Xinhua"),
        ("(부산=연합뉴스) 김민수 기자 = 시는 새 계획을 발표했다.", "ko", "부산", None, "Yonhap"),
        ("مشهد - ایرنا - استاندار از آغاز طرح خبر داد.", "fa", "مشهد", None, "IRNA"),
    ],
)
def test_reads_the_dateline_and_leaves_the_paragraph(text: str, language: str, place: str, day: str | None, agency: str) -> None:
    credit = read(text, language)
    assert (credit.place, credit.date, [one.id for one in credit.agencies], credit.drop) == (place, day, [agency], False)
    assert credit.dateline is not None and text.startswith(credit.dateline)


@pytest.mark.parametrize(
    ("text", "language", "cited"),
    [
        ("وبحسب وكالة رويترز فإن السفينة غادرت الميناء.", "ar", ["Reuters"]),
        ("قال مسؤول لفرانس برس إن المحادثات ستبدأ غدا.", "ar", ["AFP"]),
        ("أعلنت رويترز تعيين رئيس تحرير جديد.", "ar", []),
        ("وأصيب صحفي في وكالة رويترز بجروح.", "ar", []),
        ("وفا الرجل بوعده لأهل قريته.", "ar", []),
        ("The minister told AFP that no decision was taken.", "en", ["AFP"]),
        ("Officials opened the new library on Monday.", "en", []),
        ("Laut der Nachrichtenagentur dpa endet der Streik.", "de", ["dpa"]),
        ("Об этом сообщает Интерфакс.", "ru", ["Interfax"]),
        ("Selon l'agence Reuters, le navire a quitté le port.", "fr", ["Reuters"]),
        ("로이터통신에 따르면 회담은 끝났다.", "ko", ["Reuters"]),
    ],
)
def test_sentences_stay_and_tell_whom_they_cite(text: str, language: str, cited: list[str]) -> None:
    credit = read(text, language)
    assert [one.id for one in credit.cited] == cited
    assert not credit.drop and not credit.agencies and not credit.authors


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("كتب الوزير على حسابه أن الاجتماع كان مفيدا.", "ar"),
        ("تحرير المدينة استغرق ثلاثة أشهر من القتال.", "ar"),
        ("وقال المصدر إن الاتفاق وشيك.", "ar"),
        ("By noon the square was full of people.", "en"),
        ("Par exemple, la ville a fermé deux écoles.", "fr"),
        ("Von hier aus sieht man das Meer.", "de"),
        ("Por la tarde llegaron más vecinos.", "es"),
        ("According to the source, the deal is close.", "en"),
        ("Photo albums were lost in the fire, she said.", "en"),
    ],
)
def test_prose_that_begins_like_a_credit_is_no_credit(text: str, language: str) -> None:
    credit = read(text, language)
    assert not credit.drop and not credit.authors and credit.photo_credit is None


@pytest.mark.parametrize(
    ("text", "language", "people"),
    [
        ("بقلم: وليد سمعان ورنا طوق", "ar", ["وليد سمعان", "رنا طوق"]),
        ("كتبت الدكتورة هالة سمعان:", "ar", ["هالة سمعان"]),
        ("By Dr. Jane Doe, John Roe Jr. & Mary Smith-Jones", "en", ["Jane Doe", "John Roe Jr.", "Mary Smith-Jones"]),
        ("Von unserem Korrespondenten Max Muster", "de", ["Max Muster"]),
        ("By Ludwig van Beispiel in Vienna", "en", ["Ludwig van Beispiel"]),
        ("By Admin", "en", []),
        ("فريق التحرير", "ar", []),
    ],
)
def test_authors_are_people_without_titles(text: str, language: str, people: list[str]) -> None:
    assert list(read(text, language).authors) == people


def test_own_name_in_a_source_line_is_the_publisher_any_other_the_original() -> None:
    assert read("المصدر: أخبار المثال", "ar", site="أخبار المثال").publisher == "أخبار المثال"
    assert read("المصدر: أخبار المثال", "ar", site="موقع آخر").original_publisher == "أخبار المثال"


def test_reads_where_and_when_a_story_stood_first() -> None:
    credit = read("نشر الخبر اول مرة على موقع :www.example.com بتاريخ:2024-05-05 14:07:12", "ar")
    assert (credit.original_domain, credit.original_date, credit.drop) == ("example.com", "2024-05-05T14:07:12", True)


def test_a_closing_mark_of_an_agency_is_told_from_the_sentence() -> None:
    text = "وأضاف أن العمل سيبدأ في الصيف المقبل. --(بترا)"
    credit = read(text, "ar")
    assert [one.id for one in credit.agencies] == ["Petra"]
    assert credit.cut is not None and text[: credit.cut].endswith("المقبل.")


def test_a_caption_credits_its_picture_once() -> None:
    credit = read("A boat on the lake. Photo: Jane Doe/AFP", position="caption")
    assert (credit.photo_credit, credit.agencies, credit.drop) == ("Jane Doe/AFP", (), True)
    assert [(role.name, role.role) for role in credit.roles] == [("Jane Doe", "photographer")]


TEMPLATES: Final = [(language, template) for language, entry in TABLES.languages.items() for template in entry.template]


@pytest.mark.parametrize(("language", "template"), TEMPLATES, ids=lambda value: value if isinstance(value, str) else value.pattern[:40])
def test_every_template_reads_its_examples_and_keeps_its_prose(language: str, template: Template) -> None:
    assert template.examples, "a template without an example is not proven"
    setting = Setting(TABLES.lexicon(language), TABLES)
    for example in template.examples:
        assert read_template(example, setting) is not None, example
    for sentence in template.keeps:
        assert not read(sentence, language).drop, sentence


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from(sorted(TABLES.languages)), st.sampled_from(["line", "paragraph", "html"]))
def test_any_text_is_read_twice_alike_and_never_fails(text: str, language: str, kind: str) -> None:
    context = CreditContext(language=language, kind=kind)  # type: ignore[arg-type]
    assert read_credit(text, context=context, tables=TABLES) == read_credit(text, context=context, tables=TABLES)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "By " * 8_000,
        "Source: " * 5_000,
        "a.b@" * 8_000,
        "- " * 20_000,
        "رويترز " * 5_000,
        "5 May " * 4_000,
        "نشر الخبر اول مره علي موقع " * 900,
    ],
)
def test_long_crafted_lines_are_read_in_no_time(text: str) -> None:
    read("warm up", "ar")
    started = time.perf_counter()
    read(text, "ar")
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("الحضور: 12 ألف متفرج.", "ar"),
        ("وقال: «سنبقى هنا».", "ar"),
        ("ترجمة الديوان استغرقت سنوات وفق دار نشر.", "ar"),
        ("الإسكندرية (رويترز)- ارتفعت أسعار القطن المحلي في ختام جلسة اليوم.", "ar"),
        ("Better Customer Service", "en"),
        ("Agencies across the county are short of money.", "en"),
        ("- Map", "en"),
        ("Average mark: 3.5", "en"),
        ("Hill Corp., Springfield, 2,000", "en"),
        ("Copyright reform in a divided parliament", "en"),
        ("***", "en"),
    ],
)
def test_lines_of_a_story_that_only_look_like_credits_stay(text: str, language: str) -> None:
    assert not read(text, language).drop


@pytest.mark.parametrize(
    ("text", "language", "author", "agencies"),
    [
        ("نادر الصباغ 20 تشرين الثاني 2026 / نوفمبر", "ar", "نادر الصباغ", []),
        ("بقلم: نادر الصباغ الأحد 12 رمضان 1447 هـ", "ar", "نادر الصباغ", []),
        ("نویسنده: پروین دلاور سه‌شنبه ۲۲ اردیبهشت ۱۴۰۵ - ۱۱:۱۵", "fa", "پروین دلاور", []),
        ("تحریر: فاخرہ درانی جمعرات ۱۸ جون ۲۰۲۶", "ur", "فاخرہ درانی", []),
        ("Par Anne Vaillant, avec AFP Publié le 3 mars 2026 à 17h45, mis à jour à 19h10", "fr", "Anne Vaillant", ["AFP"]),
    ],
)
def test_a_date_beside_a_name_is_no_part_of_it(text: str, language: str, author: str, agencies: list[str]) -> None:
    credit = read(text, language, position="top")
    assert (credit.authors, [agency.id for agency in credit.agencies]) == ((author,), agencies)
    assert credit.date is None or credit.agencies
