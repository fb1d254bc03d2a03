"""Who stands behind a figure of shares: the sharers, or those who opened what was shared."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.persons.query import Found, Place, gathered
from minilens.measure.prepared import AsOf
from minilens.measure.session import QuerySession
from minilens.measure.shares.columns import columns
from minilens.measure.shares.query import SharesQuery
from minilens.measure.shares.run import spread
from minilens.measure.table import Cell
from minilens.warehouse.engine import Answer, Engine


def behind(engine: Engine, query: SharesQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whom a figure counts, with when and how often they did."""
    found = spread(QuerySession(engine=engine), query, made)
    done = found.done(_measure(query, place), _keys(query, place))
    person, at = np.array(done, np.int64).reshape(-1, 2).T
    return gathered(person, at, at)


def check(query: SharesQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    _measure(query, place)
    _keys(query, place)


def _measure(query: SharesQuery, place: Place) -> str:
    known = [one.name for one in columns(query.show, query.by)[1] if one.has_persons]
    measure = place.measure or known[0]
    if measure not in known:
        raise Refused(
            "unknown_choice", "measure", got=measure[:40], hint=did_you_mean(measure, known)
        )
    return measure


def _keys(query: SharesQuery, place: Place) -> dict[str, Cell]:
    """The keys of the row, a day as it is written; Refused where it has no such key, or says no day of the range."""
    known = [one.name for one in columns(query.show, query.by)[0]]
    found = place.keys
    for name in found:
        if name not in known:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, known))
    if (said := found.get("day")) is not None:
        found["day"] = str(_day(query, said))
    return found


def _day(query: SharesQuery, said: Cell) -> date:
    try:
        day = datetime.fromisoformat(str(said)).date()
    except ValueError:
        raise Refused("bad_date", "row.day", got=str(said)[:40]) from None
    if not query.range.start <= day <= query.range.end:
        raise Refused("day_outside", "row.day", got=str(said)[:40])
    return day
