"""What the newest events say of the app's fields: when each was last there, how often, and some of its values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from minilens.warehouse.engine import Engine

#: So many of the newest events of each name are looked at, of so many days; so many values are shown.
MOST_EVENTS, MOST_DAYS, MOST_VALUES = 50, 7, 3
LONGEST = 60

_NEWEST = """
SELECT name, toUnixTimestamp64Milli(ts) AS at, toJSONString(props) AS props
FROM events
WHERE app = {app:UInt32} AND day = {day:Date} AND name IN {names:Array(String)}
ORDER BY ts DESC, record DESC, i DESC
LIMIT {most:UInt32} BY name"""

#: Name of an event, when it happened (milliseconds), its properties.
Row = tuple[str, int, Mapping[str, Any]]


@dataclass(frozen=True)
class FieldSample:
    """`last` in milliseconds. The field was in `filled` of `looked` events of those that have it by definition.

    `values` are as JSON has them, but for the quotes of a text; each once, the newest first.
    """

    last: int
    filled: int
    looked: int
    values: tuple[str, ...]

    @property
    def share(self) -> str:
        """In how many of them it was: 66%."""
        return f"{round(100 * self.filled / self.looked)}%"


def field_samples(
    engine: Engine, app: int, users: Mapping[str, tuple[str, ...]], through: date
) -> dict[str, FieldSample]:
    """Field → what its events say; `users` are the events that have it. Without a key: none of them came."""
    wanted = {event for events in users.values() for event in events}
    rows: list[Row] = []
    for back in range(MOST_DAYS):
        left = sorted(wanted - {name for name, _, _ in rows})
        if not left:
            break
        asked = {
            "app": app,
            "day": through - timedelta(days=back),
            "names": left,
            "most": MOST_EVENTS,
        }
        rows += [
            (name, at, json.loads(props)) for name, at, props in engine.query(_NEWEST, asked).rows
        ]
    return sampled(rows, users)


def sampled(rows: Iterable[Row], users: Mapping[str, tuple[str, ...]]) -> dict[str, FieldSample]:
    """The same of events that were fetched, in any order."""
    newest = sorted(rows, key=lambda row: -row[1])
    found = {}
    for field, events in users.items():
        of = [row for row in newest if row[0] in events]
        filled = [row for row in of if row[2].get(field) is not None]
        if of:
            values = dict.fromkeys(_said(row[2][field]) for row in filled)
            last = filled[0][1] if filled else 0
            found[field] = FieldSample(last, len(filled), len(of), tuple(values)[:MOST_VALUES])
    return found


def _said(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
