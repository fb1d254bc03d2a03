"""Where a question is answered from: a few rows a day, or the events and sessions themselves.

no filter                              days, rows of the whole day
conditions on one kept field           days, rows of that field's values
rows are values of a kept field        days, too
the page and one other kept field      days, rows of that field's values and each page, where it is paired
several lines of one kept field        days, rows of that field's values
rows are hours                         events and sessions, with what came after the build
what brought people the first time      days; under filters of visits first touches of those who are new
the page before or after                steps from page to page; under other filters sessions, by the order of pages
launches that were scans                sessions, but for rows by code
what there may be as many of as visits  days, rows of that field's values in a table of their own; under other filters
                                        events and sessions
what only events have                   events
how long pages took to load             actions, or events under filters that those do not know
rows are of moments                    the events of those days, whatever the builds know
anything else, or a day cut short      visits, events and sessions: reads much, so it is `heavy`
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from minilens.identity.moves import Moved
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import dimensions_of, picks
from minilens.measure.measures import Measure
from minilens.measure.query import Query

#: Columns of the shape of `days` that `day_values` has.
OF_VALUES = {"launches", "scanned", "visits", "continued", "visitors", "openers", "new_openers"}
#: Those that `days` has not, and sessions tell.
OF_SESSIONS = {"scanned"}
#: Columns of the shape of `days` that events tell by themselves.
OF_MOMENTS = {"visits", "shares", "visitors", "sharers", "present"}


@dataclass(frozen=True)
class Plan:
    """A question, and where it is answered from.

    `dimension` of `days` that is read ('' for whole days, `scene+page` for scenes and pages); of the order of pages
    '' where sessions are. `unavailable`:
    measures without an answer here. `tail`: what came after the newest build counts as well.
    """

    query: Query
    source: Literal["days", "visits", "order", "events", "hours", "moments", "touches", "loads"]
    dimension: str
    unavailable: frozenset[Measure]
    tail: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The dimensions whose values its rows of `days` are about."""
        return tuple(self.dimension.split("+")) if self.dimension else ()

    @property
    def place(self) -> Literal["days", "pairs"]:
        """Which columns of `days` hold the values."""
        return "pairs" if len(self.fields) > 1 else "days"

    @property
    def table(self) -> str:
        """The table that keeps these rows."""
        about = dimensions_of(self.query.filters) | set(self.query.values)
        return "day_values" if any(one.many for one in about) else "days"

    @property
    def kept_under(self) -> str:
        """What that table calls the dimension: of values that may be many it has rows with every page alone."""
        return self.fields[0] if self.table == "day_values" else self.dimension

    @property
    def of_touch(self) -> bool:
        """Whether its rows are of first touches."""
        return any(
            one.of_touch for one in dimensions_of(self.query.filters) | set(self.query.values)
        )

    @property
    def heavy(self) -> bool:
        """Whether it reads rows by the million."""
        if self.source == "order":
            return not self.dimension
        return self.source != "days" and (self.source != "touches" or bool(self.query.filters))

    @property
    def available(self) -> tuple[Measure, ...]:
        """The measures that have an answer here."""
        return tuple(one for one in self.query.measures if one not in self.unavailable)

    @property
    def leading(self) -> Measure:
        """The measure that rows of values are sorted by: where that one has no answer, the first that has."""
        query = self.query
        sort = query.sort or query.measures[0]
        return sort if sort not in self.unavailable else next(iter(self.available), sort)

    def of(self, **changes: Any) -> Plan:
        """The plan of the same question with some of it changed."""
        return plan(replace(self.query, **changes))


@dataclass(frozen=True)
class Tail:
    """What the builds do not know: whether events came after the newest one (`more`), and whether any actor has
    `moved` to another person since.
    """

    more: bool = False
    moved: Moved = Moved.NOBODY

    def of(self, plan: Plan) -> Tail:
        """As much of it as counts for a plan."""
        return Tail(self.more and plan.tail, self.moved)


def plan(query: Query) -> Plan:
    """The cheapest way that gives the right figures. A day cut at a moment was never made."""
    about = dimensions_of(query.filters) | set(query.values)
    names = sorted({one.read_from for one in about}, key=lambda name: (name == "page", name))
    kept = len([one for one in names if one != "page"]) <= 1 and all(one.rolled_up for one in about)
    kept = kept and ("page" not in names or all(one.paired for one in about))
    kept = kept and query.cutoff is None and query.grain != "hour"
    unknown = frozenset(one for one in query.measures if _unavailable(query, one, about))
    if any(one.many for one in about):
        kept = kept and all(
            {*one.value.columns, *one.value.people} <= OF_VALUES
            for one in query.measures
            if one not in unknown
        )
    elif any({*one.value.columns} & OF_SESSIONS for one in query.measures if one not in unknown):
        kept = False
    # who is new and how a launch went is known when the day is made; the rest is as young as the events
    tail = "newness" not in names and not any(one.of_launches for one in about)
    if query.moments:
        return Plan(query, "moments", "", unknown, tail=False)
    if any(one.scope == "loads" for one in query.measures):
        return Plan(query, "loads", "", unknown, tail)
    if any(one.of_touch for one in about) and not kept:
        return Plan(query, "touches", "", unknown, tail and query.cutoff is None)
    if query.grain == "hour":
        return Plan(query, "hours", "", unknown, tail)
    if any(one.of_order for one in about):  # which a build alone knows
        return Plan(query, "order", "+".join(names) if kept else "", unknown, tail=False)
    if query.cutoff is not None or (any(one.of_events for one in about) and not kept):
        return Plan(query, "events", "", unknown, tail=False)
    if kept:
        return Plan(query, "days", "+".join(names), unknown, tail)
    return Plan(query, "visits", "", unknown, tail)


def who_came(query: Query) -> Plan | None:
    """How days tell whom the filters of a question let through, whatever its rows are; None where they do not."""
    found = plan(replace(query, dimensions=(), filters=picks(query.filters)))
    return found if found.source == "days" else None


def _unavailable(query: Query, measure: Measure, about: set[Dimension]) -> bool:
    """Whether a measure has no answer: by what it counts, and by what is told apart or held."""
    names = {one.name for one in about}
    if query.moments:
        return not {*measure.value.columns, *measure.value.people} <= OF_MOMENTS
    if measure.scope == "loads":
        return query.grain == "hour" or any(one.name != "page" for one in query.values)
    if (measure.scope == "order") != any(one.of_order for one in about):
        return True
    if any(one.of_events for one in about) and measure.scope != "visits":
        return True
    if measure.scope == "now":
        return True
    if any(one.of_touch for one in about):
        return measure.value.people != ("new_users",)
    if measure.share_of and query.time and query.values:
        return True
    if query.grain == "hour" and {*measure.value.columns} & OF_SESSIONS:
        return True
    if measure.scope == "everyone":
        return bool(names)
    if measure.scope == "launches" and not any(one.of_launches for one in about):
        return True
    if measure.scope in ("sessions", "launches"):
        return "page" in names
    if measure.scope != "pages" or any(one.name == "page" for one in query.values):
        return False
    return query.one_page is None or query.grain == "hour"
