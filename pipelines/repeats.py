"""What is learned from one more page of a source: pure decisions, no storage.

All counts fade: what a page says weighs less with every page after it. Texts and places count from the page on which they were first
seen, so that a new box is known as soon as it has stood on a few pages, however long the source has been known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.items import PageSigns
from newsbot.signs import (
    BLOCK,
    BYLINE,
    DATE,
    LINKED,
    PLACE,
    STORY,
    TEXT,
    TITLE,
    LayoutTemplate,
    Rows,
    Template,
    look_up,
    main_place,
    nearest,
    paired,
)

_FADE: Final = 0.98
"""Weight of a page against the next of its layout: half after 34 pages, 50 pages in all."""
_PLACE_FADE: Final = 0.92
"""The same for what stands at a place, against the next page that has it: half after 8 pages, so that a redesign is soon learned."""
MOST_LAYOUTS: Final = 6
MOST_TEXTS: Final = 8192
"""Texts remembered of a layout. The oldest of those seen once go first: some eighty pages' worth."""
MOST_PLACES: Final = 2048
_TITLES: Final = 2048
_PARAGRAPHS: Final = 4096
_PARAGRAPH: Final = 40
"""Letters from which a text of a story is told nowhere else by chance."""
_ARTICLES: Final = 4096
_RECENT: Final = 40
_NOW: Final = 6
"""Pages from which a layout is the source's layout now."""
_SAME_STORY: Final = 0.9
_SAME_TITLED_STORY: Final = 0.6
"""Share of the story's letters known from other pages from which it is a story published twice; with a known title."""
_USUAL: Final = 0.5
_ROLES: Final = {"title": TITLE, "byline": BYLINE, "date": DATE}


@dataclass(frozen=True, eq=False, slots=True)
class LayoutMemory:
    """What is remembered of the pages of one layout."""

    id: str
    pages: int = 0
    last: int = 0
    """Number of the source's page that had it last."""
    since: str | None = None
    """Day of the first page, as far as known."""
    places: Rows = field(default_factory=lambda: np.zeros(0, PLACE))
    texts: Rows = field(default_factory=lambda: np.zeros(0, TEXT))


@dataclass(frozen=True, eq=False, slots=True)
class SourceMemory:
    """What is remembered of a source's pages."""

    pages: int = 0
    layouts: tuple[LayoutMemory, ...] = ()
    titles: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    """In order, the last one last; so are :attr:`paragraphs` and :attr:`articles`."""
    paragraphs: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    """Long ones of stories."""
    articles: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    recent: tuple[str, ...] = ()
    """Layouts of the last pages, the last one last."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What became of a page that was to be learned from."""

    layout: str | None
    """Id of its layout; ``None`` when nothing was learned: the article was known, or its story was."""
    is_new: bool = False
    """No page had the layout before."""
    redesigned: bool = False
    """From this page on the source's layout counts as another one than before."""


def learn(memory: SourceMemory, signs: PageSigns, article: int, day: str | None = None) -> tuple[SourceMemory, Lesson]:
    """*memory* with one more page, that of *article* (any sign of its id), fetched on *day*.

    An article counts once, whatever its addresses: a known id is passed over, and a page whose story is known too.
    """
    rows = np.frombuffer(signs.blocks, BLOCK)
    if np.uint64(article) in memory.articles or not len(rows):
        return memory, Lesson(None)
    articles = np.append(memory.articles, np.uint64(article))[-_ARTICLES:]
    found = _layout_of(memory, rows)
    if found and _is_known_story(memory, found, rows, signs.title):
        return replace(memory, articles=articles), Lesson(None)
    number = memory.pages + 1
    layout = found or LayoutMemory(_layout_id(rows, number), since=day)
    told = np.sort(np.concatenate((memory.titles, memory.paragraphs)))
    learned = replace(_with_page(layout, rows, look_up(told, rows["text"])[1]), last=number)
    others = sorted((one for one in memory.layouts if one.id != layout.id), key=lambda one: -one.last)[: MOST_LAYOUTS - 1]
    titles = np.append(memory.titles, np.uint64(signs.title))[-_TITLES:] if signs.title else memory.titles
    paragraphs = np.concatenate((memory.paragraphs, _paragraphs(rows)))[-_PARAGRAPHS:]
    recent = (*memory.recent, layout.id)[-_RECENT:]
    lesson = Lesson(layout.id, found is None, is_redesign(recent) and not is_redesign(recent[:-1]))
    return SourceMemory(number, (learned, *others), titles, paragraphs, articles, recent), lesson


def is_redesign(recent: tuple[str, ...]) -> bool:
    """Whether the last six pages have a layout that hardly any page before had, and the pages before had one of their own."""
    now, before = Counter(recent[-_NOW:]), Counter(recent[:-_NOW])
    if not before or len(recent) < 2 * _NOW:
        return False
    layout, count = now.most_common(1)[0]
    usual = before.most_common(1)[0]
    settled = usual[1] > _USUAL * sum(before.values()) and usual[0] not in now
    return count >= _NOW - 1 and settled and before[layout] <= 1


def template_of(memory: SourceMemory) -> Template:
    """What *memory* says now."""
    return Template(tuple(map(_faded, memory.layouts)))


def _faded(layout: LayoutMemory) -> LayoutTemplate:
    texts = layout.texts[layout.texts["times"] > 1]
    return LayoutTemplate(layout.id, layout.pages, _up_to(layout.places, layout.pages), _up_to(texts, layout.pages))


def _up_to(rows: Rows, pages: int) -> Rows:
    """*rows* with ``count`` of ``pages`` brought up to the layout's last page."""
    now = rows.copy()
    gap = pages - now["seen"].astype(np.int64)
    kept = (_FADE**gap).astype(np.float32)
    now["count"] *= kept
    now["pages"] = now["pages"] * kept + (1 - kept) / np.float32(1 - _FADE)
    now["seen"] = pages
    return now


def _layout_of(memory: SourceMemory, rows: Rows) -> LayoutMemory | None:
    layout = nearest([LayoutTemplate(one.id, one.pages, one.places, one.texts[:0]) for one in memory.layouts], rows)
    return next((one for one in memory.layouts if layout and one.id == layout.id), None)


def _layout_id(rows: Rows, number: int) -> str:
    """Eight hexadecimal digits; two layouts of one source never share them, since they are founded by different pages."""
    mixed = int(np.bitwise_xor.reduce(np.unique(rows["place"]))) + number * 0x9E3779B97F4A7C15
    return f"{(mixed ^ (mixed >> 32)) & 0xFFFFFFFF:08x}"


def _is_known_story(memory: SourceMemory, layout: LayoutMemory, rows: Rows, title: int) -> bool:
    """Whether the story stood on another page of the layout: not what stands on most of them, which is none."""
    story = rows[((rows["flags"] & STORY) > 0) & (rows["text"] != 0)]
    known = _taken(layout.texts, paired(story["text"], story["place"]))
    letters = np.where(_is_furniture(known), 0, story["letters"].astype(np.float64))
    share = float(letters[known["times"] > 0].sum() / max(float(letters.sum()), 1.0))
    titled = bool(title) and np.uint64(title) in memory.titles
    return share >= (_SAME_TITLED_STORY if titled else _SAME_STORY)


def _is_furniture(known: Rows) -> NDArray[np.bool_]:
    """Texts that stand on most of the pages since they were first seen, and not only on one or two."""
    furniture: NDArray[np.bool_] = (known["pages"] > 2) & (known["count"] > _USUAL * known["pages"])
    return furniture


def _taken(texts: Rows, keys: NDArray[np.uint64]) -> Rows:
    """The rows of *texts* for *keys*, empty ones for those that are new."""
    index, there = look_up(texts["key"], keys)
    taken = np.zeros(len(keys), TEXT)
    taken[there] = texts[index[there]]
    return taken


def _paragraphs(rows: Rows) -> NDArray[np.uint64]:
    """Signs of the long texts at the place where most of the story stands."""
    story = (rows["place"] == (main_place(rows) or 0)) & ((rows["flags"] & STORY) > 0) & (rows["letters"] >= _PARAGRAPH)
    texts: NDArray[np.uint64] = rows["text"][story]
    return texts


def _with_page(layout: LayoutMemory, rows: Rows, told: NDArray[np.bool_]) -> LayoutMemory:
    """*layout* with one more page; *told* says which of its texts are titles or paragraphs of other articles."""
    number = layout.pages + 1
    keys, first = np.unique(paired(rows["text"], rows["place"]), return_index=True)
    keys, first = (keys[1:], first[1:]) if len(keys) and keys[0] == 0 else (keys, first)
    known = _taken(layout.texts, keys)
    before = known["times"].astype(np.int64)
    again = np.where(before == 1, 2, np.minimum(before, 1))  # what was seen once makes its first sighting one that is seen again, too
    elsewhere = told[first] & (rows["place"][first] != (main_place(rows) or 0))
    varied = ~_is_furniture(known) & ((rows["flags"][first] & TITLE) == 0)
    places = _places(layout, rows, number, (rows[first][varied], np.where(elsewhere, np.maximum(again, 1), again)[varied]))
    texts = _touched(layout.texts, keys, number)
    return replace(layout, pages=number, places=_bounded(places, MOST_PLACES, np.ones(len(places), bool)), texts=_bounded_texts(texts))


def _touched(rows: Rows, keys: NDArray[np.uint64], number: int) -> Rows:
    """*rows* of texts or places after page *number*, on which those with *keys* (sorted, each once) stand."""
    rows = _with_keys(rows, keys, number)
    index, _ = look_up(rows["key"], keys)
    gap = number - rows["seen"][index].astype(np.int64)
    kept = (_FADE**gap).astype(np.float32)
    rows["count"][index] = rows["count"][index] * kept + 1
    rows["pages"][index] = rows["pages"][index] * kept + (1 - kept) / np.float32(1 - _FADE)
    rows["seen"][index] = number
    if "times" in (rows.dtype.names or ()):
        rows["times"][index] = np.minimum(rows["times"][index], 60_000) + 1
    return rows


def _with_keys(rows: Rows, keys: NDArray[np.uint64], number: int) -> Rows:
    """A copy of *rows* with empty ones for those of *keys* that it has not; they count from page *number* on."""
    new = keys[~look_up(rows["key"], keys)[1]]
    added = np.zeros(len(new), rows.dtype)
    added["key"], added["seen"] = new, number - 1
    return np.insert(rows, np.searchsorted(rows["key"], new), added)


def _places(layout: LayoutMemory, rows: Rows, number: int, again: tuple[Rows, NDArray[np.int64]]) -> Rows:
    """The places of *layout* after page *number*; *again*: the page's varied texts, each once, and what each adds to those seen again."""
    keys, owner = np.unique(rows["place"], return_inverse=True)
    places = _touched(layout.places, keys, number)
    index, _ = look_up(places["key"], keys)
    texts, sightings = again
    seen = np.searchsorted(keys, texts["place"])
    letters = rows["letters"].astype(np.float64)
    sums = {
        "letters": np.bincount(owner, letters, len(keys)),
        "story": np.bincount(owner, letters * rows["likely"], len(keys)),
        "blocks": np.bincount(seen, minlength=len(keys)),
        "again": np.bincount(seen, sightings, len(keys)),
        "linked": np.bincount(seen, (texts["flags"] & LINKED) > 0, len(keys)),
        **{name: np.bincount(owner, (rows["flags"] & flag) > 0, len(keys)) for name, flag in _ROLES.items()},
    }
    for name, values in sums.items():
        places[name][index] = places[name][index] * _PLACE_FADE + values
    return places


def _bounded_texts(texts: Rows) -> Rows:
    return _bounded(texts, MOST_TEXTS, texts["times"] > 1)


def _bounded(rows: Rows, most: int, worth: NDArray[np.bool_]) -> Rows:
    """At most *most* of *rows*, else three quarters of it: first those of less *worth* go, the longest unseen first."""
    if len(rows) <= most:
        return rows
    order = np.lexsort((rows["seen"], worth))
    return rows[np.sort(order[len(rows) - most * 3 // 4 :])]
