"""What the other pages of a source say about a page's blocks: what repeats is not its story.

The judgement of a page alone comes first; the template moves it. A text that stands at its place on most pages goes, and so does what
stands at a place whose texts keep coming back, whatever the text. Where a place mostly holds what is no story, what stands there is
doubted; where it holds the story, rare texts are trusted a little more. Never at the story's cost: what reads as a credit or dateline
is left to those who read it, a line that a page prints several times in its story is a refrain, and a template that would take most of
a story, or all of its running text, is wrong about the page and is not followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.body import Judgement, letters_of
from newsbot.extractors.boilerplate import Kept, Removals
from newsbot.extractors.columns import Column
from newsbot.extractors.credit_blocks import HEAD_BLOCKS
from newsbot.extractors.outline import PageBlocks
from newsbot.items import Block, PageSigns, Provenance, Removal
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
    place_sign,
    sign_of,
    text_sign,
)

RULE: Final = "repeats"
STEP: Final = "repeat"
_LINK: Final = 0.6
_LEAST_PAGES: Final = 3.7
"""Four pages: what is known of fewer is nothing. Pages count as they have faded, so that four are 3.88."""
_STORY_PAGES: Final = 5.6
"""Six pages, before a text is taken from where the story stands."""
_MOSTLY: Final = 0.5
_COME_BACK: Final = 0.34
"""Share of the varied texts of a place that come back; of a story's paragraphs it is hardly one in ten."""
_MOSTLY_LINKS: Final = 0.8
_STORY_SHARE: Final = 0.65
"""Share of the pages from which a text goes where the story stands: introductions of a series stand on fewer."""
_SHORT: Final = 25
"""Letters; shorter lines of a story ("Beirut", "10:45", "What we know") come back by themselves."""
_NEARLY: Final = 8
"""Characters by which two printings of a title may differ in marks and spaces."""
_MOST_OF_STORY: Final = 0.4
_RUNNING: Final = 60
_SURE_PAGES: Final = 20.0
_DOUBT: Final = 0.8
_MOST_DOUBT: Final = -3.0
_LITTLE: Final = 0.3
_TRUST: Final = 0.5
_HEADING_TRUST: Final = 1.2
"""For headings between paragraphs at a place that mostly holds story: a page alone judges them with little certainty."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What the source file says of single entries, as signs."""

    texts: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Repeats:
    """What is known from other pages, and who must not suffer by it."""

    template: Template
    pinned: Pinned = field(default_factory=Pinned)
    """Goes always."""
    banned: Pinned = field(default_factory=Pinned)
    """Never goes by this memory."""
    spared: Callable[[Block, bool], bool] = lambda block, at_head: False  # noqa: ARG005
    """Whether a block, at the head of the story or not, is a credit or dateline, which is read and cut elsewhere."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A judgement moved by the template."""

    alone: Judgement
    """As it was."""
    judged: Judgement
    evidence: dict[int, str]
    """By position, why a block that would have been story is none."""
    rows: Rows
    """Of :data:`newsbot.signs.BLOCK`, without roles; empty when no memory was asked."""

    def remove(self, kept: Kept) -> tuple[Kept, Removals]:
        """*kept* without what repeats in the story, and those removals; what nobody would have chosen stays to be not chosen."""
        removals = tuple(
            Removal(RULE, STEP, block, block.text, self.evidence[block.position]) for block in kept if block.position in self.evidence
        )
        return tuple(block for block in kept if block.position not in self.evidence), removals


@dataclass(frozen=True, slots=True)
class _Known:
    """What the template has for each block of the page: zeros where it has nothing."""

    rows: Rows
    texts: Rows
    places: Rows

    @property
    def text_share(self) -> Column:
        return _share(self.texts["count"], self.texts["pages"])

    @property
    def story_share(self) -> Column:
        """Of the letters at the place; 1 where nothing is known, so that nothing is lost."""
        return np.where(self.places["letters"] > 0, _share(self.places["story"], self.places["letters"]), 1.0)

    @property
    def again_share(self) -> Column:
        return _share(self.places["again"], self.places["blocks"])


@lru_cache(maxsize=1024)
def pinned(entries: tuple[str, ...]) -> Pinned:
    """The signs of *entries*: lines as printed, and places as ``scrapy template`` prints them, with ``place:`` before them."""
    places = frozenset(_place_named(entry) for entry in entries if entry.startswith("place:"))
    return Pinned(frozenset(text_sign(entry) for entry in entries if not entry.startswith("place:")) - {0}, places)


def _place_named(entry: str) -> int:
    return sign_of(entry.removeprefix("place:").strip())


def weigh(found: PageBlocks, judged: Judgement, repeats: Repeats | None) -> Weighed:
    """*judged* moved by what *repeats* knows of the source's other pages; as it is where it knows nothing of such a page."""
    if repeats is None or not found.blocks:
        return Weighed(judged, judged, {}, np.zeros(0, BLOCK))
    rows = _rows(found, judged)
    layout = nearest(repeats.template.layouts, rows)
    known = _known(layout, rows)
    interspersed = _interspersed(found, rows)
    doomed = _doomed(found, known, judged, repeats, interspersed)
    headings = interspersed & np.array([block.kind == "heading" for block in found.blocks], bool)
    likely = np.where(doomed, 0.0, _moved(judged.likely, known, headings)).astype(np.float32)
    gone = np.flatnonzero((judged.likely > judged.threshold) & (likely <= judged.threshold)).tolist()
    if gone and _takes_all(judged, likely, rows):
        return Weighed(judged, judged, {}, rows)
    return Weighed(judged, replace(judged, likely=likely), {position: _evidence(known, position) for position in gone}, rows)


def page_signs(weighed: Weighed, found: PageBlocks, title: str | None, candidates: Sequence[Provenance]) -> PageSigns | None:
    """What the source's memory learns from the page: its signs, with the places of headline, byline and date; ``None`` unless asked."""
    if not len(weighed.rows):
        return None
    rows = weighed.rows.copy()
    headline = letters_of(title or "")
    bylines = {one.raw for one in candidates if one.field == "byline"}
    dates = {one.raw for one in candidates if one.field in ("published", "modified")}
    for position, block in enumerate(found.blocks):
        if abs(len(block.text) - len(title or "")) <= _NEARLY and letters_of(block.text) == headline:
            rows["flags"][position] |= TITLE
        rows["flags"][position] |= BYLINE * (block.text in bylines) | DATE * (block.text in dates)
    return PageSigns(rows.tobytes(), text_sign(title) if title else 0)


def _rows(found: PageBlocks, judged: Judgement) -> Rows:
    rows = np.zeros(len(found.blocks), BLOCK)
    length = np.array([len(block.text) for block in found.blocks], np.int64)
    linked = np.array([one.linked for one in found.prints], np.float64) > _LINK * length
    letters = np.maximum(
        length, [0 if (t := block.text).isascii() else len(t.encode("utf-8", "surrogatepass")) // 2 for block in found.blocks]
    )
    rows["text"] = [text_sign(block.text) for block in found.blocks]
    rows["place"] = [place_sign(block.path) for block in found.blocks]
    rows["letters"], rows["likely"] = letters, judged.likely
    rows["flags"] = linked * LINKED + (judged.likely > judged.threshold) * STORY
    return rows


def _known(layout: LayoutTemplate | None, rows: Rows) -> _Known:
    if layout is None:
        return _Known(rows, np.zeros(len(rows), TEXT), np.zeros(len(rows), PLACE))
    return _Known(rows, _taken(layout.texts, paired(rows["text"], rows["place"])), _taken(layout.places, rows["place"]))


def _taken(rows: Rows, keys: NDArray[np.uint64]) -> Rows:
    index, there = look_up(rows["key"], keys)
    taken = np.zeros(len(keys), rows.dtype)
    taken[there] = rows[index[there]]
    return taken


def _doomed(found: PageBlocks, known: _Known, judged: Judgement, repeats: Repeats, interspersed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which blocks repeat beyond doubt."""
    rows = known.rows
    story = judged.likely > judged.threshold
    by_text = _repeated_texts(known) & ~(story & _refrains(known))
    by_place = _repeated_places(known, interspersed) & (rows["place"] != (main_place(rows) or 0))
    rare = by_place & ~by_text & story & (known.texts["times"] < 2)
    mass = np.where(story & ~by_text, judged.likely * rows["letters"], 0)
    if float(mass[rare].sum()) > _MOST_OF_STORY * float(mass.sum()):
        by_place = np.zeros(len(rows), bool)  # a place of old furniture that holds the story now: the site has changed
    doomed = by_text | by_place
    head = np.cumsum(story) <= HEAD_BLOCKS
    for position in np.flatnonzero(doomed & story).tolist():
        doomed[position] = not repeats.spared(found.blocks[position], bool(head[position]))
    result: NDArray[np.bool_] = (doomed & ~_named(rows, repeats.banned)) | _named(rows, repeats.pinned)
    return result


def _repeated_texts(known: _Known) -> NDArray[np.bool_]:
    """Texts that stand at their place on most pages; where the story stands on nearly all of them, and on more."""
    texts, share = known.texts, known.text_share
    elsewhere = (texts["pages"] >= _LEAST_PAGES) & (share >= _MOSTLY) & (known.story_share < _MOSTLY)
    return elsewhere | ((texts["pages"] >= _STORY_PAGES) & (share >= _STORY_SHARE))


def _interspersed(found: PageBlocks, rows: Rows) -> NDArray[np.bool_]:
    """Short lines directly among the paragraphs of the story: in the element around them, or around that."""
    parents = found.outline.parents
    main = main_place(rows)
    around = {parents[found.prints[position].holder] for position in np.flatnonzero(rows["place"] == (main or 0)).tolist()}
    around |= {parents[place] for place in around if place >= 0}
    among: NDArray[np.bool_] = (rows["letters"] < _SHORT) & np.array([parents[one.holder] in around for one in found.prints], bool)
    return among


def _repeated_places(known: _Known, interspersed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Places that come back page after page with texts that come back, or with links; *interspersed* lines are not judged by place."""
    places = known.places
    often = (places["pages"] >= _STORY_PAGES) & (places["blocks"] >= _LEAST_PAGES)
    recurs = often & ((known.again_share >= _COME_BACK) | (_share(places["linked"], places["blocks"]) >= _MOSTLY_LINKS))
    usual = _share(places["count"], places["pages"]) >= _MOSTLY
    doubtful = known.story_share < _MOSTLY
    return recurs & (doubtful | (usual & ~interspersed))


def _refrains(known: _Known) -> NDArray[np.bool_]:
    """Lines that the page prints several times where the story stands."""
    pairs = paired(known.rows["text"], known.rows["place"]).tolist()
    printed = Counter(pairs)
    several = np.array([pair != 0 and printed[pair] > 1 for pair in pairs], bool)
    return several & (known.story_share >= _DOUBT)


def _moved(likely: Column, known: _Known, headings: NDArray[np.bool_]) -> Column:
    """*likely* moved by how often what stands at the place of each block was story; *headings* stand between its paragraphs."""
    pages = np.minimum(known.places["count"], _SURE_PAGES)
    mostly = np.log((known.story_share * pages + 1) / ((1 - known.story_share) * pages + 1))
    rare = (known.texts["times"] < 2) & ((known.rows["flags"] & LINKED) == 0)
    trust = np.where(rare, np.minimum(_LITTLE * mostly, _TRUST), 0.0)
    trust = np.where(headings & (known.text_share < _MOSTLY), _HEADING_TRUST, trust)
    move = np.where(mostly < 0, np.maximum(_DOUBT * mostly, _MOST_DOUBT), trust)
    move = np.where(known.places["pages"] >= _LEAST_PAGES, move, 0.0)
    odds = np.log(np.clip(likely, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(likely, 1e-6, 1 - 1e-6)) + move
    result: Column = np.where(move == 0, likely, 1 / (1 + np.exp(-odds)))
    return result


def _named(rows: Rows, entries: Pinned) -> NDArray[np.bool_]:
    if not entries.texts and not entries.places:
        return np.zeros(len(rows), bool)
    texts, places = rows["text"].tolist(), rows["place"].tolist()
    return np.array([text in entries.texts or place in entries.places for text, place in zip(texts, places, strict=True)], bool)


def _takes_all(judged: Judgement, likely: Column, rows: Rows) -> bool:
    """Whether no running text would be left of a story that has some."""
    running = rows["letters"] >= _RUNNING
    return bool((running & (judged.likely > judged.threshold)).any()) and not (running & (likely > judged.threshold)).any()


def _evidence(known: _Known, position: int) -> str:
    """What the cut of a block rests on, in one line."""
    text, place = known.texts[position], known.places[position]
    if text["pages"] >= _LEAST_PAGES and text["count"] >= _MOSTLY * text["pages"]:
        return f"on {text['count']:.0f} of {text['pages']:.0f} pages"
    if not place["pages"]:
        return "pinned by the source file"
    share = known.again_share[position]
    return f"its place on {place['count']:.0f} of {place['pages']:.0f} pages: {share:.0%} of the texts there come back"


def _share(part: Column, whole: Column) -> Column:
    share: Column = np.minimum(part / np.maximum(whole, 1e-9), 1.0)
    return share


__all__ = ["RULE", "STEP", "Pinned", "Repeats", "Weighed", "page_signs", "pinned", "weigh"]
