"""Who stands behind a cell of retention: those of the cohort, or those of them who came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import LATER
from minilens.measure.persons.query import Found, Place
from minilens.measure.plan import plan
from minilens.measure.prepared import AsOf
from minilens.measure.retention import sql
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.retention.run import sets
from minilens.warehouse.engine import Answer, Engine

#: Column → whether it is about those who came back.
_BACK = {"cohort_users": False, "retained_users": True, "retention_rate": True}


@dataclass(frozen=True)
class Cell:
    """Which figure: of those who came back or of all, of which cohort, how much later; None of all of them."""

    back: bool
    first: date | None
    offset: int | None


def behind(engine: Engine, query: RetentionQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those of the cohort; `times`: in how many cohorts they are counted."""
    cell = cell_of(query, place)
    firsts = [
        first
        for first in query.cohorts.buckets(query.cohort)
        if cell.first in (None, first) and is_part(query, cell, first, as_of.today)
    ]
    asked = plan(sets(query, as_of.today))
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    over = asked.query.range
    named = snapshot.values(asked.query, [over]) | {
        "firsts": firsts, "offset": cell.offset or 0, "last_cohort": query.cohorts.end,
    }  # fmt: skip
    text = sql.persons(
        asked, snapshot.tail(asked, named), users=query.users, cohort=query.cohort, back=cell.back
    )
    found = engine.arrow(text, named)
    number, times = (
        np.asarray(found.column(name).to_numpy(), np.int64) for name in ("number", "times")
    )
    return Found(number, times)


def check(query: RetentionQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    cell_of(query, place)


def is_part(query: RetentionQuery, cell: Cell, first: date, today: date) -> bool:
    """Whether a cohort is part of the figure: of all together those whose period is over."""
    if first > today:
        return False
    if cell.offset is None:
        return True
    due = query.due(first, cell.offset)
    if cell.first is None:
        return due.end < today
    return due.start <= today or not cell.back


def cell_of(query: RetentionQuery, place: Place) -> Cell:
    """The cell that a column and the keys of a row name; Refused, naming the part, where there is none."""
    later, keys = LATER[query.cohort].name, place.keys
    measure = place.measure or "retained_users"
    if measure not in _BACK:
        raise Refused(
            "unknown_choice", "measure", got=measure[:40], hint=did_you_mean(measure, _BACK)
        )
    for name in keys:
        if name not in ("day", later):
            raise Refused(
                "unknown_choice", "row", got=name[:40], hint=did_you_mean(name, ("day", later))
            )
    offset = keys.get(later)
    if offset is None and _BACK[measure]:
        raise Refused("missing", f"row.{later}")
    if offset is not None and offset not in query.offsets:
        raise Refused("unknown_choice", f"row.{later}", got=str(offset)[:40])
    return Cell(
        _BACK[measure], _first(query, keys.get("day")), None if offset is None else int(offset)  # type: ignore[arg-type]
    )  # fmt: skip


def _first(query: RetentionQuery, said: object) -> date | None:
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(str(said)).date()
    except ValueError:
        raise Refused("bad_date", "row.day", got=str(said)[:40]) from None
    if found not in query.cohorts.buckets(query.cohort):
        raise Refused("day_outside", "row.day", got=found.isoformat())
    return found
