"""Histories whose newest days came after the newest build, and what is known of these before they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, persons
from tests.pipeline import OF_TREND, Happening, House

Row = tuple[object, ...]
Counter = TypeVar("Counter", bound=Oracle)
#: What comes with the build alone: of visits without a session id, and of all.
WITHOUT_NAMELESS = {"launches"}
AS_BUILT = {"duration_per_visitor", "duration_per_launch", "visit_depth"}


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


def split(history: History, newest: date) -> tuple[list[Happening], list[Happening]]:
    """What is loaded before a build of everything before a day and part of it, and what comes after it.

    Nothing comes by which somebody of what is built is found to be somebody else: such days wait to be made again.
    """
    arrived = Oracle(history.arrived, history.zone)
    part = len(history.chunks[0])
    built = [h for n, h in enumerate(history.arrived) if arrived.day(h) < newest or n < part]
    built = [h for h in built if arrived.day(h) <= newest]
    return built, joining_nobody(
        built, [h for h in history.arrived if h not in built and arrived.day(h) >= newest]
    )


def loaded_history(
    new_app: Callable[..., House], history: History, newest: date, data: st.DataObject
) -> tuple[House, list[Happening]]:
    """A project with all of it, and the happenings in the order in which they came.

    Everything was made, or what came after a build of the days before the newest lies behind it.
    """
    house = new_app(history.zone)
    if data.draw(st.booleans()):
        house.load(history.arrived)
        house.build()
        return house, history.arrived
    built, later = split(history, newest)
    house.load(built)
    house.build()
    house.load(later)
    return house, [*built, *later]


def joining_nobody(built: Sequence[Happening], tail: Iterable[Happening]) -> list[Happening]:
    """The tail without what makes one of two persons of what is built, or two of one."""
    kept: list[Happening] = []
    before, pairs = _together(built, built), {(h.device, h.identity) for h in built}
    for h in tail:
        known = h.identity is None or (h.device, h.identity) in pairs
        late = not built or h.ts > max(one.ts for one in built)
        if (known and late) or _together(built, [*built, *kept, h]) == before:
            kept.append(h)
    return kept


def _together(some: Sequence[Happening], of: Sequence[Happening]) -> set[frozenset[str]]:
    """The happenings of each person, of these and as far as those tell."""
    person = persons(of)
    found: dict[int, set[str]] = {}
    for h in some:
        found.setdefault(person[h.id], set()).add(h.id)
    return {frozenset(ids) for ids in found.values()}


def known_of(
    oracle: Callable[[list[Happening], str], Counter],
    built: list[Happening],
    tail: list[Happening],
    zone: str,
) -> tuple[Counter, Counter, Counter]:
    """Everything; everything but the nameless visits of the tail; what was built."""
    named = [h for h in tail if h.session]
    return oracle(built + tail, zone), oracle(built + named, zone), oracle(built, zone)


def as_of_the_build(
    parts: Iterable[Sequence[Row]], measures: Sequence[str] = OF_TREND
) -> list[Row]:
    """The rows of `known_of` as one: launches without the tail's nameless visits, durations as of the build."""

    def cells(w: Row, n: Row, o: Row) -> Row:
        found = zip(measures, w[1:], n[1:], o[1:], strict=True)
        return (
            w[0],
            *(of_old if name in AS_BUILT else of_named if name in WITHOUT_NAMELESS else of_whole
              for name, of_whole, of_named, of_old in found),
        )  # fmt: skip

    return [cells(*three) for three in zip(*parts, strict=True)]
