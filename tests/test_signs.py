"""Signs of lines and places."""

import pytest

from newsbot.signs import place_words, text_sign


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3,412 readers now", "18,007 readers now"),
        ("إقرأ أيضاً", "اقرأ ايضا"),
        ("٢٣ درجة", "7 درجة"),
        ("Más leídas", "mas LEIDAS"),
        ("気温 23度", "気温 ７度"),
    ],
)
def test_lines_that_a_reader_takes_for_the_same_have_one_sign(one: str, other: str) -> None:
    assert text_sign(one) == text_sign(other) != 0


def test_other_lines_have_other_signs_and_lines_without_letters_none() -> None:
    assert text_sign("أهم الأخبار") != text_sign("آخر الأخبار")
    assert [text_sign(text) for text in ("10:45", "— 12 —", "…")] == [0, 0, 0]
    assert text_sign("a" * 5000) != text_sign("a" * 5001)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("html/body.postid-4/article#post-4711.post-4711.post/p", "html/body/article.post/p"),
        ("body/div.Body_text__3xK9a/p.sc-1x2y", "body/div.Body-text/p.sc"),
        ("body/main.category-sport.tag-cup.list/p", "body/main.list/p"),
        ("html/body/div.a/div.b/div.c/div.d/div.e/div.f/p", "html/body/div/div/div.c/div.d/div.e/div.f/p"),
        ("body/div.أخبار/p", "body/div.أخبار/p"),
        ("", ""),
    ],
)
def test_a_place_keeps_what_lasts(path: str, words: str) -> None:
    assert place_words(path) == words
