"""The newest builds of an app's days: what rows of events are read from, and what their statements are bound to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.events.kept import has_tail, is_kept
from minilens.measure.events.query import DAYS_BACK, EventsQuery
from minilens.measure.payments.query import AROUND
from minilens.period import Range
from minilens.warehouse.engine import Answer

_BEFORE = date(1970, 1, 1)


@dataclass(frozen=True)
class Builds:
    """The builds as BUILDS of `days` answers them, the oldest day first."""

    made: Answer

    @property
    def oldest(self) -> date | None:
        """The first day that was made; None where none was."""
        return self.made.rows[0][0] if self.made.rows else None

    @property
    def newest(self) -> date:
        """The last day that was made; one before all others where none was."""
        return self.made.rows[-1][0] if self.made.rows else _BEFORE

    @property
    def through(self) -> int:
        """Up to which load the newest build knows what came."""
        return int(self.made.rows[-1][2]) if self.made.rows else 0

    def days(self, over: Range) -> dict[date, int]:
        """Of these days those that were made, with their builds."""
        return {row[0]: row[1] for row in self.made.rows if over.start <= row[0] <= over.end}

    def tail(self, query: EventsQuery, last: date) -> bool:
        """Whether what came after the newest build counts, in rows up to this day."""
        return last >= self.newest and has_tail(query)

    def moved(
        self, query: EventsQuery, one: Callable[[str, dict[str, object]], object], *, tail: bool
    ) -> Moved:
        """Whether events may be another person's than they say. `one` asks for a single value; where builds tell whose
        all rows are, nothing is asked."""
        if not tail and is_kept(query):
            return Moved.NOBODY
        return Moved(int(str(one(HAS_MOVED, {"app": query.app}))))

    def bound(self, query: EventsQuery, start: date, end: date) -> dict[str, object]:
        """What statements name besides values: app, traffic, days and builds, with that of the day before, on which a
        session may have begun."""
        back = DAYS_BACK if any(one.takes_back is not None for one in query.events) else 0
        around = AROUND if query.once_told else 0
        first, last = start - timedelta(days=1 + back + around), end + timedelta(days=around)
        return {
            "app": query.app, "traffic": query.traffic, "start": start, "end": end, "newest": self.newest,
            "through": self.through,
            "current": [(row[0], row[1]) for row in self.made.rows if first <= row[0] <= last],
        }  # fmt: skip
