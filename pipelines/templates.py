"""What is remembered of the pages of each source, in a SQLite file or a fleet's database: learned from articles, given out as snapshots."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsbot.items import PageSigns
from newsbot.signs import BLOCK, Rows, Template, look_up, paired, place_words, sign_of
from newsbot.tables import Place, open_tables, storable
from pipelines.finished import Finished
from pipelines.repeats import LayoutMemory, Lesson, SourceMemory, learn, template_of

PART: Final = "templates"
FILE: Final = f"{PART}.sqlite"
"""Its name in the state folder."""
FORMS: Final = (
    """
    CREATE TABLE source (id TEXT PRIMARY KEY, memory BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE sample (source TEXT, sign INTEGER, words TEXT NOT NULL, PRIMARY KEY (source, sign)) WITHOUT ROWID
    """,
    "ALTER TABLE source ADD COLUMN pages INTEGER NOT NULL DEFAULT 0",
)
_STORE: Final = """
INSERT INTO source (id, memory, pages) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET memory = excluded.memory, pages = excluded.pages
"""
_STORE_SAMPLE: Final = """
INSERT INTO sample (source, sign, words) VALUES (?, ?, ?) ON CONFLICT (source, sign) DO UPDATE SET words = excluded.words
"""
_OPEN_SOURCES: Final = 128
"""Sources held in memory, some hundred KB each; the longest unused one goes to the disk first."""
_FRESH: Final = 64
"""Pages up to which each page renews the snapshot; then every eighth, when one page more says little."""
_RENEWED: Final = 8
_STORED: Final = 50
"""Pages of one source after which it is stored at a checkpoint; a killed run forgets at most so many."""
_SHARED: Final = 8
"""The same where other writers learn, too: each learns on from what the others have stored."""
_SAMPLED: Final = 3
_MOST_SAMPLES: Final = 4000
_EMPTY: Final = Template()


_Page = tuple[PageSigns, int, str | None]
"""What :func:`pipelines.repeats.learn` is told of a page."""


@dataclass(slots=True)
class _Open:
    """A source in memory."""

    memory: SourceMemory
    template: Template
    stored_pages: int
    """Of the memory as it was read or stored last: another number in the store is another writer's doing."""
    unstored: int = 0
    """Pages that were learned since."""
    pages: list[_Page] = field(default_factory=list)
    """These, where other writers may store meanwhile."""
    samples: dict[int, str] = field(default_factory=dict)
    """New ones, by sign."""


class Templates:
    """The memory of all sources. One thread of a process learns; :meth:`of` may be called from any thread.

    Several writers of a fleet may learn: what they store is put together, page by page.
    """

    def __init__(self, place: Place) -> None:
        """Open *place*.

        Raises:
            StateError: one line; the file or the database cannot be used.
        """
        self._tables = open_tables(place, PART, FORMS)
        self._is_shared = not isinstance(place, Path)
        self._open: OrderedDict[str, _Open] = OrderedDict()

    def open(self, source: str) -> None:
        """Have *source* at hand for :meth:`of`."""
        if source in self._open:
            self._open.move_to_end(source)
            return
        memory = self.memory(source)
        self._open[source] = _Open(memory, template_of(memory), memory.pages)
        if len(self._open) > _OPEN_SOURCES:
            oldest, state = next(iter(self._open.items()))
            self._store(oldest, state)
            del self._open[oldest]

    def of(self, source: str | None) -> Template | None:
        """What is known of *source* now, for a worker; ``None`` for no source. Empty for one that is not open."""
        if source is None:
            return None
        known = self._open.get(source)
        return known.template if known else _EMPTY

    def learn(self, article: Finished) -> Lesson | None:
        """Learn from a finished *article*; ``None`` when it has no source or no signs."""
        if article.source is None or article.signs is None:
            return None
        self.open(article.source)
        known = self._open[article.source]
        page = (article.signs, sign_of(article.id), (article.record["fetched_at"] or "")[:10] or None)
        known.memory, lesson = learn(known.memory, *page)
        if lesson.layout is not None:
            known.unstored += 1
            known.pages += [page] * self._is_shared
            known.samples.update(_samples(article, known.memory.layouts[0]))
            if known.memory.pages <= _FRESH or known.unstored % _RENEWED == 0:
                known.template = template_of(known.memory)
        return lesson

    def learn_all(self, articles: Iterable[Finished]) -> int:
        """Learn from *articles*, and how many there were: the first of the two passes that mend a source's first records."""
        learned = sum(self.learn(article) is not None for article in articles)
        for known in self._open.values():
            known.template = template_of(known.memory)
        return learned

    def memory(self, source: str) -> SourceMemory:
        """What is remembered of *source*."""
        return self._open[source].memory if source in self._open else self._stored(source)

    def known(self) -> dict[str, int]:
        """From how many pages of each stored source was learned."""
        return dict(self._tables.rows("SELECT id, pages FROM source"))

    def samples(self, source: str) -> dict[int, str]:
        """By sign a text, or the words of a place, of what was seen several times."""
        rows = self._tables.rows("SELECT sign, words FROM sample WHERE source = ?", (source,))
        stored = {sign % 2**64: words for sign, words in rows}
        return {**stored, **self._open[source].samples} if source in self._open else stored

    def forget(self, source: str) -> None:
        """Forget all of *source*."""
        self._open.pop(source, None)
        for table, key in (("source", "id"), ("sample", "source")):
            self._tables.change(f"DELETE FROM {table} WHERE {key} = ?", (source,))

    def store(self, least: int = 1) -> None:
        """Write what was learned of the sources with *least* new pages."""
        for source, known in self._open.items():
            if known.unstored >= least:
                self._store(source, known)

    def checkpoint(self) -> None:
        """Write where much was learned."""
        self.store(_SHARED if self._is_shared else _STORED)

    def refresh(self) -> None:
        """Take in what other writers have stored of the open sources."""
        pages = self._pages_of(list(self._open)) if self._is_shared else {}
        for source, known in self._open.items():
            if self._is_shared and not known.unstored and pages.get(source, 0) != known.stored_pages:
                memory = self._stored(source)
                known.memory, known.template, known.stored_pages = memory, template_of(memory), memory.pages

    def close(self) -> None:
        """Write everything and release the file or the connection."""
        self.store()
        self._tables.close()

    def _pages_of(self, sources: Sequence[str]) -> dict[str, int]:
        if not sources:
            return {}
        places = ", ".join("?" * len(sources))
        return dict(self._tables.rows(f"SELECT id, pages FROM source WHERE id IN ({places})", sources))

    def _stored(self, source: str) -> SourceMemory:
        return next((_read(memory) for (memory,) in self._tables.rows("SELECT memory FROM source WHERE id = ?", (source,))), SourceMemory())

    def _store(self, source: str, known: _Open) -> None:
        if not known.unstored:
            return
        samples = [(source, _signed(sign), words) for sign, words in sorted(known.samples.items())]
        with self._tables.transaction():
            self._tables.lock(f"template {source}")
            memory = self._put_together(source, known)
            self._tables.change(_STORE, (source, _written(memory), memory.pages))
            self._tables.change(_STORE_SAMPLE, *samples)
            self._drop_old_samples(source, memory)
        if memory is not known.memory:
            known.memory, known.template = memory, template_of(memory)
        known.unstored, known.pages, known.samples, known.stored_pages = 0, [], {}, memory.pages

    def _put_together(self, source: str, known: _Open) -> SourceMemory:
        """The memory of *source* with what was learned here: on top of what another writer has stored meanwhile."""
        stored = next((pages for (pages,) in self._tables.rows("SELECT pages FROM source WHERE id = ?", (source,))), 0)
        if stored == known.stored_pages or not self._is_shared:
            return known.memory
        memory = self._stored(source)
        for page in known.pages:
            memory, _ = learn(memory, *page)
        return memory

    def _drop_old_samples(self, source: str, memory: SourceMemory) -> None:
        signs = [sign for (sign,) in self._tables.rows("SELECT sign FROM sample WHERE source = ?", (source,))]
        if len(signs) > _MOST_SAMPLES:
            wanted = {_signed(int(sign)) for layout in memory.layouts for sign in _sampled(layout)}
            gone = [(source, sign) for sign in signs if sign not in wanted]
            self._tables.change("DELETE FROM sample WHERE source = ? AND sign = ?", *gone)


def _sampled(layout: LayoutMemory) -> Iterator[Any]:
    yield from layout.places["key"][layout.places["count"] >= 1]
    yield from layout.texts["key"][layout.texts["times"] >= _SAMPLED]


def _samples(article: Finished, layout: LayoutMemory) -> Iterator[tuple[int, str]]:
    """(sign, words) of the texts and places that this page shows for the third time."""
    assert article.signs is not None
    rows = np.frombuffer(article.signs.blocks, BLOCK)
    pairs = paired(rows["text"], rows["place"])
    texts = _thirds(layout.texts, pairs, layout.texts["times"] == _SAMPLED)
    places = _thirds(layout.places, rows["place"], np.ceil(layout.places["count"]) == _SAMPLED)
    if not texts and not places:
        return
    words = article.words()
    for position in texts & words.keys():
        yield int(pairs[position]), storable(words[position][0])
    for position in places & words.keys():
        yield int(rows["place"][position]), storable(place_words(words[position][1]))


def _thirds(known: Rows, keys: NDArray[np.uint64], is_third: NDArray[np.bool_]) -> set[int]:
    """Positions of those of *keys* that are third sightings by *known*."""
    index, there = look_up(known["key"], keys)
    return set(np.flatnonzero(there & is_third[index]).tolist()) if len(known) else set()


def _signed(sign: int) -> int:
    """SQLite's integers are signed."""
    return sign - 2**64 if sign >= 2**63 else sign


def _written(memory: SourceMemory) -> bytes:
    arrays: dict[str, Any] = {name: getattr(memory, name) for name in ("titles", "paragraphs", "articles")}
    for number, layout in enumerate(memory.layouts):
        arrays[f"places{number}"], arrays[f"texts{number}"] = layout.places, layout.texts
    layouts = [{"id": one.id, "pages": one.pages, "last": one.last, "since": one.since} for one in memory.layouts]
    facts = json.dumps({"pages": memory.pages, "recent": memory.recent, "layouts": layouts})
    buffer = BytesIO()
    np.savez(buffer, allow_pickle=False, facts=np.array(facts), **arrays)
    return zlib.compress(buffer.getvalue(), 3)


def _read(stored: bytes) -> SourceMemory:
    with np.load(BytesIO(zlib.decompress(stored)), allow_pickle=False) as arrays:
        facts = json.loads(str(arrays["facts"]))
        layouts = tuple(
            LayoutMemory(**entry, places=arrays[f"places{number}"], texts=arrays[f"texts{number}"])
            for number, entry in enumerate(facts["layouts"])
        )
        return SourceMemory(facts["pages"], layouts, arrays["titles"], arrays["paragraphs"], arrays["articles"], tuple(facts["recent"]))
