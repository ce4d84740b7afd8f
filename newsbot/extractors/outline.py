"""The values that the walk over a page gives: its blocks, how each is printed, and the elements around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lxml.html import HtmlElement

from newsbot.items import Block


@dataclass(frozen=True, slots=True)
class Outline:
    """The block-level elements of a page in document order, as columns of equal length: what features are measured on."""

    elements: tuple[HtmlElement, ...]
    parents: tuple[int, ...]
    """Index of the enclosing block-level element, always smaller than one's own; -1 at the root."""
    starts: tuple[int, ...]
    """Index of the first block inside."""
    stops: tuple[int, ...]
    """Index after the last block inside."""


class Print(NamedTuple):
    """How a block is printed, beyond its text."""

    holder: int
    """Index in the outline of the innermost block-level element that holds the block."""
    linked: int
    """Characters inside links."""
    bold: int
    """Characters inside ``b``, ``strong``, ``em``, ``i``."""
    anchors: int
    """Links to places on the same page."""
    away: int
    """Links to other hosts."""
    pictures: int
    """Pictures between the block before and this one's end."""
    inline: HtmlElement | None
    """The inline element that holds the block's first letters, if any."""


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """All text blocks of a page, in reading order."""

    blocks: tuple[Block, ...]
    elements: tuple[HtmlElement, ...]
    """For each block, the innermost block-level element that holds it."""
    prints: tuple[Print, ...]
    outline: Outline


def dom_path(element: HtmlElement) -> str:
    """Place of *element*: ``tag#id.class1.class2`` steps, root first, joined by ``/``."""
    steps = [dom_step(element), *(dom_step(ancestor) for ancestor in element.iterancestors())]
    return "/".join(reversed(steps))


def dom_step(element: HtmlElement) -> str:
    """One step of a path: ``tag#id.class1.class2``."""
    identity = element.get("id")
    classes = element.get("class")
    step = str(element.tag)
    if identity:
        step = f"{step}#{identity.strip()}"
    return f"{step}.{'.'.join(classes.split()[:4])}" if classes and not classes.isspace() else step
