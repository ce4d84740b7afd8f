"""Labelled pages: WARC files and gold lines beside them, measured for learning."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsbot.archive import read_warc
from newsbot.config import Speed
from newsbot.errors import ArchiveError, Rejected
from newsbot.extractors.blocks import PageBlocks, find_blocks
from newsbot.extractors.features import Hints, matrix, measure
from newsbot.extractors.hints import hints_of
from newsbot.extractors.layout import Layout
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.scripted import with_scripted
from newsbot.extractors.trafilatura_text import story_lines
from newsbot.page import Page, RawPage
from newsbot.training.labels import Labels, label
from newsbot.urls import site_of

FOLDS: Final = 5
_ARCHIVED: Final = re.compile(r"https?://web\.archive\.org/web/[^/]{1,40}/(.{1,4000})")
_GOLD_KEYS: Final = frozenset(("text", "with", "main"))
"""A gold line with one of these tells of the text."""

Gold = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class LabelledPage:
    """A page with its measures and labels."""

    gold: Gold
    fold: int
    texts: tuple[str, ...]
    names: tuple[str, ...]
    values: NDArray[np.float32]
    """(columns, blocks)."""
    layout: Layout
    labels: Labels

    @property
    def set(self) -> str:
        """The set that the page is from."""
        return str(self.gold["set"])

    @property
    def url(self) -> str:
        """The page's address."""
        return str(self.gold["url"])


def fold_of(url: str) -> int:
    """The fold of a page: by its registrable domain, for web.archive.org by that of the archived page."""
    archived = _ARCHIVED.match(url)
    own = url if archived is None else archived[1] if "://" in archived[1][:10] else f"http://{archived[1]}"
    return int(hashlib.sha1(_written(site_of(own)).encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def _written(site: str) -> str:
    """*site* in its own letters (``xn--…`` read)."""
    try:
        return site.encode("ascii").decode("idna")
    except UnicodeError:
        return site


def read_gold(path: Path) -> dict[str, Gold]:
    """The gold lines of *path* that tell of the text, by address.

    Raises:
        ArchiveError: a line that is no JSON object with ``url`` and ``set``.
    """
    gold = {}
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            page = json.loads(line)
            gold[page["url"]] = {**page, "set": str(page["set"])}
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{path}: line {number}: no gold line ({error!r}); give an object with 'url' and 'set'") from error
    return {url: page for url, page in gold.items() if _GOLD_KEYS & page.keys()}


def read_labelled(folder: Path) -> Iterator[tuple[RawPage, Gold]]:
    """The pages of all ``<set>.warc.gz`` in *folder* with the lines of ``<set>.gold.jsonl`` beside them, each address once, sets by name.

    Raises:
        ArchiveError: a broken or missing file.
    """
    seen: set[tuple[str, str]] = set()
    for path in sorted(folder.glob("*.gold.jsonl")):
        gold = read_gold(path)
        if not gold:
            continue
        for raw in read_warc(path.with_name(path.name.replace(".gold.jsonl", ".warc.gz"))):
            if raw.url in gold and (path.name, raw.url) not in seen:
                seen.add((path.name, raw.url))
                yield raw, gold[raw.url]


def measured(raw: RawPage, gold: Gold, speed: Speed) -> LabelledPage | None:
    """The page as the model sees it, at *speed*; ``None`` when it has no block."""
    try:
        page = Page.parse(raw)
    except Rejected:
        return None
    metadata = read_metadata(page)
    found = with_scripted(page, metadata, find_blocks(page))
    if not found.blocks:
        return None
    hints = hints_of(metadata, story_lines(page) if speed == "default" else None)
    return _labelled(page, found, gold, hints)


def _labelled(page: Page, found: PageBlocks, gold: Gold, hints: Hints) -> LabelledPage:
    measures = measure(found, hints)
    texts = tuple(block.text for block in found.blocks)
    return LabelledPage(
        gold, fold_of(page.url), texts, tuple(measures.columns), matrix(measures.columns), measures.layout, label(texts, gold)
    )
