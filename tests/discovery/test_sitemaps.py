import gzip
import time
import tracemalloc

import pytest

from newsbot.discovery.sitemaps import ChildSitemap, NotASitemapError, find_sitemap_lines, newest_entries, read_sitemap

AT = "https://a.example/sitemaps/one.xml"
ENTRY = (
    "<url><loc> https://a.example/{} </loc><lastmod>2024-05-05</lastmod>"
    '<image:image xmlns:image="i"><image:loc>https://a.example/picture</image:loc></image:image></url>'
)
NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url>'
    "<loc>https://a.example/1</loc><lastmod>2024-06-06</lastmod>"
    "<n:news><n:publication_date>2024-05-05T10:00:00+03:00</n:publication_date><n:title>عنوان</n:title></n:news></url></urlset>"
)


def urlset(count):
    return ("<urlset>" + "".join(ENTRY.format(number) for number in range(count)) + "</urlset>").encode()


def test_pages_and_no_pictures():
    assert [(link.url, link.rung, link.date) for link in read_sitemap(urlset(2), AT)] == [
        ("https://a.example/0", "sitemap", "2024-05-05"),
        ("https://a.example/1", "sitemap", "2024-05-05"),
    ]


def test_news_entries_have_their_publication_date():
    (link,) = read_sitemap(NEWS.encode(), AT)
    assert (link.rung, link.date, link.title) == ("news_sitemap", "2024-05-05T10:00:00+03:00", "عنوان")


def test_index_files_name_child_sitemaps():
    index = b"\n<sitemapindex><sitemap><loc>two.xml.gz</loc><lastmod>2024</lastmod></sitemap></sitemapindex>"
    assert list(read_sitemap(index, AT)) == [ChildSitemap("https://a.example/sitemaps/two.xml.gz", "2024")]


def test_gzip_is_unpacked_as_far_as_it_is_whole():
    packed = gzip.compress(urlset(3000))
    assert len(list(read_sitemap(packed, AT))) == 3000
    assert 0 < len(list(read_sitemap(packed[:-200], AT))) < 3000


def test_a_file_that_breaks_off_gives_what_comes_before():
    assert len(list(read_sitemap(urlset(3)[:-100], AT))) == 2


@pytest.mark.parametrize("body", [b"", b"<html><url>", b"no xml", b"\x1f\x8b broken", b"<rss/>"])
def test_what_is_no_sitemap_is_refused(body):
    with pytest.raises(NotASitemapError):
        list(read_sitemap(body, AT))


def test_no_entity_is_read_from_a_file_or_grows():
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(12))
    doctype = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">{lines}]>'
    for entity in ("&f;", "&e11;"):
        links = list(read_sitemap(f"{doctype}<urlset><url><loc>https://a.example/{entity}</loc></url></urlset>".encode(), AT))
        assert all(link.url == "https://a.example/" for link in links)


@pytest.mark.parametrize(
    "body",
    [urlset(5_000), gzip.compress(b"<urlset>" + b"<a/>" * 20_000_000), b"<urlset>" + b"<url>" * 400_000],
    ids=["many", "bomb", "deep"],
)
def test_hostile_files_end_in_flat_memory(body):
    began = time.monotonic()
    tracemalloc.start()
    entries = sum(1 for _ in read_sitemap(body, AT))
    assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    tracemalloc.stop()
    assert entries <= 5_000
    assert time.monotonic() - began < 20


def test_the_newest_of_many_are_kept_in_flat_memory():
    entry = "<url><loc>/{}</loc><lastmod>20{:02}-05-05</lastmod></url>"
    body = ("<urlset>" + "".join(entry.format(number, number % 100) for number in range(20_000)) + "</urlset>").encode()
    tracemalloc.start()
    links = newest_entries(body, AT, 300).links
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()
    assert len(links) == 300
    assert [links[place].date for place in (0, 199, 200)] == ["2099-05-05", "2099-05-05", "2098-05-05"]
    assert [link.updated for link in links] == sorted((link.updated for link in links), reverse=True)


def test_entries_without_a_date_come_last_in_file_order():
    body = b"<urlset><url><loc>/1</loc></url><url><loc>/2</loc></url><url><loc>/3</loc><lastmod>2024-05-05</lastmod></url></urlset>"
    assert [link.url[-1] for link in newest_entries(body, AT).links] == ["3", "1", "2"]


def test_child_sitemaps_come_newest_first():
    body = b"<sitemapindex><sitemap><loc>/1</loc></sitemap><sitemap><loc>/2</loc><lastmod>2024</lastmod></sitemap></sitemapindex>"
    assert [child.url[-1] for child in newest_entries(body, AT).children] == ["2", "1"]


def test_one_time_for_all_says_nothing_of_the_articles():
    assert {(link.date, link.updated) for link in newest_entries(urlset(20), AT).links} == {(None, None)}
    assert {link.updated for link in newest_entries(urlset(3), AT).links} == {"2024-05-05"}


def test_variants_that_an_entry_names_are_no_entries():
    variant = '<xhtml:link xmlns:xhtml="x" rel="alternate" hreflang="en" href="https://a.example/en/1"/>'
    body = f"<urlset><url><loc>https://a.example/1</loc>{variant}</url></urlset>"
    assert [link.url for link in newest_entries(body.encode(), AT).links] == ["https://a.example/1"]


def test_robots_txt_names_sitemaps():
    text = "User-agent: *\nDisallow: /x\nSitemap: https://a.example/a.xml\n sitemap:/b.xml # two\nNo-sitemap: c\n"
    assert list(find_sitemap_lines(text, "https://a.example/robots.txt")) == ["https://a.example/a.xml", "https://a.example/b.xml"]
