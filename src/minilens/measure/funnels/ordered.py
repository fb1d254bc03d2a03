"""Rows as numbers with columns beside them, and their one order: owner, time, place in the launch, arrival.

What of it a number can hold is sorted as one number; the few rows that it does not tell apart are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.events.sorting import dense
from minilens.measure.funnels.packed import Packing, Unpacked
from minilens.measure.funnels.rows import Whole

#: Spreads owners over parts, also those of few numbers: 2^16 by the golden ratio.
_SPREAD = np.uint16(0x9E37)


@dataclass(frozen=True)
class Told:
    """What the values of rows say: of each row its group, a place in `groups`, and the numbers of what it has for the
    ways in which properties are held, -1 where it has no value.
    """

    group: Whole
    groups: list[tuple[str, ...]]
    held: tuple[Whole, ...] = ()


@dataclass(frozen=True)
class Columns:
    """Rows in no order, a line a row.

    `key`: its number, as a packing says. `tie`: sorts rows that their numbers don't tell apart. `owner`: the launch or
    person that it counts for, None where numbers say so. `person`: whose it is, None where owners are persons. `told`:
    None where nothing is asked of values.
    """

    key: Whole
    tie: NDArray[Any]
    owner: NDArray[Any] | None = None
    person: Whole | None = None
    told: Told | None = None

    def parts(self, how: Packing, long: int) -> list[Whole]:
        """The places of parts of about so many rows, each with all rows of its owners; at least one."""
        count = min(-(-len(self.key) // long), 1 << 16)
        if count < 2:
            return [np.arange(len(self.key))]
        owner = self.key >> (how.for_kind + how.for_moment) if self.owner is None else self.owner
        spread = owner.astype(np.uint16) * _SPREAD
        part = (spread.astype(np.uint32) * np.uint32(count) >> np.uint32(16)).astype(np.uint16)
        order = np.argsort(part, kind="stable")  # of numbers so small it is quick
        ends = np.cumsum(np.bincount(part, minlength=count))
        return [some for some in np.split(order, ends[:-1]) if len(some)]

    def in_order(self, how: Packing, part: Whole) -> tuple[Whole, Unpacked, Whole | None]:
        """The places of these rows in their order; the rows, of which owners are numbers from 0 where they stand beside
        numbers; and of each such the owner.
        """
        key, owners = self.key[part], None
        moment = key >> how.for_kind
        if self.owner is not None:
            owner, owners = dense(self.owner[part])
            moment |= owner << how.for_moment
        order = np.argsort(moment)
        moment = moment[order]
        alike = moment[1:] == moment[:-1]
        again = np.flatnonzero(np.append(alike, False) | np.append(False, alike))
        if len(again):
            some = order[again]
            by = (*self._values(part[some]), how.kind(key[some]), self.tie[part[some]])
            order[again] = some[np.lexsort((*by, moment[again]))]
        return part[order], how.unpacked(moment, how.kind(key[order])), owners

    def _values(self, places: Whole) -> list[Whole]:
        return [one[places] for one in (*self.told.held, self.told.group)] if self.told else []
