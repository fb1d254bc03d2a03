"""Days that have to be made, and why. Shared by the loader, which adds, and the builder, which takes."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta

from minilens.period import now_ms
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: Where numbers of the one sequence are written. Rows of a build that a kill ended are among them: a number
#: that was given to some rows is never given to others.
NUMBERED = (
    ("events", "load"), ("ledger", "load"), ("dirty", "mark"), ("person_map", "version"),
    ("person_moves", "version"), ("persons", "version"),
    ("links", "version"), ("links", "merge"), ("keep_apart", "version"),
    ("sessions", "build"), ("day_page_views", "build"), ("actions", "build"), ("profile_values", "build"),
    ("page_steps", "build"), ("day_visitors", "build"), ("day_values", "build"), ("left_quarantine", "number"),
    ("first_touches", "version"), ("days", "build"), ("builds", "build"), ("builds", "through"),
)  # fmt: skip
LAST_NUMBER = f"SELECT greatest({', '.join(f'(SELECT max({name}) FROM {table})' for table, name in NUMBERED)})"


@dataclass
class Counter:
    """Numbers of loads, marks and builds: one rising sequence, so that any two can be compared."""

    value: int
    renumbered: int = 0  # how often others than the loader gave numbers to persons
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int:
        """A number higher than all before."""
        with self._lock:
            self.value += 1
            return self.value


@dataclass
class WaitingDay:
    """Why one day waits: up to which load, since when and last when (monotonic), new events, causes.

    `whole`: for another reason than that some persons, `persons`, became others.
    """

    load: int
    since: float
    last: float
    events: int
    causes: set[str]
    whole: bool = False
    persons: list[frozenset[int]] = field(default_factory=list)


@dataclass
class Pending:
    """The days that wait, by app and day."""

    latest: float = float("-inf")  # when something came for any day (monotonic)
    between: float = 0.0  # seconds from the time before
    _waiting: dict[tuple[int, date], WaitingDay] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        app: int,
        day: date,
        load: int,
        events: int,
        moment: float,
        cause: str = "events",
        persons: frozenset[int] | None = None,
    ) -> None:
        """Have a day made again, to include `load`; of `persons` alone where it is told for whom."""
        with self._lock:
            one = self._waiting.setdefault((app, day), WaitingDay(load, moment, moment, 0, set()))
            one.load = max(one.load, load)
            one.last = max(one.last, moment)
            one.events += events
            one.causes.add(cause)
            one.whole = one.whole or persons is None
            if persons and persons not in one.persons:
                one.persons.append(persons)
            if moment > self.latest:
                self.between = moment - self.latest if math.isfinite(self.latest) else 0.0
                self.latest = moment

    def take(self, app: int, days: list[date]) -> dict[date, WaitingDay]:
        """Why these days wait; they no longer do."""
        with self._lock:
            return {day: one for day in days if (one := self._waiting.pop((app, day), None))}

    def give_back(self, app: int, waiting: dict[date, WaitingDay]) -> None:
        """After a failure: let them wait again."""
        for day, one in waiting.items():
            persons = None if one.whole else frozenset[int]().union(*one.persons)
            for cause in one.causes:
                self.add(app, day, one.load, 0, one.since, cause, persons)

    def all(self) -> dict[tuple[int, date], WaitingDay]:
        """What waits now."""
        with self._lock:
            return dict(self._waiting)


def mark(
    engine: Engine,
    pending: Pending,
    counter: Counter,
    app: int,
    days: list[date],
    cause: str,
    persons: frozenset[int] | None = None,
) -> None:
    """Have days made again for another reason than events; written down first. `persons`: of whom alone, where only
    they are others now than the builds know them as; after a start the days are made whole."""
    number = counter.next()
    at = stamp(now_ms())
    rows = [(app, day, number, cause, at) for day in days]
    insert_rows(engine, "dirty", ("app", "day", "mark", "cause", "at"), rows)
    for day in days:
        pending.add(app, day, number, 0, time.monotonic(), cause, persons)


def recover(engine: Engine, pending: Pending, moment: float) -> None:
    """After a start: find the days whose build is older than their events or marks.

    Which neighbours a kill left waiting is not written down, so both of each such day are made too.
    """
    for app, day, load, cause in engine.rows(
        """
SELECT app, day, load, cause FROM
(
    SELECT app, day, max(load) AS load, 'events' AS cause FROM events GROUP BY app, day
    UNION ALL SELECT app, day, max(mark), cause FROM dirty GROUP BY app, day, cause
) AS have
LEFT JOIN (SELECT app, day, argMax(through, build) AS through FROM builds GROUP BY app, day) AS made
    USING (app, day)
WHERE have.load > made.through
UNION ALL
SELECT app, arrayJoin([day - 1, day + 1]) AS around, 0, 'neighbour' FROM
(
    SELECT app, day, max(load) AS load FROM events GROUP BY app, day
) AS have
LEFT JOIN (SELECT app, day, argMax(through, build) AS through FROM builds GROUP BY app, day) AS made
    USING (app, day)
WHERE have.load > made.through AND (app, around) IN (SELECT app, day FROM builds)"""
    ):
        pending.add(app, day, load, 0, moment, cause)


def mark_days(engine: Engine, app: int, actors: list[int]) -> list[date]:
    """Days on which these actors have events, and the days around, which share their sessions."""
    sql = "SELECT DISTINCT day FROM events WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)}"
    days = {row[0] for row in engine.rows(sql, {"app": app, "actors": actors})}
    around = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)}
    built = {
        r[0]
        for r in engine.rows(
            "SELECT DISTINCT day FROM builds WHERE app = {app:UInt32}", {"app": app}
        )
    }
    return sorted(days | (around & built))
