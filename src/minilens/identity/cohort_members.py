"""Who is in a cohort: written as it is computed, read as whoever they are now.

Of each member one identity is kept beside the person of then. Where that one has become another person since, by a
merge or by an undo, it is that person who counts; two members who became one count once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minilens.errors import Refused
from minilens.identity.lookup import actor_named
from minilens.identity.moves import REASSIGNED
from minilens.identity.persons import current
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows

Persons = NDArray[np.int64]
#: SQL of a value that a statement names: the value and its type.
Bind = Callable[[object, str], str]
#: A row as the engine reads it: numbers one after another, the lowest byte first.
_ROW = np.dtype(
    [("app", "<u4"), ("cohort", "<u4"), ("version", "<u8"), ("person", "<u4"), ("actor", "<u8")]
)
_COLUMNS = _ROW.names or ()
#: Rows of a block that is inserted.
_PORTION = 1_000_000
#: Identities that are looked up in one question.
_NAMED = 5_000
#: Of every person one identity: a device only where there is nothing else, and none (0) where all were handed on.
_IDENTITIES = """
SELECT toInt64(whose) AS number, argMin(if(handed_on, 0, actor), (handed_on, type = 'device', actor)) AS identity FROM
(
    SELECT actor, since > 0 AS handed_on, argMax(m.person, version) AS whose, toString(any(m.kind)) AS type
    FROM person_map AS m
    WHERE app = {app:UInt32} AND kind != 'erased' AND actor NOT IN {but:Array(UInt64)} GROUP BY actor, since
)
GROUP BY whose
ORDER BY number
"""
#: Of members that are kept by one of some identities: whose they are now.
_KEPT_BY = f"""
SELECT DISTINCT cohort, version, toInt64(if(m.person != 0, m.person, c.person)) AS number FROM cohort_members AS c
GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON c.actor = m.actor
WHERE app = {{app:UInt32}} AND c.actor IN {{but:Array(UInt64)}}
"""
#: Cohort and version of all that a person is in.
_OF_PERSON = f"""
SELECT DISTINCT cohort, version FROM cohort_members AS c
GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON c.actor = m.actor
WHERE app = {{app:UInt32}} AND if(m.person != 0, m.person, c.person) = {{person:UInt32}}
"""
_NOBODY_MOVED = "(SELECT count() = 0 FROM person_moves WHERE app = {app:UInt32} AND since = 0)"
_SIZES = f"""
SELECT cohort, version, uniqExact(if(m.person != 0, m.person, c.person)) FROM cohort_members AS c
GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON c.actor = m.actor
WHERE app = {{app:UInt32}}
GROUP BY cohort, version
"""


@dataclass
class Bound:
    """Names for the values of a statement, beside those that it has."""

    values: dict[str, object]

    def __call__(self, value: object, kind: str) -> str:
        """What the statement calls it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"


def members(cohort: int, version: int, bind: Bind) -> str:
    """SQL of the persons who are in a cohort, of {app:UInt32}; whoever became one with another may come twice.

    While nobody has become another person, nobody is looked up: of two halves one is empty, and not read.
    """
    mine = f"app = {{app:UInt32}} AND cohort = {bind(cohort, 'UInt32')} AND version = {bind(version, 'UInt64')}"
    return f"""
            SELECT person FROM cohort_members WHERE {mine} AND {_NOBODY_MOVED}
            UNION ALL
            SELECT if(m.actor != 0, m.person, c.person) AS person FROM cohort_members AS c
            GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON c.actor = m.actor
            WHERE {mine} AND NOT {_NOBODY_MOVED}"""


def is_member(person: str, cohorts: Iterable[tuple[int, int]], bind: Bind) -> str:
    """SQL of whether a person, which is SQL, is in one of these cohorts, each with its version; of {app:UInt32}.

    As a bitmap members stay in the processor's cache, which a hash of a million does not; and it is made once, however
    many conditions of a statement ask.
    """
    some = "\n            UNION ALL".join(members(*one, bind) for one in cohorts)
    return f"bitmapContains((SELECT groupBitmapState(person) FROM ({some})), toUInt32({person}))"


def write(engine: Engine, app: int, cohort: int, version: int, persons: Persons) -> None:
    """Have these persons, in order, be the members of that version; whoever nobody knows any more is left out."""
    known = engine.arrow(_IDENTITIES, {"app": app, "but": []})
    numbers = np.asarray(known.column("number").to_numpy(), np.int64)
    actors = np.asarray(known.column("identity").to_numpy(), np.uint64)
    members = np.isin(numbers, persons)
    numbers, actors = numbers[members], actors[members]
    for start in range(0, len(numbers), _PORTION):
        some = slice(start, start + _PORTION)
        rows = np.empty(len(numbers[some]), _ROW)
        rows["app"], rows["cohort"], rows["version"] = app, cohort, version
        rows["person"], rows["actor"] = numbers[some], actors[some]
        engine.insert("cohort_members", rows.tobytes(), columns=_COLUMNS, form="RowBinary")


def size(engine: Engine, app: int, cohort: int, version: int) -> int:
    """How many persons are in it now."""
    bound = Bound({"app": app})
    sql = f"SELECT uniqExact(person) FROM ({members(cohort, version, bound)}\n)"
    return int(str(engine.one(sql, bound.values)))


def read(engine: Engine, app: int, cohort: int, version: int) -> Persons:
    """The persons who are in it now, in order."""
    bound = Bound({"app": app})
    some = members(cohort, version, bound)
    sql = f"SELECT DISTINCT toInt64(person) AS number FROM ({some}\n) ORDER BY number"
    return np.asarray(engine.arrow(sql, bound.values).column("number").to_numpy(), np.int64)


def named(engine: Engine, app: int, identities: Sequence[str], secret: bytes) -> list[int]:
    """Whose each of `p12` or `mobile=13700001234` is, 0 where nobody is known by it; Refused, naming its place, where
    one is no identity at all."""
    actors, numbers = dict[int, int](), list[int]()
    for n, text in enumerate(identities):
        try:
            actor = actor_named(app, text.strip(), secret)
        except Refused as error:
            raise Refused(error.code, f"identities[{n}]", got=text[:64]) from None
        numbers.append(int(text.strip().removeprefix("p")) if actor is None else 0)
        if actor is not None:
            actors[n] = actor
    every = list(set(actors.values()))
    known: dict[int, int] = {}
    for start in range(0, len(every), _NAMED):
        known |= current(engine, app, every[start : start + _NAMED])
    for n, actor in actors.items():
        numbers[n] = known.get(actor, 0)
    found = engine.arrow(_IDENTITIES, {"app": app, "but": []}).column("number").to_numpy()
    there = set(np.asarray(found, np.int64).tolist())
    return [one if one in there else 0 for one in numbers]


def persons_named(engine: Engine, app: int, identities: Sequence[str], secret: bytes) -> set[int]:
    """The persons of these, each that is known."""
    return {one for one in named(engine, app, identities, secret) if one}


def of_person(engine: Engine, app: int, person: int) -> set[tuple[int, int]]:
    """Cohort and version of all that a person is in now."""
    return {(int(c), int(v)) for c, v in engine.rows(_OF_PERSON, {"app": app, "person": person})}


def hold_on(engine: Engine, app: int, gone: Collection[int]) -> None:
    """Keep members whose kept identity goes by another one, where they have another."""
    asked = {"app": app, "but": list(gone)}
    kept = engine.rows(_KEPT_BY, asked)
    if not kept:
        return
    left = engine.arrow(_IDENTITIES, asked)
    of = dict(zip(*(left.column(name).to_pylist() for name in ("number", "identity")), strict=True))
    rows = [(app, int(c), int(v), int(n), int(of[n])) for c, v, n in kept if n in of]
    insert_rows(engine, "cohort_members", _COLUMNS, rows)


def sizes(engine: Engine, app: int) -> dict[tuple[int, int], int]:
    """Cohort and version → how many persons are in it now."""
    return {(int(c), int(v)): int(n) for c, v, n in engine.rows(_SIZES, {"app": app})}


def forget(engine: Engine, app: int, cohort: int, but: Sequence[int]) -> None:
    """Delete the members of a cohort, but for those of some versions."""
    engine.on_each_shard(
        "DELETE FROM cohort_members WHERE app = {app:UInt32} AND cohort = {cohort:UInt32} "
        "AND version NOT IN {but:Array(UInt64)}",
        {"app": app, "cohort": cohort, "but": list(but)},
    )
