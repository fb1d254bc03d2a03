"""A new version beside the one before it: more errors, fewer of what people used to do, slower pages.

Persons are counted and not events: one phone that fails in a loop is one. Both are taken over the same days.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

#: A version has so many users before anything is said of it, and so has the one before.
LEAST_USERS = 30
#: So far from chance (in standard deviations), by so much more or less, and so many, that it is said.
SURE, MORE, LESS, LEAST = 4.0, 1.5, 0.5, 5
#: Mean time of loading: longer by this, of so many loads of each.
SLOWER, LEAST_LOADS = 1.3, 50
#: A version is new for so many days; before, at most this share of users had it, who tried it out.
NEW_DAYS, TRIED = 2, 0.01
_ROOT = 3 / 8


@dataclass(frozen=True)
class VersionCounts:
    """What one version did: its users, and of each event how many of them had it. `loads`: pages that were loaded,
    `load_time` in how many seconds on average, None unknown."""

    users: int = 0
    had: Mapping[str, int] = field(default_factory=dict)
    loads: int = 0
    load_time: float | None = None


@dataclass(frozen=True)
class Regression:
    """What is worse: `event` (of slow pages ''), the share of users or the seconds of the new version and of the one
    before."""

    kind: Literal["errors", "volume", "load"]
    event: str
    new: float
    old: float


def newest(users: Mapping[str, Mapping[date, int]], today: date) -> tuple[str, str] | None:
    """The newest version and the one that most had before it; None where none is new. `users`: version → day → users.

    Of several that are new that with the most users: what few have says nothing yet.
    """
    since = today - timedelta(days=NEW_DAYS - 1)
    before = {one: sum(n for day, n in days.items() if day < since) for one, days in users.items()}
    whole = sum(before.values())
    new = [
        (sum(n for day, n in days.items() if day >= since), one)
        for one, days in users.items()
        if one and before[one] <= whole * TRIED
    ]
    olds = [(n, one) for one, n in before.items() if one and n]
    if not new or not olds:
        return None
    (_, found), (_, old) = max(new), max(olds)
    return (found, old) if found != old else None


def regressions(
    new: VersionCounts, old: VersionCounts, errors: Sequence[str], volumes: Sequence[str]
) -> list[Regression]:
    """What is worse in the new version, errors first; nothing while either has few users."""
    if min(new.users, old.users) < LEAST_USERS:
        return []
    found = []
    for event in errors:
        if new.had.get(event, 0) >= LEAST and (one := _changed(new, old, event, MORE)):
            found.append(Regression("errors", event, *one))
    for event in volumes:
        if old.had.get(event, 0) >= LEAST and (one := _changed(new, old, event, LESS)):
            found.append(Regression("volume", event, *one))
    slow = new.load_time and old.load_time and new.load_time >= SLOWER * old.load_time
    if slow and min(new.loads, old.loads) >= LEAST_LOADS:
        found.append(Regression("load", "", new.load_time or 0, old.load_time or 0))
    return found


def _changed(
    new: VersionCounts, old: VersionCounts, event: str, by: float
) -> tuple[float, float] | None:
    """Shares of users, where they differ by more than chance and by the factor."""
    here, there = new.had.get(event, 0), old.had.get(event, 0)
    now, then = here / new.users, there / old.users
    ratio = new.users / old.users
    away = 2 * (math.sqrt(here + _ROOT) - math.sqrt(ratio * (there + _ROOT))) / math.sqrt(1 + ratio)
    surely = away >= SURE and now >= by * then if by > 1 else away <= -SURE and now <= by * then
    return (now, then) if surely else None
