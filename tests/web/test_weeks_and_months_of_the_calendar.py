"""This week, last month, the year to date: which days they are, and what stands beside them."""

from __future__ import annotations

from datetime import date

import pytest

from minilens.period import compared_with, preset


@pytest.mark.parametrize(
    ("name", "today", "days", "before"),
    [
        ("this_week", "2026-11-25", "2026-11-23 2026-11-25", "2026-11-16 2026-11-18"),
        ("this_week", "2026-11-23", "2026-11-23 2026-11-23", "2026-11-16 2026-11-16"),
        ("last_week", "2026-11-25", "2026-11-16 2026-11-22", "2026-11-09 2026-11-15"),
        ("this_month", "2026-11-22", "2026-11-01 2026-11-22", "2026-10-01 2026-10-22"),
        ("this_month", "2026-03-31", "2026-03-01 2026-03-31", "2026-02-01 2026-02-28"),
        ("this_month", "2026-01-01", "2026-01-01 2026-01-01", "2025-12-01 2025-12-01"),
        ("last_month", "2026-03-31", "2026-02-01 2026-02-28", "2026-01-01 2026-01-31"),
        ("last_month", "2026-01-15", "2025-12-01 2025-12-31", "2025-11-01 2025-11-30"),
        ("year_to_date", "2026-11-22", "2026-01-01 2026-11-22", "2025-01-01 2025-11-22"),
        ("year_to_date", "2028-02-29", "2028-01-01 2028-02-29", "2027-01-01 2027-02-28"),
    ],
)
def test_days_and_what_they_are_compared_with(
    name: str, today: str, days: str, before: str
) -> None:
    over = preset(name, date.fromisoformat(today))
    other = compared_with(over, "previous", name)
    assert f"{over.start} {over.end}" == days
    assert f"{other.start} {other.end}" == before
