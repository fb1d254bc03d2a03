"""The bounds that each kind of alarm holds a number against."""

from __future__ import annotations

import math

from minilens.measure.alarms.bands import BACK, Band
from minilens.measure.alarms.course import Bounds, Side

#: A number is back when it is so far, as a share of the bound, on the right side of it: none opens and closes by turns.
MARGIN = 0.05
#: What changed is back when the change is less than this share of what is allowed.
CALMER = 0.8
#: So many deviations of chance a change has to be as well, that few may not seem many.
CHANCE = 3.0


def of_band(band: Band, side: Side = "") -> Bounds:
    """That a number leaves its band; `side`: only on this one."""
    low, high = side != "high", side != "low"
    return Bounds(
        low=band.low if low else None, high=band.high if high else None,
        back_low=band.at(-BACK) if low else None, back_high=band.at(BACK) if high else None,
        far_low=band.far(-1) if low else None, far_high=band.far(1) if high else None,
    )  # fmt: skip


def of_threshold(value: float, side: Side) -> Bounds:
    """That a number is under (low) or over (high) another; one hour is enough."""
    margin = abs(value) * MARGIN
    if side == "low":
        return Bounds(low=value, back_low=value + margin, far_low=value)
    return Bounds(high=value, back_high=value - margin, far_high=value)


def of_change(usual: float, share: float, side: Side, *, counts: bool) -> Bounds | None:
    """That a number is at least this share (0.3: 30%) from what it was in the weeks before. None where those were 0."""
    if usual <= 0:
        return None
    chance = CHANCE * math.sqrt(usual + 1) if counts else 0.0
    away, back = max(usual * share, chance), max(usual * share * CALMER, chance * CALMER)
    low, high = side != "high", side != "low"
    return Bounds(
        low=usual - away if low else None, high=usual + away if high else None,
        back_low=usual - back if low else None, back_high=usual + back if high else None,
    )  # fmt: skip
