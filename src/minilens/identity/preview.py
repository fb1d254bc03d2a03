"""What a change of types would do, before it is saved: how many persons would be joined, and how many go on only
because nobody is separated by a setting."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from minilens.identity.graph import PORTION, Graph, graph
from minilens.identity.links import EPISODE, GRANTED, HAND, LIVE, Link
from minilens.identity.partition import Partition, partition
from minilens.identity.types import Types
from minilens.warehouse.engine import Engine

#: Identities of which a random choice is looked at where there are more.
MOST = 20_000


class Touched(NamedTuple):
    """Persons who would be `joined` with others, and who would be `kept` against the new rule; of `looked_at`
    identities out of `all`."""

    joined: int
    kept: int
    looked_at: int
    all: int


def touched(
    engine: Engine, app: int, kinds: Collection[str], types: Types, values: Collection[int] = ()
) -> Touched:
    """Of identities of these kinds, and all that hangs together with them, if `types` were what is set. `values`: of
    these hashes alone, where no others are concerned."""
    asked: dict[str, object] = {"app": app, "kinds": sorted(kinds), "values": sorted(values)}
    among = "FROM links WHERE app = {app:UInt32} AND node_kind IN {kinds:Array(String)}"
    among += " AND node IN {values:Array(UInt64)}" if values else ""
    count = int(engine.one(f"SELECT uniqExact(node) {among}", asked))
    rows = engine.rows(
        f"SELECT DISTINCT node {among} ORDER BY cityHash64(node) LIMIT {MOST}", asked
    )
    nodes = [(app, row[0]) for row in rows]
    joined, kept = set[int](), set[int]()
    for n in range(0, len(nodes), PORTION):
        found = graph(engine, nodes[n : n + PORTION])
        _of_graph(app, found, types, joined, kept)
    return Touched(len(joined), len(kept), len(nodes), count)


def _of_graph(app: int, found: Graph, types: Types, joined: set[int], kept: set[int]) -> None:
    links = found.links.get(app, {})
    made = _parted(app, found, list(links.values()), types)
    # what is or was handed on is several persons', and goes as the setting says
    handed = {*made.later, *(node for of, node in found.later if of == app)}
    persons = {
        node: one.person
        for (of, node), one in found.known.items()
        if of == app and node not in handed
    }
    states = made.states
    against = {
        persons[link.a]
        for pair, link in links.items()
        if link.state == LIVE and states[pair] != LIVE and {*pair} <= persons.keys()
    }
    kept |= against
    granted = [
        link._replace(cause=GRANTED)
        if link.state == LIVE
        and link.cause not in (HAND, EPISODE)
        and persons.get(link.a) in against
        else link
        for link in links.values()
    ]
    root = _parted(app, found, granted, types).root
    classes: dict[int, set[int]] = {}
    for node, person in persons.items():
        classes.setdefault(root.get(node, node), set()).add(person)
    joined |= {person for some in classes.values() if len(some) > 1 for person in some}


def _parted(app: int, found: Graph, links: list[Link], types: Types) -> Partition:
    return partition(
        links,
        verified={node for (of, node), one in found.known.items() if of == app and one.verified},
        apart=found.apart.get(app),
        crowds={node for of, node in found.hubs if of == app},
        types=types,
    )
