"""A figure counts those of whom it is said that it does: random questions of events and of activity, everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.events.query import EventsQuery, Figure
from minilens.measure.paths.query import PathsQuery
from minilens.measure.persons.activity import columns_of
from minilens.measure.persons.everybody import everybody
from minilens.measure.persons.query import Found, PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.measure.why.query import FigureTable, FigureWhyQuery, OfFigure
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.activity.test_activity_against_brute_force import (
    lifecycles,
    returns,
    stickiness,
)
from tests.measure.events.test_against_brute_force import questions
from tests.measure.histories import History
from tests.measure.paths.test_paths_against_brute_force import anchored
from tests.measure.paths.test_paths_against_brute_force import asked as asked_paths
from tests.measure.persons.test_against_brute_force import keys_of, loaded, row_of
from tests.measure.tails import with_newest
from tests.pipeline import LATER, House

Houses = Callable[..., House]


def everyone(
    house: House, query: Any, place: Place, as_of: AsOf, says: Callable[[OfFigure, Any], None]
) -> None:
    """Of some who are counted, and of some who are not."""
    engine = house.pipeline.engine
    real = found(engine, PersonsQuery(query, place), as_of)
    persons = everybody(engine, house.app.id)
    others = np.setdiff1d(persons, real.person)
    assert real.times is not None
    times = dict(zip(real.person.tolist(), real.times.tolist(), strict=True))
    for person in [*real.person.tolist()[:2], *others.tolist()[:2]]:
        table = run(engine, FigureWhyQuery(query, place, person), as_of)
        assert isinstance(table, FigureTable)
        told = table.found
        assert told.times == times.get(person, 0)
        assert not (told.times and told.reasons)
        says(told, query)
        moments(told, real)


def moments(told: OfFigure, real: Found) -> None:
    """The first and the last of the events that count, where the list has them."""
    if real.first is None or real.last is None or not told.times or told.ways:
        return
    at = int(np.searchsorted(real.person, told.person))
    counts = [one.at for one in told.happened if one.counts]
    assert (counts[0], counts[-1]) == (real.first[at], real.last[at])


def of_events(told: OfFigure, query: EventsQuery) -> None:
    assert sum(one.counts for one in told.happened) == told.times
    for one in told.happened:
        assert one.counts != bool(one.against)
        assert ("filter" in one.against) == (not set(one.of) & set(one.could))
    assert bool(told.reasons) == (not told.times and bool(told.happened))


def of_returns(told: OfFigure, query: ReturnsQuery) -> None:
    """A cell by itself has a return exactly where one is told, and the row of a start is in its period."""
    if len(told.starts) != 1 or query.mode != "on" or query.at_least > 1:
        return
    (shown,) = told.starts
    assert shown.row is not None
    later = {one.later for one in told.happened if one.later is not None}
    if not any(one.counts for one in told.happened):  # another cohort than that of the row
        return
    for cell, (_, returned) in zip(query.cells, shown.cells, strict=True):
        if returned is not None and cell.first:
            assert returned == any(cell.first <= one <= cell.last for one in later)


def of_periods(told: OfFigure, query: StickinessQuery | LifecycleQuery) -> None:
    """Who did what is asked about and is not counted is told why; no event counts that fails a rule."""
    real = [one for one in told.happened if 1 in one.of]
    assert told.times or told.reasons or not real
    for one in told.happened:
        assert not (one.counts and one.against)
    if isinstance(query, LifecycleQuery):
        assert len({one.first for one in told.periods}) == len(told.periods)


def of_paths(told: OfFigure, query: PathsQuery) -> None:
    """As many paths as count; of the others each says where it leaves what is asked."""
    assert sum(one.counted for one in told.ways) == told.times
    assert (
        not told.ways
        or told.times
        or [one.causes for one in told.reasons] in ([("way",)], [("goal",)])
    )
    if told.reasons and told.reasons[0].causes == ("way",):
        assert any(one.differs is not None for one in told.ways)


KINDS: list[tuple[st.SearchStrategy[Any], Callable[[OfFigure, Any], None]]] = [
    (returns(), of_returns), (stickiness(), of_periods), (lifecycles(), of_periods),
]  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """An app of a random history, and what questions about it are drawn from."""

    house: House
    over: Range
    zone: str
    data: st.DataObject
    as_of: AsOf

    def of(self, query: Any, over: Range) -> Any:
        """A question's rows, of this app."""
        return replace(query, app=self.house.app.id, range=over, timezone=self.zone)

    @property
    def few(self) -> Range:
        """Days that are few enough for hours."""
        return Range(self.over.start, min(self.over.end, self.over.start + timedelta(days=9)))

    def row(self, table: Table, *, lead: bool = True) -> dict[str, Any]:
        """The keys of a row, without the day where it is of all; not those of the anchor of paths, without `lead`."""
        rows = [row for row in table.rows if lead or row[0]]
        if not rows:
            return {}
        names = [column.name for column in table.columns[: table.keys]]
        found = keys_of(names, self.data.draw(st.sampled_from(rows)))
        return {n: one for n, one in found.items() if one is not None or n not in ("day", "moment")}

    def everyone(
        self, query: Any, name: str, keys: dict[str, Any], says: Callable[[OfFigure, Any], None]
    ) -> None:
        everyone(self.house, query, Place(name, tuple(keys.items())), self.as_of, says)


def about_events(drawn: Drawn) -> None:
    query = drawn.of(drawn.data.draw(questions(leads=False)), drawn.over)
    if query.grain == "hour":
        query = replace(query, range=drawn.few)
    table = run(drawn.house.pipeline.engine, query, drawn.as_of)
    names = [one.name for one in query.measures if isinstance(one, Figure)]
    name = drawn.data.draw(st.sampled_from(names))
    drawn.everyone(query, name, row_of(table, query, drawn.data), of_events)


def about_activity(drawn: Drawn) -> None:
    for asked_of, says in KINDS:
        asked = drawn.data.draw(asked_of)
        over = drawn.few if asked.unit == "hour" else drawn.over
        asked = replace(asked, rows=drawn.of(asked.rows, over))
        table = run(drawn.house.pipeline.engine, asked, drawn.as_of)
        if table.rows:
            known = [one.name for one in columns_of(asked)[1] if one.unit in ("count", "number")]
            name = drawn.data.draw(st.sampled_from([one for one in known if one[:5] != "value"]))
            drawn.everyone(asked, name, drawn.row(table), says)


def about_paths(drawn: Drawn) -> None:
    walk = anchored(drawn.data, drawn.data.draw(asked_paths()))
    show: Any = drawn.data.draw(st.sampled_from(("columns", "links")))
    walk = replace(walk, rows=drawn.of(walk.rows, drawn.over), show=show)
    table = run(drawn.house.pipeline.engine, walk, drawn.as_of)
    drawn.everyone(walk, "", drawn.row(table, lead=False), of_paths)


@costly(2, 30)
@given(told=with_newest(), data=st.data())
def test_everybody(new_app: Houses, told: tuple[History, date], data: st.DataObject) -> None:
    house, oracle, over = loaded(new_app, told, data)
    as_of = AsOf(LATER, datetime(2031, 1, 1, tzinfo=UTC), house.pipeline.loader.through)
    drawn = Drawn(house, over, str(oracle.zone), data, as_of)
    for about, often, at_landing in (
        (about_events, 10, 2),
        (about_activity, 4, 1),
        (about_paths, 10, 3),
    ):
        for _ in range(often if at_length() else at_landing):
            about(drawn)
