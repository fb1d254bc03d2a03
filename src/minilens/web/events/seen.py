"""Definitions against what came: published and not seen for a while; seen and not defined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from minilens.measure.ledger.seen import SILENT_DAYS, EventsSeen
from minilens.records.event_definitions import Kept


class Absent(msgspec.Struct, frozen=True):
    """A published event of which none came for 14 days. `last`: the day of the newest one, null where there is none."""

    event: str
    last: date | None


class SeenEvent(msgspec.Struct, frozen=True):
    """An event that counted in the last 14 days though nobody defined it, and how often."""

    event: str
    events: int


def absent(every: Iterable[Kept], seen: EventsSeen, moment: datetime) -> list[Absent]:
    """Of those that are published, for so long at least, and not retired."""
    since = moment - timedelta(days=SILENT_DAYS)
    return [
        Absent(kept.one.name, seen.silent[kept.one.name])
        for kept in every
        if kept.one.on_phones
        and kept.one.name in seen.silent
        and (kept.one.created <= since or seen.silent[kept.one.name] is not None)
    ]


def undefined(seen: EventsSeen) -> list[SeenEvent]:
    """The most first."""
    return [SeenEvent(name, n) for name, n in seen.undeclared.items()]
