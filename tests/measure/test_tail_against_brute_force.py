"""What came after the newest build counts already: the same figures before that day is made again.

Two things come with the build alone, as the definitions say: durations, and the launches of visits
without a session id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from minilens.period import GRAINS, Range
from tests.examples import costly
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_against_brute_force import same
from tests.works import Happening, House, around

Houses = Callable[..., House]
Rows = list[tuple[object, ...]]


def expected(
    built: list[Happening], tail: list[Happening], zone: str, over: Range, grain: str
) -> Rows:
    """Everything counted; launches without the tail's nameless visits, durations as of the build."""
    whole = Oracle(built + tail, zone)
    named = Oracle(built + [h for h in tail if h.session], zone)
    old = Oracle(built, zone)
    parts = [oracle.figures(over.start, over.end, grain) for oracle in (whole, named, old)]
    return [(*w[:2], n[2], *w[3:8], *o[8:]) for w, n, o in zip(*parts, strict=True)]


def short_sessions(history: History) -> History:
    """No session on more than two days: how the third goes on is known when the day is made."""
    zone = ZoneInfo(history.zone)

    def short(h: Happening) -> Happening:
        pair = datetime.fromtimestamp(h.ts / 1000, zone).toordinal() // 2
        return replace(h, session=f"{h.session}-{pair}" if h.session else "")

    chunks = tuple(tuple(short(h) for h in chunk) for chunk in history.chunks)
    return History(history.zone, chunks)


@st.composite
def with_newest(draw: st.DrawFn) -> tuple[History, date]:
    """A history, and one of its days."""
    history = draw(histories())
    oracle = Oracle(history.arrived, history.zone)
    return history, draw(st.sampled_from(sorted({oracle.day(h) for h in history.arrived})))


@costly(4, 300)
@given(given=with_newest())
def test_tail(new_app: Houses, given: tuple[History, date]) -> None:
    """Make everything before a day and part of it; the rest of that day and what follows is the tail."""
    history, newest = short_sessions(given[0]), given[1]
    arrived = Oracle(history.arrived, history.zone)
    part = len(history.chunks[0])
    built = [h for n, h in enumerate(history.arrived) if arrived.day(h) < newest or n < part]
    built = [h for h in built if arrived.day(h) <= newest]
    tail = [h for h in history.arrived if h not in built and arrived.day(h) >= newest]
    house = new_app(history.zone)
    house.load(built)
    house.build()
    house.load(tail)
    over = around(history.arrived, history.zone)
    for some in (over, Range(newest, over.end), Range(over.end, over.end)):
        for grain in GRAINS:
            right = expected(built, tail, history.zone, some, grain)
            same(house.figures(some, grain), right)
