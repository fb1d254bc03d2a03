"""Answers questions about retention: a row for each cohort (day, week or month) and each number of them after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import DAY, LATER, MEASURES
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
#: What reads people of more days than this is no light question: those of 120 days, and thirty after them.
MOST_LIGHT_DAYS = 150


def prepare(engine: Engine, query: RetentionQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    query.range.check(query.cohort)
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    people = plan(sets(query, as_of.today))
    heavy = people.heavy or people.query.range.days > MOST_LIGHT_DAYS
    return Prepared(
        run=lambda: answer(engine, query, people, as_of, made),
        heavy=heavy,
        stands_on=(query, as_of.today, builds, as_of.through),
        cost=cost([made]),
    )


def answer(engine: Engine, query: RetentionQuery, people: Plan, as_of: AsOf, made: Answer) -> Table:
    """Rows: first day of the cohort, periods later, its people, those who came back, their share; oldest first.

    What is still to come is unknown. Behind the cohorts, without a day, stands what all of them come to, for each
    number of periods of those for which it is over: one that is running has not had its time yet.
    """
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    found, today = _found(snapshot, query, people), as_of.today
    sizes = {first: size for (first, _), (size, _back) in found.items()}  # the same for each offset
    rows: list[Row] = []
    for first in query.cohorts.buckets(query.cohort):
        size = sizes.get(first, 0)
        for offset in query.offsets:
            due = query.due(first, offset).start <= today
            back = found.get((first, offset), (0, 0))[1] if due else None
            known = size if first <= today else None
            rows.append((first, offset, known, back, _rate(back, size)))
    table = Table(
        columns=(DAY, LATER[query.cohort], *(one.column() for one in COLUMNS)),
        rows=(*rows, *_means(query, rows, today)),
        start=query.cohorts.start,
        end=query.cohorts.end,
        as_of=as_of.as_of,
        cost=Cost(0, 0, 0),
        keys=2,
        today=today,
    )
    return replace(table, cost=snapshot.cost())


def sets(query: RetentionQuery, today: date) -> Query:
    """The sets of people of all days that matter; none after today."""
    cohorts = query.cohorts
    end = min(query.last, max(today, cohorts.end))
    return Query(
        query.app,
        (_VISITORS, _NEW_USERS),
        Range(cohorts.start, end),
        traffic=query.traffic,
        filters=query.filters,
    )


def _found(
    snapshot: BuildSnapshot, query: RetentionQuery, people: Plan
) -> dict[tuple[date, int], tuple[int, int]]:
    """First day and periods later → people of the cohort, those who came back."""
    named = {"offsets": list(query.offsets), "last_cohort": query.cohorts.end}
    text = partial(sql.retained, users=query.users, cohort=query.cohort)
    return {
        (day, offset): (size, back)  # type: ignore[misc]
        for day, offset, size, back in snapshot.run(people, [people.query.range], text, **named)
    }


def _means(query: RetentionQuery, rows: list[Row], today: date) -> list[Row]:
    """For each number of periods later: people of the cohorts whose is over, those who came back, their share."""
    found: list[Row] = []
    for offset in query.offsets:
        due = [
            row
            for row in rows
            if row[1] == offset
            and isinstance(row[0], date)
            and query.due(row[0], offset).end < today
        ]
        size, back = (sum(int(str(row[n])) for row in due) for n in (2, 3))
        found.append((None, offset, size, back if due else None, _rate(back, size)))
    return found


def _rate(back: Cell, size: int) -> float | None:
    return back / size if isinstance(back, int) and size else None
