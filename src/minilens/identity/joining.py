"""Joining what links connect, less what is kept apart, for one moment: the union that `partition` is made of.

Links are taken in one order (`links.strength`), each left out that would break a limit or join what is kept apart: so
it does not matter in which order they came, and a late strong link may take the place of weak ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from minilens.identity.links import (
    APART,
    CLAIMED,
    CROWDED,
    EPISODE,
    FREE,
    HELD,
    LIMIT,
    LIVE,
    OFF,
    OTHERS,
    PUBLIC,
    REMOVED,
    STRETCH,
    Link,
    strength,
)  # fmt: skip
from minilens.identity.types import DEVICE, OLDEST_OUT, SUCCEEDS, Types

DAY = 86_400_000
#: Persons of a device are counted over so many days.
CROWD_DAYS = 30


@dataclass(slots=True)
class _Class:
    """What is one person so far."""

    members: list[int]
    values: dict[
        str, list[int]
    ]  # type → when each value of it was first seen; devices are not counted
    verified: bool
    named: int  # identities that are no devices


def joined(
    links: Iterable[Link],
    *,
    verified: Collection[int] = (),
    apart: Mapping[int, Collection[int]] | None = None,
    crowds: Collection[int] = (),
    types: Types,
    beside: Iterable[Link] = (),
) -> Joined:
    """Join what these links connect. `verified`: identities that a server or an import named; `apart` both ways.

    All links of everything that they connect have to be there, but of `crowds`, which join nothing. The ends of those
    `beside` are there, too, by themselves.
    """
    some = sorted(links, key=lambda link: strength(link, types))
    states = _left_out(some, types)
    for link in some if crowds else ():
        if (link.a in crowds or link.b in crowds) and link.cause not in FREE:
            states.setdefault(link.pair, HELD)
    found = Joined(types, verified, apart or {}, _families(some))
    found.begin([*some, *beside])
    for link in some:
        state = states.get(link.pair) or found.take(link)
        found.states[link.pair] = state
    return found


def _families(links: list[Link]) -> dict[int, int]:
    """Device of a stretch after a sign-out → the device itself."""
    found: dict[int, int] = {}
    for link in links:
        if link.cause == EPISODE:
            device, stretch = (link.a, link.b) if link.b_kind == STRETCH else (link.b, link.a)
            found[stretch] = device
    return found


class Joined:
    """Union by size, with what each class holds. `states`: what became of each link; `joining`: those that join,
    strongest first."""

    def __init__(
        self,
        types: Types,
        verified: Collection[int],
        apart: Mapping[int, Collection[int]],
        families: Mapping[int, int],
    ) -> None:
        self.types, self.verified, self.apart, self.families = types, verified, apart, families
        self.classes_of: dict[int, int] = {}
        self.held: dict[int, _Class] = {}
        self.owner: dict[int, int] = {}  # device → an identity of its first person
        self.joining: list[Link] = []
        self.states: dict[tuple[int, int], str] = {}

    def begin(self, links: list[Link]) -> None:
        """Each identity by itself."""
        first: dict[int, int] = {}
        kinds: dict[int, str] = {}
        for link in links:
            for node, kind in ((link.a, link.a_kind), (link.b, link.b_kind)):
                first[node] = min(first.get(node, link.first), link.first)
                kinds[node] = DEVICE if kind == STRETCH else kind
        for node, kind in kinds.items():
            self.classes_of[node] = node
            named = kind != DEVICE
            values = {kind: [first[node]]} if named else {}
            self.held[node] = _Class([node], values, named and node in self.verified, int(named))

    def find(self, node: int) -> int:
        """The root of a node."""
        while (up := self.classes_of[node]) != node:
            self.classes_of[node] = node = self.classes_of[up]
        return node

    def roots(self) -> dict[int, int]:
        """One identity of the class of each."""
        return {node: self.find(node) for node in self.classes_of}

    def take(self, link: Link) -> str:
        """Join both ends, or say why not."""
        a, b = self.find(link.a), self.find(link.b)
        if link.of_device and self._is_others(link) and link.cause not in FREE:
            return OTHERS
        if a != b:
            if why := self._refused(link, a, b):
                return why
            self._join(a, b)
            self.joining.append(link)
        return LIVE

    def clash(self, a: int, b: int) -> bool:
        """Whether the persons of two identities can't be one: of a type, they would have more than one may have.

        A type of which a new value takes the place of the old one is none of these.
        """
        one, two = self.held[self.find(a)], self.held[self.find(b)]
        return one is not two and any(
            self.types.of(kind).over != SUCCEEDS and self._over(kind, one, two)
            for kind in one.values.keys() & two.values
        )

    def _is_others(self, link: Link) -> bool:
        """Whether a device signed out since it was somebody else's: its first known person alone has what follows."""
        node, other = (link.a, link.b) if link.a_kind == DEVICE else (link.b, link.a)
        device = self.families.get(node, node)
        owner = self.owner.setdefault(device, other)
        return device != node and self.find(owner) != self.find(other)

    def _refused(self, link: Link, a: int, b: int) -> str:
        one, two = self.held[a], self.held[b]
        if self._kept_apart(one, two):
            return APART
        if link.cause in FREE:
            return ""
        if not link.verified and one.verified and two.verified:
            return CLAIMED
        if any(self._too_many(link, kind, one, two) for kind in one.values.keys() & two.values):
            return OTHERS if link.of_device else LIMIT
        return ""

    def _too_many(self, link: Link, kind: str, one: _Class, two: _Class) -> bool:
        named = not link.of_device and kind in (link.a_kind, link.b_kind)
        if self.types.of(kind).over == SUCCEEDS and named and min(one.named, two.named) == 1:
            return False  # a new value beside nothing else: the one before has ended
        return self._over(kind, one, two)

    def _over(self, kind: str, one: _Class, two: _Class) -> bool:
        of = self.types.of(kind)
        moments = sorted(one.values[kind] + two.values[kind])
        return bool(of.most) and most_within(moments, of.days * DAY) > of.most

    def _kept_apart(self, one: _Class, two: _Class) -> bool:
        few, many = sorted((one, two), key=lambda some: len(some.members))
        root = self.find(many.members[0])
        return any(
            other in self.classes_of and self.find(other) == root
            for node in few.members
            for other in self.apart.get(node, ())
        )

    def _join(self, a: int, b: int) -> None:
        if len(self.held[a].members) < len(self.held[b].members):
            a, b = b, a
        one, two = self.held[a], self.held.pop(b)
        self.classes_of[b] = a
        one.members += two.members
        for kind, moments in two.values.items():
            one.values.setdefault(kind, []).extend(moments)
        one.verified = one.verified or two.verified
        one.named += two.named


def most_within(moments: list[int], length: int) -> int:
    """The most of these sorted moments that lie within so many milliseconds; all of them where it is 0."""
    if not length:
        return len(moments)
    return max((bisect_left(moments, t + length) - n for n, t in enumerate(moments)), default=0)


def _left_out(links: list[Link], types: Types) -> dict[tuple[int, int], str]:
    """Links that join nothing, whatever the others: of what takes no part, of crowds, and those taken back."""
    states: dict[tuple[int, int], str] = {}
    for link in links:
        off = not (types.of(link.a_kind).takes_part and types.of(link.b_kind).takes_part)
        if link.state == REMOVED:
            states[link.pair] = REMOVED
        elif link.cause == EPISODE or (off and link.cause not in FREE):
            states[link.pair] = LIVE if link.cause == EPISODE else OFF
        elif not types.blocked.isdisjoint(link.pair) and link.cause not in FREE:
            states[link.pair] = HELD
    rest = [link for link in links if link.pair not in states and link.cause not in FREE]
    families = _families(links)
    for found in (
        _held(rest, types),
        _public(rest, types, families),
        _crowded(rest, types, families),
    ):
        for pair, state in found.items():
            states.setdefault(pair, state)
    return states


def _by_value(links: list[Link]) -> dict[int, list[Link]]:
    """Links with a device, by the identity at the other end."""
    found = defaultdict(list)
    for link in links:
        if link.of_device and link.a_kind != link.b_kind:
            found[link.b if link.a_kind == DEVICE else link.a].append(link)
    return found


def _held(links: list[Link], types: Types) -> dict[tuple[int, int], str]:
    """Links of values that so many devices named on one day: not a person's name, but what a program writes."""
    held: set[int] = set()
    for value, some in _by_value(links).items():
        kind = some[0].b_kind if some[0].a_kind == DEVICE else some[0].a_kind
        crowd = types.of(kind).crowd
        if crowd and len(some) >= crowd:
            days: dict[int, int] = defaultdict(int)
            for link in some:
                days[link.first // DAY] += 1
            if max(days.values()) >= crowd:
                held.add(value)
    return {link.pair: HELD for link in links if held and (link.a in held or link.b in held)}


def _public(
    links: list[Link], types: Types, families: Mapping[int, int]
) -> dict[tuple[int, int], str]:
    """Links of devices that so many persons used within a month: a till, a shop's tablet."""
    crowd = types.of(DEVICE).crowd
    used: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        if link.of_device and link.a_kind != link.b_kind:
            node = link.a if link.a_kind == DEVICE else link.b
            used[families.get(node, node)].append(link)
    busy = {device: some for device, some in used.items() if crowd and len(some) >= crowd}
    if not busy:
        return {}
    persons = joined([link for link in links if not link.of_device], types=types).roots()
    found: dict[tuple[int, int], str] = {}
    for some in busy.values():
        # by type: a member number and a phone number that nobody named together may be one person's
        first: dict[str, dict[int, int]] = {}
        for link in some:
            of_a = link.a_kind == DEVICE
            value, kind = (link.b, link.b_kind) if of_a else (link.a, link.a_kind)
            came, person = first.setdefault(kind, {}), persons.get(value, value)
            came[person] = min(came.get(person, link.first), link.first)
        if any(
            most_within(sorted(came.values()), CROWD_DAYS * DAY) >= crowd for came in first.values()
        ):
            found |= {link.pair: PUBLIC for link in some}
    return found


def _crowded(
    links: list[Link], types: Types, families: Mapping[int, int]
) -> dict[tuple[int, int], str]:
    """Links of devices beyond those that one identity may have within a time: the oldest are out."""
    of = types.of(DEVICE)
    found: dict[tuple[int, int], str] = {}
    if of.over != OLDEST_OUT or not of.most:
        return found
    for some in _by_value(links).values():
        if len(some) > of.most:
            newest: dict[int, int] = {}
            for link in some:
                node = link.a if link.a_kind == DEVICE else link.b
                device = families.get(node, node)
                newest[device] = max(newest.get(device, link.first), link.first)
            moments = sorted(newest.values())
            for link in some:
                node = link.a if link.a_kind == DEVICE else link.b
                since = newest[families.get(node, node)]
                until = bisect_left(moments, since + of.days * DAY) if of.days else len(moments)
                if until - bisect_left(moments, since + 1) >= of.most:
                    found[link.pair] = CROWDED
    return found
