from hypothesis import given
from hypothesis import strategies as st

from newsbot.discovery import FoundLink
from newsbot.discovery.readings import MAX_VANISHED, Difference, difference, remember


def named(*names, **values):
    return remember([FoundLink(f"https://a.example/{name}", "feed", "f", title=values.get(name, "t")) for name in names])


def at(*names):
    return tuple(f"https://a.example/{name}" for name in names)


def test_what_is_told_otherwise_has_changed():
    assert difference(named("a", "b"), named("a", "b", b="عنوان آخر")) == Difference(changed=frozenset(at("b")))


def test_what_falls_off_the_end_has_not_vanished():
    assert difference(named("c", "b", "a"), named("e", "d", "c")) == Difference(new=2)


def test_what_stood_before_others_that_are_still_there_has_vanished():
    assert difference(named("c", "b", "a"), named("d", "c", "a")) == Difference(new=1, vanished=at("b"))


def test_an_empty_list_and_another_list_say_nothing():
    many = [f"x{n}" for n in range(MAX_VANISHED + 1)]
    assert difference(named("b", "a"), ()) == Difference()
    assert difference(named(*many, "a"), named("a")) == Difference()


def test_other_spellings_of_an_address_are_the_same_entry():
    assert difference(named("a?utm_source=x", "b"), named("b", "a")) == Difference()


def test_of_two_spellings_in_one_list_the_first_counts():
    assert difference(named("b", "b?utm_source=x"), named("b", "b?utm_source=x", b="عنوان آخر")).changed == frozenset(at("b"))


@given(st.lists(st.sampled_from("abcdef"), unique=True))
def test_the_same_list_again_is_no_news(names):
    assert difference(named(*names), named(*names)) == Difference()
