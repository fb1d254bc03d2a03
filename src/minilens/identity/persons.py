"""Actors and persons: the append-only map, dense numbers, merge and undo.

An event keeps the person its actor was when it was loaded. Version 0 in the map is that first
assignment; a merge or an undo adds a higher version and marks the days to be made again. Readers that
go to the events themselves take the person from `REASSIGNED` where it has a row for the actor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: Actors whose person is no longer the one their events were loaded with. Takes {app:UInt32}.
REASSIGNED = (
    "SELECT actor, argMax(person, version) AS person FROM person_moves "
    "WHERE app = {app:UInt32} GROUP BY actor"
)
#: Whether there are any: most installations can leave the join out.
HAS_REASSIGNED = "SELECT count() FROM (SELECT 1 FROM person_moves WHERE app = {app:UInt32} LIMIT 1)"

_MAP = ("app", "actor", "version", "person", "kind", "cause", "grade", "at")


@dataclass(frozen=True)
class Unknown:
    """An event's identity that the map lacks, in order of arrival. `*_person` is 0 where unknown."""

    app: int
    actor: int
    kind: str
    actor_person: int
    device: int
    device_person: int
    grade: str = "claimed"  # verified where a server's key or an import says so, not the public key


@dataclass
class PersonNumbers:
    """Hands out person numbers, dense from 1 in each app."""

    engine: Engine
    _last: dict[int, int] = field(default_factory=dict)

    def assign(self, unknown: list[Unknown], *, at: int, token: str) -> None:
        """Give each actor and device a person, and write the map once.

        A new identity on a known device takes that device's person (what was done before the sign-in is
        then theirs), unless the person has an identity of the same type already: that is somebody else
        on the same phone.
        """
        persons: dict[tuple[int, int], int] = {}
        kinds = self._kinds(unknown)
        rows: list[tuple[object, ...]] = []

        def put(one: Unknown, actor: int, person: int, kind: str) -> None:
            persons[one.app, actor] = person
            kinds.setdefault((one.app, person), set()).add(kind)
            rows.append((one.app, actor, 0, person, kind, "first", one.grade, stamp(at)))

        for one in unknown:
            person = persons.get((one.app, one.actor), one.actor_person)
            device = persons.get((one.app, one.device), one.device_person) if one.device else 0
            if not person:
                free = device and one.kind not in kinds.get((one.app, device), ())
                person = device if free else self._next(one.app)
                put(one, one.actor, person, one.kind)
                device = persons.get((one.app, one.device), device) if one.device else 0
            if one.device and not device:
                put(one, one.device, person, "device")
        insert_rows(self.engine, "person_map", _MAP, rows, token=token)

    def _next(self, app: int) -> int:
        if app not in self._last:
            sql = "SELECT max(person) FROM person_map WHERE app = {app:UInt32}"
            self._last[app] = int(self.engine.one(sql, {"app": app}))
        self._last[app] += 1
        return self._last[app]

    def _kinds(self, unknown: list[Unknown]) -> dict[tuple[int, int], set[str]]:
        """Identity types that the persons of these devices have already, or get by a known identity."""
        wanted = {(one.app, one.device_person or one.actor_person) for one in unknown} - {
            (one.app, 0) for one in unknown
        }
        found: dict[tuple[int, int], set[str]] = {}
        for app in {app for app, _ in wanted}:
            sql = (
                "SELECT person, groupUniqArray(kind) FROM person_map WHERE app = {app:UInt32} "
                "AND person IN {persons:Array(UInt32)} GROUP BY person"
            )
            persons = [person for a, person in wanted if a == app]
            for person, kinds in self.engine.rows(sql, {"app": app, "persons": persons}):
                found[app, person] = set(kinds)
        return found


def current(engine: Engine, app: int, actors: Iterable[int]) -> dict[int, int]:
    """The person that each of these actors is now."""
    sql = (
        "SELECT actor, argMax(person, version) FROM person_map "
        "WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)} GROUP BY actor"
    )
    found = engine.rows(sql, {"app": app, "actors": list(actors)})
    return {row[0]: row[1] for row in found}


def merge(
    engine: Engine, app: int, *, gone: int, into: int, version: int, cause: str, grade: str, at: int
) -> None:
    """Make person `gone` and person `into` one, in the past too.

    The caller marks the days of `actors_of` dirty. `version` must be higher than any before.
    """
    found = engine.rows(_ACTORS, {"app": app, "p": gone})
    _move(
        engine, [(app, row[0], version, into, row[1], cause, grade, stamp(at), 0) for row in found]
    )


def undo(engine: Engine, app: int, *, version: int, new_version: int, at: int) -> None:
    """Take the merge of `version` back: each actor becomes the person that the other merges make it."""
    sql = (
        "SELECT actor, any(kind), arraySort(groupUniqArray((version, person, undoes))) FROM person_map "
        "WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)} GROUP BY actor"
    )
    found = engine.rows(sql, {"app": app, "actors": actors_moved_by(engine, app, version)})
    _move(
        engine,
        [
            (app, actor, new_version, _without(version, [Move(*one) for one in moves]), kind,
             "undo", "verified", stamp(at), version)
            for actor, kind, moves in found
        ],
    )  # fmt: skip


class Move(NamedTuple):
    """A row of an actor's history: the person it became, and the merge that this takes back, or 0."""

    version: int
    person: int
    undoes: int


def _without(version: int, moves: list[Move]) -> int:
    """The person that an actor is by its merges, oldest first, without this one and those undone before.

    A merge joined whoever was its lost person then. Where the actor would not have been that person but for
    a merge that is undone, this merge is not about it either.
    """
    undone = {version, *(move.undoes for move in moves)}
    person = before = moves[0].person
    for move in moves[1:]:
        if not move.undoes and move.version not in undone and person == before:
            person = move.person
        before = move.person
    return person


def _move(engine: Engine, rows: list[tuple[object, ...]]) -> None:
    """Write moves to the map, and to the short list that readers of events look at."""
    insert_rows(engine, "person_map", (*_MAP, "undoes"), rows)
    insert_rows(engine, "person_moves", _MAP[:4], [row[:4] for row in rows])


#: Rows of the map that the short list lacks: whoever wrote them ended before the second insert.
_UNFINISHED = (
    "FROM person_map WHERE version > 0 AND (app, actor, version) NOT IN "
    "(SELECT app, actor, version FROM person_moves)"
)


def unfinished(engine: Engine) -> dict[int, list[int]]:
    """Actors by app whose last moves are in the map only."""
    found: dict[int, list[int]] = {}
    for app, actor in engine.rows(f"SELECT DISTINCT app, actor {_UNFINISHED} ORDER BY app, actor"):
        found.setdefault(app, []).append(actor)
    return found


def finish(engine: Engine, app: int) -> None:
    """Write those of one app to the short list too."""
    columns = ", ".join(_MAP[:4])
    engine.run(
        f"INSERT INTO person_moves ({columns}) SELECT {columns} {_UNFINISHED} AND app = {{app:UInt32}}",
        {"app": app},
    )


def actors_of(engine: Engine, app: int, person: int) -> list[int]:
    """The actors that are this person now."""
    return [row[0] for row in engine.rows(_ACTORS, {"app": app, "p": person})]


def actors_moved_by(engine: Engine, app: int, version: int) -> list[int]:
    """The actors that the merge of this number moved."""
    sql = "SELECT actor FROM person_map WHERE app = {app:UInt32} AND version = {v:UInt64}"
    return [row[0] for row in engine.rows(sql, {"app": app, "v": version})]


_ACTORS = (
    "SELECT actor, argMax(kind, version) FROM person_map WHERE app = {app:UInt32} AND actor IN "
    "(SELECT actor FROM person_map WHERE app = {app:UInt32} AND person = {p:UInt32}) "
    "GROUP BY actor HAVING argMax(person, version) = {p:UInt32}"
)
