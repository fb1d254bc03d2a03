"""Whether the map says what the links say: the same persons, none in two, none that are two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from minilens.identity.graph import Graph, Known, Node, graph
from minilens.identity.partition import Partition, partition
from minilens.identity.persons import ends
from minilens.identity.types import Types
from minilens.warehouse.engine import Engine

#: Identities of which a random choice is looked at where there are more.
MOST = 20_000


@dataclass(frozen=True)
class Mismatch:
    """Persons of an app that the map and the links tell apart differently, and identities to look at."""

    app: int
    persons: tuple[int, ...]
    nodes: tuple[int, ...]


def mismatches(
    engine: Engine, nodes: Iterable[Node], types: Callable[[int], Types]
) -> list[Mismatch]:
    """Where the map differs, of all that hangs together with these identities."""
    found = graph(engine, nodes)
    apps = sorted({app for app, _ in found.known})
    return [one for app in apps for one in _of_app(app, found, types(app))]


def of_app(engine: Engine, app: int, types: Types) -> list[Mismatch]:
    """The same of an app: of all its linked identities, or of a random choice of so many."""
    sql = (
        "SELECT DISTINCT node FROM links WHERE app = {app:UInt32} "
        f"ORDER BY cityHash64(node) LIMIT {MOST}"
    )
    nodes = [(app, row[0]) for row in engine.rows(sql, {"app": app})]
    return mismatches(engine, nodes, lambda _: types) if nodes else []


def _of_app(app: int, found: Graph, types: Types) -> list[Mismatch]:
    known = {node: one for (of, node), one in found.known.items() if of == app}
    links = found.links.get(app, {})
    hubs = {node for of, node in found.hubs if of == app}
    made = partition(
        links.values(),
        verified={node for node, one in known.items() if one.verified},
        apart=found.apart.get(app),
        crowds=hubs,
        types=types,
    )
    root = made.root
    classes: dict[int, set[int]] = {}
    persons: dict[int, set[int]] = {}
    wrong: dict[int, set[int]] = {}
    for node, _ in ends(links.values()):
        if node not in known and (app, node) in found.reached:
            wrong.setdefault(root[node], set()).add(node)
    said = [(root.get(node, node), one.person) for node, one in known.items()]
    for of, person in [*said, *_later(app, found, made, known)]:
        classes.setdefault(of, set()).add(person)
        persons.setdefault(person, set()).add(of)
    for of, some in classes.items():
        if len(some) > 1 or any(len(persons[person]) > 1 for person in some):
            handed = (n for n, parts in made.later.items() if of in {root for _, root in parts})
            wrong.setdefault(of, set()).update(n for n in known if root.get(n, n) == of)
            wrong[of].update(n for n in handed if n in known)
    return [
        Mismatch(app, tuple(sorted(classes.get(of, ()))), tuple(sorted(nodes)))
        for of, nodes in wrong.items()
    ]


def _later(
    app: int, found: Graph, made: Partition, known: Mapping[int, Known]
) -> Iterator[tuple[int, int]]:
    """Root and person of each identity that was handed on, at each moment at which it was."""
    told = {node: some for (of, node), some in found.later.items() if of == app}
    for node in {**told, **made.later}:
        if node in known:
            moments = {since for since, _ in made.later.get(node, ())} | {*told.get(node, ())}
            person = known[node].person
            for since in sorted(moments):
                person = told.get(node, {}).get(since, person)
                yield made.root_at(node, since), person
