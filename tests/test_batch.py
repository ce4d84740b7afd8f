import threading

from newsbot.batch import Outcome, judge, process_all
from newsbot.config import SHIPPED, load_config
from newsbot.page import RawPage
from pipelines.records import to_record
from tests.newsroom import story


def test_outcomes_come_in_the_order_of_the_pages_and_equal_those_of_one_process():
    pages = [RawPage(f"https://a.example/{number}", story(f"خبر رقم {number}") if number % 3 else b"", status=200) for number in range(12)]
    config = load_config((SHIPPED,))
    alone = [judge(page, config) for page in pages]
    assert [outcome.rejected for outcome in alone if outcome.article is None] == ["empty_page"] * 4
    for jobs in (1, 3):
        assert list(process_all(iter(pages), (SHIPPED,), jobs, 30)) == alone
    assert to_record(alone[1].article)["url"] == "https://a.example/1"


def test_ready_outcomes_pass_through_in_their_place():
    fault = Outcome(None, error="bad_json", reason="line 2")
    outcomes = list(process_all([RawPage("https://a.example/1", b""), fault], (SHIPPED,), 1, 30))
    assert [outcome.rejected or outcome.error for outcome in outcomes] == ["empty_page", "bad_json"]


def test_an_answer_comes_before_the_next_page_is_given():
    answered = threading.Event()

    def pages():
        yield RawPage("https://a.example/1", b"")
        assert answered.wait(60)
        yield RawPage("https://a.example/2", b"")

    outcomes = process_all(pages(), (SHIPPED,), 1, 30)
    assert next(outcomes).url == "https://a.example/1"
    answered.set()
    assert [outcome.url for outcome in outcomes] == ["https://a.example/2"]


def test_reading_ahead_is_bounded():
    given = []

    def pages():
        for number in range(10_000):
            given.append(number)
            yield RawPage(f"https://a.example/{number}", b"")

    outcomes = process_all(pages(), (SHIPPED,), 1, 30)
    next(outcomes)
    assert len(given) < 20
    outcomes.close()
