"""The same links in any order, some of them twice, make the same persons: beside a count that knows no cleverness."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from minilens.identity.links import (
    APART,
    BEFORE,
    CLAIMED,
    EVENT,
    HAND,
    LIMIT,
    LIVE,
    OTHERS,
    Link,
    ordered,
)
from minilens.identity.partition import Partition, partition
from minilens.identity.types import DEFAULT, DEVICE

KINDS = ("mobile", "wechat-unionid", "applet-wechat", "c_memberid", DEVICE)
KIND = {n: KINDS[n % 5] for n in range(1, 41)}
#: With the parts of numbers that were handed on.
PARTS = range(1000, 1200)
OF_ALL = KIND | dict.fromkeys(PARTS, "mobile")
DAY = 86_400_000


def link(a: int, b: int, at: int, *, verified: bool, cause: str = EVENT) -> Link:
    a, b = sorted((a, b))
    return Link(a, b, KIND[a], KIND[b], cause, verified, at * DAY, at * DAY)


@st.composite
def stories(
    draw: st.DrawFn, most: int = 30, nodes: int = 40, grades: tuple[bool, ...] = (True, False)
) -> tuple[list[Link], set[int], dict[int, set[int]]]:
    """Links of so many identities (each pair once, at days far apart), who is verified, and who is kept apart."""
    pairs = draw(
        st.lists(
            st.sampled_from([p for p in combinations(range(1, nodes + 1), 2) if KIND[p[0]] != KIND[p[1]]]),
            min_size=1, max_size=most, unique=True,
        )
    )  # fmt: skip
    links = [
        link(a, b, draw(st.integers(0, 9)) * 40, verified=draw(st.sampled_from(grades)),
             cause=draw(st.sampled_from((EVENT, EVENT, EVENT, HAND))))
        for a, b in pairs
    ]  # fmt: skip
    verified = draw(st.sets(st.integers(1, nodes), max_size=6))
    apart: dict[int, set[int]] = {}
    for a, b in draw(st.lists(st.sampled_from(pairs), max_size=3)):
        apart.setdefault(a, set()).add(b)
        apart.setdefault(b, set()).add(a)
    return links, verified, apart


def weight(one: Link) -> tuple[object, ...]:
    stronger, weaker = sorted((KINDS.index(one.a_kind), KINDS.index(one.b_kind)))
    return (one.cause == HAND, not one.verified, weaker, stronger, one.first, one.a, one.b)


def by_brute_force(
    links: list[Link], verified: set[int], apart: dict[int, set[int]]
) -> tuple[set[frozenset[int]], dict[tuple[int, int], str]]:
    """Take the strongest link that is left, look at both persons as a whole, and go on."""
    persons = [{node} for one in links for node in (one.a, one.b)]
    persons = [set(some) for some in {frozenset(some) for some in persons}]
    states = {}
    for one in sorted(links, key=weight):
        (here,) = [some for some in persons if one.a in some]
        (there,) = [some for some in persons if one.b in some]
        states[one.a, one.b] = LIVE
        if here is there:
            continue
        named = [{n for n in some if OF_ALL[n] != DEVICE} for some in (here, there)]
        clash = [
            kind for kind in KINDS[:4]
            if all(any(OF_ALL[n] == kind for n in some) for some in named)
            and not (kind == "mobile" and DEVICE not in (one.a_kind, one.b_kind)
                     and kind in (one.a_kind, one.b_kind) and min(map(len, named)) == 1)
        ]  # fmt: skip
        if any(apart.get(n, set()) & there for n in here):
            states[one.a, one.b] = APART
        elif one.cause != HAND and not one.verified and all(some & verified for some in named):
            states[one.a, one.b] = CLAIMED
        elif one.cause != HAND and clash:
            states[one.a, one.b] = OTHERS if DEVICE in (one.a_kind, one.b_kind) else LIMIT
        else:
            persons.remove(there)
            here |= there
    return {frozenset(some) for some in persons}, states


def handed_on(
    links: list[Link],
    states: dict[tuple[int, int], str],
    verified: set[int],
    apart: dict[int, set[int]],
) -> dict[int, list[int]]:
    """When each number became somebody's who can't be the one before: both have one of a type of which one is all."""
    named = [one for one in links if one.verified and DEVICE not in (one.a_kind, one.b_kind)]
    if LIMIT not in [states[one.pair] for one in named]:
        return {}
    rest = [one for one in named if one.cause == HAND or not any(n % 5 == 0 for n in one.pair)]
    bare = by_brute_force(rest, verified, apart)[0]

    def person(node: int) -> frozenset[int]:
        return next((some for some in bare if node in some), frozenset({node}))

    def kinds(node: int) -> set[str]:
        return {KIND[n] for n in person(node)} - {DEVICE, "mobile"}

    starts: dict[int, list[int]] = {}
    for number in (n for n in KIND if n % 5 == 0):
        have: list[int] = []
        since = None
        for one in sorted(named, key=lambda one: (one.first, weight(one))):
            other = one.a if one.b == number else one.b
            seen = number in one.pair and one.cause != HAND
            if not seen or states[one.pair] not in (LIVE, LIMIT):
                continue
            if any(kinds(other) & kinds(n) and person(other) != person(n) for n in have):
                if one.first == since:
                    continue
                starts.setdefault(number, []).append(one.first)
                have, since = [], one.first
            since = one.first if since is None else since
            have.append(other)
    return starts


def with_numbers_handed_on(
    links: list[Link], verified: set[int], apart: dict[int, set[int]]
) -> tuple[set[frozenset[int]], dict[tuple[int, int], str]]:
    """The same again with each number that is handed on cut into parts, at each time at which it is."""
    persons, states = by_brute_force(links, verified, apart)
    starts = handed_on(links, states, verified, apart)
    if not starts:
        return persons, states
    names = iter(PARTS)
    of = {(number, t): next(names) for number, some in starts.items() for t in some}

    def part(node: int, one: Link) -> int:
        before = [t for t in starts.get(node, ()) if t <= one.first]
        return of[node, max(before)] if before and one.cause != HAND else node

    placed = [ordered(one._replace(a=part(one.a, one), b=part(one.b, one))) for one in links]
    parts = {n: {n, *(p for (m, _), p in of.items() if m == n)} for n in OF_ALL}
    kept = {p: set().union(*(parts[other] for other in apart[n])) for n in apart for p in parts[n]}
    proved = set().union(*(parts[n] for n in verified))
    persons, found = by_brute_force(placed, proved, kept)
    return persons, {one.pair: found[now.pair] for one, now in zip(links, placed, strict=True)}


def persons_of(found: Partition) -> set[frozenset[int]]:
    """The persons; parts of numbers have other names here."""
    persons: dict[int, set[int]] = {}
    for node, root in found.root.items():
        persons.setdefault(root, set()).add(node if node < 1 << 64 else node - (1 << 64) + PARTS[0])
    return {frozenset(some) for some in persons.values()}


@settings(max_examples=150)
@given(st.one_of(stories(), stories(12, 10, (True, True, True, False))), st.integers(0, 10**6))
def test_the_order_does_not_matter(
    story: tuple[list[Link], set[int], dict[int, set[int]]], seed: int
) -> None:
    links, verified, apart = story
    found = partition(links, verified=verified, apart=apart, types=DEFAULT)
    again = [*links]
    random.Random(seed).shuffle(again)
    other = partition(again, verified=verified, apart=apart, types=DEFAULT)
    assert persons_of(found) == persons_of(other)
    assert (found.states, found.later) == (other.states, other.later)


@settings(max_examples=150)
@given(st.one_of(stories(), stories(12, 10, (True, True, True, False))))
def test_beside_a_brute_force(story: tuple[list[Link], set[int], dict[int, set[int]]]) -> None:
    links, verified, apart = story
    used: dict[int, int] = {}
    for one in links:  # a device of three persons joins nothing: that is told by hand elsewhere
        if DEVICE in (one.a_kind, one.b_kind):
            device = one.a if one.a_kind == DEVICE else one.b
            used[device] = used.get(device, 0) + 1
    links = [one for one in links if all(used.get(n, 0) < 3 for n in one.pair)]
    found = partition(links, verified=verified, apart=apart, types=DEFAULT)
    persons, states = with_numbers_handed_on(links, verified, apart)
    assert persons_of(found) == persons
    assert found.states == states


def test_a_device_before_a_sign_in_is_weaker_than_what_an_event_named() -> None:
    """The phone 5 goes to whom an event named first, though the other was there before."""
    links = [
        link(5, 2, 1, verified=False, cause=BEFORE),
        link(5, 7, 0, verified=False, cause=BEFORE),
        link(2, 3, 2, verified=False),
    ]
    assert persons_of(partition(links, types=DEFAULT)) == {frozenset({5, 7}), frozenset({2, 3})}
    late = link(5, 2, 3, verified=True, cause=BEFORE)
    found = partition([late, *links[1:]], types=DEFAULT)
    assert persons_of(found) == {frozenset({7}), frozenset({2, 3, 5})}


def claims(*some: tuple[int, int, int]) -> Partition:
    """Links that a server named: identities, and a day."""
    return partition([link(a, b, day, verified=True) for a, b, day in some], types=DEFAULT)


def test_a_number_is_handed_on_and_on() -> None:
    """The number 5 was with the UnionIDs 1, 6 and 11 in turn; each keeps what is theirs."""
    found = claims((5, 11, 9), (5, 1, 1), (5, 6, 4), (6, 7, 5), (1, 2, 1))
    assert [
        found.root_at(5, n * DAY) == found.root[node]
        for n, node in ((0, 1), (4, 6), (8, 6), (9, 11))
    ] == [True] * 4
    assert {frozenset(some) for some in persons_of(found)} == {
        frozenset({5, 1, 2}), frozenset({6, 7, PARTS[0]}), frozenset({11, PARTS[1]})
    }  # fmt: skip
    assert set(found.states.values()) == {LIVE}


def test_who_is_proved_to_be_another() -> None:
    """An OpenID is no other person than a UnionID; another member number is, once the first one's is proved."""
    assert not claims((5, 1, 1), (1, 3, 1), (5, 7, 4)).later
    assert claims((5, 1, 1), (1, 3, 1), (5, 8, 4)).later.keys() == {5}
    said = [link(5, 1, 1, verified=True), link(1, 3, 1, verified=False)]
    assert not partition([*said, link(5, 8, 4, verified=True)], types=DEFAULT).later
