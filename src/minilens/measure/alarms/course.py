"""Whether a number is outside of its bounds for long enough to be worth a word, and back for long enough to be over.

Pure: the same hours give the same course, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from minilens.measure.alarms.slots import Length, Slot

Side = Literal["", "low", "high"]
#: So many hours or days in a row must be outside before it opens, and back before it is over.
EVIDENCE: dict[Length, int] = {"hour": 2, "day": 1}
CALM: dict[Length, int] = {"hour": 2, "day": 1}


@dataclass(frozen=True)
class Bounds:
    """What a number may be. Outside of `low` to `high` is out, None: no bound on that side; within `back_low` to
    `back_high` it is back. `far_low`, `far_high`: beyond these one hour is enough; None: it never is."""

    low: float | None = None
    high: float | None = None
    back_low: float | None = None
    back_high: float | None = None
    far_low: float | None = None
    far_high: float | None = None

    def side(self, value: float) -> Side:
        """On which side of them it is."""
        if self.low is not None and value < self.low:
            return "low"
        return "high" if self.high is not None and value > self.high else ""

    def far(self, value: float) -> bool:
        """Whether one is enough."""
        below = self.far_low is not None and value < self.far_low
        return below or (self.far_high is not None and value > self.far_high)

    def back(self, value: float) -> bool:
        """Whether it is well within."""
        below = self.back_low is not None and value < self.back_low
        return not below and not (self.back_high is not None and value > self.back_high)


@dataclass(frozen=True)
class Judged:
    """An hour or day beside its bounds; without them, as without a value, it is not judged. `running`: it is not over,
    and a count can only rise: too much is too much already, anything else is not said yet."""

    slot: Slot
    value: float | None
    bounds: Bounds | None
    running: bool = False


@dataclass(frozen=True)
class Course:
    """`open` since the slot `since`, on a side; `last`: the newest that was outside. Not open: `since` is None."""

    open: bool = False
    side: Side = ""
    since: Slot | None = None
    last: Slot | None = None


def course(judged: Iterable[Judged], length: Length, *, opened: bool = False) -> Course:
    """How it stands at the last of them, the oldest first; `opened`: it was open before the first."""
    now = Course(open=opened)
    streak: list[Slot] = []
    calm = 0
    for one in judged:
        if one.value is None or one.bounds is None:
            continue
        side = one.bounds.side(one.value)
        if one.running and side != "high":
            continue
        if side:
            streak, calm = [*streak, one.slot], 0
            if now.open:
                now = Course(True, now.side or side, now.since or one.slot, one.slot)
            elif len(streak) >= EVIDENCE[length] or one.bounds.far(one.value):
                now = Course(True, side, streak[0], one.slot)
            continue
        streak = []
        calm = calm + 1 if one.bounds.back(one.value) else 0
        if now.open and calm >= CALM[length]:
            now = Course()
    return now
