"""A day that takes long to make is made less often while events come, and soon once none comes."""

from __future__ import annotations

from datetime import date

import pytest

from minilens.load.build import Builder
from minilens.load.pending import Counter, Pending
from minilens.load.pipeline import Pipeline
from minilens.load.portions import SMALL

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("after", "last", "due"),
    [
        (79.0, 78.9, False),  # ten seconds of work are an eighth of eighty
        (80.0, 79.9, True),
        (19.0, 10.0, False),  # nothing came for nine seconds: half of twenty
        (20.0, 10.0, True),
        (20.0, 18.1, False),  # not quiet for two seconds yet
    ],
)
def test_due(pipeline: Pipeline, after: float, last: float, *, due: bool) -> None:
    pending = Pending()
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    builder.made(1, [DAY], moment=0.0, seconds=10.0)
    pending.add(1, DAY, 1, 5, last)
    assert builder.due(after) == ({1: [DAY]} if due else {})


def test_a_day_never_made_is_due_at_once(pipeline: Pipeline) -> None:
    pending = Pending()
    pending.add(1, DAY, 1, 5, 0.0)
    assert Builder(pipeline.engine, pending, Counter(0), lambda: 0).due(0.0) == {1: [DAY]}


def test_what_is_loaded_every_few_seconds_is_not_quiet_in_between(pipeline: Pipeline) -> None:
    pending = Pending()
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    builder.made(1, [DAY], moment=0.0, seconds=10.0)
    for moment in (14.0, 18.0):
        pending.add(1, DAY, 1, 5, moment)
    assert not builder.due(24.0), "the next may come after four seconds, or a little later"
    assert builder.due(26.0) == {1: [DAY]}


def test_small_apps_share_the_time(pipeline: Pipeline) -> None:
    pending = Pending()
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    for app, moment in ((1, 0.0), (2, 0.0), (1, 10.0), (2, 11.0)):
        builder.made_together({app: [DAY]}, moment=moment, seconds=1.0, events=100)
    for app in (1, 2):
        pending.add(app, DAY, 1, 5, 18.9)
    assert not builder.due(18.9), "an eighth of the time is for both of them"
    assert builder.due(19.0) == {1: [DAY], 2: [DAY]}


def test_first_days_do_not_wait_and_nobody_waits_for_them(pipeline: Pipeline) -> None:
    pending = Pending()
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    for app, moment in ((1, 0.0), (1, 10.0)):
        builder.made_together({app: [DAY]}, moment=moment, seconds=1.0, events=100)
    pending.add(2, DAY, 1, 5, 10.0)
    assert builder.due(10.0) == {2: [DAY]}
    pending.take(2, [DAY])
    builder.made_together({2: [DAY]}, moment=17.0, seconds=5.0, events=9)
    pending.add(1, DAY, 1, 5, 18.0)
    assert builder.due(18.0) == {1: [DAY]}


def test_a_build_that_stood_still_keeps_its_days_no_longer_than_they_cost(
    pipeline: Pipeline,
) -> None:
    pending = Pending()
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    for moment in (0.0, 100.0):  # the machine was stopped for most of these
        builder.made_together({1: [DAY]}, moment=moment, seconds=90.0, events=100)
    pending.add(1, DAY, 1, 5, 100.0)
    assert not builder.due(106.0)
    assert builder.due(106.1) == {1: [DAY]}
    builder.made_together({1: [DAY]}, moment=200.0, seconds=90.0, events=10_000_000)
    assert not builder.due(379.0), "so many do take their time"
    assert builder.due(380.0) == {1: [DAY]}


def test_large_days_have_a_time_of_their_own(pipeline: Pipeline) -> None:
    pending = Pending()
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    for moment in (0.0, 10.0):
        builder.made_together({1: [DAY]}, moment=moment, seconds=1.0, events=100)
    builder.made_together({2: [DAY]}, moment=0.0, seconds=2.0, events=SMALL + 1)
    pending.add(2, DAY, 1, 5, 15.9)
    assert builder.due(16.0) == {2: [DAY]}


def test_days_of_persons_who_became_one_take_a_part_of_the_time_and_come_last(
    pipeline: Pipeline,
) -> None:
    pending, other = Pending(), date(2026, 10, 1)
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    pending.add(1, other, 1, 0, 0.0, "merge")
    pending.add(1, DAY, 1, 5, 0.0)
    assert builder.due(0.0) == {1: [DAY, other]}
    builder._last_restated = (0.0, 10.0)
    assert builder.due(9.0) == {1: [DAY]}
    assert builder.due(10.0) == {1: [DAY, other]}
    pending.take(1, [DAY])
    assert builder.due(1.0) == {1: [other]}, "nobody else waits"
    pending.add(1, DAY, 1, 5, 0.0)
    pending.add(1, other, 2, 5, 0.0)  # an event came for it as well
    assert builder.due(1.0) == {1: [other, DAY]}


def test_of_days_of_persons_who_became_one_the_newest_comes_first(pipeline: Pipeline) -> None:
    pending, some = Pending(), [date(2026, 10, n) for n in (1, 2, 3)]
    builder = Builder(pipeline.engine, pending, Counter(0), lambda: 0)
    for day in some:
        pending.add(1, day, 1, 0, 0.0, "merge")
    assert builder.due(0.0) == {1: some[::-1]}
    for day in some:
        pending.add(1, day, 1, 1, 0.0)
    assert builder.due(0.0) == {1: some}, "with new events the oldest"
