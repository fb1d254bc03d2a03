"""An event with a field that is not of its type waits in quarantine, whole, where the app is strict."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.load.field_types import judge
from minilens.load.quarantine import Left
from minilens.measure.ledger.waiting import WrongField, waiting
from minilens.period import now
from minilens.records.event_content import Content, Field
from minilens.reference.field_types import REASON, TYPES, came_as, fits, read
from minilens.serve.quarantine import groups
from tests.examples import examples
from tests.load.test_leaving_the_quarantine import Killed, sums
from tests.pipeline import Happening, House, at

MONDAY = at("2026-03-02 09:00")
FIELDS = (
    Field("price", "价格", "number"), Field("sku", "货号", "text"), Field("vip", "会员", "boolean"),
    Field("due", "期限", "time"),
)  # fmt: skip
GOOD: list[dict[str, Any]] = [
    {}, {"price": 18.5, "sku": "a", "vip": True, "due": "2026-03-02"}, {"price": None, "other": [1]},
    {"price": "18.50", "sku": 7, "vip": "false", "due": 1772413200}, {"due": "2026-03-02T09:00:00+08:00"},
]  # fmt: skip
BAD: list[tuple[dict[str, Any], str]] = [
    ({"price": "18元", "sku": "a"}, "price: text instead of number"),
    ({"price": True}, "price: boolean instead of number"),
    ({"sku": ["a"], "price": 1}, "sku: list instead of text"),
    ({"vip": 1, "due": "morgen"}, "vip: number instead of boolean; due: text instead of time"),
    ({"due": 12, "price": 1}, "due: number instead of time"),
    ({"sku": {"a": 1}}, "sku: object instead of text"),
]


def declare(house: House, *fields: Field, name: str = "cup", zh: str = "一杯") -> None:
    house.pipeline.records.events.declare(house.app.id, name, zh, fields, now=now())


def sent(*props: dict[str, Any], name: str = "cup") -> list[Happening]:
    return [
        Happening(MONDAY + n, name, device=f"d{n}", props=json.dumps(one))
        for n, one in enumerate(props)
    ]


def prices(house: House) -> list[object]:
    sql = "SELECT toString(props.price) FROM events WHERE app = {app:UInt32} AND name = 'cup' ORDER BY ts"
    return [row[0] for row in house.rows(sql)]


def counted(house: House) -> int:
    return len(prices(house))


def test_it_waits_with_what_came_and_what_was_declared(house: House) -> None:
    declare(house, *FIELDS)
    house.load(sent(*GOOD, *(props for props, _ in BAD)))
    assert counted(house) == len(GOOD)
    rows = house.rows(
        "SELECT reason, detail FROM quarantine WHERE app = {app:UInt32} ORDER BY record, i"
    )
    assert rows == [(REASON, detail) for _, detail in BAD]
    assert sums(house) == (len(GOOD) + len(BAD), 0, len(GOOD), 0, len(BAD), 1)
    (one,) = waiting(house.pipeline.engine, house.app.id)
    assert (one.reason, one.name, one.events) == (REASON, "cup", len(BAD))
    assert WrongField("price", "text", "number", 1) in one.wrong
    assert sum(wrong.events for wrong in one.wrong) == len(BAD) + 1


def test_other_events_and_ways_in_are_left_alone(house: House) -> None:
    declare(house, *FIELDS)
    declare(house, name="plate", zh="一盘")
    odd = {"price": "x"}
    house.load([*sent(odd, name="plate"), *sent(odd, name="page_view")])
    house.load([Happening(MONDAY, device="p", profile=json.dumps(odd))])
    house.pipeline.records.apps.set_undeclared(house.app.id, "open", now=now())
    house.load(sent(odd))
    assert waiting(house.pipeline.engine, house.app.id) == []
    assert prices(house) == ["x"]


def test_it_is_let_in_when_the_definition_has_changed(house: House) -> None:
    declare(house, *FIELDS)
    house.load(sent({"price": "free", "sku": "a"}, {"price": 1, "sku": ["b"]}, {"price": 3}))
    house.build()
    quarantine, app = house.pipeline.quarantine, house.app.id
    assert quarantine.release(app, name="cup") == Left(waiting=2)
    assert [one.ready for one in groups(house.pipeline, house.app)] == [False]
    publish(house, Content("api", fields=FIELDS[1:]))
    assert [one.ready for one in groups(house.pipeline, house.app)] == [True]
    assert quarantine.release(app, name="cup") == Left(loaded=1, waiting=1)
    assert prices(house) == ["free", "3"]
    assert [str(day) for day in house.waiting()] == ["2026-03-02"]
    assert sums(house) == (3, 0, 2, 0, 1, 1)
    house.load(sent({"price": "free"})[:1])  # no longer a field of the event
    assert counted(house) == 3


def publish(house: House, content: Content) -> None:
    events, app = house.pipeline.records.events, house.app.id
    held = events.find(app, "cup")
    saved = events.save(app, "cup", content, revision=held.one.revision, now=now())
    events.publish(app, "cup", revision=saved.one.revision, now=now())


def test_it_is_counted_as_it_came_where_somebody_says_so(house: House) -> None:
    declare(house, *FIELDS)
    house.load([*sent({"price": "free"}, {"price": 2}), *sent({}, name="typo")])
    quarantine, app = house.pipeline.quarantine, house.app.id
    assert quarantine.count_anyway(app, "cup") == Left(loaded=1)
    assert quarantine.count_anyway(app, "cup") == Left()
    assert quarantine.count_anyway(app, "typo") == Left()
    assert prices(house) == ["free", "2"]
    assert sums(house) == (3, 0, 2, 0, 1, 1)


@pytest.mark.parametrize("point", ["judged", "assigned", "left", "events", "ledger", "quarantine"])
def test_a_kill_in_the_middle_of_counting_it_anyway(house: House, point: str) -> None:
    declare(house, *FIELDS)
    house.load(sent({"price": "free"}, {"price": "x"}))
    quarantine = replace(house.pipeline.quarantine)

    def fault(at: str) -> None:
        if at == point:
            raise Killed(at)

    quarantine.fault = quarantine.loader.fault = fault
    try:
        with pytest.raises(Killed):
            quarantine.count_anyway(house.app.id, "cup")
    finally:
        quarantine.loader.fault = lambda point: None
    fresh = replace(house.pipeline.quarantine)
    fresh.complete()
    fresh.count_anyway(house.app.id, "cup")
    assert prices(house) == ["free", "x"]
    assert sums(house) == (2, 0, 2, 0, 0, 1)


def test_a_retry_of_what_waits_stays_a_duplicate_and_dropping_is_for_good(house: House) -> None:
    declare(house, *FIELDS)
    some = sent({"price": "free"}, {"price": 1})
    house.load(some)
    house.load(some)
    assert sums(house) == (4, 0, 1, 2, 1, 1)
    assert house.pipeline.quarantine.drop(house.app.id, reason=REASON, name="cup") == Left(
        dropped=1
    )
    assert sums(house) == (4, 1, 1, 2, 0, 1)


def test_what_the_engine_cannot_read_keeps_its_reason(house: House) -> None:
    declare(house, *FIELDS)
    broken = Happening(MONDAY + 9, "cup", device="d9", props='{"price":1,"a":{"b":1,"b":2}}')
    house.load([*sent({"price": "free"}, {"price": 1}), broken])
    rows = house.rows(
        "SELECT reason, count() FROM quarantine WHERE app = {app:UInt32} GROUP BY reason ORDER BY reason"
    )
    assert rows == [(REASON, 1), ("unreadable", 1)]
    assert sums(house) == (3, 0, 1, 0, 2, 1)


def test_types_hold_once_they_are_said_and_not_for_retired_events(house: House) -> None:
    records, app = house.pipeline.records, house.app.id
    declare(house, Field("price", "价格", "number"))
    assert records.events.field_types()[app] == {"cup": {"price": "number"}}
    held = records.events.find(app, "cup").one
    records.events.retire(app, "cup", revision=held.revision, now=now())
    assert app not in records.events.field_types()
    house.load(sent({"price": "free"}))
    assert counted(house) == 1


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(["true", "false", "True", "1", "+1", "-1.5e3", ".5", "5.", "1e400", "1e18", " 1", "0x1", "nan",
                     "2026-03-02", "2026-13-02", "2026-03-02 09:00", "2026-03-02T09:00:00.5Z", "2026-03-02 24:00",
                     "1772413200", 1772413200, 1772413200000, 10**9 - 1, 1e9, "é", '"', "\\", "1\n"]),
)  # fmt: skip
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=2),
    st.dictionaries(st.text(max_size=3), scalars, max_size=2),
)


@pytest.mark.waits
@examples(15, 300)
@given(st.lists(st.tuples(st.sampled_from(TYPES), values), min_size=1, max_size=12))
def test_the_engine_says_of_each_value_what_python_says(
    new_app: Callable[..., House], every: list[tuple[str, Any]]
) -> None:
    """All values at once, each an event's own."""
    house = new_app()
    engine, app = house.pipeline.engine, house.app.id
    stage(house, [json.dumps({kind: value}) for kind, value in every])
    judge(engine, strict=[(app, "tracker")], types={app: {"cup": {kind: kind for kind in TYPES}}})
    found = {i: str(detail) for i, detail in engine.rows("SELECT i, detail FROM refusals")}
    expected = {
        n: f"{kind}: {came_as(value)} instead of {kind}"
        for n, (kind, value) in enumerate(every)
        if not fits(value, kind)
    }
    assert found == expected
    for detail in found.values():
        assert re.fullmatch(r"(\w+): (\w+) instead of \1", detail)
        assert len(read(detail)) == 1


def stage(house: House, props: list[str]) -> None:
    """One record in the loader's tables."""
    from minilens.load.classify import unfold
    from minilens.load.stage import stage_records
    from minilens.spool.record import encode

    happenings = [
        Happening(MONDAY + n, "cup", device="d", props=one) for n, one in enumerate(props)
    ]
    (batch,) = house.batches(happenings)
    engine = house.pipeline.engine
    stage_records(engine, [(0, encode(batch))])
    for table in ("chunk", "refusals"):
        engine.run(f"TRUNCATE TABLE {table}")
    unfold(engine, "00000000-0000-0000-0000-000000000000", {house.app.id: "Asia/Shanghai"})
