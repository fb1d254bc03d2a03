"""The data driven model: Shapley values of groups of touches, learned from who converted and who did not.

Persons with exactly a set S of groups convert at a rate r(S): conversions with these groups before them, of these and
of those who had a touch in the range, the same groups, and did not convert. A conversion that had the set M is a game
of its groups, in which a coalition S is worth r(S), and no touch at all nothing. Each group gets its Shapley value:
what it adds to the rate, on the average over all orders in which the groups of M may join. What lowers the rate gets
nothing, and where nothing raises it all groups get the same; the rest is scaled so that the conversion is handed out
whole. A group's share is that of its last touch.

The ten groups with the most conversions are players of their own; all others together are one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minilens.measure.attribution.entries import Whole
from minilens.measure.attribution.models import HEAVIEST
from minilens.measure.attribution.touches import Journeys, Pairs

Numbers = NDArray[np.float64]
#: Groups that are players of their own.
MOST_PLAYERS = 10
#: What differs from nothing by no more is a matter of rounding.
_NOTHING = 1e-12


class Game:
    """The players of some journeys, and what each is worth in each set of them."""

    def __init__(self, journeys: Journeys, players: Sequence[int]) -> None:
        """`players`: groups that play for themselves, the first ones in order of size."""
        self._player = np.full(len(journeys.touches.groups), len(players), np.int64)
        self._player[list(players)] = np.arange(len(players))
        self.size = len(players) + 1
        self._journeys = journeys
        self.worth: Numbers = np.zeros((self.size, 1 << self.size))

    def learn(self, without: Sequence[tuple[int, int]]) -> None:
        """`without`: of those who did not convert how many had each set."""
        sets = 1 << self.size
        converted = np.zeros(sets)
        for some, pairs in self._journeys.parts():
            own = ~self._journeys.entries.refund[some]
            mask = self.masks(pairs, len(own))[own]
            converted += np.bincount(mask, minlength=sets)
        others = np.zeros(sets)
        for told, count in without:
            others[told] += count
        converted[0] = 0
        rate = np.divide(converted, converted + others, out=np.zeros(sets), where=converted > 0)
        self.worth = shapley(rate, self.size)

    def masks(self, pairs: Pairs, entries: int) -> Whole:
        """The set that each entry has, a bit a player."""
        found = np.zeros(entries, np.int64)
        np.bitwise_or.at(found, pairs.entry, np.int64(1) << self.players(pairs))
        return found

    def players(self, pairs: Pairs) -> Whole:
        """The player that each touch is of."""
        return self._player[self._journeys.touches.group[pairs.touch]]

    def weights(self, pairs: Pairs, entries: int) -> Whole:
        """What each touch weighs: the last one of a player what the player is worth."""
        if not len(pairs.entry):
            return np.zeros(0, np.int64)
        player = self.players(pairs)
        # the last of each player of each entry: the first one from behind
        key = pairs.entry * self.size + player
        place = len(key) - 1 - np.unique(key[::-1], return_index=True)[1]
        mask = self.masks(pairs, entries)[pairs.entry[place]]
        worth = self.worth[player[place], mask]
        worth = np.where(worth > _NOTHING, worth, 0)
        most = np.zeros(entries)
        np.maximum.at(most, pairs.entry[place], worth)
        most = most[pairs.entry[place]]
        part = np.divide(worth, most, out=np.ones(len(worth)), where=most > 0)
        found = np.zeros(len(key), np.int64)
        found[place] = np.rint(part * HEAVIEST).astype(np.int64)
        return found


def shapley(rate: Numbers, size: int) -> Numbers:
    """Of each player (row) its value in the game of each set (column, a bit a player) that it is in; `rate` of a set is
    what the set is worth.

    By dividends: d(T) = the sum over S in T of (-1)^|T-S| r(S); the value of a player in M is the sum over T in M that
    has it of d(T) / |T|.
    """
    sets = np.arange(1 << size)
    dividend = rate.astype(np.float64).copy()
    for n in range(size):
        has = (sets >> n) & 1 == 1
        dividend[has] -= dividend[sets[has] ^ (1 << n)]
    members = np.array([int(one).bit_count() for one in sets])
    each = np.divide(dividend, members, out=np.zeros(len(sets)), where=members > 0)
    values = np.zeros((size, len(sets)))
    for player in range(size):
        here = np.where((sets >> player) & 1 == 1, each, 0.0)
        for n in range(size):
            has = (sets >> n) & 1 == 1
            here[has] += here[sets[has] ^ (1 << n)]
        values[player] = here
    return values
