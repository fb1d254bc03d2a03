"""Questions about what came by campaign links and what it came to, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.events.operand import RECORDED, InCohort
from minilens.measure.events.query import (
    Aggregate,
    Condition,
    Conditions,
    Counted,
    EventsQuery,
    Figure,
)
from minilens.measure.filters import Condition as OfFilter
from minilens.measure.filters import Filters
from minilens.measure.measures import MEASURES, Measure
from minilens.measure.query import Query
from minilens.period import Range
from minilens.text import Text

#: Measure → what a question about events calls the same: how often it happened, to whom, and its value.
FIGURES = ("conversions", "converters", "revenue")
#: What is worked out of others: visitors who are converters.
RATE = "conversion_rate"


@dataclass(frozen=True)
class CampaignQuery:
    """A list by one dimension: what `visits` says of each value, beside what `events` says of the same.

    `measures` are its columns, in order, those of both and the rate; rows are in the order of `sort`. The question of
    visits says how many rows there are, in which order, and what they are compared with; that of events
    has the same dimension as its only group, and the measures FIGURES. `names`: what the app calls its values.
    """

    visits: Query
    events: EventsQuery
    measures: tuple[Measure, ...]
    sort: Measure
    names: tuple[tuple[str, Text], ...] = ()

    @property
    def app(self) -> int:
        """Whose it is."""
        return self.visits.app

    @property
    def range(self) -> Range:
        """The days it is about."""
        return self.visits.range

    @property
    def timezone(self) -> str:
        """The app's."""
        return self.events.timezone


@dataclass(frozen=True)
class CourseQuery:
    """What a question about events says over time, under the titles of the measures of that name.

    With `begins` only its first hours, `hours` of them: from the first with a visit, on the first day on which that
    question has any. Rows are hours then, and the range of `rows` is passed over.
    """

    rows: EventsQuery
    begins: Query | None = None
    hours: int = 48

    @property
    def app(self) -> int:
        """Whose it is."""
        return self.rows.app

    @property
    def range(self) -> Range:
        """The days it is about."""
        return self.rows.range

    @property
    def timezone(self) -> str:
        """The app's."""
        return self.rows.timezone


def conversions(query: Query, event: tuple[str, ...], currency: str, **more: object) -> EventsQuery:
    """What asks how often one of these events happened within a question's visits, to whom, and of which value.

    Of values only those in the currency are added up; one without any is in it. `more`: other fields of it.
    """
    known, unknown = (Condition(RECORDED["currency"], one) for one in ("is", "is_unknown"))
    money = Conditions(False, (replace(known, values=(currency,)), unknown))
    events = (Counted("a", event), Counted("b", event, money))
    asked = EventsQuery(
        query.app, events, tuple(map(_figure, FIGURES)), query.range, where=conditions(query.filters),
        groups=query.values, traffic=query.traffic,
    )  # fmt: skip
    return replace(asked, **more)  # type: ignore[arg-type]


#: Measure → of which event, what is counted of it, and of which column.
_COUNTED: dict[str, tuple[int, Aggregate]] = {
    "conversions": (0, "total"), "converters": (0, "persons"), "revenue": (1, "sum"),
    "visits": (2, "total"), "visitors": (2, "persons"),
}  # fmt: skip


def _figure(name: str) -> Figure:
    of, aggregate = _COUNTED[name]
    operand = RECORDED["value"] if aggregate == "sum" else None
    return Figure(name, MEASURES[name].title, of, aggregate, operand)


def with_visits(query: EventsQuery) -> EventsQuery:
    """The same with visits and visitors before them."""
    some = ("visits", "visitors", *FIGURES)
    events = (*query.events, Counted("v", ("page_view",)))
    return replace(query, events=events, measures=tuple(map(_figure, some)))


def conditions(filters: Filters) -> Conditions:
    """Filters of visits as conditions on events."""
    clauses = (Conditions(False, tuple(map(_condition, clause))) for clause in filters)
    return Conditions(True, tuple(clauses))


def _condition(one: OfFilter) -> Condition | Conditions:
    if one.dimension.kind != "cohort":
        return Condition(one.dimension, one.operator, one.values)
    each = (Condition(InCohort(name), one.operator, (name,)) for name in one.values)
    return Conditions(one.operator == "is_not", tuple(each))
