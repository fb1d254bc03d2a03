"""Random questions about random events equal a count by brute force, built and before that, whoever was joined."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events import formula
from minilens.measure.events.operand import RECORDED, Operand, Property
from minilens.measure.events.query import (
    NO_CONDITIONS,
    Aggregate,
    Condition,
    Conditions,
    Conversion,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Retained,
)
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range, milliseconds
from minilens.text import Text
from tests.examples import at_length, costly
from tests.measure.events.oracle import Asked
from tests.measure.histories import History
from tests.measure.oracle import Oracle
from tests.measure.tails import loaded_history, with_newest
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import CREATED, LATER, Happening, House, around

Houses = Callable[..., House]
#: What a property may be: of every type, missing, null, empty, numbers as text.
VALUES = (1, "1", 2.5, "2.50", -3, "", None, True, "true", "x", "much", 10, "1e2", " 1")
NAMES = ("page_view", "share", "pay_success", "page_leave", "add_to_cart")
P, Q = Property("p"), Property("q.r")
OPERANDS: tuple[Operand, ...] = (P, Property("n"), DIMENSIONS["province"], DIMENSIONS["scene"])
NUMBERS: tuple[Aggregate, ...] = ("sum", "sum_per_person", "mean", "min", "max", "median", "p90")


def sent(history: History) -> History:
    """The same history, in which some visits are events of the owner's, with properties."""

    def put(h: Happening) -> Happening:
        n = sum(h.id.encode()) + h.ts // 1000
        name = NAMES[n % len(NAMES)] if h.name in ("page_view", "share") else h.name
        props: dict[str, Any] = {"p": VALUES[n // 3 % len(VALUES)], "n": n // 7 % 5}
        if n % 4 == 0:
            del props["p"]
        return replace(h, name=name, props=json.dumps(props))

    return History(history.zone, tuple(tuple(put(h) for h in c) for c in history.chunks))


@st.composite
def one_condition(draw: st.DrawFn) -> Condition:
    operator, values = draw(
        st.sampled_from((
            ("is", ("1", "x")), ("is_not", ("1",)), ("contains", ("u",)), ("is_known", ()), ("is_unknown", ()),
            ("is_empty", ()), ("is_true", ()), ("eq", (1.0,)), ("ne", (1.0,)), ("gt", (1.5,)), ("between", (0.0, 2.5)),
        ))
    )  # fmt: skip
    if operator in ("is", "is_not") and draw(st.booleans()):
        return Condition(DIMENSIONS["province"], operator, ("广东", "上海"))
    return Condition(draw(st.sampled_from((P, Property("n")))), operator, values)


conditions = st.recursive(
    one_condition(),
    lambda inner: st.builds(
        Conditions, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=5,
)
wheres = st.one_of(
    st.just(NO_CONDITIONS),
    st.builds(Conditions, st.booleans(), st.lists(conditions, min_size=1, max_size=2).map(tuple)),
)


@st.composite
def questions(draw: st.DrawFn, *, leads: bool = True) -> EventsQuery:
    """About the app and days that a test puts in; `leads`: what leads to another event among the measures."""
    some = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple)
    events = tuple(
        Counted(f"e{n}", draw(some), draw(wheres)) for n in range(draw(st.integers(1, 3)))
    )
    measures: list[Figure | Formula | Conversion | Retained] = []
    for n in range(draw(st.integers(1, 4))):
        aggregate = draw(st.sampled_from(("total", "persons", "per_person", "distinct", *NUMBERS)))
        operand: Operand | None = None
        if aggregate == "distinct":
            operand = draw(st.sampled_from(OPERANDS))
        elif aggregate in NUMBERS:
            told: tuple[Operand, ...] = (P, Property("n"), RECORDED["duration"])
            operand = draw(st.sampled_from(told))
        measures.append(
            Figure(f"m{n}", Text("", ""), draw(st.integers(0, len(events) - 1)), aggregate, operand)
        )
    if leads and draw(st.booleans()):
        of, to = (draw(st.integers(0, len(events) - 1)) for _ in range(2))
        window = draw(st.sampled_from((0, 60_000, 3_600_000, 86_400_000, 10 * 86_400_000)))
        held = draw(st.sampled_from(((), (), (P,), (P, Property("n")))))
        measures.append(Conversion(f"m{len(measures)}", Text("", ""), of, to, window, held))
        after = draw(st.sampled_from((1, 1, 2, 7)))
        measures.append(Retained(f"m{len(measures)}", Text("", ""), to, of, after))
    if len(measures) > 1:
        measures.append(
            Formula("f", Text("", ""), "m0 / m1", formula.parse("m0 / m1", ("m0", "m1"), ""))
        )
    return EventsQuery(
        0, events, tuple(measures), None,  # type: ignore[arg-type]
        grain=draw(st.sampled_from(("whole", "hour", "day", "week", "month"))),
        groups=tuple(draw(st.lists(st.sampled_from(OPERANDS), max_size=3, unique=True))),
        where=draw(wheres), top=draw(st.integers(1, 4)), include_other=draw(st.booleans()),
        ascending=draw(st.booleans()),
    )  # fmt: skip


def near(row: Any) -> list[Any]:
    """Figures to nine digits: floats are added in another order."""
    return [float(f"{cell:.9g}") if isinstance(cell, int | float) else cell for cell in row]


def same(table: Table, asked: Asked) -> None:
    """The table says what the brute force says."""
    query, every = asked.query, asked.events()
    if not query.groups:
        whole = table.totals if query.grain != "whole" else table.rows[0]
        assert whole is not None
        assert near(whole[table.keys :]) == near(asked.measured(every))
        periods(table.rows, 0, every, asked)
        return
    groups = asked.groups()
    keys = len(query.groups)
    assert table.total_rows == len(groups)
    assert table.totals is not None
    assert near(table.totals[table.keys :]) == near(asked.measured(every))
    shown = list(dict.fromkeys(row[:keys] for row in table.rows))
    rest = query.include_other and len(groups) > query.top
    if rest and query.grain != "whole":
        assert shown.pop() == ("(rest)",) * keys
    assert len(shown) == min(len(groups), query.top)
    assert set(shown) <= set(groups)
    leads = {group: asked.measured(some)[0] for group, some in groups.items()}
    best = sorted((n for n in leads.values() if n is not None), reverse=not query.ascending)  # type: ignore[type-var]
    right = [*best, *[None] * len(groups)][: len(shown)]
    assert near(leads[group] for group in shown) == near(right)
    for group in shown:
        own = [row for row in table.rows if row[:keys] == group]
        periods(own, keys, groups[group], asked)
    others = [h for group, some in groups.items() if group not in shown for h in some]
    if rest and query.grain == "whole":
        assert table.other is not None
        assert near(table.other[keys:]) == near(asked.measured(others))
    elif rest:
        periods([row for row in table.rows if row[0] == "(rest)"], keys, others, asked)
    else:
        assert table.other is None


def periods(rows: Any, keys: int, some: list[Happening], asked: Asked) -> None:
    """Each period of some events."""
    if asked.query.grain == "whole":
        assert [near(row[keys:]) for row in rows] == [near(asked.measured(some))]
        return
    held = {
        bucket: [h for h in some if asked.bucket(h) == bucket] for bucket in map(asked.bucket, some)
    }
    found = {
        milliseconds(row[keys]) if isinstance(row[keys], datetime) else row[keys]: row[keys + 1 :]
        for row in rows
    }
    if asked.query.grain != "hour":
        assert list(found) == asked.buckets()
    assert set(held) <= set(found)
    for bucket, cells in found.items():
        assert near(cells) == near(asked.measured(held.get(bucket, [])))


@costly(2, 80)
@given(told=with_newest(), data=st.data())
def test_against_brute_force(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    history = sent(scattered(told[0]))
    house, arrived = loaded_history(new_app, history, told[1], data)
    oracle, over = Oracle(arrived, history.zone), around(arrived, history.zone)
    for _ in range(20 if at_length() else 6):
        last = over.end - timedelta(days=data.draw(st.sampled_from((0, 0, 1, 2))))
        some = Range(over.start, max(over.start, last))
        query = replace(data.draw(questions()), app=house.app.id, range=some, timezone=history.zone)
        if query.grain == "hour":
            few = Range(some.start, min(some.end, some.start + timedelta(days=9)))
            query = replace(query, range=few)
        soon = over.end + timedelta(days=data.draw(st.integers(1, 3)))
        today = data.draw(st.sampled_from((LATER, soon)))
        as_of = AsOf(today, CREATED.replace(year=2031), house.pipeline.loader.through)
        same(run(house.pipeline.engine, query, as_of), Asked(query, oracle, today))
