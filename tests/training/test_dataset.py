"""Folds and gold lines."""

from __future__ import annotations

import pytest

from newsbot.errors import ArchiveError
from newsbot.training.dataset import FOLDS, fold_of, read_gold


def test_pages_of_one_site_share_a_fold():
    assert fold_of("https://www.bridge.example.co.uk/a") == fold_of("http://news.example.co.uk/b?c=d")


def test_archived_page_has_the_fold_of_its_own_site():
    assert fold_of("https://web.archive.org/web/20200101000000/https://www.bridge.example/a") == fold_of("https://bridge.example/b")


def test_folds_are_the_documented_ones():
    """sha1 of the registrable domain, mod 5."""
    assert {fold_of(f"https://site{number}.example/") for number in range(60)} == set(range(FOLDS))
    assert fold_of("https://www.example.com/x") == 3


def test_gold_lines_without_text_are_left_out(tmp_path):
    path = tmp_path / "a.gold.jsonl"
    path.write_text(
        '{"url": "https://a.example/1", "set": "a", "text": "x"}\n\n{"url": "https://a.example/2", "set": "a", "title": "y"}\n', "utf-8"
    )
    assert list(read_gold(path)) == ["https://a.example/1"]


def test_broken_gold_line_is_named(tmp_path):
    path = tmp_path / "a.gold.jsonl"
    path.write_text("[]\n", "utf-8")
    with pytest.raises(ArchiveError, match="line 1"):
        read_gold(path)
