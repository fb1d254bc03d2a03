"""Whether a figure of events, retention, stickiness or the lifecycle counts a person, and why not: by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from minilens.measure.activity.query import LifecycleQuery, StickinessQuery
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Condition, Conditions, EventsQuery, Figure
from minilens.measure.persons.query import Place
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.why.query import FigureTable, FigureWhyQuery, OfFigure, Told
from minilens.text import NOTHING
from tests.measure.activity.asking import BACK, DAY, LATE, START, cells, happened, returns
from tests.measure.activity.asking import rows as rows_of
from tests.measure.paths.asking import happened as walks_of
from tests.measure.paths.asking import page, paths
from tests.pipeline import LATER, House, days

Houses = Callable[..., House]
AMOUNT, CITY = Property("amount"), Property("city")
PLENTY = Conditions(True, (Condition(AMOUNT, "gte", (10,)),))
WEEK = days(DAY, "2026-06-07")
STORY = "A: s0 b1=20 b3=20. B: s-3 s0 b1. C: s1 b2. D: s0 b1=5. E: b0=20. F: s0. G: s40. H: s0 b0.1 b2 b2.1"


@pytest.fixture(scope="module")
def house(new_app: Houses) -> House:
    found = new_app()
    found.load(happened(STORY))
    found.build()
    return found


def why(house: House, of: Told, device: str, measure: str = "", **row: Any) -> OfFigure:
    place = Place(measure, tuple(row.items()))
    query = FigureWhyQuery(of, place, house.person("device", device))
    asked = AsOf(LATER, LATE, house.pipeline.loader.through)
    table = run(house.pipeline.engine, query, asked)
    assert isinstance(table, FigureTable)
    return table.found


def paid(house: House, **more: Any) -> EventsQuery:
    measures = (Figure("total", NOTHING, 0, "total"), Figure("sum", NOTHING, 0, "sum", AMOUNT))
    return rows_of(house, BACK, over=WEEK, measures=measures, **more)


@pytest.mark.parametrize(
    ("device", "more", "measure", "row", "times", "causes"),
    [
        ("A", {}, "total", {}, 2, []),
        ("A", {}, "total", {"day": "2026-06-02"}, 1, []),
        ("A", {}, "total", {"day": "2026-06-03"}, 0, [("days",)]),
        ("A", {"where": PLENTY}, "total", {}, 2, []),
        ("D", {"where": PLENTY}, "total", {}, 0, [("filter",)]),
        ("B", {}, "sum", {}, 0, [("value",)]),
        ("B", {}, "total", {}, 1, []),
        ("B", {"where": PLENTY}, "sum", {"day": "2026-06-05"}, 0, [("filter", "days", "value")]),
        ("D", {"groups": (AMOUNT,)}, "total", {"property.amount": "20"}, 0, [("group",)]),
        ("F", {}, "total", {}, 0, []),
    ],
)  # fmt: skip
def test_figures_of_events(
    house: House, device: str, more: dict[str, Any], measure: str, row: dict[str, Any], times: int, causes: list[Any]
) -> None:  # fmt: skip
    found = why(house, paid(house, **more), device, measure, **row)
    assert (found.times, [one.causes for one in found.reasons]) == (times, causes)
    assert sum(one.counts for one in found.happened) == times
    for one in found.reasons:
        assert one.row is not None
        assert found.happened[one.row].against == one.causes


DAY_0, CELL = {"day": DAY}, "retained_users"


@pytest.mark.parametrize(
    ("device", "more", "measure", "row", "times", "causes"),
    [
        ("A", {}, CELL, DAY_0 | {"days_later": 1}, 1, []),
        ("A", {}, CELL, DAY_0 | {"days_later": 2}, 0, []),
        ("A", {}, "cohort_users", DAY_0, 1, []),
        ("A", {"mode": "streak"}, CELL, DAY_0 | {"days_later": 3}, 0, [("gap",)]),
        ("A", {"mode": "on_or_after"}, CELL, DAY_0 | {"days_later": 2}, 1, []),
        ("B", {}, CELL, DAY_0 | {"days_later": 1}, 0, [("before",)]),
        ("B", {"entry": "first_in_range"}, CELL, DAY_0 | {"days_later": 1}, 1, []),
        ("C", {"over": WEEK}, CELL, DAY_0 | {"days_later": 1}, 0, [("period",)]),
        ("C", {"over": WEEK}, CELL, {"days_later": 1}, 1, []),
        ("D", {"back": PLENTY}, CELL, DAY_0 | {"days_later": 1}, 0, [("filter",)]),
        ("E", {}, CELL, DAY_0 | {"days_later": 1}, 0, []),
        ("F", {}, CELL, DAY_0 | {"days_later": 1}, 0, []),
        ("G", {"over": WEEK}, CELL, {"days_later": 1}, 0, [("range",)]),
        ("H", {}, CELL, DAY_0 | {"days_later": 0}, 1, []),
        ("H", {"at_least": 2}, CELL, DAY_0 | {"days_later": 2}, 1, []),
        ("H", {"at_least": 2}, CELL, DAY_0 | {"days_later": 0}, 0, [("few",)]),
        ("H", {"blocks": "from_start"}, CELL, DAY_0 | {"days_later": 2}, 1, []),
    ],
)  # fmt: skip
def test_cells_of_retention(
    house: House, device: str, more: dict[str, Any], measure: str, row: dict[str, Any], times: int, causes: list[Any]
) -> None:  # fmt: skip
    more = dict(more)
    returned = replace(BACK, where=more.pop("back")) if "back" in more else BACK
    query = returns(house, START, returned, cells=cells("0", "1", "2", "3"), **more)
    found = why(house, query, device, measure, **row)
    assert (found.times, [one.causes for one in found.reasons]) == (times, causes)


def test_a_person_of_retention_is_told_cell_by_cell(house: House) -> None:
    found = why(house, returns(house, START, BACK), "A", CELL, day=DAY, days_later=1)
    (start,) = found.starts
    assert start.first == date.fromisoformat(DAY)
    assert start.cells == (("0", False), ("1", True), ("2", False), ("3", True))
    assert [(one.event, one.later, one.counts) for one in found.happened] == [
        ("add_favorite", None, True), ("pay_success", 1, True), ("pay_success", 3, False),
    ]  # fmt: skip
    early = why(house, returns(house, START, BACK), "B", CELL, day=DAY, days_later=1)
    assert early.happened[early.reasons[0].row or 0].at < found.happened[0].at
    unmet = returns(house, START, replace(BACK, where=PLENTY))
    (reason,) = why(house, unmet, "D", CELL, day=DAY, days_later=1).reasons
    assert reason.row == 1


def often(house: House, **more: Any) -> StickinessQuery:
    of_rows = {name: more.pop(name) for name in ("where", "groups", "top") if name in more}
    return StickinessQuery(rows_of(house, BACK, over=WEEK, **of_rows), **more)


def stages(house: House, **more: Any) -> LifecycleQuery:
    of_rows = {name: more.pop(name) for name in ("where",) if name in more}
    return LifecycleQuery(rows_of(house, BACK, over=WEEK, **of_rows), **more)


@pytest.mark.parametrize(
    ("device", "asked", "more", "measure", "row", "times", "causes"),
    [
        ("A", often, {}, "persons", {"active_days": 2}, 1, []),
        ("A", often, {}, "persons", {"active_days": 1}, 0, [("count",)]),
        ("A", often, {}, "at_least", {"active_days": 1}, 1, []),
        ("A", often, {"where": PLENTY}, "persons", {"active_days": 2}, 1, []),
        ("D", often, {"where": PLENTY}, "persons", {"active_days": 1}, 0, [("filter",)]),
        ("D", often, {"where": PLENTY}, "persons", {"active_days": 2}, 0, [("count", "filter")]),
        ("D", often, {"groups": (AMOUNT,)}, "persons", {"property.amount": "20"}, 0, [("group",)]),
        ("H", often, {"at_least": 2}, "persons", {"active_days": 1}, 1, []),
        ("C", often, {"at_least": 2}, "persons", {"active_days": 1}, 0, [("few",)]),
        ("F", often, {}, "persons", {"active_days": 1}, 0, []),
        ("A", often, {"show": "ratio"}, "wau", {"day": "2026-06-07"}, 1, []),
        ("A", often, {"show": "ratio"}, "dau", {"day": "2026-06-03"}, 0, [("period",)]),
        ("A", stages, {}, "new", {"day": "2026-06-02"}, 1, []),
        ("A", stages, {}, "new", {"day": "2026-06-03"}, 0, [("period",)]),
        ("A", stages, {}, "new", {"day": "2026-06-04"}, 0, [("period",), ("before",)]),
        ("A", stages, {}, "resurrected", {"day": "2026-06-04"}, 1, []),
        ("A", stages, {}, "returning", {"day": "2026-06-04"}, 0, [("part",)]),
        ("A", stages, {}, "dormant", {"day": "2026-06-03"}, 1, []),
        ("D", stages, {"where": PLENTY}, "new", {"day": "2026-06-02"}, 0, [("filter",)]),
        ("A", stages, {"at_least": 2}, "active", {}, 0, [("few",)]),
        ("F", stages, {}, "new", {}, 0, []),
    ],
)  # fmt: skip
def test_stickiness_and_lifecycle(
    house: House, device: str, asked: Any, more: dict[str, Any], measure: str, row: dict[str, Any], times: int,
    causes: list[Any],
) -> None:  # fmt: skip
    found = why(house, asked(house, **more), device, measure, **row)
    assert (found.times, [one.causes for one in found.reasons]) == (times, causes)


def test_the_periods_of_a_person_are_told(house: House) -> None:
    found = why(house, stages(house), "A", "resurrected", day="2026-06-04")
    told = [(one.first.day, one.part) for one in found.periods]
    assert told == [(2, "new"), (3, "dormant"), (4, "resurrected"), (5, "dormant")]
    assert [one.counts for one in found.happened] == [False, True]
    (span,) = why(house, often(house), "A", "persons", active_days=2).periods
    assert (span.part, span.active) == ("active", 2)


def test_who_is_of_all_others_is_known_of_everybody(house: House) -> None:
    """Only one value has a row: those without one (B, C, H) are more than those of 20 (A) or of 5 (D)."""
    rest = {"property.amount": OTHERS}
    of_stickiness = often(house, groups=(AMOUNT,), top=1)
    told = [why(house, of_stickiness, who, "persons", **rest, active_days=1) for who in "DB"]
    assert [one.times for one in told] == [1, 0]
    assert [one.causes for one in told[1].reasons] == [("group",)]
    of_returns = returns(house, BACK, over=WEEK, groups=(AMOUNT,), top=1)
    told = [why(house, of_returns, who, "cohort_users", **rest) for who in "DB"]
    assert [one.times for one in told] == [1, 0]
    assert [one.causes for one in told[1].reasons] == [("group",)]


#: A launch each.
WALKED = (
    "A: home list detail cart. B: home list list detail. C: home detail. D: list home list. E: list"
)


@pytest.fixture(scope="module")
def walked_house(new_app: Houses) -> House:
    found = new_app()
    night = walks_of("I: home. J: home list", "2026-11-18", 23) + walks_of("I: home list", hour=2)
    found.load([*night, *walks_of(WALKED)])  # of I one launch over midnight
    found.build()
    return found


HOME = page("home")


@pytest.mark.parametrize(
    ("device", "more", "row", "times", "causes"),
    [
        ("A", {}, {}, 1, []),
        ("A", {}, {"step": 1, "kind": "page", "node": "list"}, 1, []),
        ("C", {}, {"step": 1, "kind": "page", "node": "list"}, 0, [("way",)]),
        ("D", {}, {"step": 1, "kind": "page", "node": "list"}, 1, []),
        ("D", {"chosen": ("list",)}, {"step": 2, "kind": "end"}, 1, []),
        ("A", {"chosen": ("list",)}, {"step": 2, "kind": "end"}, 0, [("way",)]),
        ("E", {}, {}, 0, []),
        ("I", {}, {}, 0, [("before",)]),
        ("J", {}, {}, 0, [("range",)]),
        ("B", {"end": page("cart")}, {}, 0, [("goal",)]),
        ("C", {"top": 1}, {"step": 1, "kind": "rest"}, 1, []),
        ("A", {"top": 1}, {"step": 1, "kind": "rest"}, 0, [("way",)]),
        ("A", {"counts": "persons", "show": "links"},
         {"step": 2, "from_kind": "page", "from": "list", "kind": "page", "node": "detail"}, 1, []),
        ("D", {"counts": "persons", "show": "links"},
         {"step": 2, "from_kind": "page", "from": "list", "kind": "page", "node": "detail"}, 0, [("way",)]),
        ("A", {"where": Conditions(True, (Condition(AMOUNT, "gte", (1,)),))}, {}, 0, [("filter",)]),
    ],
)  # fmt: skip
def test_paths(
    walked_house: House, device: str, more: dict[str, Any], row: dict[str, Any], times: int, causes: list[Any]
) -> None:  # fmt: skip
    more = dict(more)
    query = paths(walked_house, HOME, *map(page, more.pop("chosen", ())), **more)
    found = why(walked_house, query, device, **row)
    assert (found.times, [one.causes for one in found.reasons]) == (times, causes)
    assert sum(one.counted for one in found.ways) == times


def test_where_a_path_leaves_the_way(walked_house: House) -> None:
    query = paths(walked_house, HOME, page("list"))
    (way,) = why(walked_house, query, "B", step=2, kind="page", node="cart").ways
    nodes = [("page", name) for name in ("home", "list", "detail")]
    assert (list(way.nodes), len(way.moments)) == ([*nodes, ("end", "(end)")], 3)
    assert (way.differs, way.asked, way.counted) == (2, ("page", "cart"), False)
    counted = why(walked_house, query, "A", step=2, kind="page", node="detail")
    assert [one.counts for one in counted.happened] == [True] * 4
