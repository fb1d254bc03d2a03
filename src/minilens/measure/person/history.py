"""How identities came to be one person: merges that hold and that were taken back, and what is kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from minilens.identity.links import LIVE
from minilens.measure.person.facts import moment
from minilens.warehouse.engine import Engine

MOST = 200


class Merge(msgspec.Struct, frozen=True):
    """Two persons became one by this pair of identities. `merge` is the number that takes it back; `undone`: it was.

    `other` is the number that went, or that the other side has again. `seen`: when the pair was seen first.
    """

    merge: int
    types: list[str]
    other: str
    cause: str
    grade: str
    seen: datetime
    undone: bool


class Apart(msgspec.Struct, frozen=True):
    """An identity of this person that never becomes one with an identity of another, since when and by whom.

    `by` is an account, 0 the command line or the rules.
    """

    types: list[str]
    other: str
    by: int
    why: str
    since: datetime


class History(msgspec.Struct, frozen=True):
    """Of one person, the newest first."""

    merges: list[Merge]
    apart: list[Apart]


_MERGES = f"""
SELECT merge, any(kinds), any(ends), any(cause), any(verified), min(seen), any(state)
FROM
(
    SELECT node, other, argMax((toString(node_kind), toString(other_kind)), version) AS kinds, (node, other) AS ends,
        argMax(toString(l.cause), version) AS cause, max(l.verified) AS verified,
        toUnixTimestamp64Milli(min(l.first)) AS seen, argMax(toString(l.state), version) AS state,
        argMax(l.merge, version) AS merge
    FROM links AS l WHERE app = {{app:UInt32}} AND node IN {{actors:Array(UInt64)}}
    GROUP BY node, other HAVING merge > 0
)
GROUP BY merge ORDER BY merge DESC LIMIT {MOST}
"""
#: Rows of the map of some identities, in order: what each was, and what it became.
_MAP = """
SELECT actor, version, person FROM person_map
WHERE app = {app:UInt32} AND since = 0 AND actor IN {ends:Array(UInt64)} ORDER BY actor, version, at
"""
_APART = f"""
SELECT k.node, k.other, k.said.2, k.said.3, toUnixTimestamp64Milli(k.said.4), kinds, person
FROM
(
    SELECT node, other, argMax((lifted, by, why, at), version) AS said FROM keep_apart
    WHERE app = {{app:UInt32}} AND node IN {{actors:Array(UInt64)}} GROUP BY node, other HAVING NOT said.1
) AS k
GLOBAL LEFT ANY JOIN
(
    SELECT actor, toString(any(kind)) AS kinds, argMax(person, version) AS person FROM person_map
    WHERE app = {{app:UInt32}} AND since = 0 AND actor GLOBAL IN
        (SELECT other FROM keep_apart WHERE app = {{app:UInt32}} AND node IN {{actors:Array(UInt64)}})
    GROUP BY actor
) AS m ON k.other = m.actor
ORDER BY k.said.4 DESC, k.node, k.other LIMIT {MOST}
"""
_KINDS = (
    "SELECT actor, toString(any(kind)) FROM person_map "
    "WHERE app = {app:UInt32} AND actor IN {ends:Array(UInt64)} GROUP BY actor"
)


def history(engine: Engine, app: int, person: int, actors: Sequence[int]) -> History:
    """Of a person, who is these actors."""
    asked: dict[str, object] = {"app": app, "actors": list(actors)}
    merges = engine.rows(_MERGES, asked)
    others = _others(engine, app, person, [row[2] for row in merges], [row[0] for row in merges])
    apart = engine.rows(_APART, asked)
    own = engine.rows(_KINDS, {"app": app, "ends": sorted({row[0] for row in apart})})
    kinds = {actor: str(kind) for actor, kind in own}
    return History(
        [
            Merge(
                merge,
                list(types),
                others.get(merge, ""),
                cause,
                "verified" if verified else "claimed",
                moment(seen),
                state != LIVE,
            )
            for merge, types, _, cause, verified, seen, state in merges
        ],
        [
            Apart(
                [kinds.get(node, ""), kind],
                f"p{other}" if other else "",
                int(by) if by.isdecimal() else 0,
                why,
                moment(since),
            )
            for node, _, by, why, since, kind, other in apart
        ],
    )


def _others(
    engine: Engine, app: int, person: int, ends: list[tuple[int, int]], merges: list[int]
) -> dict[int, str]:
    """Merge → the number of the other side: now, where it is another person; else what it was before."""
    nodes = sorted({node for pair in ends for node in pair})
    was: dict[int, list[tuple[int, int]]] = {}
    for actor, version, of in engine.rows(_MAP, {"app": app, "ends": nodes}) if nodes else ():
        was.setdefault(actor, []).append((version, of))
    found: dict[int, str] = {}
    for merge, pair in zip(merges, ends, strict=True):
        lines = [was[node] for node in pair if node in was]
        now = [line[-1][1] for line in lines if line[-1][1] != person]
        # a merge by hand has its number a little before the rows of the map
        before = [
            (later[0], earlier[1])
            for line in lines
            for earlier, later in pairwise(line)
            if later[0] >= merge and later[1] != earlier[1]
        ]
        gone = [min(before)[1]] if before else []
        for one in (now + gone)[:1]:
            found[merge] = f"p{one}"
    return found
