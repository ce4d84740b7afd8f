import socket
from itertools import pairwise

from tests.newsroom import PARAGRAPHS, crawl, last_summary, records, rss, source_file, story
from tests.server import Answer, serve

FEEDS = 'discovery.feeds = ["{home}feed"]'


def test_a_feed_becomes_records_and_a_second_crawl_only_what_changed(tmp_path):
    answers = {
        "/feed": Answer(rss("/one", "/two", "/two?utm_source=x", "https://elsewhere.example/three"), "application/rss+xml"),
        "/one": Answer(story()),
        "/two": Answer(story("افتتاح المكتبة العامة")),
    }
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "town", server.url(), FEEDS.format(home=server.url()))
        first = crawl(tmp_path, "news", "-a", "source=town")
        assert first.returncode == 0, first.stderr
        assert sorted(path for path in server.paths()) == ["/feed", "/one", "/robots.txt", "/two"]
        assert {request["headers"].get("Accept-Language") for request in server.requests() if request["path"] != "/robots.txt"} == {
            "ar, en;q=0.9"
        }
        written = {record["url"].rpartition("/")[2]: record for record in records(tmp_path / "out")}
        assert set(written) == {"one", "two"}
        assert written["one"]["content_text"] == "\n".join(PARAGRAPHS)
        assert written["one"]["discovered_by"] == {"rung": "feed", "url": server.url("/feed"), "date": "Sun, 05 May 2024 10:00:00 +0300"}
        assert written["one"]["source"] == "town"
        summary = last_summary(tmp_path / "out")["town"]
        assert (summary["found"], summary["fetched"], summary["article"], summary["skipped"]) == (2, 2, {"new": 2}, {"offsite": 1})
        port = server.port
    edited = answers | {
        "/feed": Answer(answers["/feed"].body.replace(b"<title>/two</title>", "<title>تصحيح</title>".encode()), "application/rss+xml"),
        "/two": Answer(story("افتتاح المكتبة العامة", more="وأضافت البلدية تصحيحا لموعد الافتتاح.")),
    }
    with serve(tmp_path, edited, port):
        second = crawl(tmp_path, "news", "-a", "source=town")
    assert second.returncode == 0, second.stderr
    summary = last_summary(tmp_path / "out")["town"]
    assert (summary["not_due"], summary["article"]) == (1, {"revised": 1})
    revised = next(record for record in records(tmp_path / "out") if record["revision"] == 2)
    assert revised["change"]["previous_hash"] == written["two"]["content_hash"]
    assert revised["change"]["blocks"] == [{"op": "added", "old": None, "new": "وأضافت البلدية تصحيحا لموعد الافتتاح."}]


def test_a_source_that_cannot_be_reached_is_counted_and_the_crawl_goes_on(tmp_path):
    with (
        socket.socket() as closed,
        serve(tmp_path, {"/feed": Answer(rss("/one"), "application/rss+xml"), "/one": Answer(story())}) as server,
    ):
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        source_file(tmp_path, "alive", server.url(), FEEDS.format(home=server.url()))
        source_file(tmp_path, "dead", dead, FEEDS.format(home=dead))
        run = crawl(tmp_path, "news", "-a", "source=alive,dead", "-s", "RETRY_TIMES=0")
        assert run.returncode == 1, run.stderr
        assert "SOURCE FAILED" in run.stderr
        assert "Traceback" not in run.stderr
        summary = last_summary(tmp_path / "out")
        assert summary["dead"]["list_failed"] == {"refused": 1}
        assert summary["alive"]["article"] == {"new": 1}
        assert crawl(tmp_path, "news", "-a", "source=dead", "-s", "RETRY_TIMES=0").returncode == 3


def test_what_is_no_article_page_is_counted_by_reason(tmp_path):
    links = ["/gone", "/forbidden", "/pdf", "/away", "/moved", "/secret/one", "/denied/one"]
    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /secret/", "text/plain"),
        "/feed": Answer(rss(*links), "application/rss+xml"),
        "/forbidden": Answer(status=403),
        "/pdf": Answer(b"%PDF-1.7", "application/pdf"),
        "/away": Answer(status=302, headers={"Location": "http://127.0.0.1:{port}/moved-here"}),
        "/moved": Answer(status=301, headers={"Location": "/moved-here"}),
        "/moved-here": Answer(story()),
    }
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "town", server.url(), FEEDS.format(home=server.url()) + '\narticles.deny = ["/denied/"]')
        run = crawl(tmp_path, "news", "-a", "source=town", "-s", "RETRY_TIMES=0")
        assert run.returncode == 0, run.stderr
        paths = server.paths()
    summary = last_summary(tmp_path / "out")["town"]
    assert summary["failed"] == {"http_404": 1, "http_403": 1, "not_html": 1, "offsite_redirect": 1, "robots": 1}
    assert summary["skipped"] == {"denied": 1}
    assert "/secret/one" not in paths
    assert "/denied/one" not in paths
    (record,) = records(tmp_path / "out")
    assert record["url"].endswith("/moved-here")


def test_sitemaps_sections_and_robots_lead_to_articles(tmp_path):
    sitemap = b"<urlset><url><loc>/by-sitemap</loc><lastmod>2024-05-05</lastmod></url></urlset>"
    answers = {
        "/robots.txt": Answer(b"Sitemap: http://localhost:{port}/index.xml", "text/plain"),
        "/index.xml": Answer(b"<sitemapindex><sitemap><loc>/s.xml</loc></sitemap></sitemapindex>", "application/xml"),
        "/s.xml": Answer(sitemap, "application/xml"),
        "/by-sitemap": Answer(story()),
        "/": Answer(b"<html><body><a href='/the-story-of-the-market'>x</a><a href='/about'>y</a></body></html>"),
        "/the-story-of-the-market": Answer(story("حكاية السوق")),
    }
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "by-robots", server.url())
        source_file(tmp_path, "by-section", server.url(host="127.0.0.1"), f'discovery.sections = ["{server.url(host="127.0.0.1")}"]')
        run = crawl(tmp_path, "news", "-a", "source=by-robots,by-section")
    assert run.returncode == 0, run.stderr
    by = {record["source"]: record["discovered_by"] for record in records(tmp_path / "out")}
    assert by["by-robots"]["rung"] == "sitemap"
    assert by["by-robots"]["date"] == "2024-05-05"
    assert by["by-section"]["rung"] == "section"


def test_undeclared_windows_1256_is_read_right(tmp_path):
    answers = {
        "/feed": Answer(rss("/one"), "application/rss+xml"),
        "/one": Answer(story(charset="windows-1256", declared=False), "text/html"),
    }
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "town", server.url(), FEEDS.format(home=server.url()))
        crawl(tmp_path, "news", "-a", "source=town")
    (record,) = records(tmp_path / "out")
    assert record["content_text"] == "\n".join(PARAGRAPHS)


def test_gaps_between_requests_to_a_host_never_fall_below_the_delay(tmp_path):
    links = [f"/story-{number}" for number in range(6)]
    with serve(tmp_path, {"/feed": Answer(rss(*links), "application/rss+xml")}) as server:
        source_file(tmp_path, "town", server.url(), FEEDS.format(home=server.url()), delay_s=0.4)
        crawl(tmp_path, "news", "-a", "source=town", "-s", "RETRY_TIMES=0")
        times = [request["at"] for request in server.requests()]
    assert len(times) == 8
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) >= 0.4 - 0.05
    assert max(gaps) <= 0.4 * 1.25 + 0.4


def test_the_open_part_behind_a_402_is_a_paywalled_record(tmp_path):
    about = '{"@type":"NewsArticle","headline":"بدء ترميم السوق القديم الشهر المقبل","isAccessibleForFree":false}'
    gate = f'<script type="application/ld+json">{about}</script>'
    page = story().replace(b"</head>", gate.encode() + b"</head>") + b"<!--" + b" " * 5000 + b"-->"
    with serve(tmp_path, {"/feed": Answer(rss("/one"), "application/rss+xml"), "/one": Answer(page, status=402)}) as server:
        source_file(tmp_path, "town", server.url(), FEEDS.format(home=server.url()))
        run = crawl(tmp_path, "news", "-a", "source=town")
    assert run.returncode == 0, run.stderr
    (record,) = records(tmp_path / "out")
    assert (record["http"]["status"], record["access"]["status"]) == (402, "paywalled")
    assert "partial_text" in record["quality"]["flags"]


def test_a_limit_of_pages_is_kept_and_the_others_wait_for_the_next_run(tmp_path):
    links = [f"/news/story-{number}-of-the-town" for number in range(6)]
    answers = {link: Answer(story(f"خبر رقم {link}")) for link in links} | {"/feed": Answer(rss(*links), "application/rss+xml")}
    with serve(tmp_path, answers) as server:
        source_file(tmp_path, "town", server.url(), FEEDS.format(home=server.url()))
        run = crawl(tmp_path, "news", "-a", "source=town", "-a", "max_pages=2")
        asked = [path for path in server.paths() if path in links]
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    summary = last_summary(tmp_path / "out")["town"]
    assert (len(asked), len(records(tmp_path / "out")), sum(summary["waiting"].values())) == (2, 2, 4)
