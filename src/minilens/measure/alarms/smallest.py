"""The smallest fault that a band shows within its hour: what is nearer may be chance, and is not said so soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.alarms.bands import Band, Usual
from minilens.measure.alarms.bounds import of_band
from minilens.measure.alarms.course import EVIDENCE, Side
from minilens.measure.alarms.slots import Slot

#: Days ahead whose hours are looked at: each of the week once.
DAYS = 7


@dataclass(frozen=True)
class Smallest:
    """Of an hour or day. `middle`: what is usual in it. Below `low` or above `high` an alarm opens at once; `low` None:
    not even nothing is far enough, `high` None: that side is not watched. `falls`: whether falls are watched."""

    slot: Slot
    middle: float
    low: float | None
    high: float | None
    falls: bool


def smallest(usual: Usual, today: date, side: Side = "") -> tuple[Smallest, Smallest] | None:
    """Of the busiest of the hours (or days) of a week from this day on, and of the median one of those that usually
    have any; None where nothing is usual yet."""
    hours = range(24) if usual.length == "hour" else range(1)
    slots = [Slot(today + timedelta(days=n), hour) for n in range(DAYS) for hour in hours]
    found = [(band, slot) for slot in slots if (band := usual.band(slot)) and band.middle > 0]
    found.sort(key=lambda one: (one[0].middle, one[1]))
    if not found:
        return None
    some = (found[-1], found[len(found) // 2])
    first, second = (_of(band, slot, side, usual) for band, slot in some)
    return first, second


def _of(band: Band, slot: Slot, side: Side, usual: Usual) -> Smallest:
    bounds = of_band(band, side)
    once = EVIDENCE[usual.length] == 1
    low = bounds.low if once else bounds.far_low
    if low is not None and low <= 0 <= usual.least:
        low = None
    high = bounds.high if once else bounds.far_high
    return Smallest(slot, band.middle, low, high, side != "high")
