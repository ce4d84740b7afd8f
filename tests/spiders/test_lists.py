"""What the spider asks for after each kind of list: rung after rung, page after page, within bounds."""

import json

import pytest
from scrapy.exceptions import DownloadTimeoutError

from newsbot.spiders.list_readers import MAX_CHILD_SITEMAPS
from newsbot.spiders.lists import MAX_LISTS
from tests.newsroom import rss
from tests.spiders.reading import HOME, answered, counted, failed, first_requests, paths, spider_of

FEED = '<link rel="alternate" type="application/rss+xml" href="/feed">'
API = '<link rel="https://api.w.org/" href="/wp-json/">'
STORY = "/news/the-old-market-reopens"
PAGE = f'<html><head>{{head}}</head><body><a href="{STORY}">x</a></body></html>'


def sitemap(*entries):
    return (
        "<urlset>"
        + "".join(f"<url><loc>{path}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>" for path, date in entries)
        + "</urlset>"
    )


def posts(*paths_, date="2026-11-01T00:00:00"):
    return json.dumps([{"link": path, "date_gmt": date, "modified_gmt": date} for path in paths_])


def home_of(spider, robots=""):
    (request,) = first_requests(spider)
    assert paths([request]) == ["/robots.txt"]
    (home,) = answered(spider, request, robots)
    assert home.url == HOME
    return home


# The ladder


def test_the_best_rung_comes_first_and_the_others_wait():
    spider = spider_of()
    home = home_of(spider, "Sitemap: /all.xml\nSitemap: /news-sitemap.xml")
    (news,) = answered(spider, home, PAGE.format(head=FEED + API))
    assert paths([news]) == ["/news-sitemap.xml"]
    assert paths(answered(spider, news, sitemap((STORY, None)))) == [STORY]
    assert answered(spider, news, sitemap()) == []


def test_an_empty_or_broken_rung_falls_to_the_next_one_down_to_the_home_page():
    spider = spider_of()
    home = home_of(spider, "Sitemap: /all.xml\nSitemap: /news-sitemap.xml")
    (news,) = answered(spider, home, PAGE.format(head=FEED + API))
    (feed,) = answered(spider, news, sitemap())
    (api,) = failed(spider, feed, DownloadTimeoutError())
    assert paths([feed, api])[0] == "/feed" and "/wp-json/wp/v2/posts?" in api.url
    (plain,) = answered(spider, api, '{"code": "rest_forbidden"}')
    (section,) = answered(spider, plain, "<html>", status=404)
    assert paths([plain, section]) == ["/all.xml", "/"]
    (article,) = answered(spider, section, PAGE.format(head=""))
    assert paths([article]) == [STORY]
    assert article.cb_kwargs["rung"] == "section"
    assert counted(spider) == {
        "list_count": 2, "list_failed_count/download_timeout": 1, "list_failed_count/not_posts": 1, "list_failed_count/http_404": 1
    }  # fmt: skip


def test_a_rung_is_left_once_however_many_of_its_lists_are_empty():
    spider = spider_of()
    feeds = answered(spider, home_of(spider), PAGE.format(head=FEED + FEED.replace("/feed", "/atom") + API))
    assert paths(feeds) == ["/feed", "/atom"]
    assert len(answered(spider, feeds[0], rss())) == 1
    assert answered(spider, feeds[1], rss()) == []


def test_a_home_page_that_names_no_list_is_the_list():
    spider = spider_of()
    assert paths(answered(spider, home_of(spider), PAGE.format(head=""))) == [STORY]


def test_without_robots_and_home_page_the_source_has_failed():
    spider = spider_of()
    (robots,) = first_requests(spider)
    (home,) = answered(spider, robots, status=404)
    assert failed(spider, home, DownloadTimeoutError()) == []
    assert counted(spider) == {"list_failed_count/download_timeout": 1}


def test_configured_lists_are_read_all_and_no_ladder_is_climbed():
    lists = {"feeds": [f"{HOME}feed"], "sitemaps": [f"{HOME}all.xml"], "wordpress": [f"{HOME}wp-json/"], "sections": [f"{HOME}news"]}
    spider = spider_of(values={"discovery": lists})
    requests = first_requests(spider)
    assert [path.partition("?")[0] for path in paths(requests)] == ["/all.xml", "/feed", "/wp-json/wp/v2/posts", "/news"]
    assert answered(spider, requests[1], rss()) == []


# Page after page


def test_the_next_page_of_a_section_is_read_while_everything_is_new(tmp_path):
    for run, following in enumerate(([STORY, "/news?page=2"], [STORY])):
        spider = spider_of(tmp_path, {"discovery": {"sections": [f"{HOME}news"]}})
        (section,) = first_requests(spider)
        found = answered(spider, section, PAGE.format(head="") + '<a href="/news?page=2">2</a>')
        assert sorted(paths(found)) == sorted(following), run
        spider.memory.close()


def test_no_more_pages_of_a_section_are_read_than_the_source_allows():
    spider = spider_of(values={"discovery": {"sections": [f"{HOME}news"], "section_pages": 2}})
    requests = first_requests(spider)
    seen = []
    while requests:
        request = requests.pop()
        seen.append(request.url)
        number = len(seen)
        body = f'<html><body><a href="/news/story-of-day-number-{number}">x</a><a href="/news?page={number + 1}">n</a></body></html>'
        requests += [one for one in answered(spider, request, body) if one.meta["kind"] == "list"]
    assert seen == [f"{HOME}news", f"{HOME}news?page=2"]


def test_posts_are_paged_while_everything_is_new_and_to_the_end_of_a_span():
    full = posts(*(f"/news/story-{n}-of-the-town" for n in range(100)))
    for arguments, pages in (({}, 3), ({"since": "2026-10-01"}, 6)):
        spider = spider_of(values={"discovery": {"wordpress": [f"{HOME}wp-json/"]}}, **arguments)
        requests, read = first_requests(spider), 0
        while requests and read < 6:
            read += 1
            requests = [one for one in answered(spider, requests[0], full) if one.meta["kind"] == "list"]
            assert all(f"page={read + 1}&" in one.url for one in requests)
        assert read == pages


def test_an_index_is_walked_newest_first_and_within_bounds():
    spider = spider_of(values={"discovery": {"sitemaps": [f"{HOME}index.xml"]}})
    (request,) = first_requests(spider)
    entries = "".join(f"<sitemap><loc>/s{n}.xml</loc><lastmod>2026-{n % 12 + 1:02}-01</lastmod></sitemap>" for n in range(300))
    children = answered(spider, request, f"<sitemapindex>{entries}</sitemapindex>")
    assert len(children) == MAX_CHILD_SITEMAPS
    assert [child.meta["changed_at"] for child in children] == sorted((child.meta["changed_at"] for child in children), reverse=True)
    (deeper, *_) = answered(spider, children[0], f"<sitemapindex>{entries}</sitemapindex>")
    assert answered(spider, deeper, f"<sitemapindex>{entries}</sitemapindex>") == []


def test_a_run_asks_for_no_endless_number_of_lists():
    spider = spider_of(values={"discovery": {"feeds": [f"{HOME}{n}" for n in range(MAX_LISTS + 5)]}})
    assert len(first_requests(spider)) == MAX_LISTS
    assert counted(spider) == {"skipped_count/too_many_lists": 5}


# Bounds


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, ["/c", "/b", "/a", "/u"]),
        ({"since": "2026-11-02"}, ["/c", "/b", "/u"]),
        ({"until": "2026-11-02"}, ["/b", "/a", "/u"]),
        ({"since": "2026-11-02", "until": "2026-11-02"}, ["/b", "/u"]),
    ],
)
def test_a_span_takes_what_the_list_dates_within_it_and_what_has_no_date(arguments, found):
    spider = spider_of(values={"discovery": {"sitemaps": [f"{HOME}s.xml"]}}, **arguments)
    (request,) = first_requests(spider)
    body = sitemap(("/a", "2026-11-01T23:00:00Z"), ("/b", "2026-11-02T12:00:00Z"), ("/c", "2026-11-03"), ("/u", None))
    assert paths(answered(spider, request, body)) == found


def test_a_sitemap_that_is_older_than_the_span_is_not_walked():
    spider = spider_of(values={"discovery": {"sitemaps": [f"{HOME}s.xml"]}}, since="2026-11-02")
    (request,) = first_requests(spider)
    entries = "<sitemap><loc>/old.xml</loc><lastmod>2025-01-01</lastmod></sitemap><sitemap><loc>/any.xml</loc></sitemap>"
    assert paths(answered(spider, request, f"<sitemapindex>{entries}</sitemapindex>")) == ["/any.xml"]


def test_traps_and_other_sites_are_counted_and_left():
    spider = spider_of(values={"discovery": {"feeds": [f"{HOME}feed"]}, "articles": {"deny": ["/ads/"]}})
    (request,) = first_requests(spider)
    links = ["/ads/one", "https://other.example/x", "/a/b/a/b/a/b/a/b", STORY, STORY + "?utm_source=x", "https://amp.town.example" + STORY]
    assert paths(answered(spider, request, rss(*links))) == [STORY]
    assert counted(spider) == {"list_count": 1, "skipped_count/denied": 1, "skipped_count/offsite": 1, "skipped_count/trap": 1}


# What is remembered


def test_a_list_that_is_the_same_is_not_read_again_unless_the_source_wants_something_else(tmp_path):
    digest = "0" * 32
    for values, whole in (({}, True), ({}, False), ({"articles": {"deny": ["/x/"]}}, True)):
        spider = spider_of(tmp_path, {"discovery": {"feeds": [f"{HOME}feed"]}, **values})
        (request,) = first_requests(spider)
        assert spider.wants_whole(request) is whole
        request.meta["visit"] = {"status": 200, "digest": digest}
        found = answered(spider, request, rss(STORY), status=200 if whole else 304)
        assert paths(found) == ([STORY] if whole else [])
        spider.memory.close()


def test_an_index_is_always_read_whole(tmp_path):
    spider = spider_of(tmp_path, {"discovery": {"sitemaps": [f"{HOME}s.xml"]}})
    (request,) = first_requests(spider)
    answered(spider, request, "<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>")
    assert spider.wants_whole(request)
    spider.memory.close()


def test_a_list_that_says_that_an_article_changed_hands_on_when(tmp_path):
    spider = spider_of(tmp_path, {"discovery": {"sitemaps": [f"{HOME}s.xml"]}})
    (request,) = first_requests(spider)
    (article,) = answered(spider, request, sitemap((STORY, "2024-05-05T00:00:00Z")))
    assert (article.meta["changed_at"], article.cb_kwargs["date"]) == (1714867200.0, "2024-05-05T00:00:00Z")
    spider.memory.close()
