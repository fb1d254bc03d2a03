"""A question about days on its way to the engine, with all that its SQL names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from minilens.identity.persons import HAS_REASSIGNED
from minilens.measure.days import sql
from minilens.measure.filters import bound
from minilens.measure.plan import Plan
from minilens.measure.query import Query
from minilens.measure.session import QuerySession, cost
from minilens.measure.table import Cost
from minilens.period import Range, midnight, milliseconds
from minilens.warehouse.engine import Answer

#: The bucket of what lies before a range.
BEFORE = date(1970, 1, 1)


@dataclass(kw_only=True)
class BuildSnapshot(QuerySession):
    """All of the question stands on one snapshot of builds."""

    made: Answer

    def cost(self) -> Cost:
        """With what it took to look that up."""
        return cost([self.made, *self.answers])

    def values(self, query: Query, ranges: Iterable[Range]) -> dict[str, object]:
        """What the SQL of a question names."""
        over, rows = list(ranges), self.made.rows
        newest, _, through = rows[-1] if rows else (BEFORE, 0, 0)
        return bound(query.filters) | {
            "app": query.app,
            "parts": [(n, one.start, one.end) for n, one in enumerate(over)],
            "start": min(one.start for one in over),
            "end": max(one.end for one in over),
            "traffic": query.traffic,
            "current": [(row[0], row[1]) for row in rows],
            "last": max((row[1] for row in rows), default=0),
            "newest": newest,
            "through": through,
            "top": query.offset + query.top,
            **({"until": query.cutoff} if query.cutoff else {}),
            **(_midnights(query, over) if query.grain == "hour" else {}),
        }

    def tail(self, query: Query, way: Plan, asked: dict[str, object]) -> tuple[bool, bool]:
        """Whether events came after the newest build, and whether anybody has become another person."""
        end, newest = asked["end"], asked["newest"]
        assert isinstance(end, date)
        assert isinstance(newest, date)
        if not way.tail or end < newest:  # a day cut short ends before the tail begins
            of_events = way.source in ("events", "hours")
            return False, of_events and bool(self.ask(HAS_REASSIGNED, asked)[0][0])
        more, moved = self.ask(sql.more(query), asked)[0]
        return bool(more), bool(moved)


def _midnights(query: Query, over: Iterable[Range]) -> dict[str, object]:
    """The days of some ranges, and the first moment of each in the app's timezone."""
    days = sorted({day for one in over for day in one})
    return {"days": days, "midnights": [milliseconds(midnight(d, query.timezone)) for d in days]}
