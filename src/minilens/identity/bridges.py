"""What holds a person together once one of its identities is gone: the ways that led over it, as links of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from minilens.identity.links import ERASED, HAND, Link, ordered
from minilens.identity.partition import Partition
from minilens.identity.types import DEVICE, SUCCEEDS, Types

Pair = tuple[int, int]


def bridges(
    links: dict[Pair, Link],
    made: Partition,
    persons: Iterable[dict[int, str]],
    gone: Collection[int],
    types: Types,
) -> list[Link]:
    """Links that take the place of those that joined by way of what is gone. `persons`: what is left of each, by type.

    Merges stay what they were: a link has the number of the merge that joined its two sides, so that it can be
    taken back. Of a merge by which nobody but who is gone was joined nothing is left.
    """
    ways = {link.pair: link for link in _joining(links, made)}
    for node in sorted(gone):
        _lead_past(node, ways, types)
    new = [link for pair, link in ways.items() if links.get(pair) != link]
    for left in persons:
        new += _rest(left, ways)
    return new


def _joining(links: dict[Pair, Link], made: Partition) -> Iterable[Link]:
    """The links that join, of what was handed on with the identity itself at their ends."""
    itself = {link.pair: pair for pair, link in made.placed.items()}
    return (links[itself.get(link.pair, link.pair)] for link in made.joining)


def _lead_past(node: int, ways: dict[Pair, Link], types: Types) -> None:
    """Join the neighbours of a node directly: all with the one whom no merge, or the first, brought to it."""
    mine = [link for link in ways.values() if node in link.pair]
    for link in mine:
        del ways[link.pair]
    if not mine:
        return
    mine.sort(key=lambda link: (link.merge, _other(link, node)[1] == DEVICE, link.pair))
    center = mine[0]
    for link in mine[1:]:
        made = _past(node, center, link, types)
        ways[made.pair] = made


def _past(node: int, one: Link, other: Link, types: Types) -> Link:
    (a, a_kind), (b, b_kind) = _other(one, node), _other(other, node)
    by_hand = HAND in (one.cause, other.cause)
    # of a number that was handed on its time says to whom it belongs
    of = one if types.of(a_kind).over == SUCCEEDS else other
    return ordered(
        Link(
            a, b, a_kind, b_kind, HAND if by_hand else ERASED, one.verified and other.verified, of.first, of.last,
            merge=other.merge,
        )
    )  # fmt: skip


def _other(link: Link, node: int) -> tuple[int, str]:
    """The other end of a link."""
    return (link.b, link.b_kind) if link.a == node else (link.a, link.a_kind)


def _rest(left: dict[int, str], ways: dict[Pair, Link]) -> list[Link]:
    """Of a person of whom parts are held together by nothing any more."""
    beside: dict[int, list[int]] = {}
    for a, b in ways:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    ends: list[int] = []
    seen: set[int] = set()
    for node in left:
        if node in seen:
            continue
        ends.append(node)
        waiting = [node]
        while waiting:
            now = waiting.pop()
            seen.add(now)
            waiting += [one for one in beside.get(now, ()) if one in left and one not in seen]
    first, *others = ends
    return [ordered(Link(first, one, left[first], left[one], ERASED, True, 0, 0)) for one in others]
