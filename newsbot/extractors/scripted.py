"""The story of pages whose text stands in no plain markup: in ``noscript``, JSON-LD ``articleBody``, the state of Next, Nuxt and others.

Only looked at where the markup itself holds no running text. Whatever the framework, the story is the longest piece of markup, or of
text with line breaks, among the JSON strings of the page's scripts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Final

from newsbot.errors import Rejected
from newsbot.extractors.blocks import PageBlocks, find_blocks, find_blocks_without_scripts
from newsbot.extractors.jsonld import as_list
from newsbot.extractors.metadata import Metadata
from newsbot.page import Page

_RUNNING: Final = 80
"""Characters from which a block counts as running text; those of wide scripts count double."""
_THIN: Final = 300
"""Characters of running text from which the markup tells the story itself."""
_STORY: Final = 400
"""Characters below which a string is no story."""
_AGREEMENT: Final = 0.5
"""Share of the title's and the description's letters (in runs of four) that a story repeats; another story of the site repeats a tenth."""
_WIDE_AGREEMENT: Final = 0.4
"""The same for Han, Kana and Hangul, in runs of two (labelled news: the own story .50 to .90, others at most .21)."""
_WIDE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MOST_LETTERS: Final = 2 * 2**20
"""Of all scripts together; what comes after is not read."""
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.){0,400000}+)(?:"|$|(?=.))', re.DOTALL)
"""A JSON string; one that nothing closes is taken whole, so that no letter is looked at twice."""
_PARAGRAPH_END: Final = re.compile(r"</p\s{0,5}>|<br\s{0,5}/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{1,500}>")


def with_scripted(page: Page, metadata: Metadata, found: PageBlocks) -> PageBlocks:
    """*found*, or the blocks of the story in the scripts of *page* where *found* holds no running text and they do."""
    if _running(found) >= _THIN:
        return found
    plain = find_blocks_without_scripts(page)
    if _running(plain) >= max(_STORY, 2 * _running(found)):
        return plain
    return found if _is_closed(metadata) else _of_scripts(page, metadata, found)


def _of_scripts(page: Page, metadata: Metadata, found: PageBlocks) -> PageBlocks:
    about = " ".join(text for text in (metadata.title, *metadata.metas.get("og:description", ())) if text)
    markup = max((story for story in _stories(metadata) if _agrees(story, about)), key=_letters, default="")
    if _letters(markup) < _STORY:
        return found
    try:
        scripted = find_blocks(Page.parse(replace(page.raw, text=f"<html><body><article>{markup}</article></body></html>")))
    except Rejected:
        return found
    return scripted if _running(scripted) > _running(found) else found


def _is_closed(metadata: Metadata) -> bool:
    """Whether the page says that its story is for subscribers: what its markup shows is the open part then."""
    free = (metadata.article or {}).get("isAccessibleForFree")
    return free is False or str(free).lower() == "false"


def _agrees(markup: str, about: str) -> bool:
    """Whether a text in the scripts tells what the page's title and description speak *about*, and no comment, policy or other story."""
    wide = 3 * len(_WIDE.findall(about)) > len(about)
    run, share = (2, _WIDE_AGREEMENT) if wide else (4, _AGREEMENT)
    wanted = _shingles(about, run)
    return bool(wanted) and len(wanted & _shingles(_TAG.sub(" ", markup), run)) >= share * len(wanted)


def _shingles(text: str, run: int) -> frozenset[str]:
    """Runs of so many letters, in any script."""
    letters = re.sub(r"[\W_]+", "", text.casefold())
    return frozenset(letters[at : at + run] for at in range(len(letters) - run + 1))


def _running(found: PageBlocks) -> int:
    sizes = (len(block.text) + len(_WIDE.findall(block.text)) for block in found.blocks)
    return sum(size for size in sizes if size >= _RUNNING)


def _letters(markup: str) -> int:
    return len(_TAG.sub("", markup))


def _stories(metadata: Metadata) -> Iterator[str]:
    """Markup of what may be the story."""
    if metadata.article is not None:
        yield from (_marked_up(body) for body in as_list(metadata.article.get("articleBody")) if isinstance(body, str))
    budget = _MOST_LETTERS
    for script in metadata.scripts:
        budget -= len(script)
        if budget < 0:
            return
        yield from _markup_in(script)


def _markup_in(script: str) -> Iterator[str]:
    """Strings of *script*, and of JSON that stands in its strings, that are markup with paragraphs."""
    for text in _strings([script]):
        inner = [*_strings([text])] if '":' in text else []
        yield from (one for one in (inner or [text]) if '":"' not in one and len(_PARAGRAPH_END.findall(one, 0, 100_000)) >= 2)


def _strings(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for match in _STRING.finditer(text):
            if match.end() - match.start() < _STORY:
                continue
            try:
                value = json.loads(f'"{match[1]}"', strict=False)
            except ValueError:
                continue
            yield value


def _marked_up(body: str) -> str:
    """*body* with its lines as paragraphs, unless it is markup already."""
    if _PARAGRAPH_END.search(body):
        return body
    return "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
