"""How the sites print a page: four designs that share nothing but the web."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from tests.sites.furniture import Furniture
from tests.sites.stories import Story

Layout = Callable[[Story, Furniture, str], str]
_TAGS = {
    "p": "<p>{}</p>",
    "live": "<p>{}</p>",
    "h3": "<h3>{}</h3>",
    "li": "<ul><li>{}</li></ul>",
    "blockquote": "<blockquote><p>{}</p></blockquote>",
}
_HEAD = (
    '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title><meta property="og:type" content="article"></head>'
    '<body class="single postid-{}">{}</body></html>'
)


@cache
def _design(name: str) -> str:
    return (Path(__file__).parent / "designs" / f"{name}.html").read_text(encoding="utf-8").replace("\n", "")


def _links(texts: Sequence[str]) -> str:
    return "".join(f'<li><a href="/story/{index}">{escape(text)}</a></li>' for index, text in enumerate(texts))


def _lines(story: Story) -> list[str]:
    return [_TAGS[tag].format(escape(text)) for tag, text in story.lines]


def _page(name: str, story: Story, box: Furniture, language: str, lines: Sequence[str]) -> str:
    values = {f"{kind}{index}": escape(text) for kind, texts in box.items() for index, text in enumerate(texts)}
    values |= {"nav_links": _links(box["nav"]), **{f"{kind}_links": _links(box[kind][1:]) for kind in ("popular", "related")}}
    values |= {"title": escape(story.title), "number": f"{story.number:03}", "category": str(story.number % 4), "story": "".join(lines)}
    return _HEAD.format(language, escape(story.title), story.number, _design(name).format_map(values))


def weblog(story: Story, box: Furniture, language: str) -> str:
    """Classes as a content system writes them: post numbers, categories, boxes inside the story's container."""
    lines = _lines(story)
    lines.insert(2, f"<p>{escape(box['plea'][0])}</p>")
    lines.insert(4, f'<div class="jp-shelf"><h4>{escape(box["related"][0])}</h4><ul>{_links(box["related"][1:])}</ul></div>')
    lines.insert(6, f'<div class="wisdom"><span>{escape(box["proverb"][0])}</span><p>{escape(box["proverb"][1])}</p></div>')
    return _page("weblog", story, box, language, lines)


def modules(story: Story, box: Furniture, language: str) -> str:
    """Names with hashes, each paragraph in a wrapper of its own, boxes between them."""
    lines = [f'<div class="Para_wrap__x3K9">{line}</div>' if line.startswith("<p>") else line for line in _lines(story)]
    teaser = "<strong>{}</strong><h4>{}</h4><p>{}</p>".format(*map(escape, box["next"]))
    lines.insert(1, f'<div class="Aside_card__9fL2"><h4>{escape(box["about"][0])}</h4><p>{escape(box["about"][1])}</p></div>')
    lines.insert(4, f'<div class="Para_wrap__x3K9"><p>{escape(box["plea"][0])}</p></div>')
    lines.insert(6, f'<aside class="Teaser_box__77aB">{teaser}</aside>')
    return _page("modules", story, box, language, lines)


def plain(story: Story, box: Furniture, language: str) -> str:
    """Hardly any names: what is story and what is not stands in the same few elements."""
    lines = _lines(story)
    shelf = "<br>".join(f'<a href="/{index}">{escape(text)}</a>' for index, text in enumerate(box["related"][1:]))
    lines.insert(2 + story.number % 3, f"<p>{escape(box['plea'][0])}</p>")
    lines.insert(4 + story.number % 3, f"<table><tr><td>{escape(box['related'][0])}<br>{shelf}</td></tr></table>")
    return _page("plain", story, box, language, lines)


def redesigned(story: Story, box: Furniture, language: str) -> str:
    """The weblog after a redesign: a box that held furniture holds the story, and the other way round."""
    lines = [f'<div class="pen">{line}</div>' if line.startswith("<p>") else line for line in _lines(story)]
    lines.insert(3, f'<div class="pen"><p>{escape(box["plea"][0])}</p></div>')
    return _page("redesigned", story, box, language, lines)
