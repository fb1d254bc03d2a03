"""Questions about events with what the app says of its pages in the place of `page_type`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from minilens.measure.events.operand import Operand, PageType
from minilens.measure.events.query import Condition, Conditions, EventsQuery, Figure, Measured
from minilens.reference.page_types import Pattern


def with_page_types(query: EventsQuery, patterns: Callable[[], tuple[Pattern, ...]]) -> EventsQuery:
    """The same question; `patterns` in the order in which they are tried, asked for only where they are needed."""
    if not any(isinstance(one, PageType) for one in query.operands()):
        return query
    told = PageType(patterns())

    def of(operand: Operand) -> Operand:
        return told if isinstance(operand, PageType) else operand

    def where(some: Conditions) -> Conditions:
        return Conditions(some.every, tuple(map(part, some.parts)))

    def part(one: Condition | Conditions) -> Condition | Conditions:
        return replace(one, operand=of(one.operand)) if isinstance(one, Condition) else where(one)

    def measure(one: Measured) -> Measured:
        if not isinstance(one, Figure) or one.operand is None:
            return one
        return replace(one, operand=of(one.operand))

    return replace(
        query,
        events=tuple(replace(one, where=where(one.where)) for one in query.events),
        measures=tuple(map(measure, query.measures)),
        groups=tuple(map(of, query.groups)),
        where=where(query.where),
    )
