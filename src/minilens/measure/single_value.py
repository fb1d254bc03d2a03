"""One number of any measure over any days: the form in which cards, targets and alerts ask for one.

What is asked is a `Source`: a measure of the reports, a measure of a question about events (a count, a percentile, a
conversion, a retention, a formula), or one source divided by another. Whoever asks brings what answers questions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from minilens.measure.events.formula import Both, Name, names
from minilens.measure.events.query import (
    Conversion,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.query import Bucket, Query
from minilens.measure.run import AnyQuery
from minilens.measure.table import Cell, Row, Table
from minilens.measure.values import Ratio
from minilens.period import Grain, Range

#: Answers a question.
Ask = Callable[[AnyQuery], Table]
_BASE = "base"


@dataclass(frozen=True)
class OfReports:
    """The first measure of a question of the reports, with its filters and its traffic."""

    query: Query


@dataclass(frozen=True)
class OfEvents:
    """A measure of a question about events, by its name; the question's groups are passed over."""

    query: EventsQuery
    measure: str


@dataclass(frozen=True)
class Quotient:
    """One source divided by another."""

    over: Source
    under: Source


Source = OfReports | OfEvents | Quotient


@dataclass(frozen=True)
class SingleValue:
    """`value`: None where it is unknown, which is not 0.

    `base`: how many persons, days of persons, times or seconds it is made of, so that whoever asks can leave out what
    is made of few; None where that is not one number. `exact`: no estimate; all measures that there are today are
    exact. `incomplete`: its days, or what it waits for behind them, are not over: it may still change.
    """

    value: float | None
    base: float | None
    exact: bool
    incomplete: bool


def single_value(
    source: Source, over: Range, ask: Ask, today: date, until: datetime | None = None
) -> SingleValue:
    """What a source comes to over some days; only what happened before `until` counts, where it is given."""
    if isinstance(source, Quotient):
        parts = (single_value(one, over, ask, today, until) for one in (source.over, source.under))
        return _divided(*parts)
    if isinstance(source, OfReports):
        return _of_reports(source.query, over, ask, today, until)
    query, base = _with_base(source)
    (row,) = ask(replace(query, range=over, until=until)).rows
    cells = dict(zip((one.name for one in query.measures), row, strict=True))
    waits = max((_waits(one) for one in query.measures), default=0)
    open_ = over.end + timedelta(days=waits) >= today
    return SingleValue(_number(cells[source.measure]), _number(cells.get(base)), True, open_)


def trend(
    source: Source, over: Range, grain: Grain, ask: Ask
) -> tuple[tuple[Cell, float | None], ...]:
    """The same by the day, week or month: each by what it begins with; unknown where it is still to come."""
    if isinstance(source, Quotient):
        both = (trend(one, over, grain, ask) for one in (source.over, source.under))
        return tuple((at, _ratio(n, d)) for (at, n), (_, d) in zip(*both, strict=True))
    if isinstance(source, OfReports):
        first = source.query.measures[0]
        told: tuple[Bucket, ...] = (grain,)
        one = replace(source.query, measures=(first,), range=over, dimensions=told, compare=None)
        rows: tuple[Row, ...] = ask(one).rows
    else:
        only = _only(source.query, source.measure)
        rows = ask(replace(only, range=over, grain=grain)).rows
    return tuple((row[0], _number(row[-1])) for row in rows)


def before(query: EventsQuery, other: Range, until: datetime | None) -> EventsQuery:
    """What asks for all measures of a question over other days, as one row."""
    return replace(query, range=other, until=until, groups=(), grain="whole", sort="")


def _of_reports(
    query: Query, over: Range, ask: Ask, today: date, until: datetime | None
) -> SingleValue:
    first = query.measures[0]
    parts = [first]
    if isinstance(first.value, Ratio):
        parts.append(
            replace(first, name=_BASE, value=first.value.under, unit="count", empty="zero")
        )
    one = replace(query, measures=tuple(parts), range=over, dimensions=(), compare=None)
    if until is None:
        (row,) = ask(one).rows
    else:  # of a range that stands beside another one a part counts
        (row,) = ask(replace(one, compare=over, cutoff=until)).compared
    return SingleValue(_number(row[0]), _number(row[-1]), True, over.end >= today)


def _divided(over: SingleValue, under: SingleValue) -> SingleValue:
    return SingleValue(
        _ratio(over.value, under.value), under.value, over.exact and under.exact,
        over.incomplete or under.incomplete,
    )  # fmt: skip


def _ratio(over: float | None, under: float | None) -> float | None:
    return None if over is None or not under else over / under


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, int | float) else None


def _only(query: EventsQuery, name: str) -> EventsQuery:
    """The question with a measure and those that it is computed from, the measure the last of them."""
    every = {one.name: one for one in query.measures}
    wanted, waiting = {name}, [name]
    while waiting:
        one = every[waiting.pop()]
        more = names(one.node) - wanted if isinstance(one, Formula) else set()
        wanted |= more
        waiting += more
    kept = tuple(one for one in query.measures if one.name in wanted and one.name != name)
    return replace(query, measures=(*kept, every[name]), groups=(), grain="whole", sort="")


def _with_base(source: OfEvents) -> tuple[EventsQuery, str]:
    """The question, and which of its measures is the base of the one that is asked for; '' where none is."""
    query = _only(source.query, source.measure)
    one = query.measures[-1]
    if isinstance(one, Formula):
        node = one.node
        divides = isinstance(node, Both) and node.sign == "/" and isinstance(node.right, Name)
        return query, cast("Name", cast("Both", node).right).name if divides else ""
    base = _base(one)
    return (replace(query, measures=(*query.measures, base)), _BASE) if base else (query, one.name)


def _base(one: Measured) -> Measured | None:
    """What a measure is divided by, or counts; None where it is itself a count."""
    if isinstance(one, Conversion | Retained):
        return replace(one, name=_BASE, counts="base")
    if isinstance(one, Figure) and one.aggregate not in ("total", "persons"):
        of_persons = one.aggregate in ("per_person", "sum_per_person")
        return Figure(_BASE, one.title, one.of, "persons" if of_persons else "total")
    return None


def _waits(one: Measured) -> int:
    """So many days after its own a measure may still change."""
    if isinstance(one, Retained):
        return one.after
    return -(-one.window // 86_400_000) if isinstance(one, Conversion) else 0
