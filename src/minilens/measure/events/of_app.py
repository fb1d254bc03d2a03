"""Questions about events with what the app says of its pages in the place of `page_type`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from minilens.measure.events.operand import InCohort, Operand, PageType
from minilens.measure.events.query import (
    Condition,
    Conditions,
    Counted,
    EventsQuery,
    Figure,
    Measured,
)
from minilens.reference.page_types import Pattern

Patterns = Callable[[], tuple[Pattern, ...]]


def of_pages(one: Condition, patterns: Patterns) -> Condition:
    """A condition with the patterns of the app, where it is about types of pages."""
    return replace(one, operand=PageType(patterns())) if isinstance(one.operand, PageType) else one


def with_page_types(query: EventsQuery, patterns: Patterns) -> EventsQuery:
    """The same question; `patterns` in the order in which they are tried, asked for only where they are needed."""
    if not any(isinstance(one, PageType) for one in query.operands()):
        return query
    told = PageType(patterns())
    return mapped(query, lambda of: told if isinstance(of, PageType) else of)


def with_cohorts(query: EventsQuery, known: Callable[[InCohort], InCohort]) -> EventsQuery:
    """The same question with the members that its cohorts have."""
    if not any(isinstance(one, InCohort) for one in query.operands()):
        return query
    return mapped(query, lambda of: known(of) if isinstance(of, InCohort) else of)


def mapped(query: EventsQuery, of: Callable[[Operand], Operand]) -> EventsQuery:
    """The same question about other operands."""

    def where(some: Conditions) -> Conditions:
        return Conditions(some.every, tuple(map(part, some.parts)))

    def part(one: Condition | Conditions) -> Condition | Conditions:
        return replace(one, operand=of(one.operand)) if isinstance(one, Condition) else where(one)

    def event(one: Counted) -> Counted:
        own = one.virtual
        if own:
            own = replace(
                own, asked=tuple((f, replace(c, operand=of(c.operand))) for f, c in own.asked)
            )
        return replace(one, where=where(one.where), virtual=own)

    def measure(one: Measured) -> Measured:
        if not isinstance(one, Figure) or one.operand is None:
            return one
        return replace(one, operand=of(one.operand))

    return replace(
        query,
        events=tuple(map(event, query.events)),
        measures=tuple(map(measure, query.measures)),
        groups=tuple(map(of, query.groups)),
        where=where(query.where),
    )
