"""Random touches, conversions and refunds equal a count by brute force, and all that there is is handed out exactly."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.attribution.query import MODELS, AttributionQuery
from minilens.measure.table import Table
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.attribution.asking import DAY, HOUR, answer, asked
from tests.measure.attribution.oracle import Brute
from tests.measure.histories import History
from tests.measure.oracle import Oracle
from tests.measure.tails import short_sessions, split, with_newest
from tests.pipeline import Happening, House, around

Houses = Callable[..., House]
MILLIONTH = Fraction(1, 1_000_000)
CAMPAIGNS = ("", "a", "b", "")
NAMES = (
    "page_view",
    "page_view",
    "pay_success",
    "page_view",
    "refund_request",
    "pay_success",
    "add_to_cart",
)
AMOUNTS = (10, 0.1, 199.99, "5", None, 0.333333)


def with_money(history: History, *, named: bool) -> History:
    """The same, no two events at one moment, with campaigns, payments of orders and refunds; `named`: no visit is
    without a session."""
    place = {one: n for n, one in enumerate(dict.fromkeys(h.id for h in history.arrived))}

    def put(h: Happening) -> Happening:
        n = place[h.id]
        name = NAMES[n * 5 % len(NAMES)] if h.name in ("page_view", "share") else h.name
        told: dict[str, Any] = {"amount": AMOUNTS[n % len(AMOUNTS)], "order": f"o{n % 4}"}
        if n % 3 == 0:
            del told["order"]
        told = {key: value for key, value in told.items() if value is not None}
        session = h.session or (h.device if named else "")
        return replace(
            h, ts=h.ts + n, name=name, session=session, campaign=CAMPAIGNS[n % 4], scene=1001, props=json.dumps(told)
        )  # fmt: skip

    return History(history.zone, tuple(tuple(map(put, chunk)) for chunk in history.chunks))


def query_of(draw: Any, house: House, over: Range) -> AttributionQuery:
    """Any question over some days."""
    counts = draw(st.sampled_from(("events", "persons", "value")))
    return asked(
        house, range=over, counts=counts, key=draw(st.sampled_from(("", "order"))),
        refunds=counts != "persons" and draw(st.booleans()),
        within=draw(st.sampled_from((0, 0, HOUR, 5 * DAY))), grain=draw(st.sampled_from(("whole", "day"))),
        window=draw(st.sampled_from((1, HOUR, DAY, 30 * DAY))), half_life=draw(st.sampled_from((HOUR, 7 * DAY))),
        touches=draw(st.sampled_from(("all", "sourced"))),
    )  # fmt: skip


def same(table: Table, brute: Brute) -> None:
    """What each group is given, and that all of it is."""
    query, entries = brute.query, brute.entries()
    timed = query.rows.grain == "day"
    total = sum((one.amount for one in entries), Fraction(0))
    own = [one for one in entries if not one.refund]
    assert table.totals
    assert table.totals[-1] == len(own)
    for model in MODELS:
        wanted: dict[Any, Fraction] = defaultdict(Fraction)
        for (group, day), amount in brute.credit(model).items():
            wanted[(group, day) if timed else group] += amount
        at = [one.name for one in table.columns].index(model)
        found = {(row[0], row[1]) if timed else row[0]: exact(row[at]) for row in table.rows}
        assert sum(found.values()) == total == exact(table.totals[at])
        for key in {*wanted, *found}:
            share = Fraction(1, 500) if model in ("data_driven", "time_decay") else 0
            near = MILLIONTH * max(1, 60 * len(entries)) + share * sum(
                abs(one.amount) for one in entries
            )
            assert abs(wanted.get(key, Fraction(0)) - found.get(key, Fraction(0))) <= near, (
                model,
                key,
            )


def exact(cell: object) -> Fraction:
    assert isinstance(cell, int | float)
    return Fraction(round(cell * 1_000_000), 1_000_000)


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_against_brute_force(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    """Everything was made, or what came after a build of the days before one lies behind it."""
    whole = data.draw(st.booleans())
    history = with_money(told[0] if whole else short_sessions(told[0]), named=not whole)
    house = new_app(history.zone)
    if whole:
        arrived = history.arrived
        house.load(arrived)
    else:
        newest = told[1]
        built, later = split(history, newest)
        arrived = [*built, *later]
        house.load(built)
        house.build()
        house.load(later)
    if whole:
        house.build()
    oracle, days = Oracle(arrived, history.zone), around(arrived, history.zone)
    for _ in range(20 if at_length() else 8):
        first = data.draw(st.integers(0, days.days - 1))
        last = data.draw(st.integers(first, days.days - 1))
        over = Range(days.start + timedelta(first), days.start + timedelta(last))
        query = query_of(data.draw, house, data.draw(st.sampled_from((days, over))))
        same(answer(house, query), Brute(query, oracle))
