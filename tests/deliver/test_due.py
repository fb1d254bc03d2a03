"""When subscriptions are due, by hand and against a walk minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.deliver.due import Due, days_of, dues, next_due
from minilens.period import Range
from minilens.records.subscriptions import Schedule

MINUTE = timedelta(minutes=1)
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")
#: A day around which the clock is changed in each of them, or any.
CHANGES = {
    "Asia/Shanghai": (date(2026, 12, 31),),
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "Europe/Berlin": (date(2027, 3, 28), date(2027, 10, 31)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),
}


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(due: Due, zone: str) -> str:
    return f"{due.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def test_a_day_a_week_and_a_month_by_hand() -> None:
    after, zone = at("2026-11-29T23:00", "Asia/Shanghai"), "Asia/Shanghai"  # a Sunday
    day = next_due(Schedule("day", "09:10"), after, zone, "1")
    assert "2026-11-30 09:11" <= local(day, zone) <= "2026-11-30 09:19"
    assert day.over == Range(date(2026, 11, 29), date(2026, 11, 29))
    week = next_due(Schedule("week", "09:10", weekday=4), after, zone, "1")
    assert local(week, zone).startswith("2026-12-04 09:1")
    assert week.over == Range(date(2026, 11, 23), date(2026, 11, 29))
    month = next_due(Schedule("month", "09:10", month_day=0), after, zone, "1")
    assert local(month, zone).startswith("2026-11-30 09:1")
    assert month.over == Range(date(2026, 10, 1), date(2026, 10, 31))
    first = next_due(Schedule("month", "09:10", month_day=1), after, zone, "1")
    assert first.over == Range(date(2026, 11, 1), date(2026, 11, 30))


def test_last_days_of_months() -> None:
    found = islice(
        dues(Schedule("month", "20:05", month_day=0), at("2027-01-01T00:00"), "Asia/Shanghai", "7"),
        4,
    )
    days = [local(one, "Asia/Shanghai")[:10] for one in found]
    assert days == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]


@pytest.mark.parametrize("chosen", ["00:00", "08:25", "09:00", "09:21", "09:29", "23:59"])
def test_never_near_the_full_or_half_hour_and_never_early(chosen: str) -> None:
    schedule, after = Schedule("day", chosen), at("2027-01-01T00:00")
    for seed in map(str, range(60)):
        found = next_due(schedule, after, "UTC", seed).at
        assert found.minute % 30 not in (29, 0, 1)
        hour, minute = map(int, chosen.split(":"))
        since = (found - found.replace(hour=hour, minute=minute)) % timedelta(days=1)
        assert MINUTE <= since <= 9 * MINUTE


def test_the_minute_is_the_same_each_day_and_not_everybodys() -> None:
    schedule, after = Schedule("day", "09:00"), at("2027-01-01T00:00")
    minutes = {
        seed: {one.at.minute for one in islice(dues(schedule, after, "UTC", str(seed)), 30)}
        for seed in range(30)
    }
    assert all(len(of) == 1 for of in minutes.values())
    assert len(set.union(*minutes.values())) > 4


def test_a_time_that_the_clock_skips_is_the_moment_at_which_it_does() -> None:
    zone = "America/New_York"  # on 2027-03-14 from 02:00 to 03:00
    found = next_due(Schedule("day", "02:30"), at("2027-03-13T12:00", zone), zone, "3")
    assert "2027-03-14 03:02" <= local(found, zone) <= "2027-03-14 03:09"
    assert found.over.end == date(2027, 3, 13)


def test_a_time_that_comes_twice_is_the_first_of_them() -> None:
    zone = "America/New_York"  # on 2027-11-07 from 02:00 back to 01:00
    found = list(islice(dues(Schedule("day", "01:30"), at("2027-11-06T12:00", zone), zone, "3"), 2))
    assert [local(one, zone)[:10] for one in found] == ["2027-11-07", "2027-11-08"]
    assert found[0].at.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=-4)


SCHEDULES = st.builds(
    Schedule,
    cadence=st.sampled_from(["day", "week", "month"]),
    at=st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59)),
    weekday=st.integers(0, 6),
    month_day=st.integers(0, 28),
)


@given(
    SCHEDULES,
    st.sampled_from([(zone, day) for zone in ZONES for day in CHANGES[zone]]),
    st.integers(0, 1439),
    st.text("abc", max_size=3),
)
def test_as_a_walk_minute_by_minute_has_it(
    schedule: Schedule, where: tuple[str, date], minutes: int, seed: str
) -> None:
    """Of the days around a change of the clock: the chosen moments one by one, then the offset of the seed."""
    zone, day = where
    after = datetime.combine(day, datetime.min.time(), UTC) + (minutes - 1440) * MINUTE
    until = after + timedelta(days=40)
    found = list(takewhile(lambda one: one.at <= until, dues(schedule, after, zone, seed)))
    chosen = list(walked(schedule, after - 10 * MINUTE, until, zone, day))
    near = [(moment, on) for moment, on in chosen if after < moment - MINUTE <= until - 10 * MINUTE]
    assert len(chosen) - 2 <= len(found) <= len(chosen)
    whole = {one.over: one for one in found}
    assert len(whole) == len(found)  # a period once
    for moment, on in near:
        one = whole[days_of(schedule, on)]
        assert MINUTE <= one.at - moment <= 9 * MINUTE
        assert one.at.astimezone(ZoneInfo(zone)).minute % 30 not in (29, 0, 1)
    assert found == sorted(found, key=lambda one: one.at)


def walked(
    schedule: Schedule, start: datetime, end: datetime, zone: str, day: date
) -> Iterator[tuple[datetime, date]]:
    """The first minute of each day that is chosen at which the clock shows the time or a later one."""
    for on, minutes in shown(zone, day).items():
        moment = next((moment for moment, shows in minutes if shows >= schedule.at), None)
        if moment is not None and start <= moment <= end and fits(schedule, on):
            yield moment, on


@lru_cache
def shown(zone: str, start: date) -> dict[date, list[tuple[datetime, str]]]:
    """What the clock shows at each minute from two days before a day of UTC on."""
    found: dict[date, list[tuple[datetime, str]]] = {}
    moment = datetime.combine(start, datetime.min.time(), UTC) - timedelta(days=2)
    for _ in range(43 * 1440):
        shows = moment.astimezone(ZoneInfo(zone))
        found.setdefault(shows.date(), []).append((moment, f"{shows:%H:%M}"))
        moment += MINUTE
    return found


def fits(schedule: Schedule, on: date) -> bool:
    if schedule.cadence == "day":
        return True
    if schedule.cadence == "week":
        return on.weekday() == schedule.weekday
    if schedule.month_day == 0:
        return (on + timedelta(days=1)).day == 1
    return on.day == schedule.month_day
