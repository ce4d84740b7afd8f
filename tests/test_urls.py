import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.urls import article_id, canonical_form, host_of, looks_like_article, may_be_canonical, same_article, site_of, variant_key

ADDRESSES = st.builds(
    "{}://{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(["Example.com", "www.example.co.uk", "موقع.com", "localhost", "[::1]"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(max_size=20),
    st.text(max_size=20),
    st.text(max_size=5),
)


@given(ADDRESSES | st.text())
def test_the_canonical_form_of_a_canonical_form_is_itself(address):
    assert canonical_form(canonical_form(address)) == canonical_form(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a?id=5&utm_source=x&fbclid=1",
        "HTTPS://Example.com:443/a?id=5#top",
        "https://example.com/a?gclid=9&id=5",
        " https://example.com/%61?id=5 ",
    ],
)
def test_tracking_case_ports_and_fragments_make_no_other_article(address):
    assert article_id(address) == article_id("https://example.com/a?id=5")


def test_parameters_that_say_what_the_page_is_stay():
    assert canonical_form("https://e.com/?p=2&id=1") == "https://e.com/?id=1&p=2"


def test_arabic_paths_are_one_whether_encoded_or_not():
    assert canonical_form("https://e.com/خبر") == canonical_form("https://e.com/%D8%AE%D8%A8%D8%B1")


def test_amp_and_mobile_addresses_name_the_same_article():
    assert same_article("https://m.example.com/news/a/amp/", "http://www.example.com/news/a")
    assert not same_article("https://example.com/news/a", "https://example.com/news/b")


@pytest.mark.parametrize(
    ("address", "host", "site"),
    [
        ("https://www.News.bbc.co.uk/x", "news.bbc.co.uk", "bbc.co.uk"),
        ("http://127.0.0.1:80/", "127.0.0.1", "127.0.0.1"),
        ("http://[", "", ""),
    ],
)
def test_hosts_and_sites(address, host, site):
    assert (host_of(address), site_of(address)) == (host, site)


@pytest.mark.parametrize(
    "address",
    [
        "https://e.com/2024/05/05/story",
        "https://e.com/politics/minister-resigns-after-vote",
        "https://e.com/news/newdetails/3126898/1/",
        "https://e.com/روسيا-والدول-الإفريقية-ستعمل",
        "https://e.com/story.php?id=1".replace("story.php?id=1", "a/123456.html"),
    ],
)
def test_article_addresses_look_like_articles(address):
    assert looks_like_article(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://e.com/",
        "https://e.com/tag/a-b-c-d",
        "https://e.com/politics",
        "https://e.com/photo-of-the-day.jpg",
        "https://e.com/politics/page/12345",
        "http://[",
    ],
)
def test_index_pages_and_files_do_not(address):
    assert not looks_like_article(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://e.com/a;jsessionid=0A1B2C3D",
        "https://e.com/a?PHPSESSID=1",
        "https://e.com/a?sid=9&ASPSESSIONIDABC=2",
        "https://e.com/(S(lit3py55t21z5v55vlm25s55))/a",
    ],
)
def test_sessions_make_no_other_article(address):
    assert article_id(address) == article_id("https://e.com/a")


@pytest.mark.parametrize(
    "variant",
    [
        "https://amp.e.com/news/a",
        "https://e.com/amp/news/a",
        "https://e.com/news/a/print",
        "https://e.com/print/news/a/",
        "https://e.com/news/a?print=1",
        "https://e.com/news/a?view=print&utm_source=x",
        "http://mobile.e.com/news/a/?outputType=amp",
    ],
)
def test_amp_and_print_variants_share_a_key_with_their_article(variant):
    assert variant_key(variant) == variant_key("https://www.e.com/news/a")


@pytest.mark.parametrize(
    "other", ["https://e.com/news/b", "https://e.com/news/a?page=2", "https://e.com/news/printing", "https://e.com/news/amp-a"]
)
def test_other_articles_have_another_key(other):
    assert variant_key(other) != variant_key("https://e.com/news/a")


@pytest.mark.parametrize("address", ["/2024/", "/2031/05", "/events/2026/11/22/", "/archive/20240505", "/calendar/2031-05-14"])
def test_archives_and_calendars_do_not_look_like_articles(address):
    assert not looks_like_article(f"https://e.com{address}")


@given(ADDRESSES | st.text())
def test_every_text_has_a_variant_key(address):
    assert variant_key(address) == variant_key(canonical_form(address))


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://www.e.com/politics/minister-resigns-after-vote", True),
        ("https://sport.e.com/politics/minister-resigns-after-vote", True),
        ("https://e.com/2024/05/05/minister", True),
        ("https://e.com/", False),
        ("https://e.com/politics", False),
        ("https://e.com/tag/minister", False),
        ("https://other.example/politics/minister-resigns-after-vote", False),
        ("https://e.com.evil.example/politics/minister-resigns-after-vote", False),
        ("http://[", False),
    ],
)
def test_a_page_may_call_only_an_article_of_its_own_site_its_own(address, may):
    assert may_be_canonical(address, "https://e.com/politics/minister-resigns-after-vote?x=1") is may


def test_a_page_whose_address_says_nothing_may_name_any_address_of_its_site_but_home():
    assert may_be_canonical("https://e.com/politics", "https://e.com/?p=12")
    assert not may_be_canonical("https://e.com/?utm_source=x", "https://e.com/?p=12")
