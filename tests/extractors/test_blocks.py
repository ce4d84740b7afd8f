"""The page as a sequence of text blocks: what a reader sees, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.extractors.blocks import clean_text, find_blocks
from newsbot.items import Link
from newsbot.page import Page, RawPage


def blocks(body: str):
    return find_blocks(
        Page.parse(RawPage("https://e.example/a/b", b"", text=f"<html><head><title>t</title></head><body>{body}</body></html>"))
    ).blocks


def texts(body: str) -> list[str]:
    return [block.text for block in blocks(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One <b>two</b> three</p><p>four</p>", ["One two three", "four"]),
        ("<div>One<p>two</p>three</div>", ["One", "two", "three"]),
        ("<p>One<br>two</p>", ["One", "two"]),
        ("<div>First sentence.<br><br>Second sentence.</div>", ["First sentence.", "Second sentence."]),
        ("<p>H<sub>2</sub>O and inter<b>national</b></p>", ["H2O and international"]),
        ("<p><span>exam</span><span>ple</span></p>", ["example"]),
        ('<p><span class="by">Ann</span><span class="day">5 May</span></p>', ["Ann 5 May"]),
        ("<p><a href=/x>One</a><a href=/y>Two</a></p>", ["One Two"]),
        ("<table><tr><th>Name</th><th>Age</th></tr><tr><td>Ann</td><td>5</td></tr></table>", ["Name | Age", "Ann | 5"]),
        ("<table><tr><td><p>Laid out by a table.</p><h2>Head</h2></td><td>by</td></tr></table>", ["Laid out by a table.", "Head", "by"]),
        ("<p>a&nbsp;b &amp; c&#8211;d\n\t e</p>", ["a b & c–d e"]),
        ("<p>می\u200cشود \u202bو\u202c so\u00adft</p>", ["می\u200cشود و soft"]),
        ("<p>e\u0301</p>", ["é"]),
        ("<script>x</script><style>y</style><noscript>z</noscript><p>seen</p><template>n</template>", ["seen"]),
        ("<custom-box>One</custom-box><custom-box>Two</custom-box>", ["One", "Two"]),
        ("<p></p><p>  </p><div>\u200b</div>", []),
    ],
)  # fmt: skip
def test_lines_are_those_that_a_reader_sees(body, expected):
    assert texts(body) == expected


def test_kinds_and_levels():
    found = blocks(
        "<h2>head</h2><p>par</p><ul><li>one<ul><li>two</li></ul></li></ul><blockquote><p>said</p></blockquote>"
        "<pre>def f():\n    pass</pre><table><tr><td>a</td><td>b</td></tr></table>"
    )
    assert [(block.kind, block.level) for block in found] == [
        ("heading", 2), ("paragraph", None), ("list_item", 1), ("list_item", 2), ("quote", None), ("code", None), ("table_row", None),
    ]  # fmt: skip
    assert found[5].text == "def f():\n    pass"


def test_links_are_absolute_and_other_schemes_go():
    (block,) = blocks(
        '<p>See <a href="/x">this</a>, <a href="c">that</a>, <a href="javascript:x">not</a> and <a href="https://o.example/">there</a>.</p>'
    )
    assert block.links == (Link("this", "https://e.example/x"), Link("that", "https://e.example/a/c"), Link("there", "https://o.example/"))


def test_a_single_break_in_mid_sentence_goes_on_and_one_at_its_end_does_not():
    assert [block.continues for block in blocks("<p>We went<br>home.<br>Then we slept.</p>")] == [False, True, False]
    assert [block.continues for block in blocks("<p>We went<br><br>home</p>")] == [False, False]
    assert [block.continues for block in blocks("<div>We went<br>home</div>")] == [False, False]


def test_positions_count_from_zero_and_paths_lead_from_the_root():
    found = blocks('<article id="post"><p class="lead big">One</p><p>Two</p></article>')
    assert [block.position for block in found] == [0, 1]
    assert found[0].path == "html/body/article#post/p.lead.big"


@given(st.text(max_size=200))
def test_clean_text_is_one_line_without_invisible_marks_and_cleaning_twice_is_once(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert "\n" not in clean and "\u200f" not in clean and "  " not in clean


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<a href=x>",
                "</a>",
                "<br>",
                "<td>",
                "<tr>",
                "<table>",
                "<li>",
                "<b>",
                "</b>",
                "<h2>",
                "<pre>",
                "text",
                " ",
                "خبر",
            ]
        ),
        max_size=60,
    )
)
def test_no_markup_breaks_the_walk(parts):
    for number, block in enumerate(blocks("".join(parts))):
        assert block.position == number and block.text and block.path.startswith("html")
