"""Numbers of persons: who keeps which when persons become one, or one becomes several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from minilens.identity.graph import Known
from minilens.identity.links import Link
from minilens.identity.types import DEVICE

#: Of whom no visit is known.
NEVER = date(2149, 6, 6)


def numbered(
    classes: Iterable[list[int]],
    known: Mapping[int, Known],
    first_visit: Mapping[int, date],
    *,
    taken: Callable[[int], bool],
    fresh: Callable[[], int],
) -> list[int]:
    """The person of each class. Of several numbers the one of the oldest first visit stays, then the lower.

    Where a person becomes several, the number goes with the identity that it was given to first; the others have their
    own first numbers again, where nobody has those (`taken`), or new ones.
    """
    some = list(classes)
    owned = _owned(some, known)
    given = set[int]().union(*owned)
    found = []
    for nodes, own in zip(some, owned, strict=True):
        person = min(own, key=lambda number: (first_visit.get(number, NEVER), number), default=0)
        found.append(person or _home(nodes, known, taken=taken, given=given) or fresh())
    return found


def _owned(classes: list[list[int]], known: Mapping[int, Known]) -> list[set[int]]:
    """The present numbers that each class may keep: each number in one class only."""
    claims: dict[int, dict[int, tuple[object, ...]]] = {}
    for place, nodes in enumerate(classes):
        for node in nodes:
            if one := known.get(node):
                rank = (one.home != one.person, *_founded(node, one))
                of = claims.setdefault(one.person, {})
                of[place] = min(of.get(place, rank), rank)
    owned: list[set[int]] = [set() for _ in classes]
    for number, of in claims.items():
        owned[min(of, key=lambda place: of[place])].add(number)
    return owned


def _founded(node: int, one: Known) -> tuple[bool, int, int]:
    """A number is of the least of those that had it first: of an identity before a device, which may go to another."""
    return one.kind == DEVICE, one.home_at, node


def _home(
    nodes: list[int],
    known: Mapping[int, Known],
    *,
    taken: Callable[[int], bool],
    given: set[int],
) -> int:
    """The first number of these that nobody has now; 0 where there is none. It is theirs from now on."""
    homes = sorted((_founded(node, one), one.home) for node in nodes if (one := known.get(node)))
    for _, home in homes:
        if home not in given and not taken(home):
            given.add(home)
            return home
    return 0


def merges(
    nodes: Iterable[int], person: int, known: Mapping[int, Known], joining: Iterable[Link]
) -> dict[int, Link]:
    """Of a class: each person that it swallows, with the link by which that one came to the others."""
    mine = {node: one.person for node in nodes if (one := known.get(node)) and one.person}
    if len(set(mine.values())) < 2:
        return {}
    beside: dict[int, list[tuple[int, Link]]] = {}
    for link in joining:
        # persons stand below zero, identities that have none yet above
        a, b = (-mine[node] if node in mine else node for node in link.pair)
        beside.setdefault(a, []).append((b, link))
        beside.setdefault(b, []).append((a, link))
    found: dict[int, Link] = {}
    seen, waiting = {-person}, [-person]
    while waiting:
        for other, link in beside.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                if other < 0:
                    found[-other] = link
    return found
