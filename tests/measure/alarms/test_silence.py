"""Nothing comes: by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from minilens.measure.alarms.silence import Silence, again, silence

SHANGHAI = "Asia/Shanghai"
FIRST = date(2026, 9, 1)
#: A Tuesday.
DAY = date(2026, 11, 24)


def history(each: Callable[[datetime], float], zone: str = SHANGHAI) -> dict[datetime, float]:
    """Hours of ninety days up to the night before the day, as many events in each as `each` says of its clock."""
    start = datetime(2026, 8, 26, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = {}
    for n in range(90 * 24 + 24):
        hour = start + timedelta(hours=n)
        if hour.astimezone(ZoneInfo(zone)).date() < DAY:
            found[hour] = each(hour.astimezone(ZoneInfo(zone)))
    return found


def clock(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"{DAY} {text}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shop(at: datetime) -> float:
    """Sixty events an hour by day, none from two to six."""
    return 0 if 2 <= at.hour < 6 else 60


def said(
    each: Callable[[datetime], float], last: str, now: str, first: date = FIRST
) -> Silence | None:
    return silence(history(each), clock(last), clock(now), SHANGHAI, first)


def test_of_a_busy_app_minutes_are_enough() -> None:
    assert said(shop, "10:00", "10:14") is None
    assert said(shop, "10:00", "10:15") is None  # a quarter of sixty, of which half is sure: 7.5
    found = said(shop, "10:00", "10:17")
    assert found is not None
    assert (found.since, found.days, found.weekly) == (clock("10:00"), 8, True)
    assert (found.least, found.usual) == pytest.approx((8.5, 8.5))


def test_the_night_is_quiet_and_the_morning_is_not() -> None:
    assert said(shop, "01:58", "06:05") is None
    assert said(shop, "01:58", "06:20") is not None


def test_a_quiet_weekend_says_nothing_of_a_tuesday() -> None:
    assert said(lambda at: 0 if at.weekday() >= 5 else shop(at), "10:00", "10:30") is not None


def test_a_tuesday_that_was_quiet_once_explains_it() -> None:
    holiday = DAY - timedelta(days=49)
    assert said(lambda at: 0 if at.date() == holiday else shop(at), "10:00", "10:30") is None


def test_an_app_with_very_few_events_is_silent_for_days_before_it_is_said() -> None:
    few = {9: 1.0, 18: 1.0}

    def seldom(at: datetime) -> float:
        return few.get(at.hour, 0)

    assert said(seldom, "09:00", "20:00") is None
    hours = history(seldom)
    assert (
        silence(hours, clock("09:00") - timedelta(days=2), clock("20:00"), SHANGHAI, FIRST) is None
    )
    long = silence(hours, clock("09:00") - timedelta(days=6), clock("20:00"), SHANGHAI, FIRST)
    assert long is not None
    assert long.least >= 8


def test_a_young_app_is_held_against_all_of_its_days() -> None:
    found = said(shop, "10:00", "10:30", first=DAY - timedelta(days=9))
    assert found is not None
    assert (found.days, found.weekly) == (9, False)
    assert said(shop, "10:00", "10:30", first=DAY - timedelta(days=6)) is None
    assert silence({}, clock("10:00"), clock("12:00"), SHANGHAI, FIRST) is None


def test_the_clock_of_the_app_counts_where_it_is_changed() -> None:
    """Berlin puts its clock back a month before: by UTC its shop opened an hour earlier then."""
    zone = "Europe/Berlin"
    hours = history(lambda at: 60 if at.hour >= 8 else 0, zone)
    assert silence(hours, clock("00:10", zone), clock("08:10", zone), zone, FIRST) is None
    assert silence(hours, clock("00:10", zone), clock("08:30", zone), zone, FIRST) is not None


def test_a_single_event_is_no_end() -> None:
    now = clock("10:30")
    hour = now.replace(minute=0)
    assert not again({hour: 1}, now)
    assert again({hour: 1, hour - timedelta(hours=1): 2}, now)
