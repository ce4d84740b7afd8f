import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data.demo.run import newsroom


def discover(data, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "discover", *arguments, "-s", "DOWNLOAD_DELAY=0", "-s", "NEWSBOT_JOBS=1"]
    environment = {**os.environ, "NEWSBOT_DATA": str(data), "COLUMNS": "200"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with newsroom(tmp_path_factory.mktemp("newsroom"), 1, "0,0") as addresses:
        yield addresses


@pytest.fixture(scope="module")
def found(place, tmp_path_factory):
    """What was found of each demo site, and the files that were written."""
    data = tmp_path_factory.mktemp("data")
    results = {}
    for site in ("nahar", "meridian"):
        shown = discover(data, f"{place[site]}/", "--write")
        assert shown.returncode == 0, shown.stderr
        path = Path(shown.stdout.rsplit("written: ", 1)[1].strip())
        results[site] = tomllib.loads(path.read_text(encoding="utf-8"))
    return results


def test_lists_of_both_sites_are_found(found, place):
    assert found["nahar"]["discovery"]["feeds"] == [f"{place['nahar']}/feed/"]
    assert found["nahar"]["discovery"]["wordpress"] == [f"{place['nahar']}/wp-json/"]
    assert f"{place['nahar']}/news-sitemap.xml" in found["nahar"]["discovery"]["news_sitemaps"]
    assert found["meridian"]["discovery"]["feeds"][0] == f"{place['meridian']}/feeds/all.atom"
    assert found["meridian"]["discovery"]["sitemaps"] == [f"{place['meridian']}/sitemap.xml"]


def test_language_country_and_zone_are_right(found):
    assert found["nahar"]["languages"][0] == "ar" and "en" in found["meridian"]["languages"]
    assert [found[site]["country"] for site in ("nahar", "meridian")] == ["LB", "GB"]
    assert [found[site]["timezone"] for site in ("nahar", "meridian")] == ["Asia/Beirut", "Europe/London"]


def test_the_name_is_the_publishers(found):
    assert found["meridian"]["name"] == "The Meridian Post" and found["nahar"]["name"].startswith("نهار الساحل")


def test_a_written_file_is_not_written_over(found, place, tmp_path):
    data = tmp_path
    (data / "sources").mkdir()
    (data / "sources" / "localhost.toml").write_text('id = "localhost"\nname = "x"\nhomepage = "http://localhost:1/"\n')
    shown = discover(data, f"{place['nahar']}/", "--write", "-n", "1")
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1) and "is there already" in shown.stderr


def test_publishers_are_found_by_name_country_and_language(tmp_path):
    assert "lbcgroup.tv" in discover(tmp_path, "LB").stdout
    nothing = discover(tmp_path, "no such publisher anywhere")
    assert (nothing.returncode, nothing.stderr.count("\n")) == (2, 1)


def test_a_site_that_does_not_answer_is_said(tmp_path):
    shown = discover(tmp_path, "http://127.0.0.1:9/")
    assert shown.returncode == 1 and "home page: refused" in shown.stdout, shown.stderr
