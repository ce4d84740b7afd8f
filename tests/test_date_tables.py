"""The tables of the date reader: complete, and refused with one line where they are broken."""

import shutil

import pytest

from newsbot.config import SHIPPED
from newsbot.date_tables import load_date_tables
from newsbot.errors import TableError

TABLES = load_date_tables((SHIPPED,))


def test_every_language_has_twelve_months_and_seven_weekdays():
    numbered = {"zh", "ja", "ko", "vi", "ceb", "kk"}
    for language, rows in TABLES.words.items():
        if "month_1" in rows and language not in numbered and len([key for key in rows if key.startswith("month_")]) > 6:
            assert [number for number in range(1, 13) if not rows.get(f"month_{number}")] == [], language


def test_month_names_of_all_arabic_regions_are_known():
    lexicon = TABLES.lexicon(("ar",))
    for name in ("يناير", "جانفي", "شباط", "ماي", "غشت", "شتنبر", "دجمبر", "حزيران", "النوار"):
        assert any(term.kind == "M" for term in lexicon.phrases[(name,)]), name


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("date_words.toml", '[en]\nmonht_1 = ["Jan"]\n', "en.monht_1: unknown key"),
        ("date_words.toml", "[en]\nmonth_1 = 5\n", "en.month_1"),
        ("date_orders.toml", '[country]\nUS = "MYD"\n[language]\n', "country.US"),
        ("months.toml", "[en\n", "is not TOML"),
    ],
)
def test_a_broken_table_is_named_in_one_line(tmp_path, name, text, message):
    for path in SHIPPED.glob("*.toml"):
        shutil.copy(path, tmp_path)
    (tmp_path / name).write_text(text)
    with pytest.raises(TableError) as error:
        load_date_tables((tmp_path,))
    assert name in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_table_of_the_user_replaces_the_shipped_one(tmp_path):
    (tmp_path / "date_orders.toml").write_text('[country]\nUS = "DMY"\n[language]\n')
    assert load_date_tables((SHIPPED, tmp_path)).country_orders == {"US": "DMY"}
