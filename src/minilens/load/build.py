"""Makes days: events of a day → sessions, first visits, sums and bitmaps, written whole under a number.

A build becomes the one that holds when its row in `builds` is written, last of all. What a kill leaves
behind before that has a number that nobody reads and no later build is given.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter

from minilens.identity.persons import HAS_REASSIGNED
from minilens.load import build_sql
from minilens.load.confirm import confirm_build, confirm_written_down
from minilens.load.pending import Counter, Mark, Pending, mark
from minilens.period import now_ms
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

MOST_EVENTS = 2_000_000
MOST_DAYS = 400
#: A day that takes long to make is made less often: at most this share of the time goes into it.
SHARE_OF_TIME = 0.125
#: Once nothing more comes for it, it need not wait so long.
SHARE_WHEN_QUIET = 0.5
QUIET = 2.0
SOONEST = 1.0
#: Causes that can only add: nobody's first visit can vanish by them.
ADDING = {"events", "neighbour"}

#: Causes by which a day may rightly lose all its events.
EMPTYING = {"replay", "erasure"}

#: Stands in `persons` where no visit is left.
NEVER = date(2149, 6, 6)

_BUILDS = ("app", "day", "build", "through", "cause", "events", "milliseconds", "at")


@dataclass
class Builder:
    """Makes waiting days, oldest first, many at once where they are small."""

    engine: Engine
    pending: Pending
    counter: Counter
    through: Callable[[], int]  # the highest load that is whole
    room: Callable[[], None] = lambda: None  # raises where the disk has no room for work
    making: int = 0  # days that are being made
    _made: dict[tuple[int, date], tuple[float, float]] = field(
        default_factory=dict
    )  # when, seconds
    _swept: float = 0.0
    _beside: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "build"))

    def prepare(self) -> None:
        """Make the tables to work in. Once: what is made anew at each step a full disk leaves half made."""
        for table in build_sql.WORKED_ON.values():
            self.engine.run(table)

    def due(self, moment: float) -> dict[int, list[date]]:
        """Days that wait and may be made now, by app."""
        found: dict[int, list[date]] = {}
        for (app, day), why in sorted(self.pending.all().items(), key=itemgetter(0)):
            made, seconds = self._made.get((app, day), (float("-inf"), 0.0))
            share = SHARE_WHEN_QUIET if moment - why.last >= QUIET else SHARE_OF_TIME
            if moment - made >= max(SOONEST, seconds / share):
                found.setdefault(app, []).append(day)
        return found

    def made(self, app: int, days: list[date], *, moment: float, seconds: float) -> None:
        """Remember when these days were made, together in so many seconds."""
        for day in days:
            self._made[app, day] = (moment, seconds / len(days))

    def step(self) -> bool:
        """Make what is due; False when nothing was."""
        self.room()
        due = self.due(time.monotonic())
        for app, days in due.items():
            for some in self._portions(app, days):
                self.make(app, some)
        if due and time.monotonic() - self._swept > 30:
            self.sweep()
        return bool(due)

    def drain(self) -> None:
        """Make everything that waits."""
        while waiting := self.pending.all():
            for app in sorted({app for app, _ in waiting}):
                for some in self._portions(app, sorted(day for a, day in waiting if a == app)):
                    self.make(app, some)

    def make(self, app: int, days: list[date]) -> None:
        """Make these days of one app, in one go."""
        # before they stop waiting: whoever looks sees them in one of the two
        self.making += len(days)
        try:
            self._take_and_make(app, days)
        finally:
            self.making -= len(days)

    def _take_and_make(self, app: int, days: list[date]) -> None:
        marks = self.pending.take(app, days)
        try:
            if kept := self._with_events(app, days, marks):
                self._make(app, kept, marks)
        except BaseException:
            self.pending.give_back(app, marks)
            raise

    def sweep(self) -> None:
        """Delete builds that nobody reads any more; the one before the present is left for late readers."""
        self._swept = time.monotonic()
        old = self.engine.rows(
            "SELECT app, day, b[2] FROM (SELECT app, day, arrayReverseSort(groupArray(build)) AS b "
            "FROM builds GROUP BY app, day HAVING length(b) > 2)"
        )
        if not old:
            return
        limits = {"old": [tuple(row) for row in old]}
        stale = (
            "(app, day) IN (SELECT x.1, x.2 FROM (SELECT arrayJoin({old:Array(Tuple(UInt32, Date, UInt64))}) AS x))"
            " AND build < transform((app, day), arrayMap(x -> (x.1, x.2), {old:Array(Tuple(UInt32, Date, UInt64))}),"
            " arrayMap(x -> x.3, {old:Array(Tuple(UInt32, Date, UInt64))}), 0)"
        )
        for table in ("sessions", "visits", "days", "builds"):
            self.engine.run(f"DELETE FROM {table} WHERE {stale}", limits)

    def _with_events(self, app: int, days: list[date], marks: dict[date, Mark]) -> list[date]:
        """Without days whose raw events have expired: what they said stays as it was made."""
        had = {
            row[0]
            for row in self.engine.rows(
                "SELECT day FROM builds WHERE app = {app:UInt32} AND day IN {days:Array(Date)} "
                "GROUP BY day HAVING argMax(events, build) > 0",
                {"app": app, "days": days},
            )
        }
        have = self._events(app, days)
        emptied = {day for day, mark in marks.items() if mark.causes & EMPTYING}
        return [day for day in days if day in have or day not in had or day in emptied]

    def _events(self, app: int, days: list[date]) -> dict[date, int]:
        """Events of each of these days."""
        found = self.engine.rows(build_sql.SUMMARY, {"app": app, "days": days})
        return {row[0]: row[1] for row in found}

    def _portions(self, app: int, days: list[date]) -> list[list[date]]:
        """Days grouped so that each portion is worth one query and fits into memory."""
        counts = self._events(app, days)
        portions: list[list[date]] = [[]]
        events = 0
        for day in days:
            events += counts.get(day, 0)
            if portions[-1] and (events > MOST_EVENTS or len(portions[-1]) >= MOST_DAYS):
                portions.append([])
                events = counts.get(day, 0)
            portions[-1].append(day)
        return portions

    def _make(self, app: int, days: list[date], marks: dict[date, Mark]) -> None:
        started = time.perf_counter()
        through, build = self.through(), self.counter.next()
        around = {day + timedelta(days=n) for day in days for n in (-1, 1)} - set(days)
        asked = {
            "app": app,
            "days": days,
            "around": sorted(around),
            "through": through,
            "build": build,
        }
        causes = {cause for mark in marks.values() for cause in mark.causes}
        self._gather(asked)
        self._first_visits(app, days, asked, causes)
        # half of writing is done by one core: the two tables are written side by side
        seen = self._beside.submit(self.engine.run, build_sql.DAY_VISITS, asked)
        try:
            self._sessions(asked)
        finally:
            wait([seen])
        seen.result()
        self.engine.run(build_sql.DAYS, asked)
        confirm_build(self.engine, asked)
        self._forget()
        seconds = time.perf_counter() - started
        self._write_down(app, days, marks, asked, seconds)

    def _gather(self, asked: dict[str, object]) -> None:
        """Read the days' events once, into memory."""
        moved = bool(self.engine.one(HAS_REASSIGNED, asked))
        self._forget()
        self.engine.run(build_sql.gather(moved=moved), asked)
        self.engine.run(build_sql.VISITS, asked)
        self.engine.run(build_sql.FIRST_SEEN, asked)

    def _forget(self) -> None:
        for table in build_sql.WORKED_ON:
            self.engine.run(f"TRUNCATE TABLE {table}")

    def _sessions(self, asked: dict[str, object]) -> None:
        """Write the sessions that began on the days."""
        gaps = bool(self.engine.one(build_sql.HAS_GAPS))
        self.engine.run(build_sql.session_days(gaps=gaps))
        self.engine.run(build_sql.SESSIONS, asked)

    def _first_visits(
        self, app: int, days: list[date], asked: dict[str, object], causes: set[str]
    ) -> None:
        """Bring `persons` up to date. Other days whose new users that changes wait before it is written:
        a kill in between makes them once more, never once too little."""
        into = "INSERT INTO persons (app, person, first_day, version) SELECT app, person, first_day, version FROM "
        earlier = self.engine.rows(
            f"SELECT DISTINCT before FROM ({build_sql.FIRSTS}) WHERE before != toDate(0)", asked
        )
        self._restate(app, {row[0] for row in earlier} - set(days))
        self.engine.run(f"{into} ({build_sql.FIRSTS})", asked)
        if not causes <= ADDING:
            later = self.engine.rows(
                f"SELECT DISTINCT first_day FROM ({build_sql.VANISHED})", asked
            )
            self._restate(app, {row[0] for row in later} - set(days))
            self.engine.run(f"{into} ({build_sql.VANISHED})", asked)
            self.engine.run("TRUNCATE TABLE came_before")
            self.engine.run(build_sql.FIRST_SEEN, asked)
        self.engine.run(build_sql.NEW_PERSONS, asked)

    def _restate(self, app: int, days: set[date]) -> None:
        if some := sorted(days - {NEVER}):
            mark(self.engine, self.pending, self.counter, app, some, "first visits")

    def _write_down(
        self,
        app: int,
        days: list[date],
        marks: dict[date, Mark],
        asked: dict[str, object],
        seconds: float,
    ) -> None:
        counts = self._events(app, days)
        at, share = now_ms(), round(seconds * 1000 / len(days))
        rows = []
        for day in days:
            why = marks.get(day)
            cause = ", ".join(sorted(why.causes)) if why else "asked"
            through = asked["through"]
            rows.append(
                (app, day, asked["build"], through, cause, counts.get(day, 0), share, stamp(at))
            )
        insert_rows(self.engine, "builds", _BUILDS, rows)
        confirm_written_down(self.engine, asked, len(rows))
        self.made(app, days, moment=time.monotonic(), seconds=seconds)
