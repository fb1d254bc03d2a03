"""The worked examples of the rules, and their edges: same moments, borders of days and of summer time, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ask.stories import FIRST, NAMES, Case, funnel, of_range

WHO = ("persons",)
BY_CITY = {"groups": [{"field": "city"}]}
CITIES = ("city", "step", "persons")
CELLS = ("day", "days_later", "cohort_users", "retained_users")
LIFE = ("day", "new", "returning", "resurrected", "dormant")
ORDER = """
p1: s@0 p@10m b@20m
p2: s@0 b@5m p@10m o@15m
p3: p@0 s@5m b@9m
p4: s@0 o@3m p@7m s@9m b@30m
p5: p@0
"""
ENTRY = "a: s@0 p@30m\nb: s@0 p@30m1ms\nc: s@0 s@20m p@45m\nd: s@0 s@30m p@60m"
TWICE = "e: s@0 p@25m b@31m\nf: s@0 p@25m s@27m p@28m b@55m"
EXCLUDED = """
x1: s@0 p@5m x@7m b@9m
x2: s@0 x@3m p@5m b@9m
x3: s@0 p@5m x@7m s@10m p@12m b@20m
x4: s@0 p@5m x@7m p@9m b@12m
"""
HELD = """
y1: s@0{sku=A} s@2m{sku=B} p@4m{sku=B} b@6m{sku=B}
y2: s@0{sku=A} p@4m{sku=A} b@6m{sku=B}
y3: s@0 p@4m{sku=A} b@6m{sku=A}
y4: s@0{sku=A} p@2m p@4m{sku=A} b@6m{sku=A}
"""
GROUPED = """
z1: s@0{city=Beijing} s@5m{city=Shanghai} p@9m{city=Shanghai}
z2: s@0{city=Shanghai}
z3: s@0 p@5m{city=Beijing}
z4: s@0{city=Beijing}
"""
ENTERED = """
d1: s@10h p@1d9h
d2: s@10h s@2d12h p@3d8h
d3: s@2d20h
d4: s@1d8h
d5: s@-1h p@1h
d6: s@2d23h p@3d22h
"""
DAYS = of_range("06-01", "06-03")
TREND = ("day", "step_1", "step_2")
UNITS = """
u1: s@0#1 p@5m#1 s@10m#1 p@12m#1 s@100m#2
u2: s@0#1 p@20m#2
u3: s@0#1 s@2m#1 s@4m#1 p@6m#1
"""
WAYS = """
k1: v@1m{page=home} v@2m{page=list} v@3m{page=detail} v@4m{page=cart}
k2: v@1m{page=home} v@2m{page=list} v@3m{page=list} v@4m{page=detail}
k3: v@1m{page=home} v@2m{page=detail}
k4: v@1m{page=list} v@2m{page=home} v@3m{page=list}
k5: v@1m{page=home}
"""
NODES = ("step", "node", "sessions")
#: The day on which summer time ends has 25 hours: it is the 153rd behind the first.
AUTUMN: dict[str, Any] = {"from": "2026-11-01", "to": "2026-11-01"}
NEW_YORK = "America/New_York"


def between(first: int, last: int | None = None, **more: Any) -> dict[str, Any]:
    """An exclusion behind a step, up to another."""
    return {"event": "refund_request", "after": first} | ({"before": last} if last else {}) | more


def retention(first: str, back: str, **more: Any) -> dict[str, Any]:
    """Of those who did the one on the first day, those who did the other."""
    named = {
        name: {"event": NAMES.get(one, one)} for name, one in (("first", first), ("return", back))
    }
    return {"kind": "retention", "from": FIRST, "to": FIRST} | named | more


def ways(**more: Any) -> dict[str, Any]:
    """Paths by launch."""
    return {"kind": "paths"} | more


CASES: dict[str, Case] = {
    "1 in order": Case(ORDER, funnel(window="60m"), WHO, [(4,), (3,), (2,)]),
    "1 strict": Case(ORDER, funnel(window="60m", order="strict"), WHO, [(4,), (1,), (1,)]),
    "1 in any order": Case(ORDER, funnel(window="60m", order="any"), WHO, [(5,), (4,), (4,)]),
    "2 any entry": Case(ENTRY, funnel("s", "p", window="30m"), WHO, [(4,), (3,)]),
    "2 the first entry alone": Case(ENTRY, funnel("s", "p", window="30m", entry="first"), WHO, [(4,), (1,)]),
    "2 the window is counted from the entry": Case(TWICE, funnel(window="30m"), WHO, [(2,), (2,), (1,)]),
    "2 windows of steps alone": Case(
        TWICE, {"kind": "funnel", "window": "7d", "steps": [
            {"event": "add_favorite"}, {"event": "add_to_cart", "within": "30m"},
            {"event": "pay_success", "within": "30m"},
        ]}, WHO, [(2,), (2,), (2,)],
    ),
    "2 a step that comes again in its window": Case(
        "a: s@0 p@2m p@9m b@15m",
        {"kind": "funnel", "steps": [
            {"event": "add_favorite"}, {"event": "add_to_cart", "within": "10m"},
            {"event": "pay_success", "within": "10m"},
        ]}, WHO, [(1,), (1,), (1,)],
    ),
    "4 steps that overlap": Case(
        "h1: v@0{page=detail} b@5m\nh2: v@0{page=home} v@5m{page=detail} b@9m\n"
        "h3: v@0{page=detail} v@4m{page=detail} b@8m\nh4: v@0{page=detail} v@2m{page=home} b@5m",
        {"kind": "funnel", "steps": [
            {"event": "page_view"},
            {"event": "page_view", "where": {"field": "page", "operator": "is", "values": ["detail"]}},
            {"event": "pay_success"},
        ]}, WHO, [(4,), (2,), (2,)],
    ),
    "5 in one moment as they came": Case("t1: p@0 s@0\nt2: s@0 p@0", funnel("s", "p"), WHO, [(2,), (1,)]),
    "5 strict in one moment": Case(
        "a: s@0 p@0 b@0\nb: s@0 o@0 p@0", funnel(order="strict"), WHO, [(2,), (1,), (1,)],
    ),
    "5 a window of nothing": Case("a: s@0 p@0\nb: s@0 p@1ms", funnel("s", "p", window="0s"), WHO, [(2,), (1,)]),
    "6 between the last two": Case(EXCLUDED, funnel(window="60m", excluded=[between(2)]), WHO, [(4,), (4,), (2,)]),
    "6 the first entry alone": Case(
        EXCLUDED, funnel(window="60m", entry="first", excluded=[between(2)]), WHO, [(4,), (4,), (1,)],
    ),
    "6 between the first and the last": Case(
        EXCLUDED, funnel(window="60m", excluded=[between(1, 3)]), WHO, [(4,), (3,), (1,)],
    ),
    "6 nothing is excluded": Case(EXCLUDED, funnel(window="60m"), WHO, [(4,), (4,), (4,)]),
    "6 in the moment of a step": Case(
        "a: s@0 x@0 p@1m\nb: x@0 s@0 p@1m\nc: s@0 x@1m p@1m\nd: s@0 p@1m x@1m", funnel("s", "p", excluded=[between(1)]),
        WHO, [(4,), (2,)],
    ),
    "6 attempts go on behind it": Case(
        "a: s@0 x@1m p@2m s@3m p@4m", funnel("s", "p", counts="attempts", excluded=[between(1)]), ("attempts",),
        [(2,), (1,)],
    ),
    "7 held": Case(HELD, funnel(window="60m", hold=[{"property": "sku"}]), WHO, [(3,), (3,), (2,)]),
    "7 held from the first entry": Case(
        HELD, funnel(window="60m", entry="first", hold=[{"property": "sku"}]), WHO, [(3,), (2,), (1,)],
    ),
    "7 not held": Case(HELD, funnel(window="60m"), WHO, [(4,), (4,), (4,)]),
    "8 by the entry": Case(
        GROUPED, funnel("s", "p", window="60m", **BY_CITY), CITIES,
        [("Beijing", 1, 2), ("Beijing", 2, 1), ("Shanghai", 1, 1), ("Shanghai", 2, 0), ("", 1, 1), ("", 2, 1)],
    ),
    "8 by the last step": Case(
        GROUPED, funnel("s", "p", window="60m", attributed="last", **BY_CITY), CITIES,
        [("Beijing", 1, 2), ("Beijing", 2, 1), ("Shanghai", 1, 2), ("Shanghai", 2, 1)],
    ),
    "8 by the second step": Case(
        GROUPED, funnel("s", "p", window="60m", attributed=2, **BY_CITY), CITIES,
        [("(not reached)", 1, 2), ("(not reached)", 2, 0), ("Beijing", 1, 1), ("Beijing", 2, 1),
         ("Shanghai", 1, 1), ("Shanghai", 2, 1)],
    ),
    "9 any entry": Case(ENTERED, funnel("s", "p", window="48h") | DAYS, WHO, [(5,), (3,)]),
    "9 by the day of the entry": Case(
        ENTERED, funnel("s", "p", window="48h", show="trend") | DAYS, TREND,
        [("2026-06-01", 1, 1), ("2026-06-02", 1, 0), ("2026-06-03", 3, 2)],
    ),
    "9 by the day of the first entry": Case(
        ENTERED, funnel("s", "p", window="48h", show="trend", entry="first") | DAYS, TREND,
        [("2026-06-01", 2, 1), ("2026-06-02", 1, 0), ("2026-06-03", 2, 1)],
    ),
    "9 each day for itself": Case(
        ENTERED, funnel("s", "p", window="48h", show="each_day") | DAYS, TREND,
        [("2026-06-01", 2, 1), ("2026-06-02", 1, 0), ("2026-06-03", 3, 2)],
    ),
    "9 all steps in the range": Case(ENTERED, funnel("s", "p", mode="closed") | DAYS, WHO, [(5,), (1,)]),
    "10 persons": Case(UNITS, funnel("s", "p", window="30m"), WHO, [(3,), (3,)]),
    "10 launches": Case(UNITS, funnel("s", "p", window="30m", counts="sessions"), ("sessions",), [(4,), (2,)]),
    "10 attempts": Case(UNITS, funnel("s", "p", window="30m", counts="attempts"), ("attempts",), [(5,), (4,)]),
    "10 each step by itself": Case(UNITS, funnel("s", "p", mode="open"), ("events", "persons"), [(7, 3), (4, 3)]),
    "ten steps": Case(
        "a: s@0 p@1m s@2m p@3m s@4m p@5m s@6m p@7m s@8m p@9m\nb: s@0 p@1m", funnel(*"spspspspsp"), WHO,
        [(2,), (2,), *[(1,)] * 8],
    ),
    "one member on two phones in the middle": Case(
        "phone1: s@0!li\nphone2: p@1h\nphone2: b@2h!li\nphone3: s@0 p@1h b@2h", funnel(), WHO, [(2,), (2,), (2,)],
    ),
    "a range in which nothing happened": Case(
        "a: s@0 p@1h", funnel("s", "p", **of_range("06-20", "06-21")), ("persons", "from_first"),
        [(0, None), (0, None)],
    ),
    "the borders of a day": Case("a: s@-1ms p@1h\nb: s@0 p@1h\nc: s@23h59m59s999ms p@24h\nd: s@24h p@25h",
        funnel("s", "p"), WHO, [(2,), (2,)],
    ),
    "a natural day of 25 hours": Case(
        "a: s@153d10h p@154d59m59s\nb: s@153d10h p@154d1h\nc: s@153d p@154d30m",
        funnel("s", "p", window="1d", natural_days=True) | AUTUMN, WHO, [(3,), (2,)], zone=NEW_YORK,
    ),
    "24 hours on a day of 25": Case(
        "a: s@153d p@154d\nb: s@153d p@154d1ms", funnel("s", "p", window="1d") | AUTUMN, WHO, [(2,), (1,)],
        zone=NEW_YORK,
    ),
    "back on a day of 25 hours, and on the next": Case(
        "a: s@153d10h b@154d59m\nb: s@153d10h b@154d1h",
        retention("s", "b", periods=1) | AUTUMN,
        CELLS, [("2026-11-01", 0, 2, 1), ("2026-11-01", 1, 2, 1)], zone=NEW_YORK,
    ),
    "new on a day of 25 hours": Case(
        "a: s@153d s@154d59m\nb: s@154d1h",
        {"kind": "lifecycle", "activity": {"event": "add_favorite"}} | of_range("11-01", "11-02"), LIFE,
        [("2026-11-01", 1, 0, 0, 0), ("2026-11-02", 1, 0, 0, -1)], zone=NEW_YORK,
    ),
    "back on any of some days, each mode": Case(
        "r1: s@0 b@1d\nr2: s@0 b@3d\nr3: s@0 b@1h b@1d b@3d\nr4: s@0",
        retention("s", "b", brackets=["0", "1-3"]),
        CELLS, [(FIRST, "0", 4, 1), (FIRST, "1-3", 4, 3)],
    ),
    "whatever people do starts and is a return": Case(
        "a: s@0 o@1d\nb: s@0 t@1d\nc: v@0 s@1d",
        retention("*", "*", periods=1),
        CELLS, [(FIRST, 0, 3, 3), (FIRST, 1, 3, 2)],
    ),
    "weeks that begin on Sunday": Case(
        "a: s@5d s@6d\nb: s@6d s@12d",
        retention("s", "s", entry="first_in_range", grain="week", periods=1, week_start="sunday")
        | {"from": "2026-05-31", "to": "2026-06-13"},
        ("day", "weeks_later", "cohort_users", "retained_users"),
        [("2026-05-31", 0, 1, 1), ("2026-05-31", 1, 1, 1), ("2026-06-07", 0, 1, 1), ("2026-06-07", 1, 1, 0)],
    ),
    "after a page": Case(WAYS, ways(anchor={"page": "home"}), NODES,
        [(0, "home", 5), (1, "list", 3), (1, "(end)", 1), (1, "detail", 1)],
    ),
    "after two pages": Case(WAYS, ways(anchor={"page": "home"}, chosen=[{"page": "list"}]), NODES,
        [(0, "home", 5), (1, "list", 3), (1, "(end)", 1), (1, "detail", 1), (2, "detail", 2), (2, "(end)", 1)],
    ),
    "after two pages, repeats kept": Case(
        WAYS, ways(anchor={"page": "home"}, chosen=[{"page": "list"}], repeats="kept"), NODES,
        [(0, "home", 5), (1, "list", 3), (1, "(end)", 1), (1, "detail", 1), (2, "(end)", 1), (2, "detail", 1),
         (2, "list", 1)],
    ),
    "before a page": Case(WAYS, ways(anchor={"page": "detail"}, direction="before"), NODES,
        [(0, "detail", 3), (1, "list", 2), (1, "home", 1)],
    ),
    "before the first page": Case(WAYS, ways(anchor={"page": "list"}, direction="before"), NODES,
        [(0, "list", 3), (1, "home", 2), (1, "(beginning)", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_example(ask: Any, name: str) -> None:
    """Rows that are as large as each other may stand in any order."""
    case = CASES[name]
    found = case.read(ask(name))
    many = case.columns in (NODES, CITIES)
    if many:
        found.sort(key=str)
    assert found == (sorted(case.rows, key=str) if many else case.rows)
