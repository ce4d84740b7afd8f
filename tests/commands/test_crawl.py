from dataclasses import replace

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newsbot.config import SHIPPED, load_config
from newsbot.spiders.choice import choose_sources, is_loopback
from newsbot.spiders.news import NewsSpider
from newsbot.spiders.replay import ReplaySpider, find_archives
from newsbot.summary import exit_code, tally
from tests.newsroom import crawl, source_file


@pytest.fixture
def config(tmp_path):
    source_file(tmp_path, "town-hall", "http://localhost/")
    source_file(tmp_path, "asleep", "https://a.example/", "enabled = false")
    config = load_config((SHIPPED, tmp_path))
    return replace(config, sources={name: config.sources[name] for name in ("asleep", "town-hall")})


def test_all_enabled_sources_or_those_that_are_named(config):
    assert [source.id for source in choose_sources(config, None)] == ["town-hall"]
    assert [source.id for source in choose_sources(config, "asleep, town-hall,asleep")] == ["asleep", "town-hall"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"source": "townhall"}, "did you mean town-hall"),
        ({"source": ","}, "is empty"),
        ({"sources": "town-hall"}, "did you mean source"),
        ({"source": "asleep"}, "NEWSBOT_USER_AGENT"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(config, arguments, says):
    settings = Settings({"USER_AGENT": "newsbot/0.1 (+https://example.org/bot)"})
    with pytest.raises(UsageError, match=says) as raised:
        NewsSpider.require_arguments(config, settings, arguments)
    assert "\n" not in str(raised.value)


def test_with_a_name_of_ones_own_any_source_may_be_visited(config):
    NewsSpider.require_arguments(config, Settings({"USER_AGENT": "mine/1 (+https://my.site)"}), {"source": "asleep"})


def test_archives_must_be_there(config, tmp_path):
    for paths in ("", f"{tmp_path}/none.warc", f"{tmp_path}/*.warc"):
        with pytest.raises(UsageError):
            ReplaySpider.require_arguments(config, Settings(), {"warc": paths})
    for name in ("b.warc", "a.warc"):
        (tmp_path / name).touch()
    assert [path.name for path in find_archives(f"{tmp_path}/b.warc,{tmp_path}/*.warc")] == ["b.warc", "a.warc"]


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.2/", True),
        ("http://[::1]/", True),
        ("https://a.example/", False),
        ("http://127.0.0.1.a.example/", False),
    ],
)
def test_what_is_on_this_machine(address, answer):
    assert is_loopback(address) is answer


@pytest.mark.parametrize(
    ("stats", "code"),
    [
        ({"a/list": 1}, 0),
        ({"a/list": 1, "a/fetched": 2, "a/unchanged": 2}, 0),
        ({"a/list": 1, "a/fetched": 2, "a/article/new": 1, "b/list_failed/dns": 1}, 1),
        ({"a/list": 1, "a/fetched": 2, "a/article/new": 1, "b/list": 1, "b/found": 3, "b/failed/http_403": 3}, 1),
        ({"a/list": 1, "a/list_failed/dns": 1, "a/fetched": 1, "a/article/new": 1}, 0),
        ({"a/list_failed/dns": 1, "b/list_failed/robots": 1}, 3),
        ({"a/list": 1, "a/fetched": 2, "a/rejected/listing": 2}, 3),
    ],
)
def test_exit_codes(stats, code):
    assert exit_code(tally({f"newsbot/source/{key}": number for key, number in stats.items()})) == code


def test_a_broken_source_file_stops_the_command_with_one_line(tmp_path):
    source_file(tmp_path, "town", "http://localhost/", 'timezone = "Asia/Beiruth"')
    run = crawl(tmp_path, "news")
    assert run.returncode == 2
    assert run.stderr.strip().count("\n") == 0, run.stderr
    assert "town.toml: timezone" in run.stderr


def test_an_unknown_spider_stops_the_command(tmp_path):
    run = crawl(tmp_path, "new")
    assert run.returncode == 2
    assert run.stderr.strip().splitlines()[-1] == "crawl: there is no spider 'new'; did you mean news?"
