"""Actors and persons: the append-only map, dense numbers, and what links make of them.

An event keeps the person its actor was when it was loaded. Version 0 in the map is that first assignment; whatever
makes an identity another person later adds a higher version and marks the days to be made again. Readers that go to the
events themselves take the person from `moves` where it has a row for the actor. A row with `since` holds from that
moment on: of a value that was handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from minilens.identity.graph import Graph, Node, graph, write_links
from minilens.identity.links import ASIDE, HAND, Link, together
from minilens.identity.numbers import merges, numbered
from minilens.identity.partition import Partition, partition
from minilens.identity.types import DEFAULT, Types
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: From when on an identity is a person, that always was.
_ALWAYS = stamp(0)
_MAP = ("app", "actor", "version", "person", "kind", "cause", "grade", "at", "undoes", "since")


@dataclass(frozen=True, slots=True)
class Seen:
    """An identity that an event named: its type, whether a server or an import did, and whether the map lacks it."""

    app: int
    actor: int
    kind: str
    verified: bool = False
    unknown: bool = False

    @property
    def node(self) -> Node:
        """What it is known by."""
        return self.app, self.actor


@dataclass
class Settled:
    """What is written: rows of the map and links; `moved` are actors by app that are another person now.

    `persons`: whom they were and are; None of apps where anything was handed on.
    """

    map: list[tuple[object, ...]] = field(default_factory=list)
    links: list[tuple[int, Link]] = field(default_factory=list)
    moved: dict[int, list[int]] = field(default_factory=dict)
    persons: dict[int, set[int] | None] = field(default_factory=dict)

    def add(self, other: Settled) -> None:
        """The same of what came later."""
        self.map += [row for row in other.map if row[2]]
        for app, actors in other.moved.items():
            self.moved.setdefault(app, []).extend(actors)
        for app, persons in other.persons.items():
            known = self.persons.setdefault(app, set())
            self.persons[app] = None if known is None or persons is None else known | persons

    def became(self, app: int, actor: int, *persons: int) -> None:
        """An actor is another person now: which it was and is. None: somebody else's from a moment on."""
        self.moved.setdefault(app, []).append(actor)
        known = self.persons.setdefault(app, set())
        if not persons:
            self.persons[app] = None
        elif known is not None:
            known.update(persons)

    def persons_of(self, app: int) -> frozenset[int] | None:
        """Everybody of an app whom anything changed for; None where that can't be said."""
        found = self.persons.get(app)
        return frozenset(found) if found else None


@dataclass(frozen=True)
class Cause:
    """Why identities become another person that are no part of a merge, and which merge that takes back."""

    name: str = "split"
    undoes: int = 0


@dataclass
class PersonNumbers:
    """Says who is who and writes it down; hands out numbers of persons, dense from 1 in each app."""

    engine: Engine
    next: Callable[[], int]  # numbers of moves, rising
    types: Callable[[int], Types] = lambda app: DEFAULT
    gap: int = 0  # so many are left out in each app, for whoever else may still hand out some
    _last: dict[int, int] = field(default_factory=dict)

    def settle(
        self,
        seen: Collection[Seen],
        links: Mapping[int, Collection[Link]],
        *,
        at: int,
        token: str = "",
        cause: Cause = Cause(),
    ) -> Settled:
        """Bring the map up to date with what was seen, in order of arrival, and with links that are new or changed.

        The ends of the links are among those seen. All that hangs together with them is decided anew. The map is
        written before the links, so that after a kill in between the same links are new once more.
        """
        named: dict[Node, Seen] = {}
        for one in seen:
            before = named.setdefault(one.node, one)
            if one.verified and not before.verified:
                named[one.node] = replace(before, verified=True)
        found = graph(self.engine, [node for node, one in named.items() if not one.unknown])
        rows = Settled()
        for app in dict.fromkeys(one.app for one in seen):
            mine = {one.actor: named[one.node] for one in seen if one.app == app}
            _Settling(self, app, found, mine, rows, at, cause).settle(links.get(app, ()))
        insert_rows(self.engine, "person_map", _MAP, rows.map, token=token)
        if rows.links:
            write_links(self.engine, rows.links, self.next(), token=token)
        return rows

    def fresh(self, app: int) -> int:
        """A number that nobody had."""
        if app not in self._last:
            sql = "SELECT max(person) FROM person_map WHERE app = {app:UInt32}"
            self._last[app] = int(self.engine.one(sql, {"app": app})) + self.gap
        self._last[app] += 1
        return self._last[app]

    def first_visits(self, app: int, persons: Collection[int]) -> dict[int, date]:
        """The first visit of each of these persons, as far as days are made."""
        sql = (
            "SELECT person, argMax(first_day, version) FROM persons "
            "WHERE app = {app:UInt32} AND person IN {persons:Array(UInt32)} GROUP BY person"
        )
        found = self.engine.rows(sql, {"app": app, "persons": sorted(persons)})
        return {row[0]: row[1] for row in found}


@dataclass
class _Settling:
    """One app's part of it."""

    numbers: PersonNumbers
    app: int
    graph: Graph
    seen: Mapping[int, Seen]
    rows: Settled
    at: int
    cause: Cause
    _version: int = 0
    _stamp: str = ""

    def settle(self, new: Collection[Link]) -> None:
        """Decide who is who, and note what that changes."""
        links = self.graph.links.get(self.app, {})
        before = dict(links)
        for link in new:
            links[link.pair] = together(links.get(link.pair), link)
        self.known = {n: one for (app, n), one in self.graph.known.items() if app == self.app}
        found = partition(
            links.values(),
            verified=self._verified(),
            apart=self.graph.apart.get(self.app),
            crowds={node for app, node in self.graph.hubs if app == self.app},
            types=self.numbers.types(self.app),
        )
        made = self._map(found, links.values())
        for pair, link in links.items():
            # what somebody joined is known by the number that they were told
            merge = link.merge if link.cause == HAND else made.get(pair, link.merge)
            now = link._replace(state=found.states[pair], merge=merge)
            if now != before.get(pair):
                self.rows.links.append((self.app, now))

    def _verified(self) -> set[int]:
        return {node for node, one in self.known.items() if one.verified} | {
            node for node, one in self.seen.items() if one.verified
        }

    def _map(self, found: Partition, links: Iterable[Link]) -> dict[tuple[int, int], int]:
        """Note the person of each identity; the merges that were made, by the pair that made them."""
        kinds = {n: kind for n, kind in ends(links) if (self.app, n) in self.graph.reached}
        kinds |= {node: one.kind for node, one in self.known.items()}
        kinds = {node: one.kind for node, one in self.seen.items()} | kinds
        classes: dict[int, list[int]] = {}
        for node in dict.fromkeys((*self.seen, *kinds)):
            classes.setdefault(found.root.get(node, node), []).append(node)
        several = [nodes for nodes in classes.values() if len(self._persons(nodes)) > 1]
        numbers = self.numbers
        visits = {person for nodes in several for person in self._persons(nodes)}
        persons = numbered(
            classes.values(),
            self.known,
            numbers.first_visits(self.app, visits) if visits else {},
            taken=lambda person: bool(actors_of(numbers.engine, self.app, person)),
            fresh=lambda: numbers.fresh(self.app),
        )
        made: dict[tuple[int, int], int] = {}
        joining = found.joining_by_root() if several else {}
        for (root, nodes), person in zip(classes.items(), persons, strict=True):
            swallowed: dict[int, tuple[int, Link]] = {}
            if len(self._persons(nodes)) > 1:
                gone = merges(nodes, person, self.known, joining.get(root, ()))
                swallowed = {one: (numbers.next(), link) for one, link in gone.items()}
                made |= {link.pair: version for version, link in swallowed.values()}
            for node in nodes:
                self._note(node, kinds[node], person, swallowed)
        self._hand_on(found, dict(zip(classes, persons, strict=True)), kinds)
        return made

    def _hand_on(
        self, found: Partition, persons: Mapping[int, int], kinds: Mapping[int, str]
    ) -> None:
        """Note from when on whose it is what was handed on; also where that is no longer so."""
        known = {n: some for (app, n), some in self.graph.later.items() if app == self.app}
        for node in {**known, **found.later}:
            moments = {since for since, _ in found.later.get(node, ())} | {*known.get(node, ())}
            before = persons.get(found.root.get(node, node), 0)
            for since in sorted(moments):
                said = known.get(node, {}).get(since, before)
                before = persons.get(found.root_at(node, since), said)
                if before != said and node in kinds:
                    self._put(
                        node, self.numbers.next(), before, kinds[node], "handed on", verified=True, since=since
                    )  # fmt: skip
                    self.rows.became(self.app, node)

    def _persons(self, nodes: list[int]) -> set[int]:
        return {one.person for node in nodes if (one := self.known.get(node))}

    def _note(
        self, node: int, kind: str, person: int, swallowed: Mapping[int, tuple[int, Link]]
    ) -> None:
        one, seen = self.known.get(node), self.seen.get(node)
        verified = seen is not None and seen.verified
        if one is None:
            self._put(node, 0, person, kind, "first", verified=verified)
            return
        if verified and not one.verified:
            self._put(node, 0, one.home, kind, "verified", verified=True)
        if one.person == person:
            return
        if one.person in swallowed:
            version, link = swallowed[one.person]
            self._put(node, version, person, kind, link.cause, verified=link.verified)
        else:
            self._version = self._version or self.numbers.next()
            name, undoes = self.cause.name, self.cause.undoes
            self._put(node, self._version, person, kind, name, verified=True, undoes=undoes)
        self.rows.became(self.app, node, one.person, person)

    def _put(
        self, node: int, version: int, person: int, kind: str, cause: str, *, verified: bool, undoes: int = 0,
        since: int = 0,
    ) -> None:  # fmt: skip
        grade = "verified" if verified else "claimed"
        self._stamp = self._stamp or stamp(self.at)
        began = stamp(since) if since else _ALWAYS
        row = (self.app, node, version, person, kind, cause, grade, self._stamp, undoes, began)
        self.rows.map.append(row)


def ends(links: Iterable[Link]) -> Iterable[tuple[int, str]]:
    """Identities at the ends of links with their types; a device that is only known by its stretches is none,
    nor is the number of an installation."""
    for link in links:
        for node, kind in ((link.a, link.a_kind), (link.b, link.b_kind)):
            if link.cause not in ASIDE:
                yield node, kind


def current(engine: Engine, app: int, actors: Iterable[int]) -> dict[int, int]:
    """The person that each of these actors is now."""
    sql = (
        "SELECT actor, argMax(person, (since, version)) FROM person_map "
        "WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)} GROUP BY actor"
    )
    found = engine.rows(sql, {"app": app, "actors": list(actors)})
    return {row[0]: row[1] for row in found}


def actors_of(engine: Engine, app: int, person: int) -> list[int]:
    """The actors that are this person; of what was handed on, those that were it first."""
    return [row[0] for row in engine.rows(_ACTORS, {"app": app, "p": person})]


_ACTORS = (
    "SELECT actor, argMax(kind, version) FROM person_map WHERE app = {app:UInt32} AND since = 0 AND actor IN "
    "(SELECT actor FROM person_map WHERE app = {app:UInt32} AND person = {p:UInt32}) "
    "GROUP BY actor HAVING argMax(person, version) = {p:UInt32}"
)
