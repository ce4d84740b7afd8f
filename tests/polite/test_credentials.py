"""Secrets come from the environment, go to the source's own hosts, and stand nowhere else."""

import pytest

from newsbot.errors import SourceError
from newsbot.polite.credentials import credentials_of, may_see, secret_headers, without_secrets
from newsbot.sources import Source


def source(homepage="https://town.example/", **access):
    return Source.model_validate({"id": "town", "name": "town", "homepage": homepage, "access": access})


FULL = source(
    headers={"X-Reader": "key ${READER_KEY}"},
    cookies={"session": "${SESSION}", "lang": "ar"},
    proxy="http://${WHO}:${PASS}@proxy.example:3128",
)
ENVIRONMENT = {"READER_KEY": "k1", "SESSION": "s1", "WHO": "me", "PASS": "p1"}


def test_variables_are_filled_in():
    credentials = credentials_of(FULL, ENVIRONMENT)
    assert credentials.headers == {"X-Reader": "key k1", "Cookie": "session=s1; lang=ar"}
    assert credentials.proxy == "http://me:p1@proxy.example:3128"
    assert "k1" not in repr(credentials)


def test_a_missing_variable_is_one_line_with_its_name():
    with pytest.raises(SourceError) as raised:
        credentials_of(FULL, {**ENVIRONMENT, "SESSION": ""})
    assert (
        str(raised.value)
        == "town.toml: access.cookies.session: the environment has no SESSION; set it (export SESSION=...), or take the key out"
    )


def test_a_value_with_a_line_break_is_refused_without_being_shown():
    with pytest.raises(SourceError) as raised:
        credentials_of(FULL, {**ENVIRONMENT, "READER_KEY": "a\r\nX-Evil: b"})
    assert "Evil" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://town.example/a", True),
        ("https://www.town.example/a", True),
        ("https://news.town.example/a", True),
        ("https://town.example:443/a", True),
        ("http://town.example/a", False),
        ("https://town.example:8443/a", False),
        ("https://town.example.evil.example/", False),
        ("https://eviltown.example/", False),
        ("https://elsewhere.example/?town.example", False),
        ("https://town.example@elsewhere.example/", False),
    ],
)
def test_only_the_sources_own_hosts_see_them(url, answer):
    assert may_see(url, FULL) is answer


def test_on_a_port_of_its_own_the_source_sees_them_there():
    assert may_see("http://localhost:8001/a", source("http://localhost:8001/"))
    assert not may_see("http://localhost:8002/a", source("http://localhost:8001/"))


def test_an_archive_sees_names_only():
    headers = [("Host", "town.example"), ("x-reader", "k1"), ("Cookie", "a=b"), ("Authorization", "c"), ("Accept", "*/*")]
    shown = without_secrets(headers, FULL)
    assert shown == [
        ("Host", "town.example"),
        ("x-reader", "[redacted]"),
        ("Cookie", "[redacted]"),
        ("Authorization", "[redacted]"),
        ("Accept", "*/*"),
    ]
    assert "x-reader" in secret_headers(FULL) and "x-reader" not in secret_headers(None)


@pytest.mark.parametrize(
    "access",
    [
        {"headers": {"Bad Name": "x"}},
        {"headers": {"A": "x\ny"}},
        {"proxy": "socks5://x"},
        {"private_hosts": ["http://a/"]},
        {"cookies": {"a;b": "c"}},
    ],
)
def test_what_cannot_be_sent_is_refused_at_load(access):
    with pytest.raises(ValueError):
        source(**access)
