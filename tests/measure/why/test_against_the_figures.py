"""What is said of a person is what the figures count: for everybody of random histories, and every reason holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.funnels.outcome import Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reader import Reader
from minilens.measure.persons.everybody import everybody
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.why.query import Explained, ExplainedTable, Happened, Reason, Tried, WhyQuery
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.funnels.test_funnels_against_brute_force import funnels
from tests.measure.histories import History
from tests.measure.persons.test_against_brute_force import loaded
from tests.measure.tails import with_newest
from tests.pipeline import LATER, House

Houses = Callable[..., House]


def outcomes(house: House, query: FunnelQuery, as_of: AsOf) -> tuple[Outcomes, Outcomes | None]:
    """What the figures are made of, with the optional step and without it."""
    made = house.pipeline.engine.query(BUILDS, {"app": query.app})
    reader = Reader(house.pipeline.engine, query, made)
    whole, *others = reader.each_way(as_of)
    return whole, others[0] if others else None


def same(found: Explained, every: Outcomes, query: FunnelQuery) -> None:
    """Levels, moments, groups and who may go on, of a person's attempts that count."""
    mine = every.some(every.person == found.person)
    if query.at == "each" and query.grouped:
        mine = mine.once()
    assert found.level == int(mine.level.max(initial=0))
    counted = [one for one in found.attempts if one.counted]
    told = [[found.happened[row].at for row in one.taken] for one in counted]
    assert sorted(told) == sorted([at for at in row if at != -1] for row in mine.at.tolist())
    assert sorted(one.until for one in counted) == sorted(mine.until.tolist())
    if query.counts != "attempts":
        assert found.still == bool(mine.still.any())
    if query.grouped and len(mine) == 1:
        at = int(mine.group[0])
        assert found.group == (None if at < 0 else mine.groups[at][: query.grouped])


def true(found: Explained, query: FunnelQuery) -> None:
    """What a reason of one rule says can be seen in the events."""
    for one in found.attempts:
        assert one.stop is None or found.happened[one.stop].ends
        assert one.level < query.steps or not one.reasons
        for reason in one.reasons:
            if len(reason.rules) == 1:
                holds(found, query, one, reason)
    for reason in found.reasons:
        assert not found.attempts
        if reason.rules == ("range",):
            assert not entered(found.happened[reason.row], query)


def entered(one: Happened, query: FunnelQuery) -> bool:
    day = (
        datetime.fromtimestamp(one.at / 1000, UTC).astimezone(ZoneInfo(query.rows.timezone)).date()
    )
    return query.rows.range.start <= day <= query.rows.range.end


def holds(found: Explained, query: FunnelQuery, tried: Tried, reason: Reason) -> None:
    rule, row = reason.rules[0], found.happened[reason.row]
    shows, entry = found.happened[reason.shows[0]], found.happened[tried.taken[0]]
    if rule == "window":
        assert row.at > tried.until
    elif rule == "within":
        assert row.at <= tried.until
        assert tried.level + 1 in row.steps
    elif rule == "held":
        assert shows.held != entry.held or None in shows.held
    elif rule == "strict":
        assert reason.shows[0] < reason.row
        assert tried.level + 1 not in shows.steps
    elif rule == "session":
        assert shows.launch != entry.launch
    elif rule == "filter":
        assert shows.unmet
    elif rule == "group":
        assert query.at == "each"


@costly(2, 20)
@given(told=with_newest(), data=st.data())
def test_everybody(new_app: Houses, told: tuple[History, date], data: st.DataObject) -> None:
    house, oracle, whole = loaded(new_app, told, data)
    for _ in range(8 if at_length() else 5):
        drawn = data.draw(funnels())
        if drawn.order == "ordered" and not drawn.within:
            drawn = replace(drawn, order=data.draw(st.sampled_from(("ordered", "strict", "any"))))
        if drawn.order == "strict":
            drawn = replace(
                drawn, gaps=(), rows=replace(drawn.rows, events=drawn.rows.events[: drawn.steps])
            )
        if (
            drawn.order == "ordered"
            and drawn.steps > 2
            and drawn.at != 2
            and data.draw(st.booleans())
        ):
            drawn = replace(drawn, optional=(2,))
        first = whole.start + timedelta(days=data.draw(st.integers(0, 1)))
        last = max(first, whole.end - timedelta(days=data.draw(st.integers(0, 2))))
        over = Range(first, last)
        rows = replace(drawn.rows, app=house.app.id, range=over, timezone=str(oracle.zone))
        query = replace(drawn, rows=rows)
        newest = max((h.ts for h in oracle.events), default=0) / 1000
        moment = datetime.fromtimestamp(newest, UTC) + timedelta(
            hours=data.draw(st.integers(0, 30))
        )
        as_of = AsOf(LATER, moment, house.pipeline.loader.through)
        every, without = outcomes(house, query, as_of)
        persons = everybody(house.pipeline.engine, house.app.id)
        assert not len(np.setdiff1d(every.person, persons))
        some = persons[:: max(1, len(persons) // 5)]
        for person in some.tolist():
            table = run(house.pipeline.engine, WhyQuery(query, person), as_of)
            assert isinstance(table, ExplainedTable)
            same(table.explained, every, query)
            true(table.explained, query)
            if without is not None:
                assert table.explained.without is not None
                same(table.explained.without, without, replace(query, optional=()))
