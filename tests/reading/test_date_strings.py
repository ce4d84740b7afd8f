"""Dates in many languages, calendars and machine forms, and what is none."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.config import SHIPPED
from newsbot.date_tables import load_date_tables
from newsbot.reading.date_strings import DateContext, context_of, read_date, read_date_line, read_dates

TABLES = load_date_tables((SHIPPED,))
FETCHED = "2023-11-19T18:20:30+02:00"


def read(text, lang="en", **given):
    return read_date_line({"id": "x", "text": text, "lang": lang, "context": given}, TABLES)["value"]


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("ar", "الإثنين، ١٣ فبراير ٢٠٢٣", "2023-02-13"),
        ("ar", "13 شباط/ فبراير 2023م", "2023-02-13"),
        ("ar", "13 فيفري 2023", "2023-02-13"),
        ("ar", "22 غشت 2022", "2022-08-22"),
        ("ar", "9 ك1 2021", "2021-12-09"),
        ("ar", "السابع من تشرين الأول 2021", "2021-10-07"),
        ("ar", "\u202b7 تمّوز 2021\u202c", "2021-07-07"),
        ("ar", "22 رجب 1444 هـ الموافق 13 فبراير 2023", "2023-02-13"),
        ("ar", "22 رجب 1444هـ", "2023-02-13"),
        ("ar", "22/07/1444 هـ", "2023-02-13"),
        ("en", "22 Rajab 1444 AH", "2023-02-13"),
        ("fa", "دوشنبه ۲۴ بهمن ۱۴۰۱", "2023-02-13"),
        ("fa", "۱۴۰۱/۱۱/۲۴", "2023-02-13"),
        ("fa", "۲۴ دلو ۱۴۰۱", "2023-02-13"),
        ("ur", "13 فروری 2023ء", "2023-02-13"),
        ("ckb", "13ی شوباتی 2023", "2023-02-13"),
        ("he", "יום שני, 13 בפברואר 2023", "2023-02-13"),
        ("he", 'כ"ב בשבט תשפ"ג', "2023-02-13"),
        ("am", "የካቲት 6 ቀን 2015 ዓ.ም", "2023-02-13"),
        ("tr", "13 Şubat 2023 Pazartesi", "2023-02-13"),
        ("ru", "13 февраля 2023 г.", "2023-02-13"),
        ("hr", "13. listopada 2022.", "2022-10-13"),
        ("cs", "13. listopadu 2022", "2022-11-13"),
        ("lt", "2023 m. vasario 13 d.", "2023-02-13"),
        ("hu", "2023. február 13., hétfő", "2023-02-13"),
        ("zh", "二〇二三年二月十三日", "2023-02-13"),
        ("zh-Hant", "民國112年2月13日", "2023-02-13"),
        ("ja", "令和5年2月13日(月)", "2023-02-13"),
        ("ko", "2023년 2월 13일", "2023-02-13"),
        ("ko", "주체112(2023)년 2월 13일", "2023-02-13"),
        ("th", "13 ก.พ. 66", "2023-02-13"),
        ("th", "13 กุมภาพันธ์ 2566", "2023-02-13"),
        ("ne", "१ फागुन २०७९", "2023-02-13"),
        ("bn", "৩০ মাঘ ১৪২৯", "2023-02-13"),
        ("vi", "ngày 13 tháng 2 năm 2023", "2023-02-13"),
        ("en", "dim., 12 févr. 2023", "2023-02-12"),
        ("en", "February 2023", "2023-02"),
        ("en", "https://news.example/2023/02/13/story", "2023-02-13"),
    ],
)
def test_reads_days_in_the_calendar_of_the_text(lang, text, value):
    assert read(text, lang) == value


@pytest.mark.parametrize(
    ("lang", "text", "given", "value"),
    [
        ("ar", "13 فبراير 2023 الساعة 4:05 عصرا", {"timezone": "Asia/Beirut"}, "2023-02-13T16:05+02:00"),
        ("ar", "13/2/202304:05 م (توقيت مكة)", {}, "2023-02-13T16:05+03:00"),
        ("ar", "الاثنين 13 شباط 2023 16:05 بتوقيت القدس", {}, "2023-02-13T16:05+02:00"),
        ("ar", "13 فبراير 2023، 16:05 غرينتش+3", {}, "2023-02-13T16:05+03:00"),
        ("fr", "Publié le 13 févr. 2023 à 16h05", {"timezone": "Europe/Paris"}, "2023-02-13T16:05+01:00"),
        ("de", "13.02.2023, 16.05 Uhr", {"timezone": "Europe/Berlin"}, "2023-02-13T16:05+01:00"),
        ("en", "13 February 2023 4:05 pm", {}, "2023-02-13T16:05"),
        ("en", "16:05 GMT, 13 February 2023", {}, "2023-02-13T16:05+00:00"),
        ("en", "13 February 2023 16:05 IST", {"country": "IN"}, "2023-02-13T16:05+05:30"),
        ("en", "Mon, 13 Feb 2023 16:05:09 EST", {}, "2023-02-13T16:05:09-05:00"),
        ("en", "July 3, 2023 4:05 PM ET", {}, "2023-07-03T16:05-04:00"),
        ("en", "Mon Feb 13 16:05:09 2023", {}, "2023-02-13T16:05:09"),
        ("en", "2023-02-13T16:05:09Z", {}, "2023-02-13T16:05:09+00:00"),
        ("en", "1676304309", {}, "2023-02-13T16:05:09+00:00"),
        ("zh", "2023年2月13日 下午4:05", {"timezone": "Asia/Shanghai"}, "2023-02-13T16:05+08:00"),
        ("el", "13.02.2023 | 4:05 μ.μ.", {"timezone": "Europe/Athens"}, "2023-02-13T16:05+02:00"),
    ],
)
def test_reads_times_and_invents_no_offset(lang, text, given, value):
    assert read(text, lang, **given) == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("ar", "منذ ساعتين", "2023-11-19T16:20+02:00"),
        ("ar", "قبل 3 أسابيع", "2023-10-29"),
        ("ar", "منذ ربع ساعة", "2023-11-19T18:05:30+02:00"),
        ("ar", "أمس الساعة 4:05 م", "2023-11-18T16:05+02:00"),
        ("ar", "الجمعة الماضي", "2023-11-17"),
        ("ar", "15 يوليو/تموز", "2023-07-15"),
        ("fa", "۲ ساعت پیش", "2023-11-19T16:20+02:00"),
        ("en", "3 months ago", "2023-08"),
        ("en", "15m ago", "2023-11-19T18:05:30+02:00"),
        ("de", "gestern, 16:05 Uhr", "2023-11-18T16:05+02:00"),
        ("fi", "3 päivää sitten", "2023-11-16"),
        ("sw", "saa 2 zilizopita", "2023-11-19T16:20+02:00"),
        ("ja", "2時間前", "2023-11-19T16:20+02:00"),
        ("en", "LONDON, Nov 3 (Reuters) -", "2023-11-03"),
    ],
)
def test_reads_what_is_told_from_the_fetch_only_when_it_is_known(lang, text, value):
    assert read(text, lang, reference_time=FETCHED) == value
    assert read(text, lang) is None


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ar", "آب"),
        ("ar", "ماي"),
        ("ar", "2-1"),
        ("ar", "موسم 2021-2022"),
        ("ar", "ثورة 14 تموز"),
        ("ar", "قراءة 4 دقائق"),
        ("ar", "غدا"),
        ("fa", "۳۱ مهر ۱۴۰۱"),
        ("en", "May"),
        ("en", "24/7"),
        ("en", "9/11"),
        ("en", "2.4.1"),
        ("en", "£4.50"),
        ("en", "+961 3 456 789"),
        ("en", "1984"),
        ("en", "30/02/2023"),
        ("en", "2023-02-29"),
        ("en", "1970-01-01"),
        ("en", "0000-00-00"),
        ("en", "3-5 May 2023"),
        ("en", "born May 5, 1994"),
        ("en", "Expires: 5 May 2023"),
        ("en", "{{ date }}"),
        ("en", "ISBN 978-1-23-456789-7"),
        ("en", "Page 3/12"),
        ("en", "in 3 days"),
        ("en", "5 December 2031"),
        ("en", "© 2012-2023"),
        ("de", "Mi"),
        ("fr", "Mars attaque"),
        ("es", "Real 3-2 Sevilla"),
        ("it", "25 aprile, la festa"),
        ("en", ""),
        ("en", "\u200f"),
    ],
)
def test_refuses_what_is_no_publication_date(lang, text):
    assert read(text, lang, reference_time=FETCHED) is None


def test_takes_the_order_of_numbers_from_the_place():
    assert read("05/06/2023", "en", country="US") == "2023-05-06"
    assert read("05/06/2023", "en", country="GB") == "2023-06-05"
    assert read("05/06/2023", "ar") == "2023-06-05"
    assert read("2023/06/05", "ar") == "2023-06-05"
    assert read("23-05-06", "sv", country="SE") == "2023-05-06"


def test_flags_an_order_that_is_only_assumed():
    context = DateContext(languages=("en",))
    reading = read_date("05/06/2023", context=context, tables=TABLES)
    assert reading is not None
    assert reading.flags == ("order_assumed",)


def test_tells_publication_update_and_first_publication_apart():
    line = "نشر في: 3 مارس 2023 آخر تحديث: 4 مارس 2023"
    labels = [(one.label, one.value) for one in read_dates(line, context=DateContext(languages=("ar",)), tables=TABLES)]
    assert labels == [("published", "2023-03-03"), ("modified", "2023-03-04")]
    line = "نشر لأول مرة على موقع www.first.example بتاريخ: 2023-03-03 10:11:12"
    first = read_dates(line, context=DateContext(languages=("ar",)), tables=TABLES)[0]
    assert (first.label, first.value, first.offset_basis) == ("original", "2023-03-03T10:11:12", None)


def test_a_time_that_does_not_exist_keeps_the_earlier_offset_and_says_so():
    context = DateContext(languages=("en",), timezone="Europe/Berlin")
    reading = read_date("26 March 2023 02:30", context=context, tables=TABLES)
    assert reading is not None
    assert (reading.value, reading.flags) == ("2023-03-26T02:30+01:00", ("dst_gap",))


def test_reads_a_language_that_the_tables_lack():
    assert "fo" not in TABLES.words
    assert read("13. februar 2023", "fo") == "2023-02-13"


@pytest.mark.parametrize(("language", "text", "value"), TABLES.examples)
def test_examples_of_the_word_tables_hold(language, text, value):
    assert read(text, language) == value


MONTHS = sorted(
    (language, int(key.removeprefix("month_")), word)
    for language, rows in TABLES.words.items()
    if language not in ("any", "zh", "ja")  # their months are numbers
    for key, words in rows.items()
    if key.startswith("month_")
    for word in words[:1]
)
SPANS = sorted((language, unit) for language, rows in TABLES.words.items() for unit in ("hour", "day", "minute") if rows.get(f"ago_{unit}"))


@given(
    st.sampled_from(MONTHS),
    st.integers(1, 28),
    st.integers(1991, 2030),
    st.sampled_from(["{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{y} {m} {d}"]),
)
@settings(max_examples=400, deadline=None)
def test_reads_back_every_month_of_every_language(month, day, year, form):
    language, number, word = month
    assert read(form.format(d=day, m=word, y=year), language) == f"{year}-{number:02}-{day:02}"


@given(st.sampled_from(SPANS), st.integers(3, 20))
@settings(max_examples=150, deadline=None)
def test_reads_back_every_ago_pattern_of_cldr(span, number):
    language, unit = span
    pattern = next((one for one in TABLES.words[language][f"ago_{unit}"] if "#" in one), None)
    reading = (
        read_date(pattern.replace("#", str(number)), context=context_of(language, {"reference_time": FETCHED}), tables=TABLES)
        if pattern
        else None
    )
    assert pattern is None or (reading is not None and reading.precision == unit)


@given(st.text(max_size=120), st.sampled_from(["ar", "fa", "he", "en", "zh", "th", "xx", ""]))
@settings(max_examples=300, deadline=None)
def test_never_raises(text, language):
    read(text, language, reference_time=FETCHED)


@pytest.mark.parametrize(
    "piece", ["1", "1/", "5 ", "May ", "n.", "12:", "- ", "منذ ", "年", "(", "2024-", "a'", "ق.", 'ח"', "1月", "\u0651"]
)
def test_long_crafted_text_is_quick(piece):
    start = time.perf_counter()
    read(piece * 50_000, "ar", reference_time=FETCHED)
    assert time.perf_counter() - start < 0.5
