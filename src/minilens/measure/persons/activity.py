"""Who stands behind a figure of retention, stickiness or lifecycle: the sets of persons that it is the size of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.activity import columns
from minilens.measure.activity.query import (
    FIRST_NAMES,
    LATER_NAMES,
    ActivityQuery,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from minilens.measure.activity.retention import OF_RETURNED
from minilens.measure.activity.run import counting
from minilens.measure.persons.query import Found, Place
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.warehouse.engine import Answer, Engine


def behind(engine: Engine, query: ActivityQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whom a figure counts; `times`: in how many cohorts or periods of the row."""
    over = counting(engine, query, as_of, made)
    sets = over.behind(measure_of(query, place), keys_of(query, place))
    none = np.zeros(0, np.int64)
    numbers = np.concatenate([none, *(over.active.numbers(one) for one in sets)])
    person, times = np.unique(numbers, return_counts=True)
    return Found(person, times.astype(np.int64))


def check(query: ActivityQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    measure, keys = measure_of(query, place), keys_of(query, place)
    if isinstance(query, ReturnsQuery):
        said = next((name for name in LATER_NAMES if keys.get(name) is not None), "")
        if said and query.cell(keys) is None:
            raise Refused("unknown_choice", f"row.{said}", got=str(keys[said])[:40])
        if not said and measure in OF_RETURNED:
            raise Refused("missing", f"row.{columns_of(query)[0][-1].name}")
    if isinstance(query, StickinessQuery) and query.show == "ratio" and not keys.get("day"):
        raise Refused("missing", "row.day")


def columns_of(query: ActivityQuery) -> tuple[columns.Columns, columns.Columns]:
    """The columns that tell rows apart, and the others."""
    if isinstance(query, ReturnsQuery):
        return columns.of_returns(query)
    if isinstance(query, StickinessQuery):
        return columns.of_stickiness(query)
    assert isinstance(query, LifecycleQuery)
    return columns.of_lifecycle(query)


def measure_of(query: ActivityQuery, place: Place) -> str:
    known = [one.name for one in columns_of(query)[1] if one.unit != "day"]
    measure = place.measure or known[0]
    if measure not in known:
        raise Refused(
            "unknown_choice", "measure", got=measure[:40], hint=did_you_mean(measure, known)
        )
    return measure


def keys_of(query: ActivityQuery, place: Place) -> dict[str, Cell]:
    """The keys of the row, days as they are written; Refused where it has no such key."""
    known = [one.name for one in columns_of(query)[0]]
    found: dict[str, Cell] = {}
    for name, value in place.keys.items():
        if name not in known:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, known))
        found[name] = value
        if name in FIRST_NAMES and value is not None:
            found[name] = _first(query, name, value)
    return found


def _first(query: ActivityQuery, name: str, said: Cell) -> str:
    """Where the period of a row begins, as the question has it."""
    try:
        told = datetime.fromisoformat(str(said))
    except ValueError:
        raise Refused("bad_date", f"row.{name}", got=str(said)[:40]) from None
    for first in _firsts(query):
        same = first == told if isinstance(first, datetime) else first == told.date()
        if same:
            return first.isoformat()
    raise Refused("day_outside", f"row.{name}", got=str(said)[:40])


def _firsts(query: ActivityQuery) -> Sequence[date]:
    """The first days, or moments, of the periods of its rows."""
    if isinstance(query, StickinessQuery) and query.show == "ratio":
        return list(query.rows.range)
    if isinstance(query, StickinessQuery) and query.per != "range":
        return query.rows.range.buckets(query.per)
    return query.periods
