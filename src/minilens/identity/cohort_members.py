"""Who is in a cohort: written as it is computed, read as whoever they are now.

Of each member one identity is kept beside the person of then. Where that one has become another person since, by a
merge or by an undo, it is that person who counts; two members who became one count once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.identity.lookup import actor_named
from minilens.identity.moves import REASSIGNED
from minilens.identity.persons import current
from minilens.warehouse.engine import Engine

Persons = NDArray[np.int64]
#: SQL of a value that a statement names: the value and its type.
Bind = Callable[[object, str], str]
_COLUMNS = ("app", "cohort", "version", "person", "actor")
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
    WHERE app = {app:UInt32} AND kind != 'erased' GROUP BY actor, since
)
GROUP BY whose
ORDER BY number
"""
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
    """SQL of the persons who are in a cohort, of {app:UInt32}; whoever became one with another may come twice."""
    return f"""
            SELECT if(m.actor != 0, m.person, c.person) AS person FROM cohort_members AS c
            GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON c.actor = m.actor
            WHERE c.app = {{app:UInt32}} AND c.cohort = {bind(cohort, "UInt32")}
                AND c.version = {bind(version, "UInt64")}"""


def is_member(person: str, cohorts: Iterable[tuple[int, int]], bind: Bind) -> str:
    """SQL of whether a person, which is SQL, is in one of these cohorts, each with its version; of {app:UInt32}.

    As a bitmap members stay in the processor's cache, which a hash of a million does not; and it is made once, however
    many conditions of a statement ask.
    """
    some = "\n            UNION ALL".join(members(*one, bind) for one in cohorts)
    return f"bitmapContains((SELECT groupBitmapState(person) FROM ({some})), toUInt32({person}))"


def write(engine: Engine, app: int, cohort: int, version: int, persons: Persons) -> None:
    """Have these persons, in order, be the members of that version; whoever nobody knows any more is left out."""
    known = engine.arrow(_IDENTITIES, {"app": app})
    numbers = np.asarray(known.column("number").to_numpy(), np.int64)
    actors = np.asarray(known.column("identity").to_numpy(), np.uint64)
    members = np.isin(numbers, persons)
    numbers, actors = numbers[members], actors[members]
    for start in range(0, len(numbers), _PORTION):
        some = slice(start, start + _PORTION)
        block = _block(app, cohort, version, numbers[some], actors[some])
        engine.insert("cohort_members", block, columns=_COLUMNS)


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


def persons_named(engine: Engine, app: int, identities: Iterable[str], secret: bytes) -> set[int]:
    """Who `p12` or `mobile=13700001234` is, each that is known; Refused where one is no identity at all."""
    actors, numbers = set[int](), set[int]()
    for text in identities:
        one = actor_named(app, text.strip(), secret)
        if one is None:
            numbers.add(int(text.strip().removeprefix("p")))
        else:
            actors.add(one)
    every = np.asarray(
        engine.arrow(_IDENTITIES, {"app": app}).column("number").to_numpy(), np.int64
    )
    named = list(actors)
    for start in range(0, len(named), _NAMED):
        numbers |= set(current(engine, app, named[start : start + _NAMED]).values())
    return numbers & set(every.tolist())


def sizes(engine: Engine, app: int) -> dict[tuple[int, int], int]:
    """Cohort and version → how many persons are in it now."""
    return {(int(c), int(v)): int(n) for c, v, n in engine.rows(_SIZES, {"app": app})}


def forget(engine: Engine, app: int, cohort: int, but: Sequence[int]) -> None:
    """Delete the members of a cohort, but for those of some versions."""
    engine.run(
        "DELETE FROM cohort_members WHERE app = {app:UInt32} AND cohort = {cohort:UInt32} "
        "AND version NOT IN {but:Array(UInt64)}",
        {"app": app, "cohort": cohort, "but": list(but)},
    )


def _block(app: int, cohort: int, version: int, persons: Persons, actors: Any) -> bytes:
    """Rows as the engine's own columns."""
    count = len(persons)
    columns = (
        ("app", "UInt32", np.full(count, app, "<u4")),
        ("cohort", "UInt32", np.full(count, cohort, "<u4")),
        ("version", "UInt64", np.full(count, version, "<u8")),
        ("person", "UInt32", persons.astype("<u4")),
        ("actor", "UInt64", actors.astype("<u8")),
    )
    parts = [_number(len(columns)), _number(count)]
    for name, kind, values in columns:
        parts += [_text(name), _text(kind), values.tobytes()]
    return b"".join(parts)


def _number(n: int) -> bytes:
    """Seven bits a byte, the last one without a sign that more follow."""
    found = bytearray()
    while n > 127:
        found.append(n & 127 | 128)
        n >>= 7
    return bytes([*found, n])


def _text(text: str) -> bytes:
    return _number(len(text)) + text.encode()
