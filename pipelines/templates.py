"""What is remembered of the pages of each source, in one SQLite file: learned from finished articles, given out as snapshots."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsbot.database import open_database, transaction
from newsbot.signs import BLOCK, Rows, Template, look_up, paired, place_words, sign_of
from pipelines.finished import Finished
from pipelines.repeats import LayoutMemory, Lesson, SourceMemory, learn, template_of

FILE: Final = "templates.sqlite"
"""Its name in the state folder."""
_MIGRATIONS: Final = (
    """
    CREATE TABLE source (id TEXT PRIMARY KEY, memory BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE sample (source TEXT, sign INTEGER, words TEXT NOT NULL, PRIMARY KEY (source, sign)) WITHOUT ROWID
    """,
    "ALTER TABLE source ADD COLUMN pages INTEGER NOT NULL DEFAULT 0",
)
_STORE: Final = "INSERT OR REPLACE INTO source (id, memory, pages) VALUES (?, ?, ?)"
_OPEN_SOURCES: Final = 128
"""Sources held in memory, some hundred KB each; the longest unused one goes to the disk first."""
_FRESH: Final = 64
"""Pages up to which each page renews the snapshot; then every eighth, when one page more says little."""
_RENEWED: Final = 8
_STORED: Final = 50
"""Pages of one source after which it is stored at a checkpoint; a killed run forgets at most so many."""
_SAMPLED: Final = 3
_MOST_SAMPLES: Final = 4000
_EMPTY: Final = Template()


@dataclass(slots=True)
class _Open:
    """A source in memory."""

    memory: SourceMemory
    template: Template
    unstored: int = 0
    samples: dict[int, str] = field(default_factory=dict)
    """New ones, by sign."""


class Templates:
    """The memory of all sources. One process and one thread learns; :meth:`of` may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open *path*.

        Raises:
            StateError: one line; the file cannot be used.
        """
        self._database = open_database(path, _MIGRATIONS)
        self._open: OrderedDict[str, _Open] = OrderedDict()

    def open(self, source: str) -> None:
        """Have *source* at hand for :meth:`of`."""
        if source in self._open:
            self._open.move_to_end(source)
            return
        memory = self.memory(source)
        self._open[source] = _Open(memory, template_of(memory))
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
        known.memory, lesson = learn(known.memory, article.signs, sign_of(article.id), (article.record["fetched_at"] or "")[:10] or None)
        if lesson.layout is not None:
            known.unstored += 1
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
        if source in self._open:
            return self._open[source].memory
        row = self._database.execute("SELECT memory FROM source WHERE id = ?", (source,)).fetchone()
        return _read(row[0]) if row else SourceMemory()

    def known(self) -> dict[str, int]:
        """From how many pages of each stored source was learned."""
        return dict(self._database.execute("SELECT id, pages FROM source").fetchall())

    def samples(self, source: str) -> dict[int, str]:
        """By sign a text, or the words of a place, of what was seen several times."""
        rows = self._database.execute("SELECT sign, words FROM sample WHERE source = ?", (source,))
        stored = {sign % 2**64: words for sign, words in rows}
        return {**stored, **self._open[source].samples} if source in self._open else stored

    def forget(self, source: str) -> None:
        """Forget all of *source*."""
        self._open.pop(source, None)
        for table, key in (("source", "id"), ("sample", "source")):
            self._database.execute(f"DELETE FROM {table} WHERE {key} = ?", (source,))

    def store(self, least: int = 1) -> None:
        """Write what was learned of the sources with *least* new pages."""
        for source, known in self._open.items():
            if known.unstored >= least:
                self._store(source, known)

    def checkpoint(self) -> None:
        """Write where much was learned."""
        self.store(_STORED)

    def close(self) -> None:
        """Write everything and release the file."""
        self.store()
        self._database.close()

    def _store(self, source: str, known: _Open) -> None:
        if not known.unstored:
            return
        samples = [(source, _signed(sign), words) for sign, words in known.samples.items()]
        with transaction(self._database):
            self._database.execute(_STORE, (source, _written(known.memory), known.memory.pages))
            self._database.executemany("INSERT OR REPLACE INTO sample VALUES (?, ?, ?)", samples)
            self._drop_old_samples(source, known.memory)
        known.unstored, known.samples = 0, {}

    def _drop_old_samples(self, source: str, memory: SourceMemory) -> None:
        signs = [row[0] for row in self._database.execute("SELECT sign FROM sample WHERE source = ?", (source,))]
        if len(signs) > _MOST_SAMPLES:
            wanted = {_signed(int(sign)) for layout in memory.layouts for sign in _sampled(layout)}
            gone = [(source, sign) for sign in signs if sign not in wanted]
            self._database.executemany("DELETE FROM sample WHERE source = ? AND sign = ?", gone)


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
        yield int(pairs[position]), words[position][0]
    for position in places & words.keys():
        yield int(rows["place"][position]), place_words(words[position][1])


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
