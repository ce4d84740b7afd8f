"""Who may ask which machine."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.polite.addresses import Guard, class_of
from newsbot.polite.hosts import shared_host
from newsbot.sources import Source


def source(name="town", **keys):
    return Source.model_validate({"id": name, "name": name, "homepage": "https://town.example/", **keys})


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", None),
        ("2606:4700::1111", None),
        ("127.0.0.1", "loopback"),
        ("127.99.1.2", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("172.32.0.1", None),
        ("192.168.0.1", "private"),
        ("fd12:3456::1", "private"),
        ("169.254.169.254", "link_local"),
        ("fe80::1", "link_local"),
        ("100.64.0.1", "carrier_grade"),
        ("100.128.0.1", None),
        ("224.0.0.251", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "this_network"),
        ("::", "this_network"),
        ("255.255.255.255", "reserved"),
        ("198.51.100.7", "reserved"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("::ffff:8.8.8.8", None),
        ("2002:7f00:1::", "loopback"),
        ("64:ff9b::a9fe:a9fe", "link_local"),
    ],
)
def test_addresses_have_classes(address, kind):
    assert class_of(ip_address(address)) == kind


@given(st.ip_addresses(v=4))
def test_no_class_is_missed_that_python_knows(address):
    if not address.is_global and not address.is_multicast:
        assert class_of(address) is not None
    if address.is_multicast:
        assert class_of(address) == "multicast"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://a.localhost./",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1%25eth0]/",
        "http://LOCALHOST:8080/",
        "http://town.example:99999/",
    ],
)
def test_addresses_that_tell_themselves_are_refused(url):
    assert Guard.of([source()]).refusal(url, "town") is not None
    assert Guard.of([source()]).refusal(url, None) is not None


def test_names_and_public_addresses_pass():
    guard = Guard.of([source()])
    assert [guard.refusal(url, "town") for url in ("https://town.example/a", "http://8.8.8.8/", "http://10.example/")] == [None] * 3


def test_what_the_source_file_names_itself_is_allowed_with_its_port():
    guard = Guard.of(
        [
            source(homepage="http://127.0.0.1:8001/", discovery={"feeds": ["http://localhost:8002/feed"]}),
            source("other", homepage="https://b.example/"),
        ]
    )
    assert guard.refusal("http://127.0.0.1:8001/x", "town") is None
    assert guard.refusal("http://localhost:8002/feed", "town") is None
    assert guard.refusal("http://127.0.0.1:8002/", "town") == "loopback"
    assert guard.refusal("http://127.0.0.1:9200/", "town") == "loopback"
    assert guard.refusal("http://127.0.0.1:8001/x", "other") == "loopback"


def test_a_literal_host_of_the_source_is_allowed_on_any_port():
    assert Guard.of([source(hosts=["127.0.0.2"])]).refusal("http://127.0.0.2:5/", "town") is None


def test_private_hosts_are_for_the_source_that_lists_them():
    guard = Guard.of([source(access={"private_hosts": ["intra.example", "10.0.0.7"]}), source("other", homepage="https://b.example/")])
    assert guard.refusal("http://intra.example:81/", "town") is None
    assert guard.refusal("http://10.0.0.7/", "town") is None
    assert guard.refusal("http://intra.example/", "other") == "private"
    assert guard.refusal("http://10.0.0.8/", "town") == "private"


def test_a_name_may_lead_inside_only_where_it_is_listed():
    guard = Guard.of([source(access={"private_hosts": ["intra.example"]})])
    assert guard.may_resolve_to("intra.example", ip_address("10.0.0.1")) is None
    assert guard.may_resolve_to("town.example", ip_address("10.0.0.1")) == "private"
    assert guard.may_resolve_to("town.example", ip_address("8.8.8.8")) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.town.example/a", "town.example"),
        ("http://m.town.example:8080/", "town.example"),
        ("https://amp.town.example", "town.example"),
        ("https://TOWN.example", "town.example"),
        ("https://edition.town.example", "edition.town.example"),
        ("https://m.example/", "m.example"),
        ("http://127.0.0.1:5/", "127.0.0.1"),
        ("http://localhost/", "localhost"),
        ("nonsense", ""),
    ],
)
def test_twins_share_one_pace(url, host):
    assert shared_host(url) == host
