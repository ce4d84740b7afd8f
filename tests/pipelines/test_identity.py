from contextlib import closing

import pytest

from newsbot.items import Article, Block, Deletion, Extractor
from newsbot.urls import article_id
from pipelines.finished import Finished, finish
from pipelines.identity import Duplicate, Identities

AT = "https://news.example/politics/market-12345"
STORY = "أعلنت بلدية المدينة الساحلية صباح اليوم أن أعمال ترميم السوق القديم ستبدأ في مطلع الشهر المقبل. " * 3


def article(url, text=STORY, canonical=None, addresses=(), source="town", title="السوق"):
    blocks = (Block(0, "paragraph", text),)
    return finish(Article(url, Extractor("1"), source, canonical_url=canonical, addresses=addresses, title=title, blocks=blocks))


def gone(url):
    return Deletion(article_id(url), url, 410, "2026-11-22T08:00:00Z", "town")


@pytest.fixture
def identities(place):
    memory = Identities(place)
    yield memory
    memory.close()


def written(identities, one):
    judged = identities.judge(one)
    assert isinstance(judged, Finished)
    identities.remember([judged.record])
    return judged.id


@pytest.mark.parametrize("durable", [True, False], ids=["another run", "same run"])
@pytest.mark.parametrize(
    "again",
    [
        article("https://amp.news.example/politics/market-12345", "نص آخر"),
        article(f"{AT}/print", "نص آخر"),
        article("https://news.example/politics/market-reopened-12345", "نص آخر", addresses=(AT,)),
        article("https://news.example/other-99999", "نص آخر", canonical=AT),
        article(f"{AT}?utm_source=x&sid=9#top", "نص آخر"),
    ],
    ids=["amp", "print", "redirect", "canonical", "parameters"],
)
def test_the_id_of_the_first_known_address_stays(identities, again, durable):
    first = identities.judge(article(AT))
    if durable:
        identities.remember([first.record])
    judged = identities.judge(again)
    assert isinstance(judged, Finished)
    assert judged.id == first.id == article_id(AT)


def test_every_address_that_led_to_an_article_leads_to_it_from_then_on(identities):
    first, moved, later = AT, "https://news.example/b-22222", "https://news.example/c-33333"
    known = written(identities, article(first))
    assert written(identities, article(moved, "ثان", addresses=(first,))) == known
    assert written(identities, article(later, "ثالث", addresses=(moved,))) == known


def test_the_same_text_under_another_address_of_the_source_is_a_duplicate(identities):
    known = written(identities, article(AT))
    assert identities.judge(article("https://news.example/copy-77777")) == Duplicate("https://news.example/copy-77777", known)
    assert isinstance(identities.judge(article("https://news.example/copy-88888", STORY + "تصحيح")), Finished)
    assert isinstance(identities.judge(article("https://other.example/copy-77777", source="other")), Finished)


def test_a_duplicate_within_a_run_is_found_before_anything_is_written(identities):
    identities.judge(article(AT))
    assert isinstance(identities.judge(article("https://news.example/copy-77777")), Duplicate)


def test_the_same_text_under_another_title_is_another_article(identities):
    written(identities, article(AT, title="طقس السبت"))
    assert isinstance(identities.judge(article("https://news.example/b-22222", title="طقس الأحد")), Finished)


def test_a_killed_run_forgets_what_was_not_written(place):
    with closing(Identities(place)) as killed:
        killed.judge(article(AT))
    with closing(Identities(place)) as identities:
        assert isinstance(identities.judge(article("https://news.example/copy-77777")), Finished)


def test_a_deletion_carries_the_id_of_the_articles_records(identities):
    written(identities, article(AT))
    moved = "https://news.example/moved-22222"
    written(identities, article(moved, "نص آخر", addresses=(AT,)))
    deletion = identities.known_as(gone(moved))
    assert deletion is not None and deletion.id == article_id(AT)
    assert identities.known_as(gone("https://news.example/never-seen")) == gone("https://news.example/never-seen")


def test_an_address_that_goes_while_the_article_lives_on_elsewhere_is_no_deletion(identities):
    written(identities, article(AT))
    written(identities, article("https://news.example/moved-22222", "نص آخر", addresses=(AT,)))
    identities.judge(article("https://news.example/copy-77777", "نص آخر"))
    assert identities.known_as(gone(AT)) is None
