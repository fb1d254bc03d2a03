"""Days that are made again for some persons only: which they are, and the statements of a build, whole or partial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from minilens.identity.moves import Moved
from minilens.load import action_sql, arrival_sql, day_sql, partial_sql, session_sql
from minilens.load.confirm import Expected
from minilens.load.pending import WaitingDay
from minilens.load.portions import Days
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows


@dataclass(frozen=True)
class Partial:
    """Whom days are made again for, by app, and the builds of these days that hold."""

    persons: Mapping[int, frozenset[int]]
    held: list[tuple[int, date, int]]

    def begin(self, engine: Engine, asked: dict[str, object]) -> dict[str, object]:
        """Fill the tables that its statements look at; what these are asked with."""
        rows = [(app, person) for app, some in self.persons.items() for person in sorted(some)]
        insert_rows(engine, "touched", ("app", "person"), rows)
        engine.run(partial_sql.FILL_ACTORS, asked)
        return asked | {"held": self.held}

    def more(self, engine: Engine, asked: dict[str, object], expected: Expected) -> Expected:
        """What must be found in the end, of all others too: actions were counted of everybody."""
        views, sent, sessions = engine.rows(partial_sql.OF_OTHERS, asked)[0]
        return Expected(
            expected.views + views, expected.sent + sent, expected.actions, int(sessions)
        )


def apart(
    engine: Engine, asked: dict[str, object], days: Days, waiting: Mapping[int, Mapping[date, WaitingDay]]
) -> Iterator[tuple[Days, Partial | None]]:  # fmt: skip
    """Of days that are to be made: those that are made whole, and those that are for some persons only.

    Only a day of which the build that holds has every event is made for some: others have more to be told.
    """
    some = {
        (app, day)
        for app, of_app in days.items()
        for day in of_app
        if (why := waiting[app].get(day)) and not why.whole
    }
    complete = engine.rows(partial_sql.COMPLETE, asked) if some else []
    held = {(app, day): int(build) for app, day, build in complete if (app, day) in some}
    rest = {app: [day for day in of_app if (app, day) not in held] for app, of_app in days.items()}
    if rest := {app: of_app for app, of_app in rest.items() if of_app}:
        yield rest, None
    if held:
        partial: Days = {}
        for app, day in held:
            partial.setdefault(app, []).append(day)
        persons = {
            app: frozenset[int]().union(*(one for day in of_app for one in waiting[app][day].persons))
            for app, of_app in partial.items()
        }  # fmt: skip
        yield partial, Partial(persons, [(*key, build) for key, build in held.items()])


def beside(*, moved: Moved, profiles: bool, partial: bool) -> Iterator[str]:
    """The statements that write what does not wait for sessions."""
    yield session_sql.DAY_PAGE_VIEWS
    yield session_sql.DAY_VISITORS
    yield action_sql.actions(moved=moved, partial=partial)
    if profiles:
        yield action_sql.profile_values(moved=moved, partial=partial)
    if partial:
        yield from map(partial_sql.copied, ("day_page_views", "day_visitors", "actions"))
        if profiles:
            yield partial_sql.copied("profile_values")


def of_sessions(*, partial: bool) -> Iterator[str]:
    """The statements that write sessions and what is told from them, in this order."""
    yield session_sql.SESSIONS
    if partial:
        yield partial_sql.copied("sessions")
    yield session_sql.PAGE_STEPS
    yield partial_sql.DAY_VALUES if partial else session_sql.DAY_VALUES
    yield action_sql.FIRST_TOUCHES
    if not partial:  # how events arrived is nobody's: it is taken over
        yield arrival_sql.COUNTED_ARRIVALS


def of_days(*, partial: bool) -> str:
    """The statement that adds up what the others wrote."""
    return partial_sql.DAYS if partial else day_sql.DAYS
