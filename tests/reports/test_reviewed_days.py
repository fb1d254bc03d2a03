"""Which days a review is of, and which snapshots are due: at borders, and each once whatever the server does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.pace import whole_period
from minilens.period import Range, midnight, today
from minilens.reports.reviews.days import GRAINS, first_of, latest, reviewed
from minilens.reports.reviews.snapshot import MOST_MADE_UP, due
from tests.examples import examples

pytestmark = pytest.mark.hypothesis
MONDAY = date(2026, 11, 16)
ZONE = "Asia/Shanghai"


def days(start: str, end: str) -> Range:
    return Range(date.fromisoformat(start), date.fromisoformat(end))


def test_a_running_week_stands_beside_the_same_weekdays() -> None:
    friday = MONDAY + timedelta(days=4)
    found = reviewed("week", friday, friday)
    assert found is not None
    assert (found.over, found.before) == (
        days("2026-11-16", "2026-11-19"),
        days("2026-11-09", "2026-11-12"),
    )
    assert not found.ended
    over = reviewed("week", friday, MONDAY + timedelta(weeks=1))
    assert over is not None
    assert (over.over, over.before, over.ended) == (
        days("2026-11-16", "2026-11-22"), days("2026-11-09", "2026-11-15"), True,
    )  # fmt: skip
    assert reviewed("week", MONDAY, MONDAY) is None  # no day of it is over


def test_months_are_of_their_own_lengths() -> None:
    found = reviewed("month", date(2026, 3, 5), date(2026, 3, 31))
    assert found is not None
    assert (found.over, found.before) == (
        days("2026-03-01", "2026-03-30"),
        days("2026-02-01", "2026-02-28"),
    )
    over = reviewed("month", date(2026, 2, 1), date(2026, 3, 1))
    assert over is not None
    assert (over.over, over.before) == (
        days("2026-02-01", "2026-02-28"),
        days("2026-01-01", "2026-01-31"),
    )


def test_a_week_is_reviewed_from_its_friday_on() -> None:
    found = [latest("week", MONDAY + timedelta(days=n)) for n in range(8)]
    last = MONDAY - timedelta(weeks=1)
    assert found == [last] * 4 + [MONDAY] * 4
    assert latest("month", date(2026, 3, 1)) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("grain", "day", "field"),
    [("year", "2026-11-16", "grain"), ("week", "2026-11-40", "day"), ("week", "2026-11-23", "day")],
)
def test_what_an_address_may_not_say(grain: str, day: str, field: str) -> None:
    with pytest.raises(Refused) as error:
        first_of(grain, day, date(2026, 11, 22))
    assert error.value.field == field


def test_an_address_may_name_any_day() -> None:
    assert first_of("week", "2026-11-19", date(2026, 11, 22)) == ("week", MONDAY)


def test_a_week_is_kept_an_hour_after_it_is_over() -> None:
    over = midnight(MONDAY, ZONE)
    last = MONDAY - timedelta(weeks=1)
    for after, found in ((59, [last - timedelta(weeks=1)]), (60, [last])):
        now = over + timedelta(minutes=after)
        assert due("week", [], date(2026, 1, 1), now, ZONE, today(ZONE, now)) == found


def test_nothing_is_kept_from_before_the_first_event() -> None:
    now = midnight(MONDAY, ZONE) + timedelta(hours=5)
    assert due("week", [], None, now, ZONE, MONDAY) == []
    assert due("week", [], MONDAY, now, ZONE, MONDAY) == []
    sunday = MONDAY - timedelta(days=1)
    assert due("week", [], sunday, now, ZONE, MONDAY) == [MONDAY - timedelta(weeks=1)]


@examples(60, 2_000)
@given(
    st.sampled_from(GRAINS),
    st.sampled_from(("Asia/Shanghai", "America/New_York", "Europe/Berlin")),
    st.lists(st.integers(1, 24 * 50), min_size=1, max_size=40),
)
def test_each_period_is_kept_once(grain: str, zone: str, hours: list[int]) -> None:
    """A server that looks now and then: each period that was over when it looked is kept once, none early."""
    now, first = datetime(2026, 1, 5, 3, tzinfo=UTC), date(2025, 6, 1)
    kept: dict[date, datetime] = {}
    for gap in hours:
        now += timedelta(hours=gap)
        for start in due(grain, sorted(kept), first, now, zone, today(zone, now)):  # type: ignore[arg-type]
            assert start not in kept
            end = whole_period(start, grain).end  # type: ignore[arg-type]
            assert now >= midnight(end + timedelta(days=1), zone)
            kept[start] = now
    every = sorted(kept)
    assert len(every) >= 1
    for one, after in pairwise(every):
        assert whole_period(one, grain).end + timedelta(days=1) == after  # type: ignore[arg-type]
    assert MOST_MADE_UP["week"] > 50 / 7
