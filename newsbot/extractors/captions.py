"""Captions: what belongs to a picture and not to the text, and its two parts, caption and credit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from newsbot.caption_tables import CaptionTables
from newsbot.extractors.blocks import clean_text
from newsbot.extractors.visible_text import inner_text
from newsbot.reading.folding import fold

_CAPTION_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:caption|captions|figcaption|bildunterschrift|bildtext|legende|piedefoto|pie-de-foto|didascalia|bijschrift|image-?credits?|photo-?credits?|img-?credits?"
    r"|picture-?credits?|image-?copyright|photo-?by)(?:[\s_-]|$)|wp-caption-text|imagecaption|photocaption|captiontext",
    re.IGNORECASE,
)
_PICTURE_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:img|image|photo|pic|picture|foto|bild)(?:[\s_-]|$)", re.IGNORECASE)
_NO_CAPTION_CLASS: Final = re.compile(r"video|audio|closed|table|wp-caption(?!-)", re.IGNORECASE)
CAPTION_LETTERS: Final = 700
"""Longer texts are no captions, whatever their class says."""
_CREDIT_LETTERS: Final = 160
_PICTURES: Final = frozenset(("img", "picture", "amp-img", "figure", "svg", "video"))
_BRACKET: Final = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]{2,120})[)\]）】]\s*[.。]?$")
_COPYRIGHT: Final = re.compile(r"(?:©|(?<![a-z])\(c\)|&copy;)\s*", re.IGNORECASE)
_TAIL: Final = re.compile(r"(?:\s[|/–—-]\s|\s?[|/]\s?|[.!?؟…]\s+)([^|.!?؟…]{2,80})[.。]?$")
_PARTED: Final = re.compile(r"\s[|–—-]\s|[.!?؟]\s")
_EDGES: Final = " \t|/–—-•·،,;:"


def is_caption_block(element: HtmlElement, tables: CaptionTables) -> bool:
    """Whether the text of *element* belongs to a picture: by its place, its class, or as a credited line right after a picture."""
    if _is_marked(element) or _is_picture_box(element):
        return True
    return element.tag in ("p", "div", "span", "center", "td") and _follows_picture(element) and _is_all_credited(element, tables)


def split_caption(text: str, tables: CaptionTables) -> tuple[str | None, str | None]:
    """(caption, credit) of one printed line; either is ``None`` when the line has none. A line printed twice counts once.

    The full stop that parted the two goes with the credit.
    """
    text = clean_text(tables.caption.sub("", undouble(clean_text(text))))
    for split in (_at_label, _at_copyright, _at_bracket, _at_house):
        if found := split(text, tables):
            caption, credit = found
            return caption.strip(_EDGES).removesuffix(".").rstrip() or None, credit.strip(_EDGES + "()[]") or None
    return text or None, None


def undouble(text: str) -> str:
    """*text* once, where it is printed twice in a row with nothing or a space between."""
    for glue in (0, 1):
        half, odd = divmod(len(text) - glue, 2)
        if half > 8 and not odd and text[:half] == text[half + glue :] and not text[half : half + glue].strip():
            return text[:half].rstrip()
    return text


def caption_lines(element: HtmlElement) -> list[str]:
    """The printed lines of a caption, as ``<br>`` and blocks part them, hidden labels left out, each once."""
    lines: list[str] = []
    parts: list[str] = []
    for inner in element.iter():
        if inner is not element and inner.tag in ("br", "p", "div", "li"):
            parts.append("\n")
        if inner.tag not in ("script", "style", "noscript", "button", "svg"):
            parts.append(inner.text or "")
        if inner is not element:
            parts.append(inner.tail or "")
    lines = [clean_text(line) for line in "".join(parts)[: 4 * CAPTION_LETTERS].split("\n")]
    return list(dict.fromkeys(line for line in lines if line))


def _at_label(text: str, tables: CaptionTables) -> tuple[str, str] | None:
    labels = [match for match in tables.credit.finditer(text) if len(text) - match.end() <= _CREDIT_LETTERS and text[match.end() :].strip()]
    if not labels:
        return None
    label = labels[0]
    return text[: label.start()].rstrip("([ "), text[label.end() :].rstrip(")] .")


def _at_copyright(text: str, _: CaptionTables) -> tuple[str, str] | None:
    mark = _COPYRIGHT.search(text)
    if mark is None or not text[mark.end() :].strip() or len(text) - mark.end() > _CREDIT_LETTERS:
        return None
    return text[: mark.start()].rstrip("([ "), text[mark.end() :].rstrip(")] .")


def _at_bracket(text: str, tables: CaptionTables) -> tuple[str, str] | None:
    bracket = _BRACKET.search(text)
    return (text[: bracket.start()], bracket[1]) if bracket and _names_house(bracket[1], tables) else None


def _at_house(text: str, tables: CaptionTables) -> tuple[str, str] | None:
    if len(text) <= 60 and not _PARTED.search(text) and _names_house(text, tables):
        return "", text
    tail = _TAIL.search(text)
    if tail is None or len(tail[1].split()) > 8 or not _names_house(tail[1], tables):
        return None
    # a slash parts maker and agency: "Jane Doe/AFP" goes whole
    start = tail.start(1)
    return (text[: tail.start() + 1] if text[tail.start()] in ".!?؟…" else text[: tail.start()]), text[start:]


def _names_house(text: str, tables: CaptionTables) -> bool:
    """Whether a name of an agency or archive begins or ends *text*, or stands between slashes."""
    folded = fold(text)
    parts = {part.strip() for part in re.split(r"[/|,،]| via ", folded)} | {folded}
    return any(part in tables.houses for part in parts)


def _is_marked(element: HtmlElement) -> bool:
    """In a ``figcaption`` or in an element of a caption's class, itself or up to three steps above."""
    for _ in range(4):
        if element is None or element.tag in ("article", "main", "body", "section"):
            return False
        names = element.get("class") or ""
        if element.tag == "figcaption":
            return True
        if names and _is_caption_class(names) and len(inner_text(element)) <= CAPTION_LETTERS:
            return True
        element = element.getparent()
    return False


@lru_cache(maxsize=4096)
def _is_caption_class(names: str) -> bool:
    return _CAPTION_CLASS.search(names) is not None and not _NO_CAPTION_CLASS.search(names)


def _is_picture_box(element: HtmlElement) -> bool:
    """Whether *element* is called after a picture and holds one, with hardly any text (``<div class="img-cont"><img>The mayor</div>``)."""
    names = element.get("class")
    if not names or not _is_picture_class(names) or not any(inner.tag in _PICTURES for inner in element.iterdescendants()):
        return False
    return len(inner_text(element)) <= _CREDIT_LETTERS


@lru_cache(maxsize=4096)
def _is_picture_class(names: str) -> bool:
    return _PICTURE_CLASS.search(names) is not None


def _follows_picture(element: HtmlElement) -> bool:
    """Whether *element* holds a picture, or comes right after an element that holds a picture and no text."""
    if any(inner.tag in _PICTURES for inner in element.iterdescendants()):
        return True
    before = element.getprevious()
    if before is None or (before.tail or "").strip():
        return False
    if before.tag in _PICTURES:
        return True
    return any(inner.tag in _PICTURES for inner in before.iterdescendants()) and not inner_text(before)


def _is_all_credited(element: HtmlElement, tables: CaptionTables) -> bool:
    """Whether every line names the maker of a picture by label, sign or bracket."""
    lines = caption_lines(element)
    return bool(lines) and sum(map(len, lines)) <= CAPTION_LETTERS * 2 and all(_is_credited(line, tables) for line in lines)


def _is_credited(line: str, tables: CaptionTables) -> bool:
    text = undouble(line)
    return len(text) <= CAPTION_LETTERS and bool(_at_label(text, tables) or _at_copyright(text, tables))
