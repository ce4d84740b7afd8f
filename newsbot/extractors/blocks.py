"""The page as a sequence of text blocks: what a reader sees, line by line, each with its kind and its place.

A block is a run of inline content between two borders of block-level elements; ``<br>`` is a border too. Data-table rows are one
block, cells joined by `` | ``. One pass over the tree, no recursion, any script.
"""

from __future__ import annotations

from newsbot.extractors.outline import Outline, PageBlocks, Print, dom_path
from newsbot.extractors.plain_text import clean_text
from newsbot.extractors.walk import ROLES_WITHOUT_SCRIPTS, UNSEEN, Walk
from newsbot.page import Page

__all__ = ["UNSEEN", "Outline", "PageBlocks", "Print", "clean_text", "dom_path", "find_blocks", "find_blocks_without_scripts"]


def find_blocks(page: Page) -> PageBlocks:
    """Every visible text block of *page*; links are absolute."""
    body = page.tree.find("body")
    return Walk(page.tree if body is None else body, page.base_url).found()


def find_blocks_without_scripts(page: Page) -> PageBlocks:
    """The same with what ``noscript`` holds."""
    body = page.tree.find("body")
    return Walk(page.tree if body is None else body, page.base_url, ROLES_WITHOUT_SCRIPTS).found()
