"""From observations to what a person should look at.

A share (of records with a date, of pages that came ...) is alarming when it is lower than in any earlier run of the source, by a quarter
at least, and when so few of so many would come by chance less than once in ten thousand runs. How *much* a source publishes is no
reason for an alarm, it swings with weekdays and holidays, unless nothing comes any more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Final

from newsbot.health.observations import FIELDS, Observation, pooled

LEAST_RUNS: Final = 3
"""Earlier runs without which nothing is judged."""
_LEAST_PAGES: Final = 5
"""Pages that a share needs; runs with fewer are taken together with those before."""
_LEAST_BEFORE: Final = 20
_POOLED_RUNS: Final = 5
_FALL: Final = 0.25
_CHANCE: Final = 1e-4
_SHORT: Final = 0.25
"""Texts below a quarter of the usual length are short."""
_SILENCE: Final = 3.0
"""Times the longest pause so far after which a source is called silent."""
_LEAST_SILENCE_H: Final = 24.0
_LATE_H: Final = 12.0
_LATE: Final = 5.0
"""Times the usual lag after which dates are late."""
_CUT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person should look at."""

    source: str
    what: str
    """``date``, ``body``, ``fetch``, ``language``, ``silence`` ...; stable, for machines."""
    message: str
    """One line: what is now, what is usual."""
    since: str
    """Day on which it was seen first in a row of runs."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a source's texts are like, by its earlier runs."""

    languages: frozenset[str]
    """Languages of at least a twentieth of the records."""
    words: float
    """Median."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of counts that should not fall."""

    what: str
    hits: Callable[[Observation, Usual], int]
    of: Callable[[Observation], int]
    words: str
    """The sentence, with ``{hits}``, ``{of}``, ``{usual}``."""


def _field_share(name: str) -> Share:
    words = f"{{hits}} of {{of}} pages had {'an' if name[0] in 'aeiou' else 'a'} {name}, usually {{usual}}"
    return Share(name, lambda now, _: now.fields.get(name, 0), lambda now: now.records, words)


SHARES: Final = (
    *(_field_share(name) for name in FIELDS),
    Share(
        "body",
        lambda now, _: now.judged - now.empty,
        lambda now: now.judged,
        "{hits} of {of} pages had a text, usually {usual}",
    ),
    Share(
        "articles",
        lambda now, _: now.records + now.empty,
        lambda now: now.judged,
        "{hits} of {of} pages were articles, usually {usual}",
    ),
    Share(
        "fetch",
        lambda now, _: now.fetched + now.not_modified,
        lambda now: now.fetched + now.not_modified + sum(now.failed.values()),
        "{hits} of {of} pages came, usually {usual}",
    ),
    Share(
        "confidence",
        lambda now, _: now.records - now.low_confidence,
        lambda now: now.records,
        "{hits} of {of} texts were chosen with confidence, usually {usual}",
    ),
    Share(
        "language",
        lambda now, usual: sum(now.languages.get(name, 0) for name in usual.languages),
        lambda now: sum(now.languages.values()),
        "{hits} of {of} texts were in the source's languages, usually {usual}",
    ),
    Share(
        "length",
        lambda now, usual: sum(words >= usual.words * _SHORT for words in now.words),
        lambda now: len(now.words),
        "{hits} of {of} texts had at least a quarter of the usual length, usually {usual}",
    ),
)


def judge_run(observations: Sequence[Observation]) -> tuple[Alarm, ...]:
    """What is wrong with the last of one source's *observations*, oldest first; nothing before there are enough of them."""
    *before, now = observations
    if len(before) < LEAST_RUNS:
        return ()
    alarms = tuple(alarm for find in (_fallen, _silent, _empty_lists, _late, _much_cut) for alarm in find(now, before))
    if now.layout_changed and alarms:
        return tuple(Alarm(one.source, one.what, f"{one.message}: the layout changed", one.since) for one in alarms)
    if now.layout_changed:
        return (Alarm(now.source, "layout", "the pages look like none before: the layout changed", now.at[:10]),)
    return alarms


def _fallen(now: Observation, before: Sequence[Observation]) -> Iterator[Alarm]:
    recent, texts = _recent(now, before), Usual(_languages(before), _usual_words(before))
    for share in SHARES:
        hits, of = share.hits(recent, texts), share.of(recent)
        told = [(share.hits(one, texts), share.of(one)) for one in before]
        total_hits, total = sum(hits for hits, _ in told), sum(of for _, of in told)
        if of < _LEAST_PAGES or total < _LEAST_BEFORE:
            continue
        usual = total_hits / total
        worst = min((hits / of for hits, of in told if of >= _LEAST_PAGES), default=usual)
        if hits / of < worst and hits / of <= usual - _FALL and _chance(hits, of, total_hits, total) < _CHANCE:
            message = share.words.format(hits=hits, of=of, usual=f"{usual:.0%}")
            yield Alarm(now.source, share.what, message, now.at[:10])


def _silent(now: Observation, before: Sequence[Observation]) -> Iterator[Alarm]:
    """Lists that are read and name nothing new, for longer than ever."""
    times = [_hours(one.at) for one in before if one.new]
    if now.new or len(times) < LEAST_RUNS:
        return
    pause_h = _hours(now.at) - times[-1]
    longest_h = max((later - earlier for earlier, later in pairwise(times)), default=0.0)
    if pause_h > max(_LEAST_SILENCE_H, _SILENCE * longest_h):
        last = next(one.at for one in reversed(before) if one.new)
        yield Alarm(now.source, "silence", f"nothing new since {last[:10]}, usually within {_spell(longest_h)}", last[:10])


def _empty_lists(now: Observation, before: Sequence[Observation]) -> Iterator[Alarm]:
    """Lists that name no article at all, which they always did."""
    if now.lists and now.found == 0 and min((one.found for one in before if one.lists), default=0) > 0:
        usual = round(median(one.found for one in before))
        yield Alarm(now.source, "lists", f"the lists named no article, usually {usual}", now.at[:10])


def _late(now: Observation, before: Sequence[Observation]) -> Iterator[Alarm]:
    """Articles that are dated long before they come, or after."""
    recent = _recent(now, before)
    usual = [lag for one in before for lag in one.lags_h]
    if len(recent.lags_h) < _LEAST_PAGES or len(usual) < _LEAST_BEFORE:
        return
    lag_h, bound_h = median(recent.lags_h), max(_LATE_H, _LATE * sorted(abs(lag) for lag in usual)[int(len(usual) * 0.9)])
    if lag_h > bound_h or lag_h < -_LATE_H:
        side = f"{_spell(lag_h)} before" if lag_h > 0 else f"{_spell(-lag_h)} after"
        yield Alarm(now.source, "lag", f"articles are dated {side} they were fetched, usually {_spell(median(usual))} before", now.at[:10])


def _much_cut(now: Observation, before: Sequence[Observation]) -> Iterator[Alarm]:
    recent = _recent(now, before)
    usual = [one.removed_share for one in before if one.removed_share is not None and one.records >= _LEAST_PAGES]
    if recent.removed_share is None or recent.records < _LEAST_PAGES or len(usual) < LEAST_RUNS:
        return
    if recent.removed_share > max(usual) + _CUT:
        yield Alarm(now.source, "removal", f"{recent.removed_share:.0%} of the text was cut, usually {median(usual):.0%}", now.at[:10])


def _recent(now: Observation, before: Sequence[Observation]) -> Observation:
    """The last run; where it saw few pages, together with a few before it."""
    for count in range(_POOLED_RUNS):
        recent = pooled((*before[len(before) - count :], now))
        if recent.records >= _LEAST_PAGES:
            return recent
    return now


def _languages(before: Sequence[Observation]) -> frozenset[str]:
    """Languages of at least a twentieth of the earlier records."""
    total = pooled(before).languages
    return frozenset(name for name, count in total.items() if count * 20 >= sum(total.values()))


def _usual_words(before: Sequence[Observation]) -> float:
    words = [number for one in before for number in one.words]
    return median(words) if words else 0.0


def _chance(hits: int, of: int, total_hits: int, total: int) -> float:
    """Probability of at most *hits* of *of* by chance where *total_hits* of *total* were usual (binomial; no share is quite 0 or 1)."""
    share = (total_hits + 0.5) / (total + 1)
    return sum(math.exp(_log_binomial(of, k) + k * math.log(share) + (of - k) * math.log1p(-share)) for k in range(hits + 1))


def _log_binomial(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _hours(at: str) -> float:
    return datetime.fromisoformat(at).timestamp() / 3600


def _spell(hours: float) -> str:
    return f"{hours / 24:.0f} days" if abs(hours) >= 48 else f"{hours:.0f} hours" if abs(hours) >= 2 else f"{hours * 60:.0f} minutes"
