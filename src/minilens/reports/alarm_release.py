"""The release guard: what users of a new version do, beside those of the version before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from minilens.measure.alarms.releases import (
    NEW_DAYS,
    VersionCounts,
    newest,
    regressions,
)
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.measures import MEASURES
from minilens.measure.query import Query
from minilens.measure.single_value import Ask
from minilens.period import Range
from minilens.reference.events import LAUNCHES, SHARE, VISIT
from minilens.reports.alarm_facts import ReleaseFacts, WorseFacts
from minilens.reports.request import AppContext
from minilens.text import NOTHING

#: Events that should not become more, and those that should not become fewer.
ERRORS = ("app_error", "api_error", "page_not_found")
VOLUMES = ("add_to_cart", "start_checkout", "pay_success", SHARE)
#: Days before that say which version most had.
DAYS = 7
#: Versions that are told apart.
MOST = 50
_BASE = "users"


def look(context: AppContext, app: int, ask: Ask) -> list[tuple[str, ReleaseFacts | None]]:
    """The newest version, where one is new, and what is worse in it, None: nothing."""
    over = Range(context.today - timedelta(days=DAYS), context.today)
    users = _users(over, context, app, ask)
    pair = newest(users, context.today)
    if pair is None:
        return []
    new, old = pair
    since = min(day for day in users[new] if day >= context.today - timedelta(days=NEW_DAYS - 1))
    counts = _counts(Range(since, context.today), context, app, ask)
    here, there = counts.get(new, VersionCounts()), counts.get(old, VersionCounts())
    worse = [
        WorseFacts(one.kind, one.event, one.new, one.old)
        for one in regressions(here, there, ERRORS, VOLUMES)
    ]
    facts = ReleaseFacts(new, old, here.users, there.users, worse) if worse else None
    return [(f"version:{new}"[:160], facts)]


def _query(context: AppContext, app: int, over: Range, events: tuple[Counted, ...]) -> EventsQuery:
    figures = tuple(Figure(one.name, NOTHING, place, "persons") for place, one in enumerate(events))
    return EventsQuery(
        app, events, figures, over, "day", (DIMENSIONS["app_version"],), top=MOST, timezone=context.timezone
    )  # fmt: skip


def _users(over: Range, context: AppContext, app: int, ask: Ask) -> dict[str, dict[date, int]]:
    """Version → day → users."""
    base = Counted(_BASE, (*LAUNCHES, VISIT))
    found: dict[str, dict[date, int]] = {}
    for version, day, count in ask(_query(context, app, over, (base,))).rows:
        if version and isinstance(day, date) and isinstance(count, int) and count:
            found.setdefault(str(version), {})[day] = count
    return found


def _counts(over: Range, context: AppContext, app: int, ask: Ask) -> dict[str, VersionCounts]:
    """Version → what it did in these days; a person counts once."""
    base = Counted(_BASE, (*LAUNCHES, VISIT))
    events = (base, *(Counted(name, (name,)) for name in (*ERRORS, *VOLUMES)))
    rows = ask(replace(_query(context, app, over, events), grain="whole")).rows
    loads = _loads(over, context, app, ask)
    names = [one.name for one in events]
    found = {}
    for version, *cells in rows:
        told = {
            name: cell for name, cell in zip(names, cells, strict=True) if isinstance(cell, int)
        }
        users = told.pop(_BASE, 0)
        found[str(version)] = VersionCounts(users, told, *loads.get(str(version), (0, None)))
    return found


def _loads(
    over: Range, context: AppContext, app: int, ask: Ask
) -> dict[str, tuple[int, float | None]]:
    """Version → loads with a time, and their mean in seconds."""
    measures = (MEASURES["timed_loads"], MEASURES["load_time"])
    query = Query(
        app, measures, over, (DIMENSIONS["app_version"],), top=MOST, timezone=context.timezone
    )
    return {
        str(version): (
            count if isinstance(count, int) else 0,
            float(mean) if isinstance(mean, int | float) else None,
        )
        for version, count, mean in ask(query).rows
    }
