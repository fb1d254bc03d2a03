"""A number told apart by the values of a dimension: what contributions to its change are worked out of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from minilens.measure.contributions import Part, Parts
from minilens.measure.costs.query import Apart
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.formula import Both, Name
from minilens.measure.events.query import (
    MOST_TOP,
    Conversion,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.measures import MEASURES, Measure
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.single_value import Ask, OfCosts, OfEvents, OfReports, Quotient, Source, grows
from minilens.measure.table import Cell, Row, Table
from minilens.measure.values import Ratio
from minilens.period import Range
from minilens.text import NOTHING

#: What costs are told apart by.
OF_COSTS: Mapping[str, Apart] = {"source": "source", "campaign": "campaign"}
#: Ratios of costs → what is divided, what it is divided by, and how many times it is taken.
_RATIOS_OF_COSTS = {
    "ctr": ("clicks", "impressions", 1), "cpc": ("spend", "clicks", 1), "cpm": ("spend", "impressions", 1_000),
    "cost_per_event": ("spend", "campaign_events", 1), "roas": ("campaign_net_revenue", "spend", 1),
}  # fmt: skip
#: Means of events → what is divided, and what it is divided by.
_MEANS = {"per_person": ("total", "persons"), "sum_per_person": ("sum", "persons")}


def by_values(source: Source, by: str, over: Range, ask: Ask) -> Parts | None:
    """What a source comes to over a range, of all and of each value of the dimension of that name; None where it cannot
    be told apart by it: a median, the end of a funnel, what the dimension does not have."""
    if isinstance(source, OfReports):
        return _of_reports(source.query, by, over, ask)
    if isinstance(source, OfEvents):
        return _of_events(source, by, over, ask)
    if isinstance(source, OfCosts):
        return _of_costs(source, by, over, ask)
    if isinstance(source, Quotient) and grows(source.over) and grows(source.under):
        return _divided(*(by_values(one, by, over, ask) for one in (source.over, source.under)))
    return None


def _divided(over: Parts | None, under: Parts | None) -> Parts | None:
    if over is None or under is None:
        return None

    def divided(one: Part, other: Part) -> Part:
        return Part(one.over, other.over)

    nothing, every = Part(0), {*over.values, *under.values}
    values = {v: divided(over.values.get(v, nothing), under.values.get(v, nothing)) for v in every}
    return Parts(divided(over.whole, under.whole), values)


def _of_reports(query: Query, by: str, over: Range, ask: Ask) -> Parts | None:
    first, dimension = query.measures[0], DIMENSIONS[by]
    measures: tuple[Measure, ...] = (first,)
    if isinstance(first.value, Ratio):
        parts = (("over", first.value.over), ("under", first.value.under))
        measures = tuple(
            replace(first, name=name, value=value, unit="count", empty="zero")
            for name, value in parts
        )
    asked = replace(
        query, measures=measures, range=over, dimensions=(dimension,), compare=None, sort=measures[-1],
        top=ALL_ROWS, include_unknown=True,
    )  # fmt: skip
    found = ask(asked)
    if found.totals is None or any(cell is None for cell in found.totals[1:]):
        return None
    rows = [*found.rows]
    told = {row[0] for row in rows}
    if found.unknown is not None and "" not in told and any(found.unknown[1:]):
        rows.append(("", *found.unknown[1:]))
    return Parts(_part(found.totals[1:]), _summed(rows))


def _of_events(source: OfEvents, by: str, over: Range, ask: Ask) -> Parts | None:
    measures = _measures(source)
    if not measures:
        return None
    asked = replace(
        source.query, measures=measures, range=over, grain="whole", groups=(DIMENSIONS[by],),
        sort=measures[-1].name, top=MOST_TOP, include_other=False, ascending=False,
    )  # fmt: skip
    found = ask(asked)
    assert found.totals is not None
    whole, values = _part(found.totals[1:]), _summed(found.rows)
    if isinstance(measures[0], Conversion | Retained):
        return Parts(_counted(whole), {value: _counted(one) for value, one in values.items()})
    return Parts(whole, values)


def _counted(share: Part) -> Part:
    """How many that share is: a measure of two events tells the share and its base."""
    return Part(round(share.over * (share.under or 0)), share.under)


def _measures(source: OfEvents) -> tuple[Measured, ...]:
    """What is counted: the number, or what is divided and what it is divided by; nothing where it is neither."""
    every = {one.name: one for one in source.query.measures}
    one = every[source.measure]
    if isinstance(one, Figure) and grows(source):
        return (one,)
    if isinstance(one, Figure) and one.aggregate in _MEANS:
        over, under = _MEANS[one.aggregate]
        return (
            replace(one, name="over", aggregate=over),  # type: ignore[arg-type]
            Figure("under", NOTHING, one.of, under),  # type: ignore[arg-type]
        )
    if isinstance(one, Conversion | Retained):
        return replace(one, name="over"), replace(one, name="under", counts="base")
    if isinstance(one, Formula):
        return _of_formula(source.query, one, every)
    return ()


def _of_formula(
    query: EventsQuery, one: Formula, every: Mapping[str, Measured]
) -> tuple[Measured, ...]:
    node = one.node
    if not isinstance(node, Both) or node.sign != "/":
        return ()
    if not isinstance(node.left, Name) or not isinstance(node.right, Name):
        return ()
    over, under = every[node.left.name], every[node.right.name]
    if all(
        isinstance(part, Figure) and grows(OfEvents(query, part.name)) for part in (over, under)
    ):
        return over, under
    return ()


def _of_costs(source: OfCosts, by: str, over: Range, ask: Ask) -> Parts | None:
    first = source.query.measures[0]
    ratio = _RATIOS_OF_COSTS.get(first.name)
    if by not in OF_COSTS or not (ratio or grows(source)):
        return None
    measures = tuple(MEASURES[name] for name in ratio[:2]) if ratio else (first,)
    asked = replace(
        source.query, measures=measures, range=over, apart=OF_COSTS[by], compare=None, sort=None, top=ALL_ROWS,
        offset=0, search="",
    )  # fmt: skip
    found: Table = ask(asked)
    many, width = ratio[2] if ratio else 1, len(measures)

    def part(row: Row) -> Part:
        one = _part(row[-width:])
        return Part(one.over * many, one.under)

    whole = part(found.totals) if found.totals else Part(0, 0 if ratio else None)
    return Parts(whole, {str(row[0] or ""): part(row) for row in found.rows})


def _summed(rows: Iterable[Row]) -> dict[str, Part]:
    return {str("" if row[0] is None else row[0]): _part(row[1:]) for row in rows}


def _part(cells: Row) -> Part:
    over, *under = (_number(cell) for cell in cells)
    return Part(over, *under)


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, int | float) else 0
