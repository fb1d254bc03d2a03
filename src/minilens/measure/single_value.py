"""One number of any measure over any days: the form in which cards, targets and alerts ask for one.

What is asked is a `Source`: a measure of the reports, a measure of a question about events (a count, a percentile, a
conversion, a retention, a formula), a measure of what advertising cost, how far a funnel leads or how long it takes, or
one source divided by another. Whoever asks brings what answers questions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, cast

from minilens.measure.costs.query import CostsQuery
from minilens.measure.events.formula import Both, Name, Node, Number, names
from minilens.measure.events.query import (
    Conversion,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.query import Bucket, Query
from minilens.measure.run import AnyQuery
from minilens.measure.table import Cell, Row, Table
from minilens.measure.values import People, Ratio, Sum
from minilens.period import Grain, Range, next_bucket
from minilens.text import Text

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
class OfCosts:
    """The first measure of a question about costs of advertising."""

    query: CostsQuery


@dataclass(frozen=True)
class OfFunnel:
    """What a funnel without groups comes to at its last step, of those who entered on the days: the share that got
    there, or the median of the time that it took them from the step before, in seconds."""

    query: FunnelQuery
    figure: Literal["from_first", "median_time"]


@dataclass(frozen=True)
class Quotient:
    """One source divided by another."""

    over: Source
    under: Source


Source = OfReports | OfEvents | OfCosts | OfFunnel | Quotient
#: Measures of costs and of events that add up to more while days go by.
_SUMS_OF_COSTS = (
    "spend", "impressions", "clicks", "ad_conversions", "campaign_events", "campaign_revenue",
)  # fmt: skip
_COUNTS = ("total", "persons", "distinct", "sum")


@dataclass(frozen=True)
class SingleValue:
    """`value`: None where it is unknown, which is not 0.

    `base`: how many persons, days of persons, times or seconds it is made of, so that whoever asks can leave out what
    is made of few; None where that is not one number. `exact`: no estimate; all measures that there are today are
    exact. `incomplete`: its days, or what it waits for behind them, are not over: it may still change. `notes`: what is
    to be said of its money, where it is made of any.
    """

    value: float | None
    base: float | None
    exact: bool
    incomplete: bool
    notes: tuple[Text, ...] = ()


def single_value(
    source: Source, over: Range, ask: Ask, today: date, until: datetime | None = None
) -> SingleValue:
    """What a source comes to over some days; only what happened before `until` counts, where it is given: costs are
    those of whole days all the same."""
    if isinstance(source, Quotient):
        parts = (single_value(one, over, ask, today, until) for one in (source.over, source.under))
        return _divided(*parts)
    if isinstance(source, OfReports):
        return _of_reports(source.query, over, ask, today, until)
    if isinstance(source, OfCosts):
        return _of_costs(source.query, over, ask, today)
    if isinstance(source, OfFunnel):
        return _of_funnel(source, over, ask, today, until)
    query, base = _with_base(source)
    table = ask(replace(query, range=over, until=until))
    (row,) = table.rows
    cells = dict(zip((one.name for one in query.measures), row, strict=True))
    waits = max((_waits(one) for one in query.measures), default=0)
    open_ = over.end + timedelta(days=waits) >= today
    return SingleValue(
        _number(cells[source.measure]), _number(cells.get(base)), True, open_, table.notes
    )


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
    elif isinstance(source, OfCosts):
        rows = ask(_costs(source.query, range=over, grain=grain)).rows
    elif isinstance(source, OfFunnel):
        return tuple((at, _of_entries(source, over, at, grain, ask)) for at in over.buckets(grain))
    else:
        only = _only(source.query, source.measure)
        rows = ask(replace(only, range=over, grain=grain)).rows
    return tuple((row[0], _number(row[-1])) for row in rows)


def grows(source: Source) -> bool:
    """Whether it only adds up while its days go by, as counts and sums do; a share, a mean or a cost of something else
    is as it is at any time."""
    if isinstance(source, OfReports):
        return isinstance(source.query.measures[0].value, Sum | People)
    if isinstance(source, OfCosts):
        return source.query.measures[0].name in _SUMS_OF_COSTS
    if isinstance(source, OfEvents):
        return _adds_up(source.query, source.measure)
    return False


def _adds_up(query: EventsQuery, name: str) -> bool:
    one = next(one for one in query.measures if one.name == name)
    if isinstance(one, Formula):
        return _node_adds_up(query, one.node)
    return isinstance(one, Figure) and one.aggregate in _COUNTS


def _node_adds_up(query: EventsQuery, node: Node) -> bool:
    """Sums of what adds up, and so many times of it."""
    if isinstance(node, Name):
        return _adds_up(query, node.name)
    if not isinstance(node, Both):
        return False
    left, right = node.left, node.right
    if node.sign == "+":
        return _node_adds_up(query, left) and _node_adds_up(query, right)
    if node.sign == "*":
        factor, other = (left, right) if isinstance(left, Number) else (right, left)
        return isinstance(factor, Number) and _node_adds_up(query, other)
    return node.sign == "/" and isinstance(right, Number) and _node_adds_up(query, left)


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


def _costs(query: CostsQuery, **more: object) -> CostsQuery:
    """The question about its first measure alone."""
    first = query.measures[:1]
    return replace(query, measures=first, compare=None, sort=None, **{"apart": None} | more)  # type: ignore[arg-type]


def _of_costs(query: CostsQuery, over: Range, ask: Ask, today: date) -> SingleValue:
    table = ask(_costs(query, range=over, apart="source", top=1, offset=0, search=""))
    value = _number(table.totals[-1]) if table.totals else None
    return SingleValue(value, None, True, over.end >= today, table.notes)


def _of_funnel(
    source: OfFunnel, over: Range, ask: Ask, today: date, until: datetime | None
) -> SingleValue:
    query = source.query
    rows = replace(query.rows, range=over, until=until)
    table = ask(replace(query, rows=rows, show="steps", beside=None, optional=()))
    names = [one.name for one in table.columns]
    figure, count = names.index(source.figure), names.index(query.counts)
    base = table.rows[0 if source.figure == "from_first" else -1][count]
    open_ = over.end + timedelta(days=query.window.reach) >= today
    return SingleValue(_number(table.rows[-1][figure]), _number(base), True, open_)


def _of_entries(source: OfFunnel, over: Range, at: date, grain: Grain, ask: Ask) -> float | None:
    """That of the entries of one day, week or month, as far as it lies in the range."""
    last = next_bucket(at, grain) - timedelta(days=1)
    part = Range(max(at, over.start), min(last, over.end))
    return _of_funnel(source, part, ask, over.end, None).value


def _divided(over: SingleValue, under: SingleValue) -> SingleValue:
    return SingleValue(
        _ratio(over.value, under.value), under.value, over.exact and under.exact,
        over.incomplete or under.incomplete, tuple(dict.fromkeys((*over.notes, *under.notes))),
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
