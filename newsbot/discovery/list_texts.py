"""Texts that lists carry, to short evidence."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from newsbot.items import FeedText

_MAX_MARKUP: Final = 200_000
_START: Final = 300
_TAG: Final = re.compile(r"<(?:script|style)\b.{0,20000}?</(?:script|style)\s*>|<[^<>]{0,2000}>", re.DOTALL | re.IGNORECASE)


def list_text(markup: object, *, whole: bool) -> FeedText | None:
    """What *markup*, HTML or plain, says about an article's text, called its content (*whole*) or not; ``None`` without a letter."""
    if not isinstance(markup, str):
        return None
    text = " ".join(unescape(_TAG.sub(" ", markup[:_MAX_MARKUP])).split())
    return FeedText(text[:_START], len(text), whole) if text else None


def one_line(value: object) -> str | None:
    """*value* with white space folded, where it is text and not empty."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text or None
