# ruff: noqa: E501 - one case a line
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages_of_ours import ADDRESS, jsonld, metadata_of

from newsbot.extractors import declared
from newsbot.extractors.jsonld import parse_script, read_graph

ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Old bridge opens again",
    "url": ADDRESS,
    "datePublished": "2024-05-05T14:07:12+03:00",
}
FINDERS = [
    declared.find_canonical, declared.find_summaries, declared.find_sections, declared.find_declared_images, declared.find_publishers,
    declared.find_declared_authors, declared.find_declared_originals, declared.find_declared_dates,
]  # fmt: skip


def of(found):
    return [(one.origin, one.raw) for one in found]


def test_own_article_node_is_told_from_related_ones():
    other = {**ARTICLE, "headline": "Mayor resigns", "url": "https://news.example/mayor-resigns", "datePublished": "2020-01-01"}
    metadata = metadata_of("<title>Old bridge opens again - News</title>" + jsonld(json.dumps([other, ARTICLE])))
    assert metadata.article is not None and metadata.article["headline"] == "Old bridge opens again"
    assert of(declared.find_declared_dates(metadata))[0] == ("jsonld:datePublished", "2024-05-05T14:07:12+03:00")
    assert ("jsonld-other:NewsArticle:datePublished", "2020-01-01") in of(declared.find_declared_dates(metadata))


def test_a_node_of_another_story_alone_is_not_taken():
    other = {**ARTICLE, "headline": "Mayor resigns", "url": "https://news.example/mayor-resigns"}
    assert metadata_of("<title>Old bridge opens again</title>" + jsonld(json.dumps(other))).article is None


@pytest.mark.parametrize(
    "script",
    [
        "<!-- {} -->",
        "//<![CDATA[\n{}\n//]]>",
        "/* <![CDATA[ */ {} /* ]]> */",
        "{};",
        '{{"@type": "Organization", "name": "x"}}{}',
        '{{"@graph": [{}, ]}}',
        "[[{}]]",
    ],
)
def test_scripts_are_read_through_their_wrappings(script):
    metadata = metadata_of(jsonld(script.format(json.dumps(ARTICLE))))
    assert metadata.article is not None and metadata.article["datePublished"] == "2024-05-05T14:07:12+03:00"


def test_control_characters_and_bad_escapes_are_mended():
    assert parse_script('{"@type": "Article", "headline": "One\n\ttwo"}') == [{"@type": "Article", "headline": "One\n\ttwo"}]
    assert parse_script(r'{"@type": "Article", "headline": "It\'s open"}') == [{"@type": "Article", "headline": "It's open"}]


def test_an_unescaped_quote_costs_only_its_own_line():
    script = '{\n"@type": "NewsArticle",\n"headline": "قال "نعم" ثم مضى",\n"datePublished": "2024-05-05",\n"author": {"name": "x"}\n}'
    assert parse_script(script) == [{"@type": "NewsArticle", "headline": 'قال "نعم" ثم مضى', "datePublished": "2024-05-05"}]


@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], {"name": {"name": []}}, "x", ["x", 3, None, {"@id": "x"}], {"@value": 3}])
def test_wrong_types_everywhere_are_no_candidates_and_no_errors(value):
    node = dict.fromkeys(
        (
            "headline",
            "author",
            "publisher",
            "image",
            "datePublished",
            "keywords",
            "url",
            "hasPart",
            "articleSection",
            "isBasedOn",
            "mainEntityOfPage",
            "@id",
        ),
        value,
    )
    metadata = metadata_of(jsonld(json.dumps({**node, "@type": ["NewsArticle", value]})))
    for find in FINDERS:
        assert all(isinstance(one.raw, str) and one.raw for one in find(metadata))
    declared.find_tags(metadata)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["@type", "@id", "@graph", "author", "name", "url"]), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_any_json_makes_a_graph(value):
    read_graph([json.dumps(value)])


@pytest.mark.parametrize(
    "script",
    [
        "[" * 100_000,
        '{"@graph":' * 50_000,
        '{"a":"' + '\\"' * 200_000,
        ",}" * 200_000,
        '"' * 300_000,
        '{"@type":"Article",' + '"headline": "x\n' * 50_000,
    ],
)
def test_crafted_scripts_are_done_with_quickly(script):
    start = time.process_time()
    read_graph([script])
    assert time.process_time() - start < 2


def test_authors_come_apart_as_people_and_organisations_with_their_addresses():
    node = {
        **ARTICLE,
        "author": [
            {"@type": "Person", "name": "Ann Lee", "url": "/people/ann"},
            {"@type": "Organization", "name": "News"},
            "Bo Chen",
            {"@id": "#p1"},
        ],
    }
    graph = {"@graph": [node, {"@type": "Person", "@id": "#p1", "name": "Dana Roy"}]}
    metadata = metadata_of(jsonld(json.dumps(graph)) + '<meta name="author" content="Desk">')
    found = list(declared.find_declared_authors(metadata))
    assert of(found) == [
        ("jsonld:author:Person", "Ann Lee"),
        ("jsonld:author:Organization", "News"),
        ("jsonld:author", "Bo Chen"),
        ("jsonld:author:Person", "Dana Roy"),
        ("meta:author", "Desk"),
    ]
    assert found[0].url == "https://news.example/people/ann"


def test_dates_come_in_the_order_of_trust():
    head = (
        '<meta name="date" content="4"><meta property="article:modified_time" content="5"><meta property="article:published_time" content="3">'
        + jsonld(json.dumps({**ARTICLE, "datePublished": "1", "dateModified": "6"}))
    )
    metadata = metadata_of(
        head, '<time itemprop="datePublished" datetime="2">May 5</time><span property="dc:date dc:created" content="7"></span>'
    )
    found = list(declared.find_declared_dates(metadata))
    assert [(one.origin, one.raw) for one in found if one.field == "published"] == [
        ("jsonld:datePublished", "1"), ("microdata:datepublished", "2"), ("meta:article:published_time", "3"), ("microdata:date", "7"), ("microdata:created", "7"), ("meta:date", "4"),
    ]  # fmt: skip
    assert [one.raw for one in found if one.field == "modified"] == ["6", "5"]


def test_microdata_of_teasers_and_of_nested_items_is_left_out():
    body = (
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Old bridge</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="url" href="/ann"><b itemprop="name">Ann Lee</b></a></span>'
        '<meta itemprop="datePublished" content="2024-05-05"></article>'
        '<div itemscope itemtype="https://schema.org/NewsArticle"><span itemprop="author">Other Name</span><meta itemprop="datePublished" content="2020-01-01"></div>'
    )
    metadata = metadata_of(body=body)
    (author,) = declared.find_declared_authors(metadata)
    assert (author.origin, author.raw, author.url) == ("microdata:author:Person", "Ann Lee", "https://news.example/ann")
    assert [one.raw for one in declared.find_declared_dates(metadata)] == ["2024-05-05"]


def test_summary_section_tags_publisher_canonical_and_image():
    head = (
        '<link rel="canonical" href="/old-bridge"><meta property="og:site_name" content="The News"><meta property="article:section" content="City &amp;amp; Land">'
        '<meta name="description" content="The bridge opened after &lt;b&gt;three&lt;/b&gt; weeks."><meta property="og:description" content="The bridge opened after …">'
        '<meta name="keywords" content="bridge, roads،جسر"><meta property="og:image" content="/i/b.jpg">'
    )
    metadata = metadata_of(head)
    assert of(declared.find_canonical(metadata)) == [("link:canonical", "https://news.example/old-bridge")]
    assert [one.raw for one in declared.find_summaries(metadata)] == ["The bridge opened after three weeks.", "The bridge opened after …"]
    assert of(declared.find_sections(metadata)) == [("meta:article:section", "City & Land")]
    assert declared.find_tags(metadata) == ("bridge", "roads", "جسر")
    assert of(declared.find_publishers(metadata)) == [("meta:og:site_name", "The News")]
    assert of(declared.find_declared_images(metadata)) == [("meta:og:image", "https://news.example/i/b.jpg")]


def test_labelled_author_of_the_share_card_is_read_in_its_language():
    head = '<meta name="twitter:label1" content="كُتب بواسطة"><meta name="twitter:data1" content="نور حداد">'
    assert of(declared.find_declared_authors(metadata_of(head))) == [("meta:twitter:data1", "نور حداد")]
