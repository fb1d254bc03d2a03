"""A comparison on the same weekdays, by hand: borders of months and years, ISO weeks, zones whose clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens import reports
from minilens.measure.span import Span
from minilens.period import Grain, Range, compared_in, on_weekdays
from minilens.reports.kinds.days import DaysRequest, other_range
from minilens.reports.kinds.moments import moved

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def days(first: str, last: str) -> Range:
    return Range(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("over", "kind", "other"),
    [
        # Sun 1 – Sat 7 November beside the week before, and beside a month and a year earlier
        (("2026-11-01", "2026-11-07"), "previous", ("2026-10-25", "2026-10-31")),
        (("2026-11-01", "2026-11-07"), "month", ("2026-10-04", "2026-10-10")),
        (("2026-11-01", "2026-11-07"), "year", ("2025-11-02", "2025-11-08")),
        # thirty days: five weeks before, so that no day is in both
        (("2026-10-23", "2026-11-21"), "previous", ("2026-09-18", "2026-10-17")),
        # from a leap day, and over one: 366 days are nearest to 52 weeks
        (("2024-02-29", "2024-02-29"), "year", ("2023-03-02", "2023-03-02")),
        (("2025-02-28", "2025-02-28"), "year", ("2024-03-01", "2024-03-01")),
        (("2024-12-31", "2024-12-31"), "year", ("2024-01-02", "2024-01-02")),
        # the border of a year
        (("2025-12-29", "2026-01-04"), "previous", ("2025-12-22", "2025-12-28")),
        (("2026-01-01", "2026-01-01"), "year", ("2025-01-02", "2025-01-02")),
        # the first ISO week of 2027, behind a year of 53 weeks: the days of the second one are nearer
        (("2027-01-04", "2027-01-10"), "year", ("2026-01-05", "2026-01-11")),
        # the 53rd week of 2026 has none of its number in 2025
        (("2026-12-28", "2027-01-03"), "year", ("2025-12-29", "2026-01-04")),
        (("2026-11-20", "2026-11-20"), "week", ("2026-11-13", "2026-11-13")),
        (("2026-11-20", "2026-11-20"), "previous", ("2026-11-13", "2026-11-13")),
    ],
)
def test_of_days(over: tuple[str, str], kind: str, other: tuple[str, str]) -> None:
    found = other_range(days(*over), kind, ("day", ""), "weekdays")
    assert found == days(*other)


@pytest.mark.parametrize(
    ("over", "period", "other"),
    [
        # October as a whole: the 31 days five weeks before; November until the 22nd: four
        (("2026-10-01", "2026-10-31"), "last_month", ("2026-08-27", "2026-09-26")),
        (("2026-11-01", "2026-11-22"), "this_month", ("2026-10-04", "2026-10-25")),
        (("2026-11-16", "2026-11-22"), "this_week", ("2026-11-09", "2026-11-15")),
        (("2026-01-01", "2026-11-22"), "year_to_date", ("2025-01-02", "2025-11-23")),
    ],
)
def test_of_the_calendar(over: tuple[str, str], period: str, other: tuple[str, str]) -> None:
    assert other_range(days(*over), "previous", ("day", period), "weekdays") == days(*other)


def test_months_know_no_weekdays_and_weeks_have_them_already() -> None:
    over = days("2026-09-01", "2026-10-31")
    assert other_range(over, "year", ("month", ""), "weekdays") == days("2025-09-01", "2025-10-31")
    weeks = days("2026-10-05", "2026-11-01")
    for kind in ("previous", "week", "month", "year"):
        by_dates = compared_in(weeks, kind, "week")
        assert other_range(weeks, kind, ("week", ""), "weekdays") == by_dates


@given(
    st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(0, 800),
    st.sampled_from(["previous", "week", "month", "year"]), st.sampled_from(["day", "week"]),
)  # fmt: skip
def test_always_the_same_weekdays_near_by(first: date, more: int, kind: str, grain: Grain) -> None:
    over = Range(first, first + timedelta(days=more))
    plain = compared_in(over, kind, grain)
    found = on_weekdays(over, plain, kind)
    assert found.days == over.days
    assert found.start.weekday() == over.start.weekday()
    assert found.start < over.start
    if kind == "previous":
        assert found.end < over.start
        assert over.start - found.end <= timedelta(days=7)
    else:
        assert abs((found.start - plain.start).days) <= 3


def test_moments_begin_at_the_same_hour_where_the_clock_is_changed() -> None:
    """The clock of Berlin was put forward on 29 March 2026 and back on 25 October."""
    for day, before, hours in (
        ("2026-03-30", "2026-03-23", 24),
        ("2026-03-29", "2026-03-22", 23),
        ("2026-10-26", "2026-10-19", 24),
    ):
        zone = ZoneInfo(BERLIN)
        start = datetime.fromisoformat(day).replace(tzinfo=zone)
        span = Span(start.astimezone(UTC), (start.astimezone(UTC) + timedelta(hours=hours)))
        for kind in ("previous", "day", "week"):
            found = moved(span, kind, BERLIN, weekdays=True)
            assert f"{found.start.astimezone(zone):%Y-%m-%d %H:%M}" == f"{before} 00:00"
            assert found.length == span.length


def test_a_year_earlier_is_fifty_two_weeks_of_moments() -> None:
    start = datetime(2026, 11, 22, 2, tzinfo=UTC)
    found = moved(Span(start, start + timedelta(hours=6)), "year", "Asia/Shanghai", weekdays=True)
    assert found.start == start - timedelta(weeks=52)


def test_hours_of_today_stand_beside_those_of_a_week_ago_up_to_now() -> None:
    given = {"period": "today", "match": "weekdays"}
    state = reports.read(given, reports.find("overview.trend"), BERLIN, NOW)
    assert isinstance(state, DaysRequest)
    query = state.days_query(1)
    assert query.compare == days("2026-11-15", "2026-11-15")
    assert query.cutoff == datetime(2026, 11, 15, 5, tzinfo=ZoneInfo(BERLIN))


def test_the_address_says_it_where_it_is_not_usual_and_only_beside_a_kind() -> None:
    def at(**given: str) -> str:
        return reports.read(given, reports.find("overview.trend"), BERLIN, NOW).at()

    assert at(match="weekdays") == "?match=weekdays"
    assert at(match="dates") == "?"
    assert (
        at(match="weekdays", compare_from="2026-01-01")
        == "?compare_from=2026-01-01&compare_to=2026-01-01"
    )
