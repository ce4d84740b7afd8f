from dataclasses import replace

from newsbot.archive import read_warc
from newsbot.batch import process_all
from newsbot.config import SHIPPED
from pipelines.records import to_record
from tests.newsroom import crawl, last_summary, records, source_file, story
from tests.warc import write_warc

OF_MEMORY = ("duplicate_of", "cluster")
"""What one page alone cannot tell."""


def test_replay_and_batch_give_identical_records(tmp_path):
    source_file(tmp_path, "town", "https://town.example/", 'articles.allow = ["/never/"]')
    stories = {f"https://www.town.example/story-{number}": story(f"خبر رقم {number}") for number in range(5)}
    path = write_warc(tmp_path / "pages.warc.gz", stories | {"https://unknown.example/a": story(), "https://town.example/empty": b""})
    out = tmp_path / "own"
    run = crawl(tmp_path, "replay", "-a", f"warc={tmp_path}/*.warc.gz", "-a", f"out={out}")
    assert run.returncode == 0, run.stderr
    replayed = {record["url"]: record for record in records(out)}
    assert len(replayed) == 6
    assert {record["source"] for record in replayed.values()} == {"town", None}
    assert (out / "articles/_unknown/2026-11-22").is_dir()
    assert last_summary(out)["town"]["rejected"] == {"empty_page": 1}
    source_of = {record["url"]: record["source"] for record in replayed.values()}
    pages = [replace(page, source=source_of.get(page.url)) for page in read_warc(path)]
    outcomes = process_all(pages, (SHIPPED, tmp_path), 1, 30)
    alone = {outcome.url: to_record(outcome.article) for outcome in outcomes if outcome.article}
    assert {url: record | {key: replayed[url][key] for key in OF_MEMORY} for url, record in alone.items()} == replayed
    again = crawl(tmp_path, "replay", "-a", f"warc={path}", "-a", f"out={out}")
    assert again.returncode == 0
    assert last_summary(out)["town"]["unchanged"] == 5


def test_an_archive_that_breaks_off_is_said_and_what_came_before_is_kept(tmp_path):
    path = write_warc(tmp_path / "pages.warc.gz", {"https://a.example/1": story(), "https://a.example/2": story("آخر")})
    path.write_bytes(path.read_bytes()[:-200])
    run = crawl(tmp_path, "replay", "-a", f"warc={path}")
    assert "ends within the record" in run.stderr
    assert len(records(tmp_path / "out")) == 1
    assert not list((tmp_path / "out").glob("state/*"))


def test_a_page_that_takes_too_long_is_counted_and_nothing_usable_is_exit_3(tmp_path):
    path = write_warc(tmp_path / "pages.warc.gz", {"https://a.example/1": story()})
    run = crawl(tmp_path, "replay", "-a", f"warc={path}", "-s", "NEWSBOT_PAGE_TIMEOUT_S=0.0001")
    assert run.returncode == 3
    assert last_summary(tmp_path / "out")["_unknown"]["failed"] == {"timeout": 1}
    assert "timeout: https://a.example/1: took more than 0.0001 s" in run.stderr
