"""Who is one person, and from when on: what links connect, less what is kept apart. A function of the links alone.

A value that is handed on, a phone number, is somebody else's from the moment on at which a server or an import names
it with a person that can't be the one who had it: what came before stays. Such a value is taken apart into one part
for each of those who had it, each with the links that were first seen in its time, and all is joined with these.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from minilens.identity.joining import Joined, joined
from minilens.identity.links import FREE, HAND, LIMIT, LIVE, Link, ordered, strength
from minilens.identity.types import SUCCEEDS, Types

#: Parts have numbers that no identity has.
_PARTS = 1 << 64


@dataclass
class Partition:
    """`root` of each identity that has a link, what became of each link, and those that join, strongest first.

    `later`: of what was handed on, the moments (ms) from which on it is another root's, in order; `root` says whose it
    was first. Its links stand in `joining` and `placed` with the part in its place, which has a root as well.
    """

    root: dict[int, int] = field(default_factory=dict)
    states: dict[tuple[int, int], str] = field(default_factory=dict)
    joining: list[Link] = field(default_factory=list)
    later: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    placed: dict[tuple[int, int], Link] = field(default_factory=dict)

    def joining_by_root(self) -> dict[int, list[Link]]:
        """The links that join, strongest first, by the root of what they hold together."""
        found: dict[int, list[Link]] = {}
        for link in self.joining:
            found.setdefault(self.root[link.a], []).append(link)
        return found

    def root_at(self, node: int, moment: int) -> int:
        """Whose an identity is at a moment."""
        found = self.root.get(node, node)
        for since, root in self.later.get(node, ()):
            found = root if since <= moment else found
        return found


def partition(
    links: Iterable[Link],
    *,
    verified: Collection[int] = (),
    apart: Mapping[int, Collection[int]] | None = None,
    crowds: Collection[int] = (),
    types: Types,
) -> Partition:
    """Join what these links connect. `verified`: identities that a server or an import named; `apart` both ways.

    All links of everything that they connect have to be there, but of `crowds`, which join nothing.
    """
    some, kept = list(links), apart or {}
    found = joined(some, verified=verified, apart=kept, crowds=crowds, types=types)
    moments, refused = _handed_on(some, found, types)
    if not moments and not refused:
        return Partition(found.roots(), found.states, found.joining)
    parts = _numbered(moments)
    placed = {
        link.pair: ordered(_placed(link, moments, parts))
        for link in some
        if link.a in moments or link.b in moments
    }
    again = joined(
        [placed.get(link.pair, link) for link in some if link.pair not in refused],
        verified={one for node in verified for one in parts.get(node, [node])},
        apart=_apart(kept, parts),
        crowds=crowds,
        types=types,
        beside=[placed.get(link.pair, link) for link in some if link.pair in refused],
    )
    root = again.roots()
    states = {
        link.pair: LIMIT if link.pair in refused else again.states[placed.get(link.pair, link).pair]
        for link in some
    }
    later = {node: _later(of, moments[node], again, root[node]) for node, of in parts.items()}
    later = {node: some for node, some in later.items() if some}
    return Partition(root, states, again.joining, later, placed)


def _handed_on(
    links: list[Link], found: Joined, types: Types
) -> tuple[dict[int, list[int]], set[tuple[int, int]]]:
    """What is handed on → when it became another's, each time later than before; and of what was not, though it is
    proved of others, the links with these.

    Whose persons are two is told by what is proved, without the links of what is handed on itself.
    """
    proved = [link for link in links if link.verified and not link.of_device]
    if not any(found.states[link.pair] == LIMIT for link in proved):
        return {}, set()
    claims: dict[int, list[tuple[int, Link]]] = {}
    for link in sorted(proved, key=lambda link: (link.first, strength(link, types))):
        ends = ((link.a, link.a_kind, link.b), (link.b, link.b_kind, link.a))
        if link.cause == HAND or found.states[link.pair] not in (LIVE, LIMIT):
            continue
        for node, kind, other in ends:
            if types.of(kind).over == SUCCEEDS:
                claims.setdefault(node, []).append((other, link))
    rest = [link for link in proved if link.cause in FREE or not claims.keys() & {*link.pair}]
    bare = joined(rest, verified=found.verified, apart=found.apart, types=types, beside=links)
    kept = {pair for node in claims.keys() & types.kept for pair in _others(claims[node], bare)}
    moments = {
        node: _moments(some, bare)
        for node, some in sorted(claims.items())
        if node not in types.kept
    }
    return {node: some for node, some in moments.items() if some}, kept


def _others(claims: list[tuple[int, Link]], bare: Joined) -> Iterator[tuple[int, int]]:
    """The links with those who can't be the first who had it."""
    held: list[int] = []
    for node, link in claims:
        if any(bare.clash(node, one) for one in held):
            yield link.pair
        else:
            held.append(node)


def _moments(claims: list[tuple[int, Link]], bare: Joined) -> list[int]:
    moments: list[int] = []
    held: list[int] = []
    began = claims[0][1].first
    for node, link in claims:
        if any(bare.clash(node, one) for one in held):
            if link.first == began:
                continue  # two at once: whose it is nobody can tell
            moments.append(link.first)
            held, began = [], link.first
        held.append(node)
    return moments


def _numbered(moments: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """The parts of each; the first is what it was."""
    found: dict[int, list[int]] = {}
    number = _PARTS
    for node, some in moments.items():
        found[node] = [node, *range(number, number + len(some))]
        number += len(some)
    return found


def _placed(link: Link, moments: Mapping[int, list[int]], parts: Mapping[int, list[int]]) -> Link:
    """A link with the part that it belongs to. What somebody joined are persons as they were first."""

    def part(node: int) -> int:
        if node not in parts or link.cause == HAND:
            return node
        return parts[node][bisect_right(moments[node], link.first)]

    return link._replace(a=part(link.a), b=part(link.b))


def _apart(
    apart: Mapping[int, Collection[int]], parts: Mapping[int, list[int]]
) -> dict[int, set[int]]:
    """What is kept apart from a value is so from each of its parts."""
    found: dict[int, set[int]] = {}
    for node, others in apart.items():
        all_of = {one for other in others for one in parts.get(other, [other])}
        for one in parts.get(node, [node]):
            found.setdefault(one, set()).update(all_of)
    return found


def _later(
    parts: list[int], moments: list[int], found: Joined, first: int
) -> list[tuple[int, int]]:
    """From when on whose it is; nothing changes by a part that no identity hangs together with."""
    later: list[tuple[int, int]] = []
    for part, since in zip(parts[1:], moments, strict=True):
        root = found.find(part)
        alone = all(node >= _PARTS for node in found.held[root].members)
        if not alone and root != (later[-1][1] if later else first):
            later.append((since, root))
    return later
