"""Wordings around dates: ranges in words, clocks of one's own, labels, spans with "about", text that only looks like a date."""

import pytest

from newsbot.config import SHIPPED
from newsbot.date_tables import load_date_tables, main_language
from newsbot.reading.date_strings import read_date_line

TABLES = load_date_tables((SHIPPED,))
FETCHED = "2025-03-19T08:20:00+00:00"


def read(text, lang="en", **given):
    return read_date_line({"id": "x", "text": text, "lang": lang, "context": given}, TABLES)["value"]


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("ar", "الاثنين 16 سبتمبر 2024 على الساعة 09 و 30 دقيقة", "2024-09-16T09:30"),
        ("ar", "20 أكتوبر 2024 | 09سا12د", "2024-10-20T09:12"),
        ("ar", "في 17 جوان 2024 على 19:03", "2024-06-17T19:03"),
        ("ar", "10 مارس 2025 - 11:20 قبل منتصف الليل", "2025-03-10T23:20"),
        ("ar", "10 مارس 2025 الساعة 05:00 بعد العصر", "2025-03-10T17:00"),
        ("ar", "10 مارس 2025، 9:00 مساءً بتوقيت شرق الولايات المتحدة", "2025-03-10T21:00-04:00"),
        ("ar", "تاريخ الخبر 04-03-2025 الوقت 10:15", "2025-03-04T10:15"),
        ("fr", "Samedi 06 Juillet 2024 - 11h", "2024-07-06T11:00"),
        ("fr", "4 juillet 2024 à 10h00 (heure de Montréal)", "2024-07-04T10:00-04:00"),
        ("fr", "07/09/24 à 17:18", "2024-09-07T17:18"),
        ("de", "12. März 2024, 15 Uhr", "2024-03-12T15:00"),
        ("de", "4.3.2025, 10h15", "2025-03-04T10:15"),
        ("sv", "Publicerad: 2025-03-04 10.15", "2025-03-04T10:15"),
        ("sl", "4. 3. 2025 10.15", "2025-03-04T10:15"),
        ("no", "Publisert 30. des. 2023, kl. 12.22", "2023-12-30T12:22"),
        ("zh-TW", "2024/11/05 下午 3:20", "2024-11-05T15:20"),
        ("ja", "公開日：2024.10.28 午後6時", "2024-10-28T18:00"),
        ("tr", "20 Kasım 2024 Çarşamba, 08.10", "2024-11-20T08:10"),
        ("en", "20 Nov 2024 8.10pm AEDT", "2024-11-20T20:10+11:00"),
        ("en", "Wed Nov 20 08:10:05 +0000 2024", "2024-11-20T08:10:05+00:00"),
        ("en", "Noon, 14 May 2024", "2024-05-14T12:00"),
        ("en", "July 9, 2024 3:30 p.m. ET", "2024-07-09T15:30-04:00"),
        ("en", "Published: 2025-03-04T10:15:30.250Z", "2025-03-04T10:15:30+00:00"),
    ],
)
def test_finds_the_time_that_stands_beside_a_day(lang, text, value):
    assert read(text, lang) == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("ar", "5 أغسطس «آب» 2024", "2024-08-05"),
        ("fa", "۲۲ بهمن\u200cماه ۱۴۰۲", "2024-02-11"),
        ("fa", "۲۲ ژانویه ۲۰۲۵ - ۳ بهمن ۱۴۰۳", "2025-01-22"),
        ("fa", "شنبه هفدهم شهریور ۱۴۰۳", "2024-09-07"),
        ("ps", "د ۱۴۰۳ کال د سنبلې ۱۰", "2024-08-31"),
        ("tg", "14 июли 2024", "2024-07-14"),
        ("eu", "2025eko martxoaren 4a", "2025-03-04"),
        ("am", "25 ፌብሩወሪ 2025", "2025-02-25"),
        ("ar", "العدد 12 - 5 مايو 2024", "2024-05-05"),
        ("en", "Section 4 / 9 February 2026", "2026-02-09"),
    ],
)
def test_reads_other_spellings_of_days(lang, text, value):
    assert read(text, lang) == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("ar", "منذ حوالي 5 ساعات", "2025-03-19T03:20+00:00"),
        ("ar", "قبل أكثر من ساعة", "2025-03-19T07:20+00:00"),
        ("ar", "منذ 100 يوم", "2024-12-09"),
        ("ar", "منذ لحظات", "2025-03-19T08:20:00+00:00"),
        ("ru", "неделю назад", "2025-03-12"),
        ("pl", "godzinę temu", "2025-03-19T07:20+00:00"),
        ("ar", "آخر ظهور منذ يومين", None),
        ("zh", "3小时", None),
        ("ko", "3시간", None),
        ("fr", "à 20h", None),
        ("hi", "कल से", None),
        ("en", "Friday the 13th", None),
    ],
)
def test_reads_spans_and_no_durations(lang, text, value):
    assert read(text, lang, reference_time=FETCHED) == value


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ar", "من 5 إلى 10 مايو 2024"),
        ("ar", "بين 3 و10 مايو 2024"),
        ("es", "del 3 al 9 de mayo de 2024"),
        ("en", "May 3 to May 9, 2024"),
        ("en", "between 3 May and 9 May 2024"),
        ("de", "07.-09.09.2024"),
        ("nl", "7 t/m 9 september 2024"),
        ("vi", "từ 7 đến 9/9/2024"),
        ("zh", "截止日期：2024年3月4日"),
        ("ar", "ت: 05-07-2024"),
        ("ar", "رخصة رقم 20/11/2024"),
        ("ar", "الفترة من 5/5/2024 حتى 10/5/2024"),
        ("en", "Nov 18-20, 2024"),
        ("en", "18 Nov - 20 Nov 2024"),
        ("cs", "18.-20. listopadu 2024"),
        ("hu", "november 18-20."),
        ("ar", "بين 8 فبراير و12 مارس 2026"),
        ("de", "8. und 9. Februar 2026"),
        ("en", "8/9 February 2026"),
    ],
)
def test_ranges_deadlines_and_numbers_are_no_dates(lang, text):
    assert read(text, lang) is None


def test_dots_keep_the_day_first_unless_the_language_itself_is_month_first():
    assert read("9.7.2024", "en", country="US") == "2024-09-07"
    assert read("9.7.2024", "de", country="US") == "2024-07-09"
    assert read("9.7.2024", "en", country="GB") == "2024-07-09"


def test_languages_go_by_every_name_that_pages_give_them():
    assert [main_language(tag) for tag in ("no", "iw-IL", "pt_BR", "TUR", "xx")] == ["nb", "he", "pt", "tr", "xx"]


def test_odd_numerals_and_reference_times_are_no_errors():
    assert read("十十年", "zh") is None
    assert read("2 hours ago", reference_time="9999-12-31T23:59:59-12:00", timezone="Pacific/Kiritimati") is None
