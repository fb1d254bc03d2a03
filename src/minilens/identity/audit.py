"""What somebody should look at: merges, pairs that were not joined, and persons with the most identities."""

from __future__ import annotations

from datetime import datetime

import msgspec

from minilens.identity.links import APART, CLAIMED, CROWDED, HELD, LIMIT, PUBLIC
from minilens.warehouse.engine import Engine

MOST = 200
#: A question of an app too large for that fails.
MOST_SECONDS = 20
#: Why pairs do not join that somebody should look at.
LISTED = (LIMIT, CLAIMED, APART, HELD, PUBLIC, CROWDED)


class Pair(msgspec.Struct, frozen=True):
    """Two identities that were seen together: their types and persons now, the grade, what became of it, since when."""

    types: tuple[str, str]
    persons: tuple[int, int]
    grade: str
    cause: str
    state: str
    first: datetime
    merge: int = 0


class Largest(msgspec.Struct, frozen=True):
    """A person, and how many identities and devices it has."""

    person: int
    identities: int
    devices: int


_PAIRS = """
SELECT (node_kind, other_kind), (a.person, b.person), grade, cause, state, first, merge
FROM
(
    SELECT node, other, argMax(toString(node_kind), version) AS node_kind,
        argMax(toString(other_kind), version) AS other_kind, if(max(verified), 'verified', 'claimed') AS grade,
        argMax(toString(l.cause), version) AS cause, argMax(toString(l.state), version) AS state,
        min(l.first) AS first, argMax(l.merge, version) AS merge
    FROM links AS l WHERE app = {app:UInt32} AND node < other GROUP BY node, other HAVING {wanted}
    ORDER BY {order} DESC LIMIT 200
) AS l
LEFT ANY JOIN
({persons}) AS a ON l.node = a.actor
LEFT ANY JOIN
({persons}) AS b ON l.other = b.actor
ORDER BY {order} DESC
SETTINGS max_execution_time = 20
"""
_PERSONS = """
    SELECT actor, argMax(person, version) AS person FROM person_map
    WHERE app = {app:UInt32} AND since = 0 AND actor IN
        (SELECT node FROM links WHERE app = {app:UInt32} AND (merge > 0 OR state NOT IN ('live', 'others')))
    GROUP BY actor
"""


def merges(engine: Engine, app: int) -> list[Pair]:
    """The pairs by which persons became one, the newest number first; `removed` where that was taken back."""
    return _pairs(engine, app, "merge > 0", "merge", {})


def conflicts(engine: Engine, app: int) -> list[Pair]:
    """Pairs that do not join, and why; the newest first. What is only somebody else's phone is left out."""
    return _pairs(engine, app, "state IN {listed:Array(String)}", "first", {"listed": list(LISTED)})


def _pairs(
    engine: Engine, app: int, wanted: str, order: str, more: dict[str, object]
) -> list[Pair]:
    sql = _PAIRS.replace("{wanted}", wanted).replace("{order}", order)
    rows = engine.rows(sql.replace("{persons}", _PERSONS), {"app": app, **more})
    return [Pair(tuple(types), tuple(persons), *rest) for types, persons, *rest in rows]


def largest(engine: Engine, app: int) -> list[Largest]:
    """The persons with the most identities."""
    sql = f"""
SELECT person, count() AS identities, countIf(kind = 'device') AS devices FROM
(
    SELECT actor, argMax(person, version) AS person, toString(any(kind)) AS kind FROM person_map
    WHERE app = {{app:UInt32}} AND since = 0 GROUP BY actor
)
GROUP BY person HAVING identities > 1 ORDER BY identities DESC, person LIMIT {MOST}
SETTINGS max_execution_time = {MOST_SECONDS}"""
    return [Largest(*row) for row in engine.rows(sql, {"app": app})]
