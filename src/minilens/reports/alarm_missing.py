"""Alarms of missing data: how long none has come, and what is usual in that time."""

from __future__ import annotations

from datetime import UTC, date, datetime

from minilens.measure.alarms.silence import Hours, Silence, again, silence
from minilens.period import HOUR, milliseconds
from minilens.reports.alarm_facts import MissingFacts, Place
from minilens.reports.request import AppContext

#: Hours that its picture shows.
SHOWN = 36


def look(
    counted: Hours, context: AppContext, first: date, last: datetime, since: datetime | None
) -> MissingFacts | None:
    """What is missing; None: nothing. `last`: when the last event happened; `since`: an alarm that is open says that
    there has been none since: it goes on until some have come."""
    now = context.now.astimezone(UTC)
    found = silence(counted, last, now, context.timezone, first)
    if found is None and since is not None and not again(counted, now):
        found = silence(counted, since, now, context.timezone, first)
    return _facts(found, counted, now) if found else None


def _facts(found: Silence, counted: Hours, now: datetime) -> MissingFacts:
    running = now.replace(minute=0, second=0, microsecond=0)
    shown = [running - n * HOUR for n in range(SHOWN, -1, -1)]
    course = [Place(milliseconds(one), counted.get(one, 0.0)) for one in shown]
    return MissingFacts(
        milliseconds(found.since), found.least, found.usual, found.days, found.weekly, course
    )
