"""Who stands behind a figure of a question about events: those with the events that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.events import run
from minilens.measure.events.builds import Builds
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.condition_sql import NOTHING
from minilens.measure.events.formula import names
from minilens.measure.events.kept import has_tail, is_kept
from minilens.measure.events.operand import key
from minilens.measure.events.query import EventsQuery, Figure, Formula
from minilens.measure.events.sql import Statement
from minilens.measure.events.taken_back import with_taken_back
from minilens.measure.persons.query import Found, Place, Whole, once
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.period import Grain, Range, milliseconds, next_bucket
from minilens.warehouse.engine import Answer, Engine

_AT = ("toUnixTimestamp64Milli(ts) AS at",)
#: Figures that count every event, whether or not it has a value.
_OF_EVERY = ("total", "persons", "per_person", "sum_per_person")


def behind(engine: Engine, query: EventsQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whom a figure counts, or of whose events it is made."""
    chosen = Chosen(query, place)
    if not chosen.figures:  # a formula of numbers alone
        return once(np.zeros(0, np.int64))
    over = chosen.days()
    narrow, tail = narrowed(query, chosen, over)
    builds = Builds(made)
    tail = tail and over.end >= builds.newest
    moved = builds.moved(narrow, engine.one, tail=tail)
    statement = Statement(narrow, moved, tail, {"actions": _AT, "events": _AT})
    bound = builds.bound(query, over.start, over.end)
    with_taken_back(statement, lambda text: engine.rows(text, bound | statement.bound.values))
    rows = statement.table()
    asked = [
        *_events(narrow, chosen),
        *of_hour(statement, chosen),
        *of_values(statement, narrow, chosen),
    ]
    asked += of_groups(statement, query, place, lambda: run.answer(engine, query, as_of, made).rows)
    where = f"\nWHERE {' AND '.join(asked)}" if asked else ""
    text = f"""
SELECT toInt64(person) AS number, toInt64(count()) AS times, min(at) AS first, max(at) AS last
FROM
{rows}{where}
GROUP BY person
ORDER BY number
"""
    found = engine.arrow(text, bound | statement.bound.values)
    return Found(*(_column(found, name) for name in ("number", "times", "first", "last")))


def _column(found: Any, name: str) -> Whole:
    return np.asarray(found.column(name).to_numpy(), np.int64)


def check(query: EventsQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    chosen = Chosen(query, place)
    time = {"whole": (), "hour": ("moment",)}.get(query.grain, ("day",))
    known = [*map(key, query.groups), *time]
    for name in place.keys:
        if name not in known:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, known))
    chosen.days()


@dataclass(frozen=True)
class Chosen:
    """The figures that a measure is made of, and the period of a row."""

    query: EventsQuery
    place: Place

    @property
    def figures(self) -> tuple[Figure, ...]:
        """One; or of a formula all that it names, however deep."""
        every = {one.name: one for one in self.query.measures}
        name = self.place.measure or self.query.leading
        if name not in every:
            raise Refused(
                "unknown_choice", "measure", got=name[:40], hint=did_you_mean(name, every)
            )
        found: dict[str, Figure] = {}
        waiting = [name]
        while waiting:
            one = every[waiting.pop()]
            if isinstance(one, Formula):
                waiting += names(one.node)
            elif isinstance(one, Figure):
                found[one.name] = one
            else:
                raise Refused("not_taken_by", "measure", of=one.name)
        return tuple(found.values())

    @property
    def hour(self) -> datetime | None:
        """The first moment of the hour of the row."""
        said = self.place.keys.get("moment")
        return None if said is None else _read(said, "row.moment")

    def days(self) -> Range:
        """The days of the row: those of its period that are in the range."""
        over, keys = self.query.range, self.place.keys
        if (hour := self.hour) is not None:
            day = hour.astimezone(ZoneInfo(self.query.timezone)).date()
            return Range(day, day)
        if keys.get("day") is None:
            return over
        day = _read(keys["day"], "row.day").date()
        grain: Grain = self.query.grain  # type: ignore[assignment]
        first, last = (
            max(day, over.start),
            min(next_bucket(day, grain) - timedelta(days=1), over.end),
        )
        if first > last:
            raise Refused("day_outside", "row.day", got=day.isoformat())
        return Range(first, last)


def _read(said: Cell, where: str) -> datetime:
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        raise Refused("bad_date", where, got=str(said)[:40]) from None


def narrowed(query: EventsQuery, chosen: Chosen, over: Range) -> tuple[EventsQuery, bool]:
    """The question with no more than the figure needs, and whether what came after the newest build counts.

    That is as for the whole question, so that both count the same; where it hangs on what another part of the question
    asks, nothing is left out.
    """
    within = replace(query, range=over, sort="", measures=chosen.figures)
    if not has_tail(query) and not is_kept(query):
        return replace(query, range=over), has_tail(query)
    of_figures = {one.of for one in chosen.figures}
    used = sorted(
        of_figures | {at for of in of_figures if (at := query.events[of].takes_back) is not None}
    )
    place = {of: n for n, of in enumerate(used)}
    figures = tuple(replace(one, of=place[one.of]) for one in chosen.figures)
    some = (query.events[of] for of in used)
    events = tuple(
        one if one.takes_back is None else replace(one, takes_back=place[one.takes_back])
        for one in some
    )
    return replace(within, events=events, measures=figures), has_tail(query)


def _events(narrow: EventsQuery, chosen: Chosen) -> list[str]:
    if len(narrow.events) == 1:
        return []
    places = {one.name: n for n, one in enumerate(narrow.events)}
    asked = {chosen.query.events[one.of].name for one in chosen.figures}
    return ["(" + " OR ".join(f"c{places[name]}" for name in sorted(asked)) + ")"]


def of_hour(statement: Statement, chosen: Chosen) -> list[str]:
    if (hour := chosen.hour) is None:
        return []
    first = statement.bound(milliseconds(hour), "Int64")
    last = statement.bound(milliseconds(hour + timedelta(hours=1)), "Int64")
    return [f"at >= {first} AND at < {last}"]


def of_values(statement: Statement, narrow: EventsQuery, chosen: Chosen) -> list[str]:
    """Of figures made of values those that have one."""
    if len(chosen.figures) != 1:
        return []
    (figure,) = chosen.figures
    if figure.operand is None or figure.aggregate in _OF_EVERY:
        return []
    return [
        f"{statement.value_of(figure.operand, distinct=figure.aggregate == 'distinct')} IS NOT NULL"
    ]


def of_groups(statement: Statement, query: EventsQuery, place: Place, whole: Any) -> list[str]:
    """Of the groups that the row names; of all others those that have no row."""
    asked = {
        n: place.keys[key(one)] for n, one in enumerate(query.groups) if key(one) in place.keys
    }
    if OTHERS in asked.values():
        return [_rest(statement, query, whole())]
    return [f"g{n} = {_value(statement, value)}" for n, value in asked.items()]


def _rest(statement: Statement, query: EventsQuery, rows: Sequence[tuple[Cell, ...]]) -> str:
    keys = len(query.groups)
    shown = dict.fromkeys(row[:keys] for row in rows if OTHERS not in row[:keys])
    values = ", ".join(
        f"tuple({', '.join(_value(statement, one) for one in row)})" for row in shown
    )
    names_of = ", ".join(f"g{n}" for n in range(keys))
    return f"tuple({names_of}) NOT IN ({values})" if values else "true"


def _value(statement: Statement, value: Cell) -> str:
    return NOTHING if value is None else str(statement.bound(str(value), "String"))
