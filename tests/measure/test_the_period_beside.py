"""The period before and the one after, by hand: days, weeks, months, years, up to today."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from minilens.period import Range, beside, preset

TODAY = date(2026, 11, 22)  # a Sunday


def days(first: str, last: str) -> Range:
    return Range(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "by", "found"),
    [
        ("7d", -1, ("2026-11-08", "2026-11-14")),
        ("7d", 1, None),  # but for today all of it is to come
        ("yesterday", -1, ("2026-11-20", "2026-11-20")),
        ("yesterday", 1, ("2026-11-22", "2026-11-22")),
        ("today", 1, None),
        ("this_week", -1, ("2026-11-09", "2026-11-15")),
        ("this_week", 1, None),
        ("last_week", 1, ("2026-11-16", "2026-11-22")),
        ("this_month", -1, ("2026-10-01", "2026-10-31")),
        ("last_month", -1, ("2026-09-01", "2026-09-30")),
        ("last_month", 1, ("2026-11-01", "2026-11-22")),
        ("year_to_date", -1, ("2025-01-01", "2025-12-31")),
        ("year_to_date", 1, None),
    ],
)
def test_of_presets(period: str, by: Literal[-1, 1], found: tuple[str, str] | None) -> None:
    got = beside(preset(period, TODAY), period, by, TODAY)
    assert got == (days(*found) if found else None)


@pytest.mark.parametrize(
    ("over", "by", "found"),
    [
        (("2026-11-01", "2026-11-20"), -1, ("2026-10-12", "2026-10-31")),
        (("2026-11-01", "2026-11-20"), 1, ("2026-11-21", "2026-11-22")),
        (("2024-02-01", "2024-02-29"), -1, ("2024-01-01", "2024-01-31")),
        (("2024-02-01", "2024-02-29"), 1, ("2024-03-01", "2024-03-31")),
        (("2025-12-01", "2026-01-31"), -1, ("2025-10-01", "2025-11-30")),
        (("2025-12-01", "2026-01-31"), 1, ("2026-02-01", "2026-03-31")),
    ],
)
def test_of_days(over: tuple[str, str], by: Literal[-1, 1], found: tuple[str, str]) -> None:
    assert beside(days(*over), "", by, TODAY) == days(*found)


def test_before_and_after_lead_back_where_nothing_is_cut() -> None:
    for over in (days("2026-03-01", "2026-03-31"), days("2026-03-05", "2026-03-11")):
        before = beside(over, "", -1, TODAY)
        assert before is not None
        assert beside(before, "", 1, TODAY) == over
