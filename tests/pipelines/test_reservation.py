"""What a reservation of text and data mining does to a page."""

from dataclasses import replace

import pytest

from newsbot.batch import judge
from newsbot.config import SHIPPED, load_config
from newsbot.errors import ConfigError
from newsbot.page import RawPage
from tests.newsroom import source_file, story

URL = "http://town.example/2024/05/05/market"
RESERVED = {"tdm-reservation": "1", "content-type": "text/html; charset=utf-8"}


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    for name, wish in (("obeys", "obey"), ("records", "record")):
        source_file(folder, name, f"http://{name}.example/")
        path = folder / "sources" / f"{name}.toml"
        path.write_text(path.read_text() + f'[rights]\ntdm = "{wish}"\n')
    source_file(folder, "silent", "http://silent.example/")
    return load_config((SHIPPED, folder))


@pytest.mark.parametrize(
    ("source", "wish", "rejected"),
    [("obeys", "record", "reserved"), ("silent", "obey", "reserved"), ("records", "obey", None), ("silent", "record", None)],
)
def test_the_source_decides_and_then_the_setting(config, source, wish, rejected):
    assert judge(RawPage(URL, story(), source=source, headers=RESERVED), replace(config, tdm=wish)).rejected == rejected


@pytest.mark.parametrize("mark", ['<meta name="tdm-reservation" content="1">', '<meta name="robots" content="noai, index">'])
def test_reservations_in_the_page_count_too(config, mark):
    page = story().replace(b"<head>", f"<head>{mark}".encode())
    assert judge(RawPage(URL, page, source="obeys"), config).rejected == "reserved"
    assert judge(RawPage(URL, story(), source="obeys"), config).article is not None


def test_an_unknown_wish_is_refused(monkeypatch):
    monkeypatch.setenv("NEWSBOT_TDM", "ignore")
    with pytest.raises(ConfigError, match="NEWSBOT_TDM: 'ignore' is not known; give one of record, obey"):
        load_config((SHIPPED,))
