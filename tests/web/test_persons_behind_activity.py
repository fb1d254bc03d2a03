"""Retention, stickiness and lifecycle by hand: a cell, a number of days and a part of a day have their persons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.test_persons_behind_reports import DAY, NEXT, asked, site_of

__all__ = ["site_of"]
RETENTION = {"kind": "retention", "first": {"event": "page_view"}, "from": DAY, "to": NEXT}


@pytest.mark.parametrize(
    ("question", "measure", "row", "devices"),
    [
        (RETENTION, "cohort_users", {"day": DAY}, "abc"),
        (RETENTION, "", {"day": DAY, "days_later": 1}, "abc"),
        (RETENTION, "retained_users", {"day": DAY, "days_later": 1}, "b"),
        ({"kind": "stickiness", "from": DAY, "to": NEXT}, "persons", {"active_days": 1}, "ac"),
        ({"kind": "stickiness", "from": DAY, "to": NEXT}, "persons", {"active_days": 2}, "b"),
        ({"kind": "stickiness", "from": DAY, "to": NEXT}, "at_least", {"active_days": 1}, "abc"),
        ({"kind": "lifecycle", "from": DAY, "to": NEXT}, "new", {"day": DAY}, "abc"),
        ({"kind": "lifecycle", "from": DAY, "to": NEXT}, "dormant", {"day": NEXT}, "ac"),
        ({"kind": "lifecycle", "from": DAY, "to": NEXT}, "returning", {"day": NEXT}, "b"),
    ],
)
def test_by_hand(
    site_of: Any, question: dict[str, Any], measure: str, row: dict[str, Any], devices: str
) -> None:
    found = asked(site_of, question=question, measure=measure, row=row)
    assert found.status_code == 200, found.text
    right = sorted(site_of[1].person("device", one) for one in devices)
    assert [one["person"] for one in found.json()["persons"]] == [f"p{one}" for one in right]


@pytest.mark.parametrize(
    ("question", "measure", "row", "field"),
    [
        (RETENTION, "retained_users", {"day": DAY}, "row.days_later"),
        (RETENTION, "retained_users", {"day": DAY, "days_later": 99}, "row.days_later"),
        (RETENTION, "cohort_users", {"day": "2020-01-01"}, "row.day"),
        ({"kind": "lifecycle"}, "gone", {}, "measure"),
        ({"kind": "lifecycle"}, "new", {"page": "x"}, "row"),
    ],
)
def test_what_is_wrong_is_named(
    site_of: Any, question: dict[str, Any], measure: str, row: dict[str, Any], field: str
) -> None:
    found = asked(site_of, question=question, measure=measure, row=row)
    assert (found.status_code, found.json()["field"]) == (422, field)
