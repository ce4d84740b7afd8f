import json

import pytest
from scrapy import Request, Spider

from newsbot.frontier import Counts, SqliteFrontier, Visit
from newsbot.frontier.in_hand import Answer, InHand, visit_of
from newsbot.stored_requests import from_json, to_json
from tests.frontier.stores import NOW, SOURCES, entry


class Some(Spider):
    name = "some"

    def parse_it(self, response, **found):
        pass

    def failed(self, failure):
        pass


@pytest.fixture
def spider():
    return Some()


@pytest.fixture
def frontier(tmp_path):
    frontier = SqliteFrontier(tmp_path / "frontier.sqlite", "run", SOURCES)
    yield frontier
    frontier.close()


def taken(frontier, in_hand, *names):
    frontier.add([entry(name) for name in names], NOW)
    for lease in frontier.lease(99, lambda host: 99, NOW):
        in_hand.take(lease)


def told(frontier, in_hand):
    lost = in_hand.tell(frontier, NOW)
    in_hand.told()
    return [(lease.key, reason) for lease, reason in lost]


def test_a_request_goes_into_json_and_comes_back(spider):
    request = Request(
        "https://a.example/خبر?q=1#f",
        method="POST",
        callback=spider.parse_it,
        errback=spider.failed,
        headers={"X-Any": bytes(range(128, 256)), "Accept": ["a", "b"]},
        body=bytes(range(256)),
        cookies={"c": "ü"},
        meta={"source": "town", "lease": "k", "download_latency": 1.0},
        cb_kwargs={"date": None, "names": ["ب"]},
        priority=7,
        dont_filter=True,
        flags=["x"],
    )
    text = to_json(request, spider)
    assert "\n" not in text
    back = from_json(text, spider)
    assert back.meta == {"source": "town"}
    for name in ("url", "method", "headers", "body", "cookies", "cb_kwargs", "priority", "dont_filter", "flags", "callback", "errback"):
        assert getattr(back, name) == getattr(request, name), name


def test_an_ordinary_request_takes_little_room(spider):
    assert json.loads(to_json(Request("https://a.example/", callback=spider.parse_it), spider)) == {
        "url": "https://a.example/",
        "callback": "parse_it",
    }


@pytest.mark.parametrize("values", [{"meta": {"x": object()}}, {"callback": lambda response: None}, {"callback": Some().parse_it}])
def test_what_could_not_be_found_again_is_refused(spider, values):
    with pytest.raises(TypeError):
        to_json(Request("https://a.example/", **values), spider)


def test_a_lease_with_a_record_ends_only_when_the_record_is_on_the_disk(frontier):
    in_hand = InHand()
    taken(frontier, in_hand, "with", "without")
    in_hand.wrote("with")
    in_hand.durable()
    in_hand.over("with")
    in_hand.over("without")
    told(frontier, in_hand)
    assert frontier.counts()["town"] == Counts(leased=1, done=1)
    in_hand.durable()
    told(frontier, in_hand)
    assert frontier.counts()["town"] == Counts(done=2)


def test_what_was_not_over_is_given_back(frontier):
    in_hand = InHand()
    taken(frontier, in_hand, "working", "unsafe", "ended")
    in_hand.wrote("unsafe")
    in_hand.over("unsafe")
    in_hand.over("ended")
    told(frontier, in_hand)
    assert in_hand.give_back(frontier, NOW) == 2
    assert frontier.counts()["town"] == Counts(waiting=2, done=1)


def test_failures_wait_for_later_and_postponed_ones_are_no_failures(frontier):
    in_hand = InHand()
    taken(frontier, in_hand, "failed", "postponed")
    in_hand.failed("failed", "dns")
    in_hand.failed("failed", "spider_error")
    in_hand.postponed("postponed", NOW + 60, "http_429")
    in_hand.over("failed")
    in_hand.over("postponed")
    assert told(frontier, in_hand) == []
    (wait,) = frontier.waits(NOW)
    assert (wait.until, wait.reason, wait.addresses) == (NOW + 60, "http_429", 2)
    assert [lease.tries for lease in frontier.lease(9, lambda host: 9, NOW + 9999)] == [0, 1]


def test_rooms_are_free_again_when_work_is_over(frontier):
    in_hand = InHand()
    taken(frontier, in_hand, "a", "b")
    assert (in_hand.working(), in_hand.of_host("town.example")) == (2, 2)
    in_hand.wrote("a")
    in_hand.over("a")
    assert (in_hand.working(), in_hand.of_host("town.example"), in_hand.ended()) == (1, 1, False)


def test_a_host_whose_page_came_is_free_for_the_next_while_that_page_is_worked_on(frontier):
    in_hand = InHand()
    taken(frontier, in_hand, "a", "b")
    for _ in range(2):  # a retry is answered twice
        in_hand.answered("a", Answer(NOW, 200, None, None, "d"))
    assert (in_hand.working(), in_hand.of_host("town.example")) == (2, 1)
    in_hand.over("a")
    in_hand.over("b")
    assert in_hand.of_host("town.example") == 0


OLD = Visit(NOW, 200, '"1"', "Mon", "d1", unchanged=2, due_at=0.0)


@pytest.mark.parametrize(
    ("answer", "recheck", "visit"),
    [
        (Answer(NOW + 9, 304, None, None, "empty"), 60, Visit(NOW + 9, 304, '"1"', "Mon", "d1", 3, NOW + 69)),
        (Answer(NOW + 9, 200, '"2"', None, "d1"), None, Visit(NOW + 9, 200, '"2"', None, "d1", 3, None)),
        (Answer(NOW + 9, 200, '"2"', None, "d2"), 0, Visit(NOW + 9, 200, '"2"', None, "d2", 0, 0.0)),
        (None, "?", Visit(NOW + 9, None, '"1"', "Mon", "d1", 2, 0.0)),
    ],
)
def test_a_visit_keeps_what_the_next_one_needs(answer, recheck, visit):
    assert visit_of(OLD, answer, recheck, False, NOW + 9) == visit
