"""Random histories give the figures that a count by brute force gives, however they arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from minilens.load.pending import mark
from minilens.load.reconcile import of_app
from minilens.period import GRAINS, Range
from tests.examples import costly
from tests.measure.histories import History, histories, ranges
from tests.measure.oracle import Oracle
from tests.pipeline import House, around

Houses = Callable[..., House]


def rounded(cell: object) -> object:
    """An average to a millionth; the unknown stays unknown."""
    return round(cell, 6) if isinstance(cell, float) else cell


def same(found: list[tuple[object, ...]], counted: list[tuple[object, ...]]) -> None:
    """Equal, also the unknown; averages to a millionth."""
    assert len(found) == len(counted)
    for row, right in zip(found, counted, strict=True):
        assert list(map(rounded, row)) == list(map(rounded, right)), f"{row} is not {right}"


def all_same(house: House, oracle: Oracle, first: date, last: date) -> None:
    """Every grain over one range, and the traffic that is looked at apart."""
    over = Range(first, last)
    for grain in GRAINS:
        same(house.figures(over, grain), oracle.figures(first, last, grain))
    same(house.figures(over, "week", "trial"), oracle.figures(first, last, "week", "trial"))
    same(house.figures(over, "day", "robot"), oracle.figures(first, last, "day", "robot"))


def sessions(house: House) -> Counter[tuple[object, ...]]:
    """The sessions as they were made, without the numbers of persons."""
    return Counter(
        house.rows(
            "SELECT day, traffic, entry, exit, visits, depth, duration FROM sessions WHERE app = {app:UInt32} "
            "AND (day, build) IN (SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day)"
        )
    )


@costly(2, 300)
@given(history=histories(), data=st.data())
def test_made_days(new_app: Houses, history: History, data: st.DataObject) -> None:
    """Load in chunks, with a build after some of them, then look at everything."""
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
        if data.draw(st.booleans(), label="build after this chunk"):
            house.build()
    house.build()
    assert of_app(house.pipeline.engine, house.pipeline.pending, house.app.id) == [], (
        "no false alarm"
    )
    oracle = Oracle(history.arrived, history.zone)
    whole = around(history.arrived, history.zone)
    assert sessions(house) == Counter(
        (s.day, s.traffic, s.entry, s.exit, s.visits, s.depth, s.duration) for s in oracle.sessions
    )
    all_same(house, oracle, whole.start, whole.end)
    first, last = data.draw(ranges(whole.start, whole.end), label="range")
    all_same(house, oracle, first, last)


@costly(2, 300)
@given(history=histories(), data=st.data())
def test_days_made_in_any_order_and_again(
    new_app: Houses, history: History, data: st.DataObject
) -> None:
    """Days made one by one in any order, then once more: equal figures each time."""
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
    builder, app = house.pipeline.builder, house.app.id
    waiting = data.draw(st.permutations(house.waiting()), label="order of days")
    while waiting:
        some = data.draw(st.integers(1, len(waiting)), label="days at once")
        builder.make(app, sorted(waiting[:some]))
        waiting = waiting[some:]
    house.build()
    oracle = Oracle(history.arrived, history.zone)
    whole = around(history.arrived, history.zone)
    all_same(house, oracle, whole.start, whole.end)
    made = [
        row[0] for row in house.rows("SELECT DISTINCT day FROM builds WHERE app = {app:UInt32}")
    ]
    before = [house.figures(whole, grain) for grain in GRAINS]
    mark(house.pipeline.engine, house.pipeline.pending, house.pipeline.counter, app, made, "again")  # type: ignore[arg-type]
    house.build()
    assert [house.figures(whole, grain) for grain in GRAINS] == before
