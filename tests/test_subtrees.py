"""Selectors answered from one walk name what each of them names when it is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from lxml.cssselect import CSSSelector

from newsbot.subtrees import Subtrees

SELECTORS = [
    ".share", "aside", "aside.share", "#top", "p#top.share", ".share.wide", "[data-x]", "[itemprop='comment']", "[id^='ad-']",
    "div > .share", "div .share", ".share:first-child", ".share + p", "p:not(.share)", "*", "div#top > p", "[class*='har']", "[id$='x']",
    "[data-x='']",
]  # fmt: skip
ELEMENT = st.tuples(
    st.sampled_from(["div", "p", "aside", "amp-ad"]),
    st.lists(
        st.sampled_from(
            ['class="share"', 'class=" wide\tshare "', 'class="share\u00a0wide"', 'id="top"', 'id="ad-1x"', "data-x", 'itemprop="comment"']
        ),
        unique_by=lambda attribute: attribute[:4],
        max_size=3,
    ),
)


@given(st.lists(ELEMENT, max_size=12), st.permutations(SELECTORS))
def test_every_selector_names_what_it_names_alone(elements: list[tuple[str, list[str]]], selectors: list[str]) -> None:
    opened = "".join(f"<{tag} {' '.join(attributes)}>x" + (f"</{tag}>" if at % 2 else "") for at, (tag, attributes) in enumerate(elements))
    tree = html.document_fromstring(f"<html><body>{opened}</body></html>")
    expected = {element: select for select in reversed(selectors) for element in CSSSelector(select)(tree)}
    assert Subtrees((select, select) for select in selectors).find(tree.iter()) == expected


@pytest.mark.parametrize("select", SELECTORS)
def test_one_selector_alone(select: str) -> None:
    tree = html.document_fromstring("<div id=top class='share wide'><p class=share>a</p><p data-x>b</p></div><aside id=ad-x>c</aside>")
    assert set(Subtrees([(select, 1)]).find(tree.iter())) == set(CSSSelector(select)(tree))
