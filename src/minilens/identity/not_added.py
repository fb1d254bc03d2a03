"""Types of identities that events carry and nobody has added: they are kept, and join nothing until somebody does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import msgspec

from minilens.identity.links import EPISODE, FREE, LIVE
from minilens.identity.types import BUILT_IN, DEVICE
from minilens.records.identity_types import NO_TYPES, lawful
from minilens.warehouse.engine import Engine

MOST = 50
#: A question of an app too large for that fails.
MOST_SECONDS = 20


class FoundType(msgspec.Struct, frozen=True):
    """One of them: how many different values of it came, on how many devices, since when; `addable`: its name may be
    that of a type."""

    name: str
    values: int
    devices: int
    first: datetime
    addable: bool


_FOUND = f"""
SELECT m.kind, m.values, d.devices, m.since FROM
(
    SELECT kind, count() AS values, toUnixTimestamp64Milli(min(at)) AS since FROM
    (
        SELECT actor, toString(any(m.kind)) AS kind, min(m.at) AS at FROM person_map AS m
        WHERE app = {{app:UInt32}} AND version = 0 AND m.kind NOT IN {{names:Array(String)}} GROUP BY actor
    )
    GROUP BY kind ORDER BY values DESC, kind LIMIT {MOST}
) AS m
LEFT ANY JOIN
(
    SELECT toString(node_kind) AS kind, uniqExact(other) AS devices FROM links
    WHERE app = {{app:UInt32}} AND node_kind NOT IN {{names:Array(String)}} AND other_kind = '{DEVICE}' GROUP BY kind
) AS d ON m.kind = d.kind
ORDER BY m.values DESC, m.kind
SETTINGS max_execution_time = {MOST_SECONDS}
"""
_LATELY = f"""
SELECT toString(m.kind) AS name, uniqExact(actor) AS values FROM person_map AS m
WHERE app = {{app:UInt32}} AND version = 0 AND m.kind NOT IN {{names:Array(String)}}
    AND m.at >= toDateTime64({{since:UInt32}}, 3, 'UTC')
GROUP BY name ORDER BY values DESC, name LIMIT {MOST}
SETTINGS max_execution_time = {MOST_SECONDS}
"""
_JOINING = """
SELECT DISTINCT app, held.1 FROM
(
    SELECT app, node, other, argMax((toString(node_kind), toString(state), toString(cause)), version) AS held
    FROM links WHERE node_kind NOT IN {names:Array(String)} GROUP BY app, node, other
)
WHERE held.2 = {live:String} AND held.3 NOT IN {others:Array(String)} ORDER BY 1, 2
"""


def found(engine: Engine, app: int, names: Collection[str]) -> list[FoundType]:
    """Those of an app whose types have these names, the most values first."""
    rows = engine.rows(_FOUND, {"app": app, "names": _besides(names)})
    return [
        FoundType(kind, values, devices, datetime.fromtimestamp(since / 1000, UTC), lawful(kind))
        for kind, values, devices, since in rows
    ]


def lately(engine: Engine, app: int, names: Collection[str], since: int) -> list[tuple[str, int]]:
    """Those that may be added, and how many values of each came for the first time since (Unix seconds)."""
    asked = {"app": app, "names": _besides(names), "since": since}
    return [(str(name), int(n)) for name, n in engine.rows(_LATELY, asked) if lawful(str(name))]


def joining(engine: Engine) -> list[tuple[int, str]]:
    """(app, type) of types that are not built in and by which persons are one by the rules, not by hand."""
    names = _besides(one.name for one in BUILT_IN)
    asked = {"names": names, "live": LIVE, "others": [*FREE, EPISODE]}
    return [(app, kind) for app, kind in engine.rows(_JOINING, asked)]


def _besides(names: Iterable[str]) -> list[str]:
    return sorted({"", DEVICE, *NO_TYPES, *names})
