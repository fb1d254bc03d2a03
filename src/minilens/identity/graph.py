"""Links and identities as they are stored: all of what some identities hang together with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from minilens.identity.links import Link, ordered
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: An identity of an app: both numbers.
Node = tuple[int, int]
#: So many are asked for at once.
PORTION = 4000
#: An identity with more links than these is not gone through to its neighbours: a value that everybody sends.
HUB = 1000

LINK_COLUMNS = (
    "app", "node", "other", "node_kind", "other_kind", "cause", "verified", "first", "last", "state", "merge",
    "version",
)  # fmt: skip
_HELD = (
    "argMax((toString(node_kind), toString(other_kind), toString(cause), verified, "
    "toUnixTimestamp64Milli(first), toUnixTimestamp64Milli(last), toString(state), merge), version)"
)
_ASKED = "SELECT x.1, x.2 FROM (SELECT arrayJoin({nodes:Array(Tuple(UInt32, UInt64))}) AS x)"


class Known(NamedTuple):
    """What the map says of an identity: type, first person and since when (ms), person now, whether verified."""

    kind: str
    home: int
    home_at: int
    person: int
    verified: bool


@dataclass
class Graph:
    """Links by app and pair, the identities at their ends as far as the map knows them, and what is kept apart.

    `later`: of what was handed on, from which moment on (ms) which person has it.
    """

    links: dict[int, dict[tuple[int, int], Link]] = field(default_factory=dict)
    known: dict[Node, Known] = field(default_factory=dict)
    apart: dict[int, dict[int, set[int]]] = field(default_factory=dict)
    later: dict[Node, dict[int, int]] = field(default_factory=dict)
    hubs: set[Node] = field(default_factory=set)
    reached: set[Node] = field(default_factory=set)  # all of whose links are here, but of hubs


def graph(engine: Engine, seeds: Iterable[Node]) -> Graph:
    """All that hangs together with these identities by links that are stored, whether they join or not."""
    found = Graph()
    seen, frontier = set[Node](), set(seeds)
    while frontier:
        seen |= frontier
        frontier = set(_read_links(engine, frontier, found)) - seen
    found.reached = seen
    found.known = known(engine, seen)
    found.apart = kept_apart(engine, seen)
    found.later = later(engine, seen)
    return found


def _read_links(engine: Engine, nodes: Collection[Node], into: Graph) -> Iterator[Node]:
    sql = f"""
SELECT app, node, other, {_HELD} FROM links WHERE (app, node) IN ({_ASKED})
GROUP BY app, node, other ORDER BY app, node, other LIMIT {HUB + 1} BY app, node"""
    counted: dict[Node, int] = {}
    for some in portions(nodes):
        for app, node, other, held in engine.rows(sql, {"nodes": some}):
            link = ordered(Link(node, other, *held))
            into.links.setdefault(app, {})[link.pair] = link
            counted[app, node] = counted.get((app, node), 0) + 1
            if counted[app, node] <= HUB:
                yield app, other
            else:
                into.hubs.add((app, node))


def known(engine: Engine, nodes: Collection[Node]) -> dict[Node, Known]:
    """What the map says of these identities; those that it lacks are left out."""
    sql = f"""
SELECT app, actor, (toString(any(kind)), anyIf(person, version = 0),
    toUnixTimestamp64Milli(minIf(at, version = 0)), argMax(person, version),
    argMaxIf(grade, at, version = 0) = 'verified')
FROM person_map WHERE (app, actor) IN ({_ASKED}) AND since = 0 GROUP BY app, actor"""
    return {
        (app, actor): Known(*said)
        for some in portions(nodes)
        for app, actor, said in engine.rows(sql, {"nodes": some})
    }


def later(engine: Engine, nodes: Collection[Node]) -> dict[Node, dict[int, int]]:
    """From which moment on which person has these, of those that were handed on."""
    sql = f"""
SELECT app, actor, toUnixTimestamp64Milli(m.since) AS from_when, argMax(person, version) FROM person_map AS m
WHERE (app, actor) IN ({_ASKED}) AND m.since > 0 GROUP BY app, actor, from_when ORDER BY from_when"""
    found: dict[Node, dict[int, int]] = {}
    if engine.one("SELECT count() FROM (SELECT 1 FROM person_map WHERE since > 0 LIMIT 1)"):
        for some in portions(nodes):
            for app, node, since, person in engine.rows(sql, {"nodes": some}):
                found.setdefault((app, node), {})[since] = person
    return found


def kept_apart(engine: Engine, nodes: Collection[Node]) -> dict[int, dict[int, set[int]]]:
    """What must not become one person with these, by app and identity."""
    sql = f"""
SELECT app, node, other FROM keep_apart WHERE (app, node) IN ({_ASKED})
GROUP BY app, node, other HAVING NOT argMax(lifted, version)"""
    found: dict[int, dict[int, set[int]]] = {}
    if engine.one("SELECT count() FROM (SELECT 1 FROM keep_apart LIMIT 1)"):
        for some in portions(nodes):
            for app, node, other in engine.rows(sql, {"nodes": some}):
                found.setdefault(app, {}).setdefault(node, set()).add(other)
    return found


def write_links(
    engine: Engine, links: Iterable[tuple[int, Link]], version: int, token: str = ""
) -> None:
    """Write links of apps, each in both directions."""
    rows: list[tuple[object, ...]] = []
    for app, link in links:
        first = stamp(link.first)
        last = first if link.last == link.first else stamp(link.last)
        rest = (link.cause, link.verified, first, last, link.state, link.merge, version)
        rows.append((app, link.a, link.b, link.a_kind, link.b_kind, *rest))
        rows.append((app, link.b, link.a, link.b_kind, link.a_kind, *rest))
    insert_rows(engine, "links", LINK_COLUMNS, rows, token=token)


def portions(nodes: Collection[Node]) -> Iterator[list[Node]]:
    """These, so many at a time."""
    some = sorted(nodes)
    for n in range(0, len(some), PORTION):
        yield some[n : n + PORTION]
