"""Situations that retention, stickiness and lifecycle of other products are tried with: what we answer, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ask.stories import Case, of_range

DO = {"event": "add_favorite"}
BUY = {"event": "pay_success"}
#: Two persons over a week.
TWO = """
a: s@5h s@1d5h s@2d5h s@5d5h s@5d9h s@6d5h
b: s@1d5h s@2d5h s@3d5h s@6d5h
"""
#: Of one person one is back, of four one.
ALIKE = """
a: s@0 s@1d
b: s@1d s@2d
c: s@1d
d: s@1d
e: s@1d
"""
WEEK = of_range("06-01", "06-07")
TWO_DAYS = of_range("06-01", "06-02")
CHROME = {"property": "browser", "operator": "is", "values": ["Chrome"]}
CELLS = ("day", "days_later", "cohort_users", "retained_users")
LIFE = ("day", "new", "returning", "resurrected", "dormant")


def retention(**more: Any) -> dict[str, Any]:
    """Of one event unless told, over the week, without the rows of all cohorts."""
    return {"kind": "retention", "first": DO} | WEEK | more


CASES: dict[str, Case] = {
    "each day with a start": Case(
        TWO, retention(entry="each", periods=6, to="2026-06-03"), CELLS,
        [("2026-06-01", 0, 1, 1), ("2026-06-01", 1, 1, 1), ("2026-06-01", 2, 1, 1), ("2026-06-01", 3, 1, 0),
         ("2026-06-01", 4, 1, 0), ("2026-06-01", 5, 1, 1), ("2026-06-01", 6, 1, 1),
         ("2026-06-02", 0, 2, 2), ("2026-06-02", 1, 2, 2), ("2026-06-02", 2, 2, 1), ("2026-06-02", 3, 2, 0),
         ("2026-06-02", 4, 2, 1), ("2026-06-02", 5, 2, 2), ("2026-06-02", 6, 2, 0),
         ("2026-06-03", 0, 2, 2), ("2026-06-03", 1, 2, 1), ("2026-06-03", 2, 2, 0), ("2026-06-03", 3, 2, 1),
         ("2026-06-03", 4, 2, 2), ("2026-06-03", 5, 2, 0), ("2026-06-03", 6, 2, 0)],
    ),
    "the first time ever": Case(
        TWO + "c: s@-3d s@1d\n", retention(periods=2, to="2026-06-02"), CELLS,
        [("2026-06-01", 0, 1, 1), ("2026-06-01", 1, 1, 1), ("2026-06-01", 2, 1, 1), ("2026-06-02", 0, 1, 1),
         ("2026-06-02", 1, 1, 1), ("2026-06-02", 2, 1, 1)],
    ),
    "the first time in the range": Case(
        TWO + "c: s@-3d s@1d\n", retention(periods=2, entry="first_in_range", to="2026-06-02"), CELLS,
        [("2026-06-01", 0, 1, 1), ("2026-06-01", 1, 1, 1), ("2026-06-01", 2, 1, 1), ("2026-06-02", 0, 2, 2),
         ("2026-06-02", 1, 2, 1), ("2026-06-02", 2, 2, 1)],
    ),
    "the first time ever under a condition": Case(
        "a: s@0{plan=a} s@1d{plan=b} s@2d\nb: s@0{plan=b} s@1d",
        retention(first=DO | {"where": {"property": "plan", "operator": "is", "values": ["b"]}}, **{
            "return": DO, "periods": 1, "to": "2026-06-02",
        }), CELLS,
        [("2026-06-01", 0, 1, 0), ("2026-06-01", 1, 1, 1), ("2026-06-02", 0, 1, 0), ("2026-06-02", 1, 1, 1)],
    ),
    "the first time ever has to fulfil the condition": Case(
        "a: s@0{plan=a} s@1d{plan=b} s@2d\nb: s@0{plan=b} s@1d",
        retention(entry="first_event", first=DO | {
            "where": {"property": "plan", "operator": "is", "values": ["b"]},
        }, **{"return": DO, "periods": 1, "to": "2026-06-02"}), CELLS,
        [("2026-06-01", 0, 1, 0), ("2026-06-01", 1, 1, 1), ("2026-06-02", 0, 0, 0), ("2026-06-02", 1, 0, 0)],
    ),
    "one event leads to another": Case(
        "a: s@0 b@1h b@1d\nb: s@0 b@2d\nc: b@0 s@1h\nd: s@0",
        retention(periods=2, to="2026-06-01", **{"return": BUY}), CELLS,
        [("2026-06-01", 0, 4, 1), ("2026-06-01", 1, 4, 1), ("2026-06-01", 2, 4, 1)],
    ),
    "on the day or later": Case(
        "a: s@0 s@1d\nb: s@0 s@3d\nc: s@0 s@1d s@3d\nd: s@0",
        retention(mode="on_or_after", periods=4, to="2026-06-01"), CELLS,
        [("2026-06-01", 0, 4, 4), ("2026-06-01", 1, 4, 3), ("2026-06-01", 2, 4, 2), ("2026-06-01", 3, 4, 2),
         ("2026-06-01", 4, 4, 0)],
    ),
    "by the end of the day": Case(
        "a: s@0 s@1d\nb: s@0 s@3d\nc: s@0 s@1d s@3d\nd: s@0",
        retention(mode="on_or_before", periods=3, to="2026-06-01"), CELLS,
        [("2026-06-01", 0, 4, 4), ("2026-06-01", 1, 4, 2), ("2026-06-01", 2, 4, 2), ("2026-06-01", 3, 4, 3)],
    ),
    "brackets of days": Case(
        "a: s@0 s@1d\nb: s@0 s@3d\nc: s@0 s@1d s@3d s@5d\nd: s@0",
        retention(brackets=["0", "1-3", "4-7"], to="2026-06-01"), CELLS,
        [("2026-06-01", "0", 4, 4), ("2026-06-01", "1-3", 4, 3), ("2026-06-01", "4-7", 4, 1)],
    ),
    "brackets of four, ten and three days": Case(
        "a: s@0 s@1d s@5d s@16d\nb: s@0 s@4d s@10d\nc: s@0",
        retention(brackets=["0", "1-4", "5-14", "15-17"], to="2026-06-01"), CELLS,
        [("2026-06-01", "0", 3, 3), ("2026-06-01", "1-4", 3, 2), ("2026-06-01", "5-14", 3, 2),
         ("2026-06-01", "15-17", 3, 1)],
    ),
    "a condition on the return alone": Case(
        "a: s@0 s@1d{plan=b} s@2d\nb: s@0 s@2d", retention(entry="each", periods=2, to="2026-06-01", **{
            "return": DO | {"where": {"property": "plan", "operator": "is", "values": ["b"]}},
        }), CELLS, [("2026-06-01", 0, 2, 0), ("2026-06-01", 1, 2, 1), ("2026-06-01", 2, 2, 0)],
    ),
    "a condition on any activity as the start": Case(
        "a: s@0{plan=b} o@1d\nb: s@0{plan=a} o@1d", retention(
            first={"where": {"property": "plan", "operator": "is", "values": ["b"]}}, periods=1, to="2026-06-01",
            **{"return": {}},
        ), CELLS, [("2026-06-01", 0, 1, 0), ("2026-06-01", 1, 1, 1)],
    ),
    "of one value, as if there were no others": Case(
        "a: s@0{browser=Chrome} s@1d{browser=Safari}\nb: s@0{browser=Chrome} s@1d{browser=Chrome}",
        retention(where=CHROME, periods=1, to="2026-06-01"), CELLS,
        [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 1)],
    ),
    "twice a day or not at all, of each day": Case(
        "a: s@0 s@1h s@1d s@25h\nb: s@0 s@1h s@1d", retention(entry="each", at_least=2, periods=1, to="2026-06-01"),
        CELLS, [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 1)],
    ),
    "months, each of which somebody was there": Case(
        "a: s@0 s@31d s@61d s@122d\nb: s@0 s@31d s@61d s@153d",
        retention(grain="month", entry="each", periods=4, to="2026-07-31"),
        ("day", "months_later", "cohort_users", "retained_users"),
        [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 2), ("2026-06-01", 2, 2, 2), ("2026-06-01", 3, 2, 0),
         ("2026-06-01", 4, 2, 1), ("2026-07-01", 0, 2, 2), ("2026-07-01", 1, 2, 2), ("2026-07-01", 2, 2, 0),
         ("2026-07-01", 3, 2, 1), ("2026-07-01", 4, 2, 1)],
    ),
    "weeks begin on Sunday": Case(
        "a: s@5d s@6d",
        retention(grain="week", week_start="sunday", entry="each", periods=1, **of_range("05-31", "06-06")),
        ("day", "weeks_later", "cohort_users", "retained_users"), [("2026-05-31", 0, 1, 1), ("2026-05-31", 1, 1, 1)],
    ),
    "weeks begin on Monday": Case(
        "a: s@6d s@7d\nb: s@0 s@6d s@14d",
        retention(grain="week", periods=2, entry="each", to="2026-06-14"),
        ("day", "weeks_later", "cohort_users", "retained_users"),
        [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 1), ("2026-06-01", 2, 2, 1), ("2026-06-08", 0, 1, 1),
         ("2026-06-08", 1, 1, 0), ("2026-06-08", 2, 1, 0)],
    ),
    "months of the calendar": Case(
        "a: s@0 s@30d\nb: s@29d s@30d s@61d", retention(grain="month", periods=2, to="2026-06-30"),
        ("day", "months_later", "cohort_users", "retained_users"),
        [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 2), ("2026-06-01", 2, 2, 1)],
    ),
    "so many returns in a day make one": Case(
        "a: s@0 b@1d\nb: s@0 b@1d b@25h", retention(at_least=2, periods=1, to="2026-06-01", **{"return": BUY}), CELLS,
        [("2026-06-01", 0, 2, 0), ("2026-06-01", 1, 2, 1)],
    ),
    "groups by the start": Case(
        "a: s@0{browser=Chrome} s@1d{browser=Safari}\nb: s@0{browser=Safari}\nc: s@0{browser=Chrome}",
        retention(periods=1, to="2026-06-01", groups=[{"property": "browser"}]),
        ("property.browser", "day", "days_later", "cohort_users", "retained_users"),
        [("Chrome", "2026-06-01", 0, 2, 2), ("Chrome", "2026-06-01", 1, 2, 1), ("Safari", "2026-06-01", 0, 1, 1),
         ("Safari", "2026-06-01", 1, 1, 0)],
    ),
    "what returns come to": Case(
        "a: s@0 b@1d{amount=5} b@26h{amount=2}\nb: s@0 b@1d{amount=3}\nc: s@0",
        retention(periods=1, to="2026-06-01", value={"property": "amount"}, **{"return": BUY}),
        ("days_later", "value", "value_per_user", "value_per_returned"),
        [(0, 0, 0, None), (1, 10, 10 / 3, 5)],
    ),
    "a day is one of the app": Case(
        "a: s@23h30m s@24h30m", retention(periods=1, to="2026-06-01"), CELLS,
        [("2026-06-01", 0, 1, 1), ("2026-06-01", 1, 1, 1)], zone="America/Los_Angeles",
    ),
    "phones of one person": Case(
        "phone1: s@0 s@1h!li\nphone2: s@1d!li", retention(periods=1, to="2026-06-01"), CELLS,
        [("2026-06-01", 0, 1, 1), ("2026-06-01", 1, 1, 1)],
    ),
    "lifecycle by days": Case(
        "a: s@0 s@1d s@2d s@5d\nb: s@1d s@3d\nc: s@-2d s@2d\nd: s@0",
        {"kind": "lifecycle", "activity": DO} | WEEK, LIFE,
        [("2026-06-01", 2, 0, 0, 0), ("2026-06-02", 1, 1, 0, -1), ("2026-06-03", 0, 1, 1, -1),
         ("2026-06-04", 0, 0, 1, -2), ("2026-06-05", 0, 0, 0, -1), ("2026-06-06", 0, 0, 1, 0),
         ("2026-06-07", 0, 0, 0, -1)],
    ),
    "lifecycle of weeks from Sunday": Case(
        "a: s@-1d s@5d s@6d", {"kind": "lifecycle", "activity": DO, "grain": "week", "week_start": "sunday"}
        | of_range("05-31", "06-13"), LIFE, [("2026-05-31", 1, 0, 0, 0), ("2026-06-07", 0, 1, 0, 0)],
    ),
    "lifecycle under a condition: who is new fulfils it": Case(
        "a: s@-2d{browser=Safari} s@0{browser=Chrome}\nb: s@-2d{browser=Chrome} s@0{browser=Chrome}",
        {"kind": "lifecycle", "activity": DO, "where": CHROME} | of_range("06-01", "06-01"), LIFE,
        [("2026-06-01", 1, 0, 1, 0)],
    ),
    "lifecycle of two phones of one person": Case(
        "phone1: s@0 s@1h!li\nphone2: s@1d!li", {"kind": "lifecycle", "activity": DO} | TWO_DAYS, LIFE,
        [("2026-06-01", 1, 0, 0, 0), ("2026-06-02", 0, 1, 0, 0)],
    ),
    "lifecycle of four persons over eight days": Case(
        "a: s@2d12h s@3d12h s@4d12h s@6d12h s@8d12h\nb: s@12h s@3d12h\nc: s@3d12h\nd: s@6d12h",
        {"kind": "lifecycle", "activity": DO} | of_range("06-01", "06-08"), LIFE,
        [("2026-06-01", 1, 0, 0, 0), ("2026-06-02", 0, 0, 0, -1), ("2026-06-03", 1, 0, 0, 0),
         ("2026-06-04", 1, 1, 1, 0), ("2026-06-05", 0, 1, 0, -2), ("2026-06-06", 0, 0, 0, -1),
         ("2026-06-07", 1, 0, 1, 0), ("2026-06-08", 0, 0, 0, -2)],
    ),
    "lifecycle by weeks": Case(
        "a: s@0 s@7d s@21d\nb: s@8d\nc: s@-3d s@6d",
        {"kind": "lifecycle", "activity": DO, "grain": "week"} | of_range("06-01", "06-28"), LIFE,
        [("2026-06-01", 1, 1, 0, 0), ("2026-06-08", 1, 1, 0, -1), ("2026-06-15", 0, 0, 0, -2),
         ("2026-06-22", 0, 0, 1, 0)],
    ),
    "lifecycle by months": Case(
        "a: s@0 s@30d\nb: s@0\nc: s@-40d s@30d",
        {"kind": "lifecycle", "activity": DO, "grain": "month"} | of_range("06-01", "07-31"), LIFE,
        [("2026-06-01", 2, 0, 0, 0), ("2026-07-01", 0, 1, 1, -1)],
    ),
    "new is whoever did nothing at all before": Case(
        "a: v@-3d s@0\nb: s@0",
        {"kind": "lifecycle", "activity": DO, "new_by": "any"} | of_range("06-01", "06-01"), LIFE,
        [("2026-06-01", 1, 0, 1, 0)],
    ),
    "24 hours since the start": Case(
        "a: s@23h b@24h30m\nb: s@1h b@24h59m\nc: s@1h b@25h\nd: s@1h b@0 b@48h59m59s999ms\ne: s@1h b@49h",
        retention(blocks="from_start", periods=2, to="2026-06-01", **{"return": BUY}), CELLS,
        [("2026-06-01", 0, 5, 2), ("2026-06-01", 1, 5, 2), ("2026-06-01", 2, 5, 1)],
    ),
    "24 hours since each start": Case(
        "a: s@20h s@30h s@43h\nb: s@20h s@45h",
        retention(blocks="from_start", entry="each", periods=1, to="2026-06-02"), CELLS,
        [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 1), ("2026-06-02", 0, 2, 2), ("2026-06-02", 1, 2, 0)],
    ),
    "24 hours since the start or later": Case(
        "a: s@20h b@21h b@70h\nb: s@20h b@45h",
        retention(blocks="from_start", mode="on_or_after", periods=3, to="2026-06-01", **{"return": BUY}), CELLS,
        [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 2), ("2026-06-01", 2, 2, 1), ("2026-06-01", 3, 2, 0)],
    ),
    "brackets of 24 hours since the start": Case(
        "a: s@20h b@45h\nb: s@20h b@91h59m\nc: s@20h b@92h",
        retention(blocks="from_start", brackets=["0", "1-2", "3-6"], to="2026-06-01", **{"return": BUY}), CELLS,
        [("2026-06-01", "0", 3, 0), ("2026-06-01", "1-2", 3, 2), ("2026-06-01", "3-6", 3, 1)],
    ),
    "weeks since the start": Case(
        "a: s@6d s@7d\nb: s@6d s@13d", retention(blocks="from_start", grain="week", periods=1, to="2026-06-07"),
        ("day", "weeks_later", "cohort_users", "retained_users"), [("2026-06-01", 0, 2, 2), ("2026-06-01", 1, 2, 1)],
    ),
    "a return in the very moment of the start": Case(
        "a: s@1h b@1h\nb: b@1h s@1h", retention(blocks="from_start", periods=0, to="2026-06-01", **{"return": BUY}),
        CELLS, [("2026-06-01", 0, 2, 1)],
    ),
    "by hours": Case(
        "a: s@10m s@70m\nb: s@50m s@130m\nc: s@2h", retention(grain="hour", periods=2, to="2026-06-01"),
        ("moment", "hours_later", "cohort_users", "retained_users"),
        [("2026-06-01T00:00:00+08:00", 0, 2, 2), ("2026-06-01T00:00:00+08:00", 1, 2, 1),
         ("2026-06-01T00:00:00+08:00", 2, 2, 1), ("2026-06-01T01:00:00+08:00", 0, 0, 0),
         ("2026-06-01T01:00:00+08:00", 1, 0, 0), ("2026-06-01T01:00:00+08:00", 2, 0, 0),
         ("2026-06-01T02:00:00+08:00", 0, 1, 1), ("2026-06-01T02:00:00+08:00", 1, 1, 0)],
    ),
    "day after day": Case(
        "a: s@0 s@1d s@2d s@3d\nb: s@0 s@1d s@3d\nc: s@0 s@2d\nd: s@0",
        retention(mode="streak", periods=3, to="2026-06-01"), CELLS,
        [("2026-06-01", 0, 4, 4), ("2026-06-01", 1, 4, 2), ("2026-06-01", 2, 4, 1), ("2026-06-01", 3, 4, 1)],
    ),
    "day after day from one event to another": Case(
        "a: s@0 b@1d\nb: s@0 b@3d\nc: s@0 b@1h b@1d b@3d\nd: s@0",
        retention(mode="streak", periods=3, to="2026-06-01", **{"return": BUY}), CELLS,
        [("2026-06-01", 0, 4, 1), ("2026-06-01", 1, 4, 1), ("2026-06-01", 2, 4, 0), ("2026-06-01", 3, 4, 0)],
    ),
    "of those who returned in the cell before": Case(
        "a: s@0 s@1d s@2d\nb: s@0 s@1d\nc: s@0\nd: s@0",
        retention(rate_of="cell_before", periods=2, to="2026-06-01"),
        ("days_later", "retained_users", "retention_rate"),
        [(0, 4, None), (1, 2, 0.5), (2, 1, 0.5)],
    ),
    "all cohorts by the persons": Case(
        ALIKE, retention(show="curve", periods=1, to="2026-06-02"), ("days_later", "cohort_users", "retention_rate"),
        [(0, 5, None), (1, 5, 0.4)],
    ),
    "all cohorts, each alike": Case(
        ALIKE, retention(show="curve", mean="simple", periods=1, to="2026-06-02"),
        ("days_later", "cohort_users", "retention_rate"), [(0, 5, None), (1, 5, 0.625)],
    ),
    "lifecycle by hours": Case(
        "a: s@-30m s@10m s@3h\nb: s@1h s@2h\nc: s@-26h s@3h10m",
        {"kind": "lifecycle", "activity": DO, "grain": "hour"}, ("moment", *LIFE[1:]),
        [("2026-06-01T00:00:00+08:00", 0, 1, 0, 0), ("2026-06-01T01:00:00+08:00", 1, 0, 0, -1),
         ("2026-06-01T02:00:00+08:00", 0, 1, 0, 0), ("2026-06-01T03:00:00+08:00", 0, 0, 2, -1),
         ("2026-06-01T04:00:00+08:00", 0, 0, 0, -2)],
    ),
    "stickiness by hours": Case(
        "a: s@0 s@10m\nb: s@0 s@1h", {"kind": "stickiness", "activity": DO, "grain": "hour"},
        ("active_hours", "persons", "at_least"), [(1, 1, 2), (2, 1, 1), (3, 0, 0)],
    ),
    "stickiness by days": Case(
        "a: s@0 s@1h\nb: s@0 s@1d\nc: s@0 s@1d s@2d\nd: s@6d",
        {"kind": "stickiness", "activity": DO} | of_range("06-01", "06-04"),
        ("active_days", "persons", "at_least"), [(1, 1, 3), (2, 1, 2), (3, 1, 1), (4, 0, 0)],
    ),
    "stickiness by weeks": Case(
        "a: s@0 s@1d\nb: s@0 s@7d\nc: s@8d",
        {"kind": "stickiness", "activity": DO, "grain": "week"} | of_range("06-01", "06-14"),
        ("active_weeks", "persons", "at_least"), [(1, 2, 3), (2, 1, 1)],
    ),
    "stickiness by months": Case(
        "a: s@0 s@30d\nb: s@0", {"kind": "stickiness", "activity": DO, "grain": "month"} | of_range("06-01", "07-31"),
        ("active_months", "persons", "at_least"), [(1, 1, 2), (2, 1, 1)],
    ),
    "stickiness of intervals of three days": Case(
        "a: s@0 s@2d s@3d\nb: s@1d s@6d\nc: s@3d s@5d",
        {"kind": "stickiness", "activity": DO, "every": 3} | of_range("06-01", "06-07"),
        ("active_days", "persons", "at_least"), [(1, 1, 3), (2, 2, 2), (3, 0, 0)],
    ),
    "stickiness of days with exactly so many events": Case(
        "a: s@0 s@1h s@1d\nb: s@0 s@1h s@2h s@1d s@25h\nc: s@1d s@25h s@26h s@27h",
        {"kind": "stickiness", "activity": DO, "at_least": 2, "at_most": 2} | of_range("06-01", "06-02"),
        ("active_days", "persons", "at_least"), [(1, 2, 2), (2, 0, 0)],
    ),
    "stickiness of days with so many events at most": Case(
        "a: s@0 s@1h s@1d\nb: s@0 s@1d", {"kind": "stickiness", "activity": DO, "at_most": 1} | TWO_DAYS,
        ("active_days", "persons", "at_least"), [(1, 1, 2), (2, 1, 1)],
    ),
    "stickiness under a condition": Case(
        "a: s@0{browser=Chrome} s@1d{browser=Safari}\nb: s@0{browser=Chrome} s@1d{browser=Chrome}\nc: s@0",
        {"kind": "stickiness", "activity": DO, "where": CHROME} | of_range("06-01", "06-03"),
        ("active_days", "persons", "at_least"), [(1, 1, 2), (2, 1, 1), (3, 0, 0)],
    ),
    "stickiness of nobody": Case(
        "", {"kind": "stickiness", "activity": DO} | of_range("06-01", "06-02"),
        ("active_days", "persons", "at_least"), [(1, 0, 0), (2, 0, 0)],
    ),
    "stickiness of two phones of one person": Case(
        "phone1: s@0 s@1h!li\nphone2: s@1d!li s@1d1h", {"kind": "stickiness", "activity": DO} | TWO_DAYS,
        ("active_days", "persons", "at_least"), [(1, 0, 1), (2, 1, 1)],
    ),
    "stickiness of several events as one": Case(
        "a: s@0 b@1d\nb: b@0", {"kind": "stickiness", "activity": {"event": ["add_favorite", "pay_success"]}}
        | of_range("06-01", "06-02"), ("active_days", "persons", "at_least"), [(1, 1, 2), (2, 1, 1)],
    ),
    "stickiness of days with so many events": Case(
        "a: s@0 s@1h s@1d\nb: s@0 s@1h s@1d s@25h",
        {"kind": "stickiness", "activity": DO, "at_least": 2} | of_range("06-01", "06-02"),
        ("active_days", "persons", "at_least"), [(1, 1, 2), (2, 1, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_situation(ask: Any, name: str) -> None:
    case = CASES[name]
    assert case.read(ask(name)) == case.rows
