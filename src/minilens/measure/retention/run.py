"""Answers questions about retention: a row for each day and each number of days after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import DAY, DAYS_LATER, MEASURES
from minilens.measure.plan import Plan, plan
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.retention import sql
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.session import cost
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Range
from minilens.warehouse.engine import Answer, Engine

COLUMNS = tuple(MEASURES[name] for name in ("cohort_users", "retained_users", "retention_rate"))
_VISITORS, _NEW_USERS = MEASURES["visitors"], MEASURES["new_users"]
#: Whose people are read over more days than this is no light question.
LIGHT_DAYS = 120


def prepare(engine: Engine, query: RetentionQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    query.range.check("day")
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    sets = plan(_sets(query, as_of.today))
    heavy = sets.heavy or query.range.days > LIGHT_DAYS
    return Prepared(
        run=lambda: answer(engine, query, sets, as_of, made),
        heavy=heavy,
        stands_on=(query, as_of.today, builds, as_of.through),
        cost=cost([made]),
    )


def answer(engine: Engine, query: RetentionQuery, sets: Plan, as_of: AsOf, made: Answer) -> Table:
    """Rows: day, days later, people of the day, those who came back, their share; oldest first.

    What is still to come is unknown. Behind the days, without one, stands what all of them come to, for each number
    of days later of those whose day is over: one that is running has not had its time yet.
    """
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    found, today = _found(snapshot, query, sets), as_of.today
    sizes = {day: size for (day, _), (size, _back) in found.items()}  # the same for each offset
    rows: list[Row] = []
    for day in query.range:
        size = sizes.get(day, 0)
        for offset in query.offsets:
            due = day + timedelta(days=offset) <= today
            back = found.get((day, offset), (0, 0))[1] if due else None
            rows.append((day, offset, size if day <= today else None, back, _rate(back, size)))
    table = Table(
        columns=(DAY, DAYS_LATER, *(one.column() for one in COLUMNS)),
        rows=(*rows, *_means(query, rows, today)),
        start=query.range.start,
        end=query.range.end,
        as_of=as_of.as_of,
        cost=Cost(0, 0, 0),
        keys=2,
        today=today,
    )
    return replace(table, cost=snapshot.cost())


def _sets(query: RetentionQuery, today: date) -> Query:
    """The sets of people of all days that matter; none after today."""
    end = min(query.range.end + timedelta(days=max(query.offsets)), max(today, query.range.end))
    return Query(
        query.app,
        (_VISITORS, _NEW_USERS),
        Range(query.range.start, end),
        traffic=query.traffic,
        filters=query.filters,
    )


def _found(
    snapshot: BuildSnapshot, query: RetentionQuery, sets: Plan
) -> dict[tuple[date, int], tuple[int, int]]:
    """Day and days later → people of the day, those who came back."""
    named = {"offsets": list(query.offsets), "last_cohort": query.range.end}
    text = partial(sql.retained, users=query.users)
    return {
        (day, offset): (size, back)  # type: ignore[misc]
        for day, offset, size, back in snapshot.run(sets, [sets.query.range], text, **named)
    }


def _means(query: RetentionQuery, rows: list[Row], today: date) -> list[Row]:
    """For each number of days later: people of the days for which it is over, those who came back, their share."""
    found: list[Row] = []
    for offset in query.offsets:
        last = today - timedelta(days=offset + 1)
        due = [
            row for row in rows if row[1] == offset and isinstance(row[0], date) and row[0] <= last
        ]
        size, back = (sum(int(str(row[n])) for row in due) for n in (2, 3))
        found.append((None, offset, size, back if due else None, _rate(back, size)))
    return found


def _rate(back: Cell, size: int) -> float | None:
    return back / size if isinstance(back, int) and size else None
