"""Rows that are kept between questions: read once, and never seen where they hold no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import numpy as np
import pytest

from minilens.identity import cohort_members
from minilens.load.removal import remove
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.kept import never_changes
from minilens.measure.events.operand import InCohort, Profile
from minilens.measure.events.query import Condition, Conditions, Counted
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.warehouse.kept import Kept
from minilens.warehouse.retention import expire
from tests.measure.funnels.asking import CART, DAY, PAY, VIEW, answer, funnel, happened, reached
from tests.measure.reading import reading
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side

Houses = Callable[..., House]
STORY = "P1: v0 c10 p20. P2: v0 c5. P3: v1 c2 p3. P4: v9"


def told(house: House, text: str = STORY, day: str = DAY) -> None:
    house.load(happened(text, day))
    house.build()


def page(name: str) -> Conditions:
    return Conditions(True, (Condition(DIMENSIONS["page"], "is", (name,)),))


def test_one_more_step_reads_that_step_alone(house: House) -> None:
    told(house)
    two, three = funnel(house, VIEW, CART), funnel(house, VIEW, CART, PAY)
    with reading() as seen:
        assert reached(house, two) == [4, 3]
        assert sum(seen) == 7
        assert reached(house, three) == [4, 3, 2]
        assert sum(seen) == 9, "two payments"
        first = answer(house, three)
        wider = replace(three, window=Window(5 * 60_000), counts="attempts")
        assert reached(house, wider) == [4, 2, 1]
        assert reached(house, funnel(house, CART, PAY, excluded=(VIEW,), gaps=(1,))) == [3, 2]
        assert reached(
            house, replace(two, mode="open", rows=replace(two.rows, events=two.rows.events[:2]))
        ) == [4, 3]
        assert sum(seen) == 9
    house.pipeline.engine.kept.forget()
    again = answer(house, three)
    assert again.rows == first.rows
    assert again.cost.rows == first.cost.rows, "wherever they were read from"


def test_other_days_are_read_beside_those_that_are_kept(house: House) -> None:
    told(house)
    told(house, "P1: v0 c3. P9: v5 c6", "2026-11-21")
    both = funnel(house, VIEW, CART, range=days(DAY, "2026-11-21"))
    with reading() as seen:
        assert reached(house, funnel(house, VIEW, CART, mode="closed")) == [4, 3]
        assert reached(house, both) == [5, 4]
        assert sum(seen) == 7 + 4


def test_what_comes_late_is_seen(house: House) -> None:
    told(house)
    query = funnel(house, VIEW, CART)
    assert reached(house, query) == [4, 3]
    house.load(happened("P4: c12. P5: v0"))
    assert reached(house, query) == [5, 4], "before the day is made again"
    house.build()
    assert reached(house, query) == [5, 4]
    with reading() as seen:
        assert reached(house, query) == [5, 4]
    assert not sum(seen)


def test_events_of_one_name_on_other_pages_are_kept_apart(new_app: Houses) -> None:
    house = new_app()
    house.load(
        [Happening(at(f"{DAY} 10:00") + n * 1000, page=one, device=device, session=device, seq=n + 1)
         for device, pages in (("a", "xyx"), ("b", "xx"), ("c", "yx")) for n, one in enumerate(pages)]
    )  # fmt: skip
    house.build()
    x, y = (Counted("", ("page_view",), page(one)) for one in "xy")
    any_page = Counted("", ("page_view",))
    with reading() as seen:
        assert reached(house, funnel(house, x, y)) == [3, 1]
        assert reached(house, funnel(house, y, x)) == [2, 2]
        assert reached(house, funnel(house, x, y, x)) == [3, 1, 1]
        assert sum(seen) == 7
        assert reached(house, funnel(house, x, any_page)) == [3, 2], (
            "a row that may be both is not kept"
        )
        assert sum(seen) == 14


def test_groups_of_the_rows_that_decide(house: House) -> None:
    told(
        house,
        "P1: v0@Bern c10@Oslo p20@Oslo. P2: v0@Oslo c5@Rome. P3: v1@Bern c2@Bern. P4: v9@Oslo",
    )
    city = DIMENSIONS["city"]
    plain = funnel(house, VIEW, CART, PAY)
    by_city = funnel(house, VIEW, CART, PAY, groups=(city,), grouped=1)

    def found(query: FunnelQuery) -> dict[object, list[object]]:
        some: dict[object, list[object]] = {}
        for row in answer(house, query).rows:
            some.setdefault(row[0], []).append(row[3])
        return some

    with reading() as seen:
        assert reached(house, plain) == [4, 3, 1]
        assert sum(seen) == 8
        assert found(by_city) == {"Bern": [2, 2, 1], "Oslo": [2, 1, 0]}
        assert sum(seen) == 12, "entries, with their cities"
        assert found(replace(by_city, at=2)) == {
            "Bern": [1, 1, 0], "Oslo": [1, 1, 1], "Rome": [1, 1, 0], "(not reached)": [1, 0, 0],
        }  # fmt: skip
        assert sum(seen) == 15
        assert found(replace(by_city, at="last")) == {
            "Oslo": [2, 1, 1],
            "Bern": [1, 1, 0],
            "Rome": [1, 1, 0],
        }
        assert sum(seen) == 16
        assert found(by_city) == {"Bern": [2, 2, 1], "Oslo": [2, 1, 0]}
        assert sum(seen) == 16
    house.load(happened("P5: v0@Rome"))
    for _ in ("before the day is made again", "and after"):
        assert found(by_city) == {"Bern": [2, 2, 1], "Oslo": [2, 1, 0], "Rome": [1, 0, 0]}
        house.build()


def test_rows_that_numbers_do_not_tell_apart_are_looked_at_one_by_one(house: House) -> None:
    """Two entries of one millisecond, of which the first to come decides."""
    told(house, "P1: v0@Oslo v0@Bern c5@Rome. P2: v0@Bern c2@Bern")
    by_city = funnel(house, VIEW, CART, groups=(DIMENSIONS["city"],), grouped=1)
    for _ in ("read", "kept"):
        rows = [(row[0], row[3]) for row in answer(house, by_city).rows]
        assert sorted(rows) == [("Bern", 1), ("Bern", 1), ("Oslo", 1), ("Oslo", 1)]


def test_what_is_known_of_persons_is_asked_each_time(new_app: Houses) -> None:
    """A profile may change while the rows of a day do not."""
    house = new_app()
    grade = Conditions(True, (Condition(Profile("grade"), "is", ("gold",)),))
    told(house)
    query = funnel(house, VIEW, CART, where=grade)
    assert reached(house, query) == [0, 0]
    house.load(
        [Happening(at("2026-11-25 10:00"), device="P1", name="set", profile='{"grade": "gold"}')]
    )
    house.build()
    assert reached(house, query) == [1, 1]


def test_who_is_in_a_cohort_is_asked_each_time(new_app: Houses) -> None:
    """Rows are kept whoever they are of: those of a cohort are read no second time."""
    house = new_app()
    told(house)
    some = cohort_members.persons_named(
        house.pipeline.engine, house.app.id, ["device=P1", "device=P4"], house.pipeline.secret
    )

    def of(version: int, operator: str = "is") -> FunnelQuery:
        members = Condition(InCohort("some", 1, version), operator)
        return funnel(house, VIEW, CART, where=Conditions(True, (members,)))

    for version, who in ((1, some), (2, set[int]())):
        cohort_members.write(
            house.pipeline.engine, house.app.id, 1, version, np.array(sorted(who), np.int64)
        )
    assert reached(house, funnel(house, VIEW, CART)) == [4, 3]
    with reading() as seen:
        assert reached(house, of(1)) == [2, 1]
        assert reached(house, of(1, "is_not")) == [2, 2]
        assert reached(house, of(2)) == [0, 0]
        assert sum(seen) == 2 * len(some), "the members each time, and no row"
        either = replace(
            of(1).rows, where=Conditions(False, (Condition(InCohort("some", 1, 1), "is"),))
        )
        assert reached(house, replace(of(1), rows=either)) == [2, 1]
    house.load(happened("P4: c12. P5: v0"))
    for _ in ("before the day is made again", "and after"):
        assert reached(house, of(1)) == [2, 2]
        assert reached(house, of(1, "is_not")) == [3, 2]
        house.build()


def test_what_hangs_on_other_days_is_not_kept(house: House) -> None:
    rows = funnel(house, VIEW, PAY).rows
    assert never_changes(rows)
    assert not never_changes(replace(rows, both_tell=("pay_success",)))
    assert never_changes(replace(rows, both_tell=("add_to_cart",))), "not asked about"


def test_what_is_deleted_is_forgotten(new_app: Houses) -> None:
    house = new_app()
    told(house)
    told(house, "P1: v0. P9: v5", "2026-07-21")
    engine = house.pipeline.engine
    query = funnel(house, VIEW, CART, range=days("2026-07-21", DAY))
    assert reached(house, query) == [5, 3]
    remove(engine, "actions", "app = {app:UInt32} AND name = 'add_to_cart'", {"app": house.app.id})
    assert reached(house, query) == [5, 0]
    expire(engine, house.app.id, months=2, day=date(2026, 11, 22))
    assert reached(house, query) == [4, 0]


def test_a_row_that_is_more_than_is_kept_of_one(new_app: Houses) -> None:
    house = new_app()
    told(house)
    with patch("minilens.measure.funnels.sql._KEPT_PERSON", 0):
        assert reached(house, funnel(house, VIEW, CART, PAY)) == [4, 3, 2]


def test_what_is_kept_is_bounded() -> None:
    kept = Kept()
    kept.most = 100
    first, second = kept.question(), kept.question()
    for n in range(5):
        first.keep(n, 1, str(n), 30)
    assert [first.find(n, 1) for n in range(5)] == ["0", "1", "2", None, None], (
        "not its own for others of its own"
    )
    second.find(0, 1)
    second.keep("new", 1, "x", 60)
    assert [second.find(n, 1) for n in (0, 1, 2, "new")] == ["0", None, None, "x"]
    assert kept.size == 90
    second.keep("new", 2, "y", 50)
    assert (second.find("new", 1), second.find("new", 2), kept.size) == (None, "y", 80)
    kept.forget()
    second.keep("late", 1, "z", 1)
    assert (kept.question().find("late", 1), kept.size) == (None, 0), (
        "read before it was deleted, maybe"
    )
    kept.most = 0
    kept.question().keep("a", 1, "b", 1)
    assert kept.size == 0
