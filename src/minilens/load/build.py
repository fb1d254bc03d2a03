"""Makes days: events of a day → sessions, first visits, sums and bitmaps, actions, written whole under a number.

A build becomes the one that holds when its row in `builds` is written, last of all. What a kill leaves
behind before that has a number that nobody reads and no later build is given. One build makes days of several apps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from minilens.identity.moves import HAS_MOVED_OF_APPS, Moved
from minilens.load import action_sql, arrival_sql, build_sql, partial_sql, session_sql
from minilens.load.confirm import Expected, confirm_build, confirm_written_down
from minilens.load.imported import FIRST, IMPORT, made_first
from minilens.load.partial import Partial, apart, beside, of_days, of_sessions
from minilens.load.pending import Counter, Pending, WaitingDay, mark
from minilens.load.portions import MOST_DAYS, SMALL, Days, portion, worth
from minilens.period import now_ms
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: A day that takes long to make is made less often: at most this share of the time goes into it.
SHARE_OF_TIME = 0.125
#: Once nothing more comes for it, it need not wait so long. That nothing comes is known after this time, or twice the
#: time between two loads where that is more: what is loaded every few seconds is not quiet in between.
SHARE_WHEN_QUIET = 0.5
QUIET, SLOWEST_QUIET = 2.0, 10.0
SOONEST = 1.0
#: Between two looks for builds that nobody reads any more; and at most this share of the time for them.
SWEPT_EVERY, SHARE_OF_SWEEPING = 30.0, 0.05
#: Made in the background after everything else: figures are right without it.
LAST = {"columns"}
#: Made for persons who turned out to be one: a sign-in on a second phone has each day of that phone made again. They
#: come after those with new events, the newest first, and all of them together take at most this share of the time
#: while others wait.
RESTATED = {"merge"}
SHARE_OF_RESTATING = 0.5
#: Causes that can only add: nobody's first visit can vanish by them.
ADDING = {"events", IMPORT, "neighbour", "columns"}
#: Causes by which a day may rightly lose all its events.
EMPTYING = {"replay", "erasure"}
#: So many gathered events are forgotten at once; fewer stay until the next build.
FEW = 100_000
#: Stands in `persons` where no visit is left.
NEVER = date(2149, 6, 6)

#: Tables that builds write, in the order of writing; `builds` is last.
BUILT = (
    "sessions", "page_steps", "day_page_views", "day_visitors", "day_values", "actions", "profile_values", "days",
    "builds",
)  # fmt: skip
#: Tables that the builder works in, in memory.
WORKED_ON = {
    "building": build_sql.BUILDING, "visited": build_sql.VISITED, "came_before": build_sql.KNOWN,
    "newcomers": build_sql.NEWCOMERS, "origins": build_sql.ORIGINS, "spans": session_sql.SPANS,
    "arrivals": arrival_sql.ARRIVALS, "touched": partial_sql.TOUCHED, "touched_actors": partial_sql.TOUCHED_ACTORS,
}  # fmt: skip
_BUILDS = ("app", "day", "build", "through", "cause", "events", "milliseconds", "at")


class Counts(NamedTuple):
    """Events of a day, those about profiles, and those that are actions."""

    events: int = 0
    profiles: int = 0
    actions: int = 0


#: Why each day of each app waited.
Waiting = dict[int, dict[date, WaitingDay]]


@dataclass
class Builder:
    """Makes waiting days, many at once where they are small."""

    engine: Engine
    pending: Pending
    counter: Counter
    through: Callable[[], int]  # the highest load that is whole
    room: Callable[[], None] = lambda: None  # raises where the disk has no room for work
    swept_later: float = 0.0  # seconds longer that old builds stay, during a move
    making: int = 0  # days that are being made
    _made: dict[tuple[int, date], tuple[float, float]] = field(
        default_factory=dict
    )  # when, seconds
    _made_at: dict[int, float] = field(default_factory=dict)  # when each app was made
    _shared: set[tuple[int, date]] = field(default_factory=set)  # days that share their time
    _last_shared: tuple[float, float] | None = None  # when some of them were made again, seconds
    _last_restated: tuple[float, float] | None = None  # when such days were made, seconds
    _sweep_after: float = 0.0
    _used: bool = True  # the tables to work in may hold something
    _beside: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "build"))

    def prepare(self) -> None:
        """Make the tables to work in. Once: what is made anew at each step a full disk leaves half made."""
        for table in WORKED_ON.values():
            self.engine.run(table)

    def due(self, moment: float) -> Days:
        """Days that wait and may be made now, by app."""
        found: Days = {}
        waiting = self.pending.all()
        quiet = min(max(QUIET, 2 * self.pending.between), SLOWEST_QUIET)
        resting = self._rests_from_restating(moment, waiting)
        for (app, day), why in sorted(waiting.items(), key=lambda one: _order(*one)):
            shared = (app, day) in self._shared
            last = self.pending.latest if shared else why.last
            share = SHARE_WHEN_QUIET if moment - last >= quiet else SHARE_OF_TIME
            taken = [self._made.get((app, day)), self._last_shared if shared else None]
            if any(one and moment - one[0] < max(SOONEST, one[1] / share) for one in taken):
                continue
            if resting and why.causes <= RESTATED:
                continue
            found.setdefault(app, []).append(day)
        return found

    def _rests_from_restating(
        self, moment: float, waiting: Mapping[tuple[int, date], WaitingDay]
    ) -> bool:
        last = self._last_restated
        if last is None or moment - last[0] >= last[1] * (1 / SHARE_OF_RESTATING - 1):
            return False
        return any(not why.causes <= RESTATED | LAST for why in waiting.values())

    def made(self, app: int, days: list[date], *, moment: float, seconds: float) -> None:
        """Remember when these days were made, together in so many seconds."""
        self._made_at[app] = moment
        for day in days:
            self._made[app, day] = (moment, seconds / len(days))

    def made_together(self, days: Days, *, moment: float, seconds: float, events: int) -> None:
        """The same of all days of a build. Small ones share their time: groups of apps that became due one after
        another would each take it. Days that were never made before do not make the others wait."""
        seconds = worth(seconds, events)
        if events <= SMALL:
            some = {(app, day) for app, of_app in days.items() for day in of_app}
            if some & self._shared:
                self._last_shared = (moment, seconds)
            self._shared |= some
        else:
            self._shared -= {(app, day) for app, of_app in days.items() for day in of_app}
        for app, of_app in days.items():
            self.made(app, of_app, moment=moment, seconds=seconds)

    def step(self) -> bool:
        """Make some of what is due; False when nothing was."""
        self.room()
        due = self.due(time.monotonic())
        if due:
            self.make_all(self._portion(due))
        if due and time.monotonic() >= self._sweep_after + self.swept_later:
            self.sweep()
        return bool(due)

    def drain(self) -> None:
        """Make everything that waits."""
        while waiting := self.pending.all():
            due: Days = {}
            for (app, day), _ in sorted(waiting.items(), key=lambda one: _order(*one)):
                due.setdefault(app, []).append(day)
            self.make_all(self._portion(due))

    def make(self, app: int, days: list[date]) -> None:
        """Make these days of one app, in one go."""
        self.make_all({app: days})

    def make_all(self, days: Days) -> None:
        """Make these days of these apps, in one go."""
        # before they stop waiting: whoever looks sees them in one of the two
        count = sum(map(len, days.values()))
        self.making += count
        try:
            self._take_and_make(days)
        finally:
            self.making -= count

    def _take_and_make(self, days: Days) -> None:
        waiting = {app: self.pending.take(app, some) for app, some in days.items()}
        try:
            through = self.through()
            counts = self._summary(days, through)
            if kept := self._with_events(days, waiting, counts):
                for part, partial in apart(self.engine, _asked(kept), kept, waiting):
                    self._make(part, waiting, counts, through, partial)
        except BaseException:
            for app, some in waiting.items():
                self.pending.give_back(app, some)
            raise

    def sweep(self) -> None:
        """Delete builds that nobody reads any more; the one before the present is left for late readers."""
        began = time.monotonic()
        self._sweep_after = began + SWEPT_EVERY
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
        for table in BUILT:
            there = f"SELECT count() FROM (SELECT 1 FROM {table} WHERE {stale} LIMIT 1)"
            if self.engine.one(there, limits):
                self.room()
                self.engine.on_each_shard(f"DELETE FROM {table} WHERE {stale}", limits)
        ended = time.monotonic()
        self._sweep_after = ended + max(SWEPT_EVERY, (ended - began) / SHARE_OF_SWEEPING)

    def _portion(self, due: Days) -> Days:
        """What of it is made next."""
        some = {app: days[:MOST_DAYS] for app, days in due.items()}
        counted = self.engine.rows(build_sql.COUNTED, _asked(some))
        return portion(some, {(app, day): n for app, day, n in counted}, self._made_at)

    def _summary(self, days: Days, through: int) -> dict[tuple[int, date], Counts]:
        sql = action_sql.SUMMARY
        found = self.engine.rows(sql, _asked(days) | {"through": through})
        return {(row[0], row[1]): Counts(*row[2:]) for row in found}

    def _with_events(
        self, days: Days, waiting: Waiting, counts: dict[tuple[int, date], Counts]
    ) -> Days:
        """Without days whose raw events have expired: what they said stays as it was made."""
        bare = {
            app: [day for day in some if (app, day) not in counts] for app, some in days.items()
        }
        bare = {
            app: rest
            for app, some in bare.items()
            if (rest := [day for day in some if not _emptied(waiting[app].get(day))])
        }
        if not bare:
            return days
        sql = (
            f"SELECT app, day FROM builds WHERE {build_sql.DUE} "
            "GROUP BY app, day HAVING argMax(events, build) > 0"
        )
        had = {(row[0], row[1]) for row in self.engine.rows(sql, _asked(bare))}
        kept = {app: [day for day in some if (app, day) not in had] for app, some in days.items()}
        return {app: some for app, some in kept.items() if some}

    def _make(
        self,
        days: Days,
        waiting: Waiting,
        counts: dict[tuple[int, date], Counts],
        through: int,
        partial: Partial | None,
    ) -> None:
        started = time.perf_counter()
        if self._used:
            self._forget()
        self._used = True
        asked = _asked(days) | {"through": through, "build": self.counter.next()}
        asked = partial.begin(self.engine, asked) if partial else asked
        moved, part = Moved(self.engine.one(HAS_MOVED_OF_APPS, asked)), partial is not None
        self._gather(asked, moved=moved, partial=part)
        nameless, views, sent = self.engine.rows(build_sql.GATHERED, asked)[0]
        self._first_visits(days, asked, waiting, partial)
        sums = [
            counts[app, day] for app, some in days.items() for day in some if (app, day) in counts
        ]
        profiles = bool(sum(one.profiles for one in sums))
        # half of writing is done by one core: tables are written side by side
        besides = beside(moved=moved, profiles=profiles, partial=part)
        others = self._beside.submit(self._write, asked, besides)
        try:
            self.engine.run(session_sql.session_days(gaps=bool(nameless)))
            self._write(asked, of_sessions(partial=part))
        finally:
            wait([others])
        others.result()
        self.engine.run(of_days(partial=part), asked)
        expected = Expected(views, sent, sum(one.actions for one in sums))
        confirm_build(
            self.engine, asked, partial.more(self.engine, asked, expected) if partial else expected
        )
        if sum(one.events for one in sums) > FEW:
            self._forget()
        self._write_down(days, waiting, asked, counts, time.perf_counter() - started)

    def _gather(self, asked: dict[str, object], *, moved: Moved, partial: bool) -> None:
        """Read the days' events once, into memory."""
        self.engine.run(build_sql.gather(moved=moved, partial=partial), asked)
        self.engine.run(build_sql.GATHERED_ORIGINS)
        self.engine.run(build_sql.VISITS, asked)
        self.engine.run(build_sql.FIRST_SEEN, asked)

    def _forget(self) -> None:
        for table in WORKED_ON:
            self.engine.run(f"TRUNCATE TABLE {table}")
        self._used = False

    def _write(self, asked: dict[str, object], statements: Iterable[str]) -> None:
        for sql in statements:
            self.engine.run(sql, asked)

    def _first_visits(
        self, days: Days, asked: dict[str, object], waiting: Waiting, partial: Partial | None
    ) -> None:
        """Bring `persons` up to date. Other days whose new users that changes wait before it is written:
        a kill in between makes them once more, never once too little."""
        into = "INSERT INTO persons (app, person, first_day, version) SELECT app, person, first_day, version FROM "
        sql = f"SELECT DISTINCT app, before FROM ({build_sql.FIRSTS})"
        if earlier := self.engine.rows(sql, asked):
            known = [(app, day) for app, day in earlier if day != date(1970, 1, 1)]
            self._restate(days, known, partial)
            self.engine.run(f"{into} ({build_sql.FIRSTS})", asked)
        losing = [
            app
            for app, some in waiting.items()
            if app in days and not {c for mark in some.values() for c in mark.causes} <= ADDING
        ]
        if losing:
            asked = asked | {"losing": losing}
            vanished = build_sql.vanished(partial=partial is not None)
            sql = f"SELECT DISTINCT app, first_day FROM ({vanished})"
            if later := self.engine.rows(sql, asked):
                self._restate(days, [(app, day) for app, day in later], partial)
                self.engine.run(f"{into} ({vanished})", asked)
                self.engine.run("TRUNCATE TABLE came_before")
                self.engine.run(build_sql.FIRST_SEEN, asked)
        self.engine.run(build_sql.NEW_PERSONS, asked)

    def _restate(
        self, made: Days, changed: list[tuple[int, date]], partial: Partial | None
    ) -> None:
        for app in sorted({app for app, _ in changed}):
            days = {day for a, day in changed if a == app} - {*made[app], NEVER}
            if days:
                persons = partial.persons[app] if partial else None
                mark(
                    self.engine, self.pending, self.counter, app, sorted(days), "first visits", persons
                )  # fmt: skip

    def _write_down(
        self,
        days: Days,
        waiting: Waiting,
        asked: dict[str, object],
        counts: dict[tuple[int, date], Counts],
        seconds: float,
    ) -> None:
        at, total = stamp(now_ms()), sum(map(len, days.values()))
        share = round(seconds * 1000 / total)
        rows = []
        causes = {
            (app, day): set(why.causes) if (why := waiting[app].get(day)) else {"asked"}
            for app, some in days.items()
            for day in some
        }
        for key in made_first(self.engine, asked, causes):
            causes[key].add(FIRST)
        for (app, day), some_causes in causes.items():
            cause, events = ", ".join(sorted(some_causes)), counts.get((app, day), Counts()).events
            rows.append((app, day, asked["build"], asked["through"], cause, events, share, at))
        insert_rows(self.engine, "builds", _BUILDS, rows)
        confirm_written_down(self.engine, asked, len(rows))
        events = sum(one.events for one in counts.values())
        moment = time.monotonic()
        if any(why.causes <= RESTATED for some in waiting.values() for why in some.values()):
            self._last_restated = (moment, worth(seconds, events))
        self.made_together(days, moment=moment, seconds=seconds, events=events)


def _order(one: tuple[int, date], why: WaitingDay) -> tuple[bool, bool, int, int]:
    """What is only made for later comes last, before it persons who became one. The oldest days of an app first, since
    that settles whose first visit it is; of persons who became one the newest, which are looked at."""
    restated, day = why.causes <= RESTATED, one[1].toordinal()
    return why.causes <= LAST, restated, one[0], -day if restated else day


def _emptied(why: WaitingDay | None) -> bool:
    return why is not None and bool(why.causes & EMPTYING)


def _asked(days: Days) -> dict[str, object]:
    """What the SQL names of the days to make: both of a pair by itself, too, which is what tables are sorted by."""
    due = sorted((app, day) for app, some in days.items() for day in some)
    beside = {(app, day + timedelta(days=n)) for app, day in due for n in (-1, 1)}
    around = sorted(beside - set(due))
    return {
        "apps": sorted(days),
        "days": sorted({day for _, day in due}),
        "due": due,
        "days_around": sorted({day for _, day in around}),
        "around": around,
    }
