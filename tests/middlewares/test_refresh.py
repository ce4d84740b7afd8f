import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from newsbot.middlewares.refresh import RefreshMiddleware

URL = "https://news.example/1"
HEAD = "<html><head><title>خبر</title>"


def answer(head, encoding="utf-8"):
    body = f"{HEAD}{head}</head><body><p>نص الخبر</p></body></html>".encode(encoding)
    response = HtmlResponse(URL, body=body, headers={"Content-Type": f"text/html; charset={encoding}"})
    return RefreshMiddleware.from_crawler(get_crawler(settings_dict={"METAREFRESH_MAXDELAY": 3})).process_response(Request(URL), response)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256", "utf-16", "utf-32"])
@pytest.mark.parametrize("word", ["refresh", "Refresh"])
def test_a_page_that_sends_on_is_followed_in_any_spelling(word, encoding):
    assert answer(f'<meta http-equiv="{word}" content="0; url=/2">', encoding).url == "https://news.example/2"


@pytest.mark.parametrize("head", ["", '<meta http-equiv="X-UA-Compatible" content="IE=edge">', "<script>refresh()</script>"])
def test_any_other_page_comes_as_it_is(head):
    assert isinstance(answer(head), HtmlResponse)
