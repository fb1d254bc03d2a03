"""Answers questions about events: periods, or groups with their periods, whole or as the table shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import cast
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events import formula, money
from minilens.measure.events.builds import Builds
from minilens.measure.events.columns import OTHERS, group_columns, measure_column
from minilens.measure.events.kept import is_kept
from minilens.measure.events.query import MOST_ROWS, EventsQuery, Figure, Formula
from minilens.measure.events.sql import Statement
from minilens.measure.events.taken_back import with_taken_back
from minilens.measure.measures import DAY, MOMENT
from minilens.measure.payments.query import AROUND
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import QuerySession, cost
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Grain, floor, held, midnight, milliseconds
from minilens.warehouse.engine import Answer, Engine

_BEFORE = date(1970, 1, 1)
#: Groups of so many periods are read once: each period of each group is kept apart until the groups are known.
FEW_PERIODS = 100
#: As a statement has it where there is no value.
_NOTHING = "\0"


@dataclass(frozen=True)
class Period:
    """A period of the table: what its cell says, what statements call it, whether it has begun."""

    cell: Cell
    key: object
    begun: bool


def prepare(engine: Engine, query: EventsQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on. Refused where it would have too many rows."""
    query.check()
    if query.grain != "whole":
        query.range.check(query.grain)
    made = engine.query(BUILDS, {"app": query.app})
    newest = made.rows[-1][0] if made.rows else _BEFORE
    reach = max(query.reach, AROUND if query.once_told else 0)
    young = query.range.end + timedelta(days=reach) >= newest or not is_kept(query)
    hour = as_of.as_of.replace(second=0, microsecond=0) if query.grain == "hour" else None
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    return Prepared(
        run=lambda: noted(answer(engine, query, as_of, made), engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through if young else 0, hour),
        cost=cost([made]),
    )


def noted(table: Table, engine: Engine, query: EventsQuery, as_of: AsOf, made: Answer) -> Table:
    """An answer with what is to be said of its money."""
    asked = money.notes(query, lambda one: answer(engine, one, as_of, made))
    return replace(table, notes=(*table.notes, *asked))


def answer(engine: Engine, query: EventsQuery, as_of: AsOf, made: Answer) -> Table:
    """Rows without groups are periods; else groups, the most of the leading measure first, of each its periods.

    `totals` is the whole range, in which persons count once.
    """
    asking = Asking(engine=engine, query=query, as_of=as_of, made=made)
    table = asking.grouped() if query.groups else asking.periods()
    return replace(table, cost=cost([made, *asking.session.answers]))


class Asking:
    """One question on its way to the engine."""

    def __init__(self, engine: Engine, query: EventsQuery, as_of: AsOf, made: Answer) -> None:
        self.query, self.as_of, self._made = query, as_of, made
        self.session = QuerySession(engine=engine)
        self._builds = Builds(made)
        self._end = query.range.end + timedelta(days=query.reach)
        tail = self._builds.tail(query, self._end)
        moved = self._builds.moved(
            query, lambda text, asked: self.session.ask(text, asked)[0][0], tail=tail
        )
        self.statement = Statement(query, moved=moved, tail=tail)
        with_taken_back(self.statement, self._ask)
        self._periods = list(self._every_period())

    def periods(self) -> Table:
        """A row a period, or one for the whole range."""
        text = self.statement.whole()
        whole = self._nothing
        found: dict[object, Row] = {}
        for of_all, *row in self._ask(text):
            if of_all:
                whole = tuple(row[-len(self.query.measures) :])
            else:
                found[row[0]] = tuple(row[1:])
        if self.query.grain == "whole":
            return self._framed((), (whole,))
        rows = tuple((one.cell, *self._cells(one, found)) for one in self._periods)
        return self._framed((self._time(),), rows, totals=(None, *whole))

    def grouped(self) -> Table:
        """The groups with the most of a measure over the whole range; all others as the question has it."""
        query, keys = self.query, len(self.query.groups)
        if 0 < len(self._periods) <= FEW_PERIODS:
            return self._at_once()
        whole, rest, found = self._nothing, None, 0
        shown: list[Row] = []
        for of_all, count, line, *row in self._ask(self.statement.groups()):
            if of_all:
                whole, found = tuple(row[keys:]), int(str(count))
            elif line == query.top + 1:
                rest = tuple(row[keys:])
            else:
                shown.append(tuple(row))
        self._check(len(shown))
        values = [tuple(map(str, row[:keys])) for row in shown]
        columns, others = group_columns(query), query.include_other and rest is not None
        if query.grain == "whole":
            rows = tuple((*map(_told, row[:keys]), *row[keys:]) for row in shown)
            more = {"other": (*[None] * keys, *rest)} if others and rest else {}
            totals = (*[None] * keys, *whole)
            return self._framed(columns, rows, total_rows=found, totals=totals, **more)
        rows = tuple(self._timed(values, rest=others)) if shown else ()
        totals = (*[None] * (keys + 1), *whole)
        return self._framed((*columns, self._time()), rows, total_rows=found, totals=totals)

    def _check(self, groups: int) -> None:
        if groups * max(1, len(self._periods)) > MOST_ROWS:
            raise Refused("too_many_rows", "top", limit=MOST_ROWS)

    def _at_once(self) -> Table:
        """The periods of the groups, all of them read once."""
        query, keys = self.query, len(self.query.groups)
        whole, found = self._nothing, 0
        named: dict[int, Row] = {}
        cells: dict[int, dict[object, Row]] = {}
        for of_all, count, place, bucket, *row in self._ask(self.statement.by_period()):
            if of_all:
                whole, found = tuple(row[keys:]), int(str(count))
                continue
            line = int(str(place))
            named[line] = (OTHERS,) * keys if line > query.top else tuple(map(_told, row[:keys]))
            cells.setdefault(line, {})[bucket] = tuple(row[keys:])
        if not query.include_other:
            named.pop(query.top + 1, None)
        self._check(len(named) - (query.top + 1 in named))
        rows = tuple(
            (*group, one.cell, *self._cells(one, cells[line]))
            for line, group in named.items()
            for one in self._periods
        )
        columns, totals = (*group_columns(query), self._time()), (*[None] * (keys + 1), *whole)
        return self._framed(columns, rows, total_rows=found, totals=totals)

    def _timed(self, values: Sequence[tuple[str, ...]], *, rest: bool) -> Iterator[Row]:
        """Of each group every period; behind them those of all others."""
        keys = len(self.query.groups)
        found: dict[tuple[str, ...], dict[object, Row]] = {}
        for others, bucket, *row in self._ask(self.statement.shown(values)):
            group = () if others else tuple(map(str, row[:keys]))
            found.setdefault(group, {})[bucket] = tuple(row[keys:])
        for group in [*values, *([()] if rest else [])]:
            named = tuple(map(_told, group)) or (OTHERS,) * keys
            for one in self._periods:
                yield (*named, one.cell, *self._cells(one, found.get(group, {})))

    def _cells(self, one: Period, found: Mapping[object, Row]) -> Row:
        """The measures of a period: unknown where it is still to come."""
        if not one.begun and one.key not in found:
            return (None,) * len(self.query.measures)
        return found.get(one.key, self._nothing)

    @cached_property
    def _nothing(self) -> Row:
        """The measures of a period in which nothing happened."""
        known: dict[str, float | int | None] = {}
        for one in self.query.measures:
            if isinstance(one, Formula):
                known[one.name] = formula.evaluate(one.node, known)
            elif not isinstance(one, Figure):
                known[one.name] = None
            else:
                zero = one.aggregate in ("total", "persons", "distinct", "sum")
                known[one.name] = 0 if zero else None
        return tuple(known.values())

    def _every_period(self) -> Iterator[Period]:
        query = self.query
        if query.grain == "whole":
            return
        if query.grain == "hour":
            zone = ZoneInfo(query.timezone)
            for hour in query.range.hours(query.timezone):
                yield Period(hour.astimezone(zone), milliseconds(hour), hour <= self.as_of.as_of)
            return
        for day in query.range.buckets(query.grain):
            yield Period(day, day, day <= self.as_of.today)

    def _time(self) -> object:
        return MOMENT if self.query.grain == "hour" else DAY

    def _ask(self, text: str) -> list[Row]:
        query, over = self.query, self.query.range
        asked = self._builds.bound(query, over.start, self._end)
        asked |= {"range_end": over.end, "today": self.as_of.today}
        if query.grain == "hour":
            days = list(over)
            asked["days"] = days
            asked["midnights"] = [milliseconds(midnight(day, query.timezone)) for day in days]
        return self.session.ask(text, asked | self.statement.bound.values)

    def _framed(self, keys: Sequence[object], rows: tuple[Row, ...], **more: object) -> Table:
        query, today = self.query, self.as_of.today
        grain: Grain = query.grain if query.grain != "whole" else "day"
        at = len(keys) - 1
        whole_days = query.grain in ("week", "month")
        return Table(
            columns=(*keys, *(measure_column(query, one) for one in query.measures)),  # type: ignore[arg-type]
            rows=_numbers(rows),
            start=query.range.start,
            end=query.range.end,
            as_of=self.as_of.as_of,
            cost=Cost(0, 0, 0),
            running=query.grain != "whole"
            and query.range.end >= today >= floor(query.range.start, grain),
            keys=len(keys),
            today=today,
            held=tuple(held(query.range, cast("date", row[at]), grain) for row in rows)
            if whole_days
            else (),
            **more,  # type: ignore[arg-type]
        )


def _told(value: Cell) -> Cell:
    """None where there is no value."""
    return None if value == _NOTHING else value


def _numbers(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Whole numbers without a point. There may be a hundred thousand rows: no function is called for a cell."""
    return tuple(
        tuple(
            int(cell)
            if isinstance(cell, float) and abs(cell) < 1e15 and cell.is_integer()
            else cell
            for cell in row
        )
        for row in rows
    )
