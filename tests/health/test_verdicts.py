import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbot.health.observations import Observation, Watch
from newsbot.health.store import HealthStore
from newsbot.health.verdicts import judge_run

START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday
USUAL = {"title": 1.0, "date": 0.98, "time": 0.96, "author": 0.7, "image": 0.9, "summary": 0.85, "language": 1.0, "publisher": 1.0}
HOLIDAYS = {17, 18, 40}


def ordinary(day: int, chance: random.Random, mean: int = 40) -> Observation:
    """A day of a source that swings by 60 % with weekdays and holidays."""
    swing = 0.4 if day in HOLIDAYS else {5: 0.6, 6: 0.4, 1: 1.6}.get(day % 7, 1.0)
    new = max(0, round(chance.gauss(mean * swing, 3)))
    galleries = sum(chance.random() < 0.08 for _ in range(new))
    records = new - galleries
    fields = {name: sum(chance.random() < share for _ in range(records)) for name, share in USUAL.items()}
    broken = sum(chance.random() < 0.02 for _ in range(new))
    arabic = sum(chance.random() < 0.9 for _ in range(records))
    return Observation(
        "example",
        f"run-{day:03}",
        (START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        lists=1,
        found=60,
        fetched=new,
        new=records,
        records=records,
        rejected={"gallery": galleries},
        failed={"http_500": broken} if broken else {},
        fields=fields,
        languages={"ar": arabic, "fr": records - arabic},
        words=tuple(round(chance.lognormvariate(6, 0.5)) for _ in range(records)),
        lags_h=tuple(round(chance.expovariate(1 / 3), 2) for _ in range(records)),
        low_confidence=sum(chance.random() < 0.05 for _ in range(records)),
        removed_share=round(chance.uniform(0.1, 0.2), 3) if records else None,
    )


def days(count: int, seed: int = 1, mean: int = 40) -> list[Observation]:
    chance = random.Random(seed)
    return [ordinary(day, chance, mean) for day in range(count)]


def dates_gone(now: Observation) -> Observation:
    return replace(now, fields={**now.fields, "date": 0, "time": 0})


def body_empty(now: Observation) -> Observation:
    return replace(now, records=0, new=0, fields={}, words=(), lags_h=(), languages={}, rejected={"no_text": now.records})


def wrong_language(now: Observation) -> Observation:
    return replace(now, languages={"en": now.records})


def half_refused(now: Observation) -> Observation:
    half = now.fetched // 2
    return replace(now, fetched=now.fetched - half, records=now.records - half, new=now.new - half, failed={"http_403": half})


def layout_changed(now: Observation) -> Observation:
    return replace(now, layout_changed=True)


def texts_cut(now: Observation) -> Observation:
    return replace(now, words=tuple(words // 20 for words in now.words))


FAULTS = [
    (dates_gone, "date"),
    (body_empty, "body"),
    (wrong_language, "language"),
    (half_refused, "fetch"),
    (layout_changed, "layout"),
    (texts_cut, "length"),
]


@pytest.mark.parametrize(("fault", "what"), FAULTS)
@pytest.mark.parametrize("mean", [40, 12])
def test_a_fault_is_named_in_the_next_run(fault, what, mean):
    *before, now = days(30, mean=mean)
    assert what in {alarm.what for alarm in judge_run((*before, fault(now)))}


def test_a_frozen_feed_is_named_once_it_is_silent_for_longer_than_ever():
    *before, now = days(24)
    frozen = replace(body_empty(now), rejected={}, fetched=0)
    still = [replace(frozen, run=f"still-{n}", at=(START + timedelta(days=24 + n)).strftime("%Y-%m-%dT%H:%M:%SZ")) for n in range(5)]
    named = [n for n in range(5) if "silence" in {alarm.what for alarm in judge_run((*before, *still[: n + 1]))}]
    assert named and named[0] <= 3


def test_lists_that_name_nothing_are_named():
    *before, now = days(10)
    assert "lists" in {alarm.what for alarm in judge_run((*before, replace(now, found=0)))}
    assert "lists" not in {alarm.what for alarm in judge_run((*before, replace(now, found=0, lists=0)))}  # not due, or not changed


@pytest.mark.parametrize("seed", range(20))
def test_sixty_runs_with_weekdays_and_holidays_give_no_alarm(seed):
    observations = days(60, seed, mean=5 + seed * 4)
    alarms = [alarm for count in range(1, 61) for alarm in judge_run(observations[:count])]
    assert alarms == []


def test_the_message_says_what_is_now_and_what_is_usual():
    *before, now = days(30)
    alarm = next(alarm for alarm in judge_run((*before, dates_gone(now))) if alarm.what == "date")
    assert alarm.message == f"0 of {now.records} pages had a date, usually 98%"
    assert alarm.since == now.at[:10]


def test_an_alarm_keeps_its_first_day_until_it_is_over_or_accepted(place):
    store = HealthStore(place)
    observations = days(14)
    for one in observations[:10]:
        assert store.add(one).alarms == ()
    since = {next(alarm.since for alarm in store.add(dates_gone(one)).alarms if alarm.what == "date") for one in observations[10:12]}
    assert since == {observations[10].at[:10]}
    assert store.add(observations[12]).alarms == ()
    assert store.add(dates_gone(observations[13])).alarms != ()
    store.accept("example")
    assert store.add(replace(dates_gone(observations[12]), run="later")).alarms == ()
    store.close()


def test_a_run_that_is_told_twice_counts_once(place):
    store = HealthStore(place)
    for one in (*days(5), days(5)[-1]):
        store.add(one)
    assert [one.observation.run for one in store.findings("example")] == [f"run-{day:03}" for day in range(5)]
    store.close()


def test_records_are_counted_by_what_they_have():
    watch = Watch()
    record = {
        **dict.fromkeys(("title", "summary", "section", "image", "date_published"), None),
        "language": "ar-LB",
        "published_utc": "2026-11-22T08:00:00Z",
        "fetched_at": "2026-11-22T10:30:00Z",
        "authors": [{"name": "ليلى"}],
        "attribution": {"publisher": None},
        "quality": {"words": 300, "flags": ["low_confidence"]},
        "removed": [{"text": "تابعونا"}],
        "content_text": "نص" * 50,
        "revision": 1,
    }
    watch.see(record)
    seen = watch.observe(Observation("s", "r", "2026-11-22T10:31:00Z"))
    assert (seen.fields, seen.languages, seen.lags_h, seen.low_confidence) == (
        {"language": 1, "time": 1, "author": 1},
        {"ar": 1},
        (2.5,),
        1,
    )
    assert seen.removed_share == pytest.approx(7 / 107, abs=0.001)
