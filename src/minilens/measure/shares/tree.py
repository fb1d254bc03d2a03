"""The tree of shares: whom the first card that they opened brought, and who therefore stands above whom.

A person is brought by the first card of somebody else that they open, unless they have shared before: who shared first
and opened then is a root. So every step up the tree is a step back in time, and two who opened each other's cards
are no loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

GROUP_SCENES = frozenset({1008, 1044})


@dataclass(frozen=True)
class Share:
    """A card that was shared: by whom, when (ms), on which day, of which page. `session`: the one it was shared in, 0
    unknown; `origin`: where that came from, empty from nowhere, or where nobody asked."""

    card: str
    person: int
    at: int
    day: date
    page: str
    session: int = 0
    origin: str = ""


@dataclass(frozen=True)
class Opening:
    """A card that somebody else opened. `new`: on the day of that person's first visit ever."""

    share: Share
    person: int
    at: int
    day: date
    scene: int
    new: bool
    session: int = 0

    @property
    def in_group(self) -> bool:
        """Whether that was in a group chat."""
        return self.scene in GROUP_SCENES


@dataclass
class Tree:
    """`brought`: person → the opening that brought them, oldest first. `levels`: of all persons of the tree, 0 those
    whom nobody brought. `below`: how many persons stand under one, at any distance."""

    brought: dict[int, Opening] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)

    def under(self, person: int) -> list[int]:
        """Those who stand below one, at any distance."""
        found, waiting = [], list(self._directly.get(person, ()))
        while waiting:
            found.append(one := waiting.pop())
            waiting += self._directly.get(one, ())
        return found

    @cached_property
    def _directly(self) -> dict[int, list[int]]:
        """Person → whom they brought themselves."""
        found: dict[int, list[int]] = {}
        for one, opening in self.brought.items():
            found.setdefault(opening.share.person, []).append(one)
        return found


def grown(shares: Iterable[Share], openings: Iterable[Opening]) -> Tree:
    """The tree of these; `openings` are the oldest first."""
    shared: dict[int, int] = {}
    for one in shares:
        shared[one.person] = min(one.at, shared.get(one.person, one.at))
    tree = Tree()
    for opening in openings:
        early = opening.at < shared.get(opening.person, opening.at + 1)
        if early and opening.person not in tree.brought:
            tree.brought[opening.person] = opening
    for person, opening in tree.brought.items():  # whoever stands above was brought before
        above = tree.levels.setdefault(opening.share.person, 0)
        tree.levels[person] = above + 1
    for person, opening in reversed(tree.brought.items()):
        above = opening.share.person
        tree.below[above] = tree.below.get(above, 0) + 1 + tree.below.get(person, 0)
    return tree
