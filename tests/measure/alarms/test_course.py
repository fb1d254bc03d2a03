"""When an alarm opens and when it is over: by hand, and that it neither flaps nor hangs on how often it is asked."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.alarms.course import Bounds, Course, Judged, course
from minilens.measure.alarms.slots import Slot

BOUNDS = Bounds(low=40, high=60, back_low=43, back_high=57, far_low=20, far_high=80)
START = date(2026, 11, 24)


def slot(n: int) -> Slot:
    return Slot(START + timedelta(days=n // 24), n % 24)


def hours(*values: float | None, running: bool = False) -> list[Judged]:
    """From midnight on; `running`: the last one is not over."""
    return [
        Judged(slot(n), value, BOUNDS, running=running and n == len(values) - 1)
        for n, value in enumerate(values)
    ]


def test_one_hour_a_little_outside_is_no_alarm_two_are() -> None:
    assert course(hours(50, 39, 50), "hour") == Course()
    assert course(hours(50, 39, 38), "hour") == Course(True, "low", slot(1), slot(2))


def test_one_hour_far_outside_is_enough() -> None:
    assert course(hours(50, 19), "hour") == Course(True, "low", slot(1), slot(1))
    assert course(hours(50, 81), "hour") == Course(True, "high", slot(1), slot(1))


def test_of_days_one_is_enough() -> None:
    assert course(hours(50, 39), "day").open
    assert not course(hours(50, 39, 50), "day").open


def test_it_is_over_after_two_hours_well_within() -> None:
    assert course(hours(30, 30, 50), "hour").open
    assert not course(hours(30, 30, 50, 50), "hour").open
    assert course(hours(30, 30, 41, 42, 41, 42), "hour").open  # within, and not well


def test_what_wavers_about_the_edge_opens_once() -> None:
    wavering = hours(*[39, 41] * 20)
    opens = [course(wavering[: n + 1], "hour").open for n in range(len(wavering))]
    assert not any(opens)
    wavering = hours(39, 39, *[39, 41] * 20)
    opens = [course(wavering[: n + 1], "hour").open for n in range(len(wavering))]
    assert opens == [False] + [True] * 41


def test_hours_that_are_not_judged_neither_open_nor_close() -> None:
    gap = [Judged(slot(2), None, BOUNDS), Judged(slot(3), 0, None)]
    assert course([*hours(30, 30), *gap], "hour").last == slot(1)
    assert not course([*hours(50, 50), *gap], "hour").open


def test_the_running_hour_says_only_what_is_too_much_already() -> None:
    assert not course(hours(50, 5, running=True), "hour").open
    assert course(hours(50, 90, running=True), "hour").open
    assert course(hours(30, 30, 50, 50, running=True), "hour").open  # it may still become too few


def test_one_that_was_open_before_stays_so_until_it_is_calm() -> None:
    assert course(hours(41, 41), "hour", opened=True).open
    assert not course(hours(50, 50), "hour", opened=True).open
    assert course([], "hour", opened=True).open


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=40))
def test_it_is_the_same_counted_plainly(values: list[int | None]) -> None:
    is_open, out, calm = False, 0, 0
    for value in values:
        if value is None:
            continue
        if 40 <= value <= 60:
            out, calm = 0, (calm + 1 if 43 <= value <= 57 else 0)
            is_open = is_open and calm < 2
        else:
            out, calm = out + 1, 0
            is_open = is_open or out >= 2 or not 20 <= value <= 80
    assert course(hours(*values), "hour").open == is_open
