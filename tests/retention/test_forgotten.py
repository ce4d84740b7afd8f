"""What was forgotten does not come back: it is not asked for, and is no news when it comes all the same."""

import pytest

from newsbot.errors import StateError
from newsbot.urls import article_id
from pipelines.forgotten import FILE, forget_keys, forgotten_keys
from pipelines.memory import History
from tests.pipelines.test_memory import URL, article
from tests.spiders.reading import answered, counted, first_requests, paths, spider_of

STORY, OTHER = "/news/the-old-market-reopens", "/news/the-new-market-closes"


def test_it_is_remembered_by_digests_once_and_for_all(tmp_path):
    assert forgotten_keys(tmp_path) == frozenset() and not list(tmp_path.iterdir())
    for _ in range(2):
        forget_keys(tmp_path, "a" * 32, {"b" * 32}, "2026-11-22T12:00:00Z")
    forget_keys(tmp_path, "c" * 32, (), "2026-11-22T12:00:00Z")
    assert forgotten_keys(tmp_path) == {"a" * 32, "b" * 32, "c" * 32}


def test_a_file_that_cannot_be_read_stops_the_run_rather_than_bring_it_back(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 99)
    with pytest.raises(StateError, match=FILE):
        forgotten_keys(tmp_path)


def test_its_page_gives_no_revision_whatever_it_says(tmp_path):
    forget_keys(tmp_path, article_id(URL), (), "2026-11-22T12:00:00Z")
    history = History(tmp_path / "history.sqlite")
    assert history.judge(article("أ")) is None and history.judge(article("ب", day=9)) is None
    assert history.judge(article("أ", url="https://a.example/2")) is not None
    history.close()


def test_no_list_has_it_asked_for_again():
    spider = spider_of()
    (request,) = first_requests(spider)
    home = answered(spider, request, "")[0]
    spider.forgotten = frozenset({article_id(f"{home.url.rstrip('/')}{STORY}")})
    (news,) = answered(spider, home, '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>')
    feed = f"<rss><channel><item><link>{STORY}</link></item><item><link>{OTHER}</link></item></channel></rss>"
    assert paths(answered(spider, news, feed)) == [OTHER]
    assert counted(spider)["skipped_count/forgotten"] == 1
