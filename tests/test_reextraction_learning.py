"""Re-extraction learns what repeats before it reads the first page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from newsbot.archive.captures import Captures
from newsbot.archive.files import ArchiveFiles
from newsbot.archive.note import Note
from newsbot.archive.records import Exchange, pack, payload_digest
from newsbot.batch import judge
from newsbot.config import SHIPPED, load_config
from newsbot.reextraction.learning import ENOUGH, learn_first
from newsbot.reextraction.pages import Selection, find_files
from pipelines.templates import FILE, Templates
from tests.newsroom import source_file
from tests.sites.site import site
from tests.sites.stories import load


def _archived(out: Path, count: int) -> None:
    (out / "state").mkdir(parents=True)
    files = ArchiveFiles(out / "archive", "20240505", 10**9, Captures(out / "state" / "archive.sqlite"))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    for page in site("ar", count):
        one = Exchange(page.raw.url, b"GET / HTTP/1.1\r\n\r\n", head, page.raw.body, "2024-05-05T10:00:00Z", 200, Note("ar"))
        files.store(one, pack(one, payload_digest(page.raw.body)), now=0)
    files.close()


def test_the_first_records_of_a_source_can_be_mended(tmp_path: Path) -> None:
    source_file(tmp_path, "ar", "https://ar.example/")
    _archived(tmp_path, 16)
    config, state = load_config((SHIPPED, tmp_path)), tmp_path / "state"
    files = find_files([tmp_path / "archive"], tmp_path / "archive")
    assert learn_first(files, Selection(since="2030-01-01"), config, state, (1, 30.0)) == Counter(ar=16)
    assert learn_first(files, Selection(), config, state, (1, 30.0)) == Counter(), "the source is known now"
    templates = Templates(state / FILE)
    assert templates.known()["ar"] >= ENOUGH
    templates.open("ar")
    first = site("ar", 16)[0]
    alone, mended = (judge(first.raw, config, template).article for template in (None, templates.of("ar")))
    templates.close()
    motto = load("ar")["furniture"]["motto"]
    assert alone and motto in [block.text for block in alone.blocks]
    told = {block.text for block in mended.blocks} if mended else set()
    assert motto not in told and set(first.story) <= told
