"""What workers give back says what the article says, byte for byte, whatever way it takes to the file."""

import json
import pickle

import pytest

from newsbot.batch import judge, judge_finished
from newsbot.config import SHIPPED, load_config
from newsbot.items import BlockChange, Change
from newsbot.page import RawPage
from newsbot.signs import Template
from pipelines.record_files import RecordFiles
from pipelines.record_lines import plain, record_line
from pipelines.records import to_record
from pipelines.revisions import Revision, record_of
from tests.newsroom import story

CONFIG = load_config((SHIPPED,))
TITLES = ("أعمال ترميم السوق القديم", 'Market "reopens" \\ after fire', "古い市場の修復", "बाज़ार की मरम्मत")


def page(title):
    return RawPage("https://a.example/1", story(title), fetched_at="2026-11-22T10:00:00Z", status=200)


@pytest.fixture(scope="module", params=TITLES)
def both(request):
    """An article, and what a worker gives back of it."""
    raw = page(request.param)
    finished = judge_finished(raw, CONFIG, Template()).article
    return judge(raw, CONFIG, Template()).article, pickle.loads(pickle.dumps(finished))


def test_the_record_is_that_of_the_article_and_of_its_own_line(both):
    article, finished = both
    assert finished.record == to_record(article) == json.loads(record_line(finished.record))


def test_the_line_that_is_written_is_that_of_the_record_with_what_only_the_writer_knows(both, tmp_path):
    change = Change("0" * 64, (BlockChange("changed", "قبل", "بعد"),))
    known = both[1].but(id="f" * 32, cluster="e" * 32, duplicate_of={"id": "e" * 32, "similarity": 0.97})
    revision = Revision(known, 3, 2, change)
    files = RecordFiles(tmp_path, "run", lambda records, events: None)
    files.recover(now=0)
    written = files.write(revision, now=0)
    files.close(now=0)
    (path,) = tmp_path.glob("articles/*/*/*.jsonl")
    record = {**to_record(both[0]), "id": "f" * 32, "revision": 3, "processing": 2, "change": plain(change)}
    record |= {"duplicate_of": {"id": "e" * 32, "similarity": 0.97}, "cluster": "e" * 32}
    assert written == record_of(revision) == record
    assert path.read_bytes() == record_line(record)


def test_words_of_all_blocks_are_there_where_the_memory_learns_and_only_there(both):
    article, finished = both
    positions = {block.position for block in article.blocks} | {cut.block.position for cut in article.removals}
    assert set(finished.words()) == positions
    assert judge_finished(page(TITLES[0]), CONFIG).article.packed_words == b""
