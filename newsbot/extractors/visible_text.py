"""The text that a reader sees in an element."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from newsbot.extractors.blocks import UNSEEN, clean_text

_HIDDEN_CLASS: Final = re.compile(
    r"(?:^|\s)(?:sr-only|screen-reader-text|screen-reader-only|visually-?hidden|visuallyhidden|visibility-hidden|u-hidden|is-hidden|offscreen|a11y-hidden|element-invisible|hidden)(?:\s|$)",
    re.IGNORECASE,
)
_HIDDEN_STYLE: Final = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.IGNORECASE)
_APART: Final = frozenset(
    "br div p li ul ol h1 h2 h3 h4 h5 h6 td th tr section article header figcaption figure hr dd dt blockquote".split()
)
_MAX_LETTERS: Final = 20_000


def is_hidden(element: HtmlElement) -> bool:
    """Whether markup of the element itself says that no reader sees it."""
    for name, value in element.items():
        if name == "hidden" or (name == "class" and _HIDDEN_CLASS.search(value)) or (name == "style" and _HIDDEN_STYLE.search(value)):
            return True
    return False


def inner_text(element: HtmlElement, skip: Callable[[HtmlElement], bool] = is_hidden) -> str:
    """The element's text on one line; hidden parts and those that *skip* names left out, words of neighbouring blocks kept apart."""
    parts: list[str] = [element.text or ""]
    letters = 0
    events = etree.iterwalk(element, events=("start", "end"))
    for event, inner in events:
        if inner is element:
            continue
        if event == "start":
            if inner.tag in _APART:
                parts.append(" ")
            if inner.tag in UNSEEN or is_hidden(inner) or skip(inner):
                events.skip_subtree()
            elif inner.text:
                parts.append(inner.text)
                letters += len(inner.text)
        else:
            if inner.tag in _APART:
                parts.append(" ")
            parts.append(inner.tail or "")
        if letters > _MAX_LETTERS:
            break
    return clean_text("".join(parts))
