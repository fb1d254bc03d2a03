"""Whatever is shared and opened, the tree has no loops, every person once, and all levels together are all of them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.shares.tree import Opening, Share, Tree, grown

DAY = date(2026, 6, 1)
PERSONS = st.integers(1, 6)
#: Who shares or opens, when, and which of the cards so far.
STEPS = st.lists(
    st.tuples(st.booleans(), PERSONS, st.integers(0, 3), st.integers(0, 30)), max_size=40
)


def history(steps: list[tuple[bool, int, int, int]]) -> tuple[list[Share], list[Opening]]:
    shares: list[Share] = []
    openings: list[Opening] = []
    at = 0
    for shares_it, person, later, which in steps:
        at += later
        if shares_it:
            shares.append(Share(f"c{len(shares)}", person, at, DAY, "p"))
        elif shares and shares[which % len(shares)].person != person:
            openings.append(Opening(shares[which % len(shares)], person, at, DAY, 1007, new=False))
    return shares, openings


def above(tree: Tree, person: int) -> list[int]:
    """Everybody above a person, nearest first; longer than there are persons where they go round."""
    found: list[int] = []
    while person in tree.brought and len(found) < 20:
        person = tree.brought[person].share.person
        found.append(person)
    return found


@given(STEPS)
def test_the_tree_is_one(steps: list[tuple[bool, int, int, int]]) -> None:
    shares, openings = history(steps)
    tree = grown(shares, openings)
    everybody = {*tree.brought, *(one.share.person for one in tree.brought.values())}
    assert set(tree.levels) == everybody
    for person in everybody:
        line = above(tree, person)
        assert person not in line
        assert tree.levels[person] == len(line)
        assert tree.below.get(person, 0) == sum(person in above(tree, one) for one in everybody)
    first_share = {one.person: one.at for one in reversed(shares)}
    for opening in openings:
        if opening.person not in tree.brought:
            assert first_share[opening.person] <= opening.at, (
                "only who shared before was not brought"
            )
