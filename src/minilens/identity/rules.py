"""What a change of a type does to who is who: what it forbids stays as it is, what it allows is joined."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from minilens.identity.graph import PORTION, Graph, graph, write_links
from minilens.identity.links import EPISODE, EVENT, GRANTED, HAND, LIVE, Link
from minilens.identity.partition import partition
from minilens.identity.persons import PersonNumbers, Seen, Settled
from minilens.warehouse.engine import Engine


class Broken(NamedTuple):
    """A link that joins two identities though what is set now forbids that."""

    a: int
    b: int
    person: int


def apply(numbers: PersonNumbers, app: int, kind: str, at: int) -> Settled:
    """Look at all that hangs together by identities of a type whose settings were changed.

    Of a person who would not be one any more all links are held to no limit from now on: nobody becomes another person
    by a setting. What was handed on is as the setting says. May be done again after a kill.
    """
    return _apply(numbers, app, _nodes(numbers.engine, app, kind), at)


def apply_values(numbers: PersonNumbers, app: int, values: Collection[int], at: int) -> Settled:
    """The same of single values, their hashes: those that are nobody's from now on, or may be somebody's again."""
    sql = "SELECT DISTINCT node FROM links WHERE app = {app:UInt32} AND node IN {values:Array(UInt64)} ORDER BY node"
    rows = numbers.engine.rows(sql, {"app": app, "values": sorted(values)})
    return _apply(numbers, app, [[(app, row[0]) for row in rows]], at)


def _apply(
    numbers: PersonNumbers, app: int, portions: Iterable[list[tuple[int, int]]], at: int
) -> Settled:
    done = Settled()
    for nodes in portions:
        found = graph(numbers.engine, nodes)
        links = found.links.get(app, {})
        states, handed = _states(numbers, app, found)
        persons = {
            found.known[app, link.a].person
            for pair, link in links.items()
            if link.state == LIVE
            and states[pair] != LIVE
            and (app, link.a) in found.known
            and not handed & {*pair}
        }
        kept = [
            (app, link._replace(cause=GRANTED))
            for link in links.values()
            if link.state == LIVE and link.cause not in (HAND, EPISODE) and not handed & {*link.pair}
            and (one := found.known.get((app, link.a))) and one.person in persons
        ]  # fmt: skip
        if kept:
            write_links(numbers.engine, kept, numbers.next())
        seen = [Seen(app, node, "") for _, node in nodes]
        done.add(numbers.settle(seen, {}, at=at))
    return done


def broken(numbers: PersonNumbers, app: int, kind: str) -> Iterator[Broken]:
    """Links that hold though what is set of a type would refuse them; for somebody to look at."""
    for nodes in _nodes(numbers.engine, app, kind):
        found = graph(numbers.engine, nodes)
        held = found.links.get(app, {})
        found.links[app] = {
            pair: link._replace(cause=EVENT) if link.cause == GRANTED else link
            for pair, link in held.items()
        }
        states, _ = _states(numbers, app, found)
        for pair, link in held.items():
            one = found.known.get((app, link.a))
            if one and link.state == LIVE and link.cause == GRANTED and states[pair] != LIVE:
                yield Broken(link.a, link.b, one.person)


def _nodes(engine: Engine, app: int, kind: str) -> Iterator[list[tuple[int, int]]]:
    sql = "SELECT DISTINCT node FROM links WHERE app = {app:UInt32} AND node_kind = {kind:String} ORDER BY node"
    nodes = [(app, row[0]) for row in engine.rows(sql, {"app": app, "kind": kind})]
    for n in range(0, len(nodes), PORTION):
        yield nodes[n : n + PORTION]


def _states(
    numbers: PersonNumbers, app: int, found: Graph
) -> tuple[dict[tuple[int, int], str], set[int]]:
    """What becomes of each link, and the identities that are or were handed on."""
    links: list[Link] = list(found.links.get(app, {}).values())
    made = partition(
        links,
        verified={node for (of, node), one in found.known.items() if of == app and one.verified},
        apart=found.apart.get(app),
        crowds={node for of, node in found.hubs if of == app},
        types=numbers.types(app),
    )
    return made.states, {*made.later, *(node for of, node in found.later if of == app)}
