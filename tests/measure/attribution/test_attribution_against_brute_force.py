"""Random touches, conversions and refunds equal a count by brute force, and all that there is is handed out exactly."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.attribution.columns import ALONE, NO_TOUCH, THEN
from minilens.measure.attribution.query import MODELS, AttributionQuery
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.table import Table
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.attribution.asking import DAY, HOUR, answer, asked
from tests.measure.attribution.oracle import Brute
from tests.measure.histories import History
from tests.measure.oracle import Oracle
from tests.measure.persons.test_against_brute_force import number_of
from tests.measure.tails import short_sessions, split, with_newest
from tests.pipeline import LATER, Happening, House, around

AS_OF = AsOf(LATER, datetime(2030, 1, 1, tzinfo=UTC), 1 << 62)
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


#: Models of which the words alone say who has a part in a conversion.
PLAIN = ("first", "last", "last_non_direct", "linear", "position")


def behind(
    house: House, query: AttributionQuery, measure: str, row: dict[str, Any]
) -> Counter[int]:
    """Who stands behind a figure, and how often."""
    place = Place(measure, tuple(row.items()))
    real = found(house.pipeline.engine, PersonsQuery(query, place), AS_OF)
    assert real.times is not None
    return Counter(dict(zip(real.person.tolist(), real.times.tolist(), strict=True)))


def same_persons(house: House, brute: Brute, data: st.DataObject) -> None:
    """Those behind every figure of some rows are those of the count, by person."""
    query, timed = brute.query, brute.query.rows.grain == "day"
    who = {person: number_of(house, h) for h in brute.rows for person in [brute.who(h)]}
    own = [one for one in brute.entries() if not one.refund]
    table = answer(house, query)
    for row in data.draw(st.lists(st.sampled_from(table.rows), max_size=2)) if table.rows else ():
        keys = {"campaign": row[0]} | ({"day": row[1].isoformat()} if timed else {})  # type: ignore[union-attr]
        there = [one for one in own if not timed or one.day == row[1]]
        for model in ("touched", data.draw(st.sampled_from(PLAIN))):
            named = "linear" if model == "touched" else model
            wanted = Counter(
                who[one.person] for one in there if row[0] in brute.with_credit(named, one)
            )
            assert behind(house, query, model, keys) == wanted, (model, keys)
    whole = Counter(who[one.person] for one in own)
    assert behind(house, query, "touched", {}) == whole
    plain = replace(query, rows=replace(query.rows, grain="whole"))
    ways, pairs = replace(plain, show="ways"), replace(plain, show="overlap")
    for cells in answer(house, ways).rows[:2]:
        wanted = Counter(
            who[one.person]
            for one in own
            if (THEN.join(brute.led(one)) if brute.before(one) else NO_TOUCH) == cells[0]
        )
        assert behind(house, ways, "conversions", {"way": cells[0]}) == wanted
    for first, other, *_ in answer(house, pairs).rows[:2]:
        groups = [(one, {t.campaign for t in brute.before(one)}) for one in own]
        both = {first} if other == ALONE else {first, other}
        wanted = Counter(
            who[one.person]
            for one, some in groups
            if both <= some and (other != ALONE or len(some) == 1)
        )
        assert behind(house, pairs, "conversions", {"campaign": first, "with": other}) == wanted


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
    for n in range(20 if at_length() else 8):
        first = data.draw(st.integers(0, days.days - 1))
        last = data.draw(st.integers(first, days.days - 1))
        over = Range(days.start + timedelta(first), days.start + timedelta(last))
        query = query_of(data.draw, house, data.draw(st.sampled_from((days, over))))
        brute = Brute(query, oracle)
        same(answer(house, query), brute)
        if n < (20 if at_length() else 1):
            same_persons(house, brute, data)
