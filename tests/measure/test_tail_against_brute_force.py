"""What came after the newest build counts already: the same figures before that day is made again.

Two things come with the build alone, as the definitions say: durations, and the launches of visits
without a session id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hypothesis import given

from minilens.period import GRAINS, Range
from tests.examples import costly
from tests.measure.histories import History
from tests.measure.oracle import Oracle
from tests.measure.tails import as_of_the_build, known_of, short_sessions, split, with_newest
from tests.measure.test_against_brute_force import same
from tests.pipeline import Happening, House, around

Houses = Callable[..., House]
Rows = list[tuple[object, ...]]


def expected(
    built: list[Happening], tail: list[Happening], zone: str, over: Range, grain: str
) -> Rows:
    parts = [
        oracle.figures(over.start, over.end, grain)
        for oracle in known_of(Oracle, built, tail, zone)
    ]
    return as_of_the_build(parts)


@costly(3, 300)
@given(given=with_newest())
def test_tail(new_app: Houses, given: tuple[History, date]) -> None:
    """Make everything before a day and part of it; the rest of that day and what follows is the tail."""
    history, newest = short_sessions(given[0]), given[1]
    built, tail = split(history, newest)
    house = new_app(history.zone)
    house.load(built)
    house.build()
    house.load(tail)
    over = around(history.arrived, history.zone)
    for some in (over, Range(newest, over.end), Range(over.end, over.end)):
        for grain in GRAINS:
            right = expected(built, tail, history.zone, some, grain)
            same(house.figures(some, grain), right)
