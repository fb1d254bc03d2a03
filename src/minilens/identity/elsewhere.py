"""The same UnionID in several apps of an installation: it points from one app's person to another's, and joins nothing.

Numbers of identities are of one app each. A UnionID has one of the installation besides, made under the server's key,
and a link with that in each app in which it came. So two apps know that they mean the same one, and none knows it of
an app that it may not ask about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from minilens.identity.links import SHARED
from minilens.identity.persons import current
from minilens.warehouse.engine import Engine

#: Of one person and of all other apps, so many are looked at.
MOST = 100
_MINE = (
    f"SELECT DISTINCT other FROM links WHERE app = {{app:UInt32}} AND node IN {{actors:Array(UInt64)}} "
    f"AND cause = '{SHARED}' LIMIT {MOST}"
)
_THEIRS = (
    f"SELECT DISTINCT app, other FROM links WHERE app IN {{apps:Array(UInt32)}} AND node IN {{shared:Array(UInt64)}} "
    f"AND cause = '{SHARED}' ORDER BY app, other LIMIT {MOST}"
)


def elsewhere(
    engine: Engine, app: int, actors: Sequence[int], apps: Collection[int]
) -> list[tuple[int, int]]:
    """(app, person) of the same UnionID in these other apps, of a person who is these actors."""
    others = sorted({*apps} - {app})
    shared = [row[0] for row in engine.rows(_MINE, {"app": app, "actors": list(actors)})]
    if not others or not shared:
        return []
    of: dict[int, list[int]] = {}
    for other, actor in engine.rows(_THEIRS, {"apps": others, "shared": shared}):
        of.setdefault(other, []).append(actor)
    return [
        (other, person)
        for other, some in of.items()
        for person in sorted({*current(engine, other, some).values()})
    ]
