"""Which events came lately under which name: declared ones that did not, and others that did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from minilens.reference.events import BUILT_IN
from minilens.warehouse.engine import Engine

#: A declared event that did not come for so long is told of.
SILENT_DAYS = 14
#: How far back it is looked for when one came last.
LOOKED_BACK = 400

#: Builds say it of most days; of those since, events do.
_SEEN = """
SELECT name, max(last), sum(n) FROM
(
    SELECT name, max(day) AS last, count() AS n FROM actions
    WHERE app = {app:UInt32} AND day >= {since:Date} AND (day, build) GLOBAL IN
        (SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day)
    GROUP BY name
    UNION ALL
    SELECT e.name, max(e.day), count() FROM events AS e
    GLOBAL LEFT ANY JOIN
        (SELECT day, argMax(through, build) AS through FROM builds WHERE app = {app:UInt32} GROUP BY day) AS b
        ON e.day = b.day
    WHERE e.app = {app:UInt32} AND e.day >= {recent:Date} AND e.load > b.through AND e.kind != 'profile'
    GROUP BY e.name
)
GROUP BY name"""
_LAST = """
SELECT name, max(day) FROM actions
WHERE app = {app:UInt32} AND name IN {names:Array(String)} AND day >= {since:Date} GROUP BY name"""


@dataclass(frozen=True)
class EventsSeen:
    """`undeclared`: events that counted in the last days though nobody declared them → how many, the most first.

    `silent`: declared events that did not come → the day of the last one, None where there is none.
    """

    undeclared: dict[str, int]
    silent: dict[str, date | None]


def seen(engine: Engine, app: int, declared: Collection[str], today: date) -> EventsSeen:
    """Of the last SILENT_DAYS days, as builds and the events since have them."""
    since = today - timedelta(days=SILENT_DAYS - 1)
    asked = {"app": app, "since": since, "recent": since}
    came = {str(name): int(n) for name, _, n in engine.rows(_SEEN, asked)}
    known = {*declared, *BUILT_IN}
    silent = sorted(set(declared) - set(came))
    asked = {"app": app, "names": silent, "since": today - timedelta(days=LOOKED_BACK)}
    last = {str(name): day for name, day in engine.rows(_LAST, asked)} if silent else {}
    strange = {name: n for name, n in came.items() if name not in known}
    return EventsSeen(
        dict(sorted(strange.items(), key=lambda one: (-one[1], one[0]))),
        {name: last.get(name) for name in silent},
    )
