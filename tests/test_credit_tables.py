"""The credit tables load, and a broken one is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsbot.config import SHIPPED
from newsbot.credit_tables import load_credit_tables
from newsbot.errors import ConfigError


def test_the_shipped_tables_speak_of_the_world() -> None:
    tables = load_credit_tables((SHIPPED,))
    assert len(tables.agencies) > 120
    assert {"ar", "en", "fa", "zh", "hi", "ckb", "any"} <= set(tables.languages)
    assert {"بيروت", "paris", "москва"} <= tables.places


def test_every_agency_has_one_entry_and_known_ordinary_names() -> None:
    agencies = load_credit_tables((SHIPPED,)).agencies
    assert len({agency.id for agency in agencies}) == len(agencies)
    assert all(set(agency.ordinary) <= set(agency.forms) for agency in agencies)


def test_an_unknown_language_is_read_with_all_words() -> None:
    tables = load_credit_tables((SHIPPED,))
    assert tables.lexicon(None) is tables.lexicon("tlh")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[labels]\nbye = ["By"]\n', "bye"),
        ('[[template]]\npattern = "("\nexamples = []\n', "regular expression"),
        ('[[template]]\npattern = "إ"\nexamples = []\n', "folded"),
        ('[[template]]\npattern = "(?P<who>.)"\nexamples = []\n', "who"),
        ("[wordz]\n", "wordz"),
    ],
)
def test_a_broken_table_is_told_with_file_and_key(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "credits").mkdir()
    (tmp_path / "credits" / "xx.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=fault) as caught:
        load_credit_tables((tmp_path,))
    assert "xx.toml" in str(caught.value) and "\n" not in str(caught.value)
