"""Questions about what came by campaign links and what it came to, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.events.formula import Both, Name, Node, Number
from minilens.measure.events.operand import RECORDED, InCohort, Money, Operand
from minilens.measure.events.query import (
    Aggregate,
    Condition,
    Conditions,
    Counted,
    EventsQuery,
    Figure,
    Formula,
)
from minilens.measure.filters import Condition as OfFilter
from minilens.measure.filters import Filters
from minilens.measure.measures import MEASURES, Measure
from minilens.measure.query import Query
from minilens.period import Range
from minilens.text import Text

#: Measures that a question about events has under the same names: how often it happened, to whom, its value, what of
#: that was given back, and what is left.
FIGURES = ("conversions", "converters", "revenue", "refunds", "net_revenue")
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


@dataclass(frozen=True)
class Earns:
    """What counts as a conversion: this event. Its values are revenue in the currency, or where none is said in that
    of the app; one without any is in it. `refund` gives it back; without one nothing does."""

    event: str
    currency: str
    refund: str = ""


UNSAID = Earns("", "")


def conversions(query: Query, earns: Earns, **more: object) -> EventsQuery:
    """What asks how often it happened within a question's visits, to whom, and what it came to. `more`: other fields
    of it."""
    asked = results(query.app, earns, query.range)
    told = {"where": conditions(query.filters), "groups": query.values, "traffic": query.traffic}
    return replace(asked, **(told | more))  # type: ignore[arg-type]


def results(app: int, earns: Earns, over: Range) -> EventsQuery:
    """The measures FIGURES of all that happened in a range."""
    amount = Money(RECORDED["value"], earns.currency)
    paid = Conditions(True, (Condition(amount, "is_known"),))
    events = [Counted("a", (earns.event,)), Counted("b", (earns.event,), paid)]
    if earns.refund:
        events.append(Counted("r", (earns.refund,), paid, takes_back=0))
    figures = (
        _figure("conversions", 0, "total"), _figure("converters", 0, "persons"), _figure("revenue", 1, "sum", amount),
        _figure("refunds", 2, "sum", amount) if earns.refund else _formula("refunds", "0", Number(0)),
        _formula("net_revenue", "revenue - refunds", Both("-", Name("revenue"), Name("refunds"))),
    )  # fmt: skip
    return EventsQuery(app, tuple(events), figures, over)


def _figure(name: str, of: int, aggregate: Aggregate, operand: Operand | None = None) -> Figure:
    return Figure(name, MEASURES[name].title, of, aggregate, operand)


def _formula(name: str, text: str, node: Node) -> Formula:
    return Formula(name, MEASURES[name].title, text, node)


def with_visits(query: EventsQuery) -> EventsQuery:
    """The same with visits and visitors before them."""
    of, events = len(query.events), (*query.events, Counted("v", ("page_view",)))
    both = (_figure("visits", of, "total"), _figure("visitors", of, "persons"))
    return replace(query, events=events, measures=(*both, *query.measures))


def conditions(filters: Filters) -> Conditions:
    """Filters of visits as conditions on events."""
    clauses = (Conditions(False, tuple(map(_condition, clause))) for clause in filters)
    return Conditions(True, tuple(clauses))


def _condition(one: OfFilter) -> Condition | Conditions:
    if one.dimension.kind != "cohort":
        return Condition(one.dimension, one.operator, one.values)
    each = (Condition(InCohort(name), one.operator, (name,)) for name in one.values)
    return Conditions(one.operator == "is_not", tuple(each))
