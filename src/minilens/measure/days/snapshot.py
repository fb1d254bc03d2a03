"""A question about days on its way to the engine, with all that its SQL names."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.days import sql
from minilens.measure.filters import Filters, bound
from minilens.measure.plan import Plan, Tail
from minilens.measure.profiles import UNTIL
from minilens.measure.query import Query
from minilens.measure.session import QuerySession, cost
from minilens.measure.span import Span
from minilens.measure.table import Cost, Row
from minilens.period import Range, midnight, milliseconds
from minilens.warehouse.engine import Answer

#: Later than any event.
FOREVER = datetime(2200, 1, 1, tzinfo=UTC)
#: The bucket of what lies before a range.
BEFORE = date(1970, 1, 1)


@dataclass(kw_only=True)
class BuildSnapshot(QuerySession):
    """All statements of a question stand on one snapshot of builds, and on one look at what came after it.

    `filters`: the question's own. A statement that has more of them may read a tail in which nothing is its own.
    """

    made: Answer
    filters: Filters = ()
    _tail: Tail | None = field(default=None, init=False)
    _moved: Moved | None = field(default=None, init=False)

    def cost(self) -> Cost:
        """With what it took to look that up."""
        return cost([self.made, *self.answers])

    def values(self, query: Query, ranges: Iterable[Range | Span]) -> dict[str, object]:
        """What the SQL of a question names."""
        over, rows = list(ranges), self.made.rows
        newest, _, through = rows[-1] if rows else (BEFORE, 0, 0)
        spans = [one for one in over if isinstance(one, Span)]
        first = _first_day(query, over, newest)
        groups = {name: value for one in query.values for name, value in one.parameters.items()}
        return (
            bound(query.filters)
            | groups
            | {
                "app": query.app,
                "traffic": query.traffic,
                "current": [(row[0], row[1]) for row in rows if row[0] >= first],
                "last": max((row[1] for row in rows), default=0),
                "newest": newest,
                "through": through,
                "top": query.offset + query.top,
                UNTIL: _last_day(query, over),
                **(_search(query) if query.search else {}),
                "until": query.cutoff or FOREVER,
                **(
                    _days(query, [one for one in over if isinstance(one, Range)])
                    if not spans
                    else {}
                ),
                **(_moments(query, spans) if spans else {}),
            }
        )

    def run(
        self,
        plan: Plan,
        ranges: Iterable[Range | Span],
        text: Callable[[Plan, Tail], str],
        **more: object,
    ) -> list[Row]:
        """Rows of one statement of the question; `more`: values that its text names besides."""
        asked = self.values(plan.query, ranges) | more
        return self.ask(text(plan, self.tail(plan, asked)), asked)

    def tail(self, plan: Plan, asked: dict[str, object]) -> Tail:
        """What came after the newest build, as far as the plan counts it. It is looked up once a question."""
        if plan.tail and asked["end"] >= asked["newest"]:  # type: ignore[operator]
            if self._tail is None:
                found = asked | bound(self.filters)
                more, moved = self.ask(sql.more(self.filters), found)[0]
                self._tail = Tail(bool(more), Moved(int(str(moved))))
            return self._tail
        if not _asks_who(plan):  # a day cut short ends before the tail begins
            return Tail()
        if self._moved is None:
            self._moved = Moved(int(str(self.ask(HAS_MOVED, asked)[0][0])))
        return Tail(moved=self._moved)


def _asks_who(plan: Plan) -> bool:
    """Whether persons are found by the actors of events, whose person may be another one now."""
    if plan.source == "moments":
        people = any(one.value.people for one in plan.query.measures)
        return people or plan.query.asks_newness
    return plan.source in ("events", "hours") or (
        plan.source == "touches" and bool(plan.query.cutoff)
    )


def _first_day(query: Query, over: Iterable[Range | Span], newest: date) -> date:
    """The first day whose build has to be known: a statement that names all takes long to read."""
    if query.moments or any(one.scope == "everyone" for one in query.measures):
        return BEFORE
    begun = min(o.start for o in over if isinstance(o, Range))
    return min(begun, newest - timedelta(days=1))


def _last_day(query: Query, over: Iterable[Range | Span]) -> date:
    """The last day that is asked about."""
    return max(o.end if isinstance(o, Range) else max(o.days(query.timezone)) for o in over)


def _search(query: Query) -> dict[str, object]:
    """What is searched for, and the values whose names hold it."""
    named = query.values[0].named_like(query.search) if query.values else ()
    return {"search": query.search, "named": list(named)}


def _days(query: Query, over: list[Range]) -> dict[str, object]:
    """Ranges of days."""
    return {
        "parts": [(n, one.start, one.end) for n, one in enumerate(over)],
        "start": min(one.start for one in over),
        "end": max(one.end for one in over),
        **(_midnights(query, over) if query.grain == "hour" else {}),
    }


def _moments(query: Query, spans: list[Span]) -> dict[str, object]:
    """Spans in milliseconds, the days that they touch, and the longest piece of which all of their rows are made."""
    assert query.moments
    numbers = [(n, milliseconds(one.start), milliseconds(one.end)) for n, one in enumerate(spans)]
    first, last = min(one[1] for one in numbers), max(one[2] for one in numbers)
    width = query.moments.step * 60_000 if query.time else last - first
    piece = math.gcd(width, *(start - first for _, start, _ in numbers))
    days = sorted({day for one in spans for day in one.days(query.timezone)})
    return {"spans": numbers, "days": days, "first": first, "last": last, "width": width, "piece": piece}  # fmt: skip


def _midnights(query: Query, over: Iterable[Range]) -> dict[str, object]:
    """The days of some ranges, and the first moment of each in the app's timezone."""
    days = sorted({day for one in over for day in one})
    return {"days": days, "midnights": [milliseconds(midnight(d, query.timezone)) for d in days]}
