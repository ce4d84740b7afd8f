"""A site whose articles exist only after its scripts ran, crawled with a real browser, and read again from the archive without one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from newsbot.archive import read_page, read_warc
from newsbot.batch import judge
from newsbot.config import SHIPPED, load_config
from newsbot.errors import SourceError
from newsbot.items import ArchivePointer
from newsbot.spiders.news import NewsSpider
from pipelines.records import to_record
from tests.newsroom import PARAGRAPHS, crawl, last_summary, records, rss, source_file, story
from tests.rendering.browsers import require_program
from tests.server import Answer, serve

SHELL = """<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>جريدة البلدة</title>{head}</head>
<body><div id="app"></div>{more}</body>"""
SCRIPT = """
const show = story => {
    document.title = story.title;
    const paragraphs = story.paragraphs.map(text => `<p>${text}</p>`).join('');
    document.getElementById('app').innerHTML = `<article><h1>${story.title}</h1>${paragraphs}</article>`;
};
const told = document.getElementById('story');
if (told) show(JSON.parse(told.textContent));
else fetch('/api' + location.pathname + '.json').then(answer => answer.json()).then(show);
"""
OFFSITE = "fetch('http://127.0.0.2:1/track').catch(() => 0); fetch('/robots-say-no').catch(() => 0);"


def told(title: str) -> bytes:
    return json.dumps({"title": title, "paragraphs": PARAGRAPHS}).encode()


def shell(more: str = "", head: str = '<script src="/app.js" defer></script>') -> bytes:
    return SHELL.format(head=head, more=more).encode()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Path:
    """The output of a crawl: an article in the page's own script, one that is fetched, hostile ones, and one that is only text."""
    require_program()
    folder = tmp_path_factory.mktemp("scripted")
    inline = f'<script type="application/json" id="story">{told("السوق القديم يعاد ترميمه").decode()}</script>'
    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /robots-say-no\n", "text/plain"),
        "/feed": Answer(rss(*(f"/story-{name}" for name in ("inline", "fetched", "endless", "away", "plain"))), "application/rss+xml"),
        "/app.js": Answer(SCRIPT.encode(), "text/javascript"),
        "/story-inline": Answer(shell(inline), headers={"ETag": '"1"', "Set-Cookie": "id=secret"}),
        "/story-fetched": Answer(shell(f"<script>{OFFSITE}</script>"), headers={"ETag": '"1"', "X-Robots-Tag": "noarchive"}),
        "/api/story-fetched.json": Answer(told("مجلس البلدة يقر موازنة الطرق"), "application/json"),
        "/story-endless": Answer(shell("<script>for (;;) alert('again')</script>")),
        "/story-away": Answer(shell("<script>location.href = 'http://127.0.0.2:1/'</script>")),
        "/story-plain": Answer(story("خبر لا يحتاج إلى برنامج")),
        "/robots-say-no": Answer(b"no", "text/plain"),
    }
    with serve(folder, answers) as server:
        more = f'discovery.feeds = ["{server.url("/feed")}"]\ntimezone = "Asia/Beirut"\n[render]\narticles = true'
        source_file(folder, "scripted", server.url(), more)
        run = crawl(folder, "news", "-a", "source=scripted", "-s", "NEWSBOT_RENDER_TIMEOUT_S=8", "-s", "NEWSBOT_RECHECK_HOURS=0")
        (folder / "first.txt").write_text(f"{run.returncode}\n{run.stderr}")
        (folder / "asked.json").write_text(json.dumps(server.requests()))
    return folder


def test_articles_that_scripts_make_become_records(crawled):
    found = {record["title"]: record for record in records(crawled / "out")}
    assert {"السوق القديم يعاد ترميمه", "مجلس البلدة يقر موازنة الطرق", "خبر لا يحتاج إلى برنامج"} == set(found)
    for record in found.values():
        assert record["content_text"] == "\n".join(PARAGRAPHS)
        assert record["http"]["status"] == 200
    fetched = found["مجلس البلدة يقر موازنة الطرق"]
    assert fetched["http"]["etag"] == '"1"' and fetched["http"]["encoding"] == "utf-8"
    assert fetched["rights"]["robots"] == ["noarchive"]


def test_what_hangs_is_counted_and_ends_nothing_else(crawled):
    assert (crawled / "first.txt").read_text().startswith("0\n")
    row = last_summary(crawled / "out")["scripted"]
    assert row["failed"] == {"render_timeout": 1}
    assert "Traceback" not in (crawled / "first.txt").read_text()


def test_scripts_ask_politely_and_only_where_they_may(crawled):
    asked = json.loads((crawled / "asked.json").read_text())
    paths = [request["path"] for request in asked]
    assert 1 <= paths.count("/app.js") <= 2, "kept from page to page; the first two pages may ask at the same time"
    assert paths.count("/api/story-fetched.json") == 1
    assert "/robots-say-no" not in paths and "/favicon.ico" not in paths
    agents = {request["headers"]["User-Agent"] for request in asked}
    assert len(agents) == 1 and "newsbot" in agents.pop()


def test_the_archive_has_what_was_sent_and_what_became_of_it(crawled):
    kinds = []
    (path,) = (crawled / "out/archive").rglob("*.warc.gz")
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            body = record.content_stream().read()
            kinds.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), body, record.rec_headers))
    assert not any(b"secret" in str(headers).encode() + body for _, _, body, headers in kinds)
    sent = {url: headers.get_header("WARC-Record-ID") for kind, url, _, headers in kinds if kind == "response"}
    became = [(url, body, headers) for kind, url, body, headers in kinds if kind == "conversion"]
    assert len(sent) == 5 and len(became) == 3 + 1, "the page that leads away is read where it stands"
    for url, body, headers in became:
        assert headers.get_header("WARC-Refers-To") == sent[url]
        assert (headers.get_header("Content-Type") == "text/html; charset=utf-8" and b'id="app"' in body) or b"<article>" in body


def test_the_same_record_comes_from_the_archive_without_a_browser(crawled):
    config = load_config((SHIPPED, crawled))
    for record in records(crawled / "out"):
        page = read_page(crawled / "out/archive", ArchivePointer(**record["archive"]))
        again = to_record(judge(replace(page, source="scripted"), config).article)
        memory = {key: record[key] for key in ("id", "cluster", "duplicate_of")}
        assert {**again, **memory} == record


def test_extraction_anew_reads_what_became_of_each_page_and_not_what_was_sent(crawled):
    (path,) = (crawled / "out/archive").rglob("*.warc.gz")
    pages = list(read_warc(path, "scripted/" + path.name))
    assert len(pages) == 4 and all(b"<article>" in page.body or b"127.0.0.2" in page.body for page in pages)
    pointers = {record["archive"]["offset"] for record in records(crawled / "out")}
    assert pointers < {page.archive.offset for page in pages}
    assert {page.source for page in pages} == {"scripted"} and {page.discovered_by.rung for page in pages} == {"feed"}


def test_a_crawl_that_needs_a_browser_says_so_before_it_begins(crawled):
    settings = Settings({"NEWSBOT_BROWSER": "mosaic", "USER_AGENT": "bot (+https://example.com/bot)"})
    with pytest.raises(SourceError, match=r"^scripted.toml: render.articles: needs a browser, and there is no 'mosaic'"):
        NewsSpider.require_arguments(load_config((SHIPPED, crawled)), settings, {"source": "scripted"})
