"""Identities that became another person: the short list of them that readers of events look at."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from minilens.identity.persons import Settled
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows
from minilens.warehouse.sharding import of_each_shard

_MOVES = ("app", "actor", "version", "person", "since")
#: Rows of the map that the short list lacks: whoever wrote them ended before the second insert.
_UNFINISHED = (
    "FROM person_map WHERE version > 0 AND (app, actor, version) NOT IN "
    "(SELECT app, actor, version FROM person_moves)"
)


class Moved(IntEnum):
    """Whether any actor of an app is another person than its events were loaded with: for all time, or some of them
    from a moment on. What `HAS_MOVED` says."""

    NOBODY = 0
    ALWAYS = 1
    SINCE = 2


#: Most installations can leave the join out, and nearly all the more costly one by time.
_HAS_MOVED = "SELECT if(count() = 0, 0, if(max(since) > 0, 2, 1)) FROM person_moves WHERE "
#: Takes {app:UInt32}; the other {apps:Array(UInt32)}.
HAS_MOVED = f"{_HAS_MOVED}app = {{app:UInt32}}"
HAS_MOVED_OF_APPS = f"{_HAS_MOVED}app IN {{apps:Array(UInt32)}}"
#: Actors of an app whose person is no longer the one their events were loaded with, and was not handed on.
REASSIGNED = (
    "SELECT actor, argMax(person, version) AS person FROM person_moves WHERE app = {app:UInt32} AND since = 0 "
    "GROUP BY actor"
)
#: Those that were handed on.
HANDED_ON = "SELECT actor FROM person_moves WHERE app = {app:UInt32} AND since > 0"


def person_of(moved: Moved, *, by_app: bool = False) -> tuple[str, str]:
    """SQL of the person of an event `e`, by its actor and its time, and of what has to be joined for that.

    `by_app`: over events of {apps:Array(UInt32)}, not of {app:UInt32}.
    """
    if moved is Moved.NOBODY:
        return "e.person", ""
    key = ["app", "actor"] if by_app else ["actor"]
    on = [f"e.{name} = m.{name}" for name in key]
    how = "LEFT ANY"
    if moved is Moved.SINCE:
        how, key, on = "ASOF LEFT", [*key, "since"], [*on, "e.ts >= m.since"]
    of = "app IN {apps:Array(UInt32)}" if by_app else "app = {app:UInt32}"
    some = ", ".join(key)
    sql = f"SELECT {some}, argMax(person, version) AS person FROM person_moves WHERE {of} GROUP BY {some}"
    join = f" {'' if by_app else 'GLOBAL '}{how} JOIN ({sql}) AS m ON {' AND '.join(on)}"
    return "if(m.person != 0, m.person, e.person)", join


def of_persons(rows: str, moved: Moved) -> str:
    """SQL of a table, of each shard, of rows of its OWN events with the person that each is of. They have `actor`,
    `person` and `ts`."""
    person, join = person_of(moved)
    return of_each_shard(f"SELECT e.* REPLACE ({person} AS person) FROM ({rows}) AS e{join}")


def person_at() -> str:
    """SQL of the person of an event whose actor is one of `HANDED_ON`, where nothing can be joined."""
    periods = f"""
        (SELECT arraySort(groupArray((actor, at, person))) FROM
        (SELECT actor, toUnixTimestamp64Milli(since) AS at, argMax(person, version) AS person FROM person_moves
        WHERE app = {{app:UInt32}} AND actor GLOBAL IN ({HANDED_ON}) GROUP BY actor, at))"""
    held = f"arrayLast(x -> x.1 = actor AND x.2 <= toUnixTimestamp64Milli(ts), {periods}).3"
    return f"if({held} != 0, {held}, person)"


def write_moves(engine: Engine, settled: Settled) -> None:
    """Tell readers of events."""
    rows: Sequence[tuple[object, ...]] = [(*row[:4], row[-1]) for row in settled.map if row[2]]
    insert_rows(engine, "person_moves", _MOVES, rows)


def unfinished(engine: Engine) -> dict[int, list[int]]:
    """Actors by app whose last moves are in the map only."""
    found: dict[int, list[int]] = {}
    for app, actor in engine.rows(f"SELECT DISTINCT app, actor {_UNFINISHED} ORDER BY app, actor"):
        found.setdefault(app, []).append(actor)
    return found


def finish(engine: Engine, app: int) -> None:
    """Write those of one app to the short list too."""
    columns = ", ".join(_MOVES)
    engine.run(
        f"INSERT INTO person_moves ({columns}) SELECT {columns} {_UNFINISHED} AND app = {{app:UInt32}}",
        {"app": app},
    )
