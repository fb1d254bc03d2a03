"""Numbers by the hour or the day, asked with as few questions as there can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from minilens.measure.alarms.slots import Length, Series, Slot, slot_of
from minilens.measure.query import Query
from minilens.measure.single_value import (
    Ask,
    OfCosts,
    OfEvents,
    OfFunnel,
    OfReports,
    Quotient,
    Source,
    trend,
)
from minilens.measure.table import Cell
from minilens.period import Range


def has_hours(source: Source) -> bool:
    """Whether it can be had by the hour: what advertising cost and what funnels come to is known by the day."""
    if isinstance(source, Quotient):
        return has_hours(source.over) and has_hours(source.under)
    if isinstance(source, OfEvents):
        return not source.query.pairs
    return not isinstance(source, OfCosts | OfFunnel)


def series(
    sources: Sequence[Source], over: Range, length: Length, timezone: str, ask: Ask
) -> list[dict[Slot, float | None]]:
    """Each of the sources over these days, by the app's clock. Measures of the reports with the same filters are one
    question."""
    leaves = list(dict.fromkeys(leaf for one in sources for leaf in _leaves(one)))
    known: dict[Source, Series] = {}
    together: dict[Query, list[OfReports]] = {}
    for leaf in leaves:
        if isinstance(leaf, OfReports):
            query = replace(leaf.query, measures=(), timezone=timezone)
            together.setdefault(query, []).append(leaf)
        else:
            known[leaf] = {_slot(at): value for at, value in trend(leaf, over, length, ask)}
    for query, some in together.items():
        known |= _of_reports(query, some, over, length, ask)
    return [_whole(one, known) for one in sources]


def _leaves(source: Source) -> Iterator[Source]:
    if isinstance(source, Quotient):
        yield from _leaves(source.over)
        yield from _leaves(source.under)
    else:
        yield source


def _of_reports(
    query: Query, some: Sequence[OfReports], over: Range, length: Length, ask: Ask
) -> Mapping[Source, Series]:
    measures = {one.query.measures[0].name: one.query.measures[0] for one in some}
    asked = replace(
        query, measures=tuple(measures.values()), range=over, dimensions=(length,), compare=None
    )
    rows = ask(asked).rows
    places = {name: n for n, name in enumerate(measures, 1)}
    return {
        one: {_slot(row[0]): _number(row[places[one.query.measures[0].name]]) for row in rows}
        for one in some
    }


def _whole(source: Source, known: Mapping[Source, Series]) -> dict[Slot, float | None]:
    if not isinstance(source, Quotient):
        return dict(known[source])
    over, under = _whole(source.over, known), _whole(source.under, known)
    found: dict[Slot, float | None] = {}
    for slot, value in over.items():
        by = under.get(slot)
        found[slot] = None if value is None or not by else value / by
    return found


def _slot(cell: Cell) -> Slot:
    return slot_of(cell) if isinstance(cell, datetime) else Slot(cast("date", cell))


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, int | float) else None
