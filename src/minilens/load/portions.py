"""Which of the waiting days are made next, together: several small apps in one go, a large one by itself.

Whoever was made longest ago comes first, so that no app waits for the backlog of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

#: Days by app.
Days = dict[int, list[date]]

MOST_EVENTS = 2_000_000
MOST_DAYS = 400
#: An app with more events than these on the days that wait is made by itself.
SMALL = 200_000
#: Making takes no longer than so many seconds, and one more for so many events, on the slowest machine that would do.
SLOWEST, SLOWEST_EVENTS = 3.0, 20_000


def worth(seconds: float, events: int) -> float:
    """What a build that took so long says its days cost. One that stood still, because the machine was stopped or busy
    with something else, would have them wait for many times that."""
    return min(seconds, SLOWEST + events / SLOWEST_EVENTS)


def portion(
    due: Days, events: Mapping[tuple[int, date], int], made_at: Mapping[int, float]
) -> Days:
    """Days that are worth one build and fit into memory. `events` of each day; `made_at`: when each app was made."""
    chosen: Days = {}
    total = count = 0
    for app in sorted(due, key=lambda app: (made_at.get(app, float("-inf")), app)):
        some = _first(due[app], app, events)
        more = sum(events.get((app, day), 0) for day in some)
        if chosen and (total + more > SMALL or count + len(some) > MOST_DAYS):
            continue
        chosen[app] = some
        total, count = total + more, count + len(some)
    return chosen


def _first(days: list[date], app: int, events: Mapping[tuple[int, date], int]) -> list[date]:
    """The first of an app's days, as many as fit; one at least."""
    some: list[date] = []
    total = 0
    for day in days[:MOST_DAYS]:
        total += events.get((app, day), 0)
        if some and total > MOST_EVENTS:
            break
        some.append(day)
    return some
