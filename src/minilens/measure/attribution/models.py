"""How each model weighs the touches of a conversion, and how an amount is handed out by weights.

Weights are whole numbers, and amounts whole millionths: touch after touch gets what the weights so far come to, rounded
down, less what was given before. So each conversion hands out exactly what it is, and no touch is a millionth off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minilens.measure.attribution.entries import Whole
from minilens.measure.attribution.query import AttributionQuery, Model
from minilens.measure.attribution.touch import DIRECT
from minilens.measure.attribution.touches import Pairs, Touches

#: The heaviest weight: ten thousand of them and an amount's remainder fit into 64 bits.
HEAVIEST = 1 << 15
Weighs = Callable[[AttributionQuery, Touches, Pairs], Whole]


def _first(_query: AttributionQuery, _touches: Touches, pairs: Pairs) -> Whole:
    return whole(pairs.place == 0)


def _last(_query: AttributionQuery, _touches: Touches, pairs: Pairs) -> Whole:
    return whole(pairs.last)


def _last_non_direct(_query: AttributionQuery, touches: Touches, pairs: Pairs) -> Whole:
    """The last one that something brought; the last one where all are direct."""
    if not len(pairs.entry):
        return np.zeros(0, np.int64)
    sourced = touches.kind[pairs.touch] != DIRECT
    wanted = np.maximum.reduceat(np.where(sourced, pairs.place, -1), pairs.begins)
    wanted = np.repeat(wanted, pairs.counts)
    wanted = np.where(wanted < 0, pairs.count - 1, wanted)
    return whole(pairs.place == wanted)


def _linear(_query: AttributionQuery, _touches: Touches, pairs: Pairs) -> Whole:
    return np.ones(len(pairs.entry), np.int64)


def _position(_query: AttributionQuery, _touches: Touches, pairs: Pairs) -> Whole:
    """40 % to the first and to the last, 20 % to all between; of two half each."""
    edge = (pairs.place == 0) | pairs.last
    return np.where(edge & (pairs.count > 2), 2 * (pairs.count - 2), 1)


def _time_decay(query: AttributionQuery, touches: Touches, pairs: Pairs) -> Whole:
    """Half as much for each half-life that a touch lies before the last one."""
    if not len(pairs.entry):
        return np.zeros(0, np.int64)
    at = touches.at[pairs.touch]
    newest = np.repeat(at[pairs.begins + pairs.counts - 1], pairs.counts)
    return whole(np.rint(HEAVIEST * np.exp2((at - newest) / query.half_life)))


#: Model → what weighs its touches; data_driven is weighed by `shapley`.
WEIGHTS: Mapping[Model, Weighs] = {
    "first": _first,
    "last": _last,
    "last_non_direct": _last_non_direct,
    "linear": _linear,
    "position": _position,
    "time_decay": _time_decay,
}


#: Models that give all of it to one touch.
OF_ONE: frozenset[Model] = frozenset({"first", "last", "last_non_direct"})


def whole(some: Any) -> Whole:
    """As whole numbers."""
    return np.asarray(some, np.int64)


def handed_out(amount: Whole, weight: Whole, pairs: Pairs) -> Whole:
    """What each touch gets of the amount of its entry, in millionths; `amount` is of each entry. Those of an entry sum
    to its amount. Some touch of each entry weighs more than nothing."""
    if not len(weight):
        return np.zeros(0, np.int64)
    begins, counts = pairs.begins, pairs.counts
    so_far = np.cumsum(weight)
    up_to = so_far - np.repeat(so_far[begins] - weight[begins], counts)
    total = np.add.reduceat(weight, begins)
    quotient, rest = np.divmod(amount[pairs.entry[begins]], total)
    given = np.repeat(quotient, counts) * up_to
    if rest.any():
        part = np.repeat(rest, counts) * up_to  # below nothing is none of these
        given += (part.view(np.uint64) // np.repeat(total, counts).view(np.uint64)).view(np.int64)
    earlier = np.empty_like(given)
    earlier[1:] = given[:-1]
    earlier[begins] = 0
    return whole(given - earlier)
