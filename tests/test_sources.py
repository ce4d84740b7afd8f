"""Sources load, belong together, and complain in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsbot.config import SHIPPED, load_config
from newsbot.errors import ConfigError, SourceError
from newsbot.sources import load_source

FILES = sorted((SHIPPED / "sources").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_source_loads_and_can_find_articles(path: Path) -> None:
    source = load_source(path)
    found = source.discovery
    assert found.feeds or found.news_sitemaps or found.sitemaps or found.sections
    assert source.languages and source.timezone


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_source_that_nobody_checked_is_switched_off_unless_it_is_ours(path: Path) -> None:
    source = load_source(path)
    loopback = source.all_hosts <= {"localhost", "127.0.0.1"}
    assert loopback or source.checked or not source.enabled


def test_the_founding_site_is_there() -> None:
    source = load_config((SHIPPED,)).source_of("https://www.beiruttime-lb.example/russia-africa-defence/")
    assert source is not None
    assert (source.id, source.country, source.timezone, source.languages) == ("beiruttime", "LB", "Asia/Beirut", ["ar"])


GOOD = 'id = "a"\nname = "A"\nhomepage = "https://a.example/"\n'


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("colour = 'red'", "colour: unknown key"),
        ("timezon = 'Asia/Beirut'", "did you mean 'timezone'?"),
        ("timezone = 'Asia/Beyrouth'", "timezone: 'Asia/Beyrouth' is no IANA time zone"),
        ("enabled = 'no'", "enabled: "),
        ("[discovery]\nfeed = []", "discovery.feed: unknown key; did you mean 'feeds'?"),
        ("[discovery]\nfeeds = ['a.example/feed']", "is no address"),
        ("[articles]\nallow = ['(']", "is no regular expression"),
        ("[politeness]\ndelay_s = -1", "politeness.delay_s: "),
    ],
)
def test_a_fault_is_one_line_with_file_key_and_mend(tmp_path: Path, entry: str, complaint: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(GOOD + entry + "\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_source(path)
    message = str(caught.value)
    assert complaint in message and str(path) in message and "\n" not in message


def test_a_file_named_unlike_its_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(SourceError, match="make them equal"):
        load_source(path)


def test_two_sources_may_not_claim_one_host(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "sources" / "b.toml").write_text(GOOD.replace('"a"', '"b"'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.example belongs to source 'a' already"):
        load_config((tmp_path,))
