import json

import pytest

from newsbot.discovery.wordpress import NotPostsError, Span, find_api, posts_address, read_posts

AT = "https://a.example/wp-json/wp/v2/posts"


def test_posts_are_links_with_instants_in_utc():
    post = {"link": "https://a.example/خبر/", "date_gmt": "2024-05-05T11:07:12", "modified_gmt": "2024-05-06T08:00:00", "status": "publish"}
    (link,) = read_posts(json.dumps([post]).encode(), AT)
    assert (link.url, link.rung, link.found_at) == ("https://a.example/خبر/", "wordpress", AT)
    assert (link.date, link.updated) == ("2024-05-05T11:07:12Z", "2024-05-06T08:00:00Z")


def test_drafts_and_posts_without_address_are_left_out_and_no_date_is_invented():
    posts = [{"link": "/draft", "status": "future"}, {"id": 4}, {"link": "/one", "date_gmt": "0000-00-00T00:00:00", "modified_gmt": 5}]
    (link,) = read_posts(json.dumps(posts).encode(), AT)
    assert (link.url, link.date, link.updated) == ("https://a.example/one", None, None)


@pytest.mark.parametrize("body", [b"", b'{"code": "rest_no_route"}', b"[1]", b"<html>", b"[" * 50_000])
def test_what_is_no_list_of_posts_is_refused(body):
    with pytest.raises(NotPostsError):
        read_posts(body, AT)


def test_the_api_is_found_in_the_link_header():
    header = '<https://a.example/feed>; rel="alternate", <https://a.example/wp-json/>; rel="https://api.w.org/"'
    assert find_api(header, "https://a.example/") == "https://a.example/wp-json/"
    assert find_api('<javascript:x>; rel="https://api.w.org/"', "https://a.example/") is None
    assert find_api(None, "https://a.example/") is None


def test_what_changed_last_is_asked_for_first_and_a_span_by_date():
    latest = posts_address("https://a.example/wp-json/", 1)
    assert latest.startswith("https://a.example/wp-json/wp/v2/posts?") and "orderby=modified" in latest and "page=1" in latest
    older = posts_address("https://a.example/?rest_route=/", 3, Span(1714867200.0, 1714953600.0))
    assert older.startswith("https://a.example/?rest_route=/wp/v2/posts&per_page=100&page=3")
    assert "after=2024-05-05T00:00:00" in older and "before=2024-05-06T00:00:00" in older and "orderby=date" in older
