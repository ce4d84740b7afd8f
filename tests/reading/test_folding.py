import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.reading.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إقرأ أيضاً", "اقرا ايضا"),
        ("مشاركة", "مشاركه"),
        ("می‌شود", "ميشود"),
        ("كتاب", "کتاب"),
        ("الخبـــر", "الخبر"),
        ("٢٠٢٤ ۲۰۲۴ २०२४", "2024 2024 2024"),
        ("“Read” — more…", '"read" - more...'),
        ("À LA UNE", "a la une"),
        ("Straße", "strasse"),
        ("ЧИТАЙТЕ ЕЩЁ", "читайте еще"),
        ("ΑΘΗΝΑΣ", "αθηνας"),
        ("İSTANBUL ılık", "istanbul ilik"),
        ("ＡＢＣ　１２", "abc 12"),
        ("so\u00adft\u200fer", "softer"),
    ],
)
def test_spellings_that_a_reader_takes_for_the_same_fold_to_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("हिंदी", "हदी"), ("パン", "ハン"), ("ไม่", "ไม"), ("لا", "ل")])
def test_letters_of_other_scripts_are_not_taken_for_decoration(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
