"""Joining two persons because somebody says so, and taking a merge back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from minilens.errors import Refused
from minilens.identity.graph import Graph, Known, graph, kept_apart, known, write_links
from minilens.identity.links import EPISODE, HAND, REMOVED, Link, ordered
from minilens.identity.partition import partition
from minilens.identity.persons import Cause, PersonNumbers, Seen, Settled, actors_of
from minilens.identity.types import DEVICE
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

_APART = ("app", "node", "other", "version", "lifted", "by", "why", "at")


@dataclass(frozen=True)
class Deed:
    """Who did it, when (milliseconds) and why."""

    at: int
    by: str = ""
    why: str = ""


def join(numbers: PersonNumbers, app: int, one: int, other: int, deed: Deed) -> tuple[int, Settled]:
    """Make two persons one; the number that takes it back. Refused where there is no such person.

    What kept them apart no longer does. A person that was swallowed is found by its first identity.
    """
    engine = numbers.engine
    sides = [_identities(engine, app, person) for person in (one, other)]
    ends = [_end(side, person) for side, person in zip(sides, (one, other), strict=True)]
    if ends[0] == ends[1]:
        raise Refused("same_person", "other", got=one)
    _reconcile(numbers, app, sides[0], sides[1], deed)
    kinds = [side[end].kind for side, end in zip(sides, ends, strict=True)]
    number = numbers.next()
    link = ordered(
        Link(ends[0], ends[1], kinds[0], kinds[1], HAND, True, deed.at, deed.at, merge=number)
    )
    seen = [Seen(app, end, kind) for end, kind in zip(ends, kinds, strict=True)]
    return number, numbers.settle(seen, {app: [link]}, at=deed.at)


def part(numbers: PersonNumbers, app: int, merge: int, deed: Deed) -> Settled | None:
    """Take a merge back: what it joined is kept apart from now on. None where there is none, or that was done."""
    engine = numbers.engine
    made = _links_of(engine, app, merge)
    if not made:
        return None
    found = graph(engine, [(app, end) for link in made for end in link.pair])
    cut = {
        pair: link for link in made for pair, link in _crossing(numbers, app, found, link).items()
    }
    _keep_apart(numbers, app, cut, deed, lifted=False)
    seen = [Seen(app, link.a, link.a_kind) for link in cut.values()]
    seen += [Seen(app, link.b, link.b_kind) for link in cut.values()]
    settled = numbers.settle(seen, {}, at=deed.at, cause=Cause("undo", merge))
    # last, since a merge whose links are removed is taken back: after a kill before that it is done once more
    removed = [(app, link._replace(state=REMOVED)) for link in cut.values()]
    write_links(engine, removed, numbers.next())
    return settled


def _identities(engine: Engine, app: int, person: int) -> dict[int, Known]:
    """The identities of a person; those that were given its number first where it was swallowed."""
    nodes: Collection[int] = actors_of(engine, app, person)
    if not nodes:
        sql = "SELECT actor FROM person_map WHERE app = {app:UInt32} AND version = 0 AND person = {p:UInt32}"
        nodes = [row[0] for row in engine.rows(sql, {"app": app, "p": person})]
    if not nodes:
        raise Refused("no_such_person", "person", got=person)
    return {node: one for (_, node), one in known(engine, [(app, node) for node in nodes]).items()}


def _end(side: dict[int, Known], person: int) -> int:
    """The identity that stands for a person: one that had its number first, no device where there is another."""
    return min(side, key=lambda n: (side[n].home != person, side[n].kind == DEVICE, n))


def _links_of(engine: Engine, app: int, merge: int) -> list[Link]:
    sql = "SELECT DISTINCT node FROM links WHERE app = {app:UInt32} AND merge = {merge:UInt64}"
    nodes = [(app, row[0]) for row in engine.rows(sql, {"app": app, "merge": merge})]
    found = graph(engine, nodes).links.get(app, {}) if nodes else {}
    return [link for link in found.values() if link.merge == merge and link.state != REMOVED]


def _crossing(
    numbers: PersonNumbers, app: int, found: Graph, link: Link
) -> dict[tuple[int, int], Link]:
    """All links between the two sides that one link joins."""
    links = found.links[app]
    verified = {node for (_, node), one in found.known.items() if one.verified}
    parted = partition(
        links.values(), verified=verified, apart=found.apart.get(app), types=numbers.types(app)
    )
    placed = {pair: parted.placed.get(pair, one) for pair, one in links.items()}
    of = placed[link.pair]
    here, there = (_side(end, parted.joining, of) for end in of.pair)
    if here == there:
        return {link.pair: link}
    return {link.pair: link} | {
        pair: links[pair]
        for pair, one in placed.items()
        if one.cause != EPISODE
        and one.state != REMOVED
        and ((one.a in here and one.b in there) or (one.b in here and one.a in there))
    }


def _side(end: int, joining: Iterable[Link], without: Link) -> set[int]:
    beside: dict[int, list[int]] = {}
    for link in joining:
        if link.pair != without.pair:
            beside.setdefault(link.a, []).append(link.b)
            beside.setdefault(link.b, []).append(link.a)
    seen, waiting = {end}, [end]
    while waiting:
        for other in beside.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _reconcile(
    numbers: PersonNumbers, app: int, one: Collection[int], other: Collection[int], deed: Deed
) -> None:
    """Nothing keeps these apart any more. Links that did not join them do not from now on either: by those, each would
    become one with a part of the other, and not as a whole."""
    engine = numbers.engine
    held = kept_apart(engine, [(app, node) for node in one]).get(app, {})
    pairs = {(a, b) for a, some in held.items() for b in some if b in other}
    if pairs:
        links = graph(engine, [(app, node) for node in one]).links.get(app, {}).values()
        across = [
            (app, link._replace(state=REMOVED))
            for link in links
            if (link.a in one and link.b in other) or (link.b in one and link.a in other)
        ]
        write_links(engine, across, numbers.next())
    _keep_apart(numbers, app, pairs, deed, lifted=True)


def _keep_apart(
    numbers: PersonNumbers, app: int, pairs: Iterable[tuple[int, int]], deed: Deed, *, lifted: bool
) -> None:
    both = [(a, b) for pair in pairs for a, b in (pair, pair[::-1])]
    if both:
        version = numbers.next()
        rows = [(app, a, b, version, lifted, deed.by, deed.why, stamp(deed.at)) for a, b in both]
        insert_rows(numbers.engine, "keep_apart", _APART, rows)
