"""Who stands behind a figure of lifetime value: those who entered, came back, ordered, or ordered again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from minilens.errors import Refused, did_you_mean
from minilens.measure.activity.active import NOTHING
from minilens.measure.events.columns import OTHERS
from minilens.measure.ltv.columns import columns
from minilens.measure.ltv.figures import Counting
from minilens.measure.ltv.query import RETURNS, LtvQuery
from minilens.measure.ltv.run import counting
from minilens.measure.persons.query import Found, Place, once
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.warehouse.engine import Answer, Engine

#: Column of those who came back → within how many days.
_RETURNS = {f"return_rate_{days}": days for days in RETURNS}
#: Column → whether it is of second orders.
_ORDERS = {"buyers": False, "orders": False, "repeat_buyers": True}


@dataclass(frozen=True)
class _Cell:
    """Which figure: of which cohort (None: of all that are over), up to how many days later (None: up to now)."""

    measure: str
    first: date | None
    later: int | None
    groups: dict[str, Cell]


def behind(engine: Engine, query: LtvQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whom a figure counts; of orders `times` are how many."""
    cell = _cell(query, place)
    found = counting(engine, query, as_of, made)
    entered = _entered(found, cell, as_of.today)
    number, counts = found.entrants.number, found.counts
    if cell.measure == "cohort_users":
        return once(number[entered].astype(np.int64))
    if cell.measure in _RETURNS:
        back = found.found.returned
        came = (back > 0) & (back <= _RETURNS[cell.measure])
        return once(number[entered & came].astype(np.int64))
    if cell.measure == "orders":
        of = found.found.payments.orders
        own = of.coin == counts.coin
        who, age = found.entrants.places(of.person[own]), of.age[own]
    else:
        who, age = counts.second_orders if _ORDERS[cell.measure] else counts.first_orders
    some = entered[who] if cell.later is None else entered[who] & (age <= cell.later)
    person, times = np.unique(number[who[some]].astype(np.int64), return_counts=True)
    return Found(person, times.astype(np.int64) if cell.measure == "orders" else None)


def check(query: LtvQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    _cell(query, place)


def _entered(found: Counting, cell: _Cell, today: date) -> NDArray[np.bool_]:
    """Of each entrant whether it is of the groups and cohorts of a row."""
    group = np.zeros(len(found.entrants.texts), np.bool_)
    group[_groups(found, cell)] = True
    cohorts = [_counts(found.query, cell, first, today) for first in found.query.cohorts]
    entered: NDArray[np.bool_] = (
        group[found.entrants.group] & np.array(cohorts, np.bool_)[found.found.cohort]
    )
    return entered


def _counts(query: LtvQuery, cell: _Cell, first: date, today: date) -> bool:
    """Whether a cohort is part of the figure: what is asked of it has to be over for the last of its persons."""
    if cell.first not in (None, first) or first > today:
        return False
    if cell.measure in _RETURNS:
        return query.is_due(first, _RETURNS[cell.measure], today)
    if cell.later is None or (cell.first is not None and cell.measure == "cohort_users"):
        return True
    return query.is_due(first, cell.later, today)


def _groups(found: Counting, cell: _Cell) -> list[int]:
    """The groups of a row: of all others those without a row of their own."""
    shown = found.groups[0]
    if OTHERS in cell.groups.values():
        return [code for one in shown if OTHERS in one.values for code in one.codes]
    names = [one.name for one in columns(found.query)[0]]
    return [
        code
        for code, texts in enumerate(found.entrants.texts)
        if all(
            value == (None if texts[names.index(name)] == NOTHING else texts[names.index(name)])
            for name, value in cell.groups.items()
        )
    ]


def _cell(query: LtvQuery, place: Place) -> _Cell:
    measure, keys = place.measure or "cohort_users", place.keys
    table, shown = columns(query)
    known = [one.name for one in shown if one.has_persons]
    if measure not in known:
        hint = did_you_mean(measure, known)
        raise Refused("unknown_choice", "measure", got=measure[:40], hint=hint)
    names = [one.name for one in table]
    for name in keys:
        if name not in names:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, names))
    later = keys.get("days_later")
    if "days_later" in names:
        if later is None:
            raise Refused("missing", "row.days_later")
        if later not in query.cells:
            raise Refused("unknown_choice", "row.days_later", got=str(later)[:40])
    groups = {name: one for name, one in keys.items() if name not in ("day", "days_later")}
    first = _first(query, keys.get("day"))
    return _Cell(measure, first, None if later is None else int(str(later).split(".")[0]), groups)


def _first(query: LtvQuery, said: object) -> date | None:
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(str(said)).date()
    except ValueError:
        raise Refused("bad_date", "row.day", got=str(said)[:40]) from None
    if found not in query.cohorts:
        raise Refused("day_outside", "row.day", got=found.isoformat())
    return found
