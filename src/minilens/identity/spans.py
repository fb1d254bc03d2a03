"""Whose it was when: of what was handed on, the time of each person who had it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from minilens.warehouse.engine import Engine

#: Later than anything happens (ms).
FOREVER = 1 << 62
#: SQL of the events of some identities, of those that were handed on within a person's time. Takes what `asked` makes.
OWN = (
    "app = {app:UInt32} AND actor IN {actors:Array(UInt64)} AND (actor NOT IN {handed:Array(UInt64)} OR "
    "arrayExists(x -> x.1 = actor AND toUnixTimestamp64Milli(ts) >= x.2 AND toUnixTimestamp64Milli(ts) < x.3, "
    "{spans:Array(Tuple(UInt64, Int64, Int64))}))"
)
_SPANS = """
SELECT actor, toUnixTimestamp64Milli(m.since) AS at, argMax(person, version), toString(any(kind)) FROM person_map AS m
WHERE app = {app:UInt32} AND actor IN
    (SELECT h.actor FROM person_map AS h WHERE h.app = {app:UInt32} AND h.since > 0)
GROUP BY actor, at ORDER BY actor, at"""


class Span(NamedTuple):
    """An identity was a person's from a moment (ms) until before another."""

    actor: int
    person: int
    since: int
    until: int
    kind: str


def spans(engine: Engine, app: int) -> list[Span]:
    """All of identities of an app that were handed on, each identity's in order."""
    found: list[Span] = []
    for actor, since, person, kind in engine.rows(_SPANS, {"app": app}):
        before = found[-1] if found and found[-1].actor == actor else None
        if before and before.person == person:
            continue
        if before:
            found[-1] = before._replace(until=since)
        found.append(Span(actor, person, since, FOREVER, kind))
    several = {one.actor for one in found if one.since}
    return [one for one in found if one.actor in several]


def asked(app: int, actors: Iterable[int], some: Iterable[Span]) -> dict[str, object]:
    """The values of `OWN`: of these identities, those of the spans within these alone."""
    told = list(some)
    return {
        "app": app,
        "actors": sorted(actors),
        "handed": sorted({one.actor for one in told}),
        "spans": [(one.actor, one.since, one.until) for one in told],
    }
