"""What was learned of the sources of an app, once a day: bands stand on days that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from minilens.measure.alarms.bands import WEEKS, Usual
from minilens.measure.alarms.series import series
from minilens.measure.alarms.slots import WEEK, Length
from minilens.measure.single_value import Ask, Source, grows
from minilens.period import Range

#: Days that are read: the weeks, and the one before the first of them, whose level is known by it.
DAYS = (WEEKS + 2) * WEEK


class Learned:
    """Of one app; not for several threads."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._known: dict[tuple[Source, Length], Usual] = {}

    def usual(
        self,
        sources: Sequence[Source],
        length: Length,
        today: date,
        first: date,
        timezone: str,
        ask: Ask,
    ) -> list[Usual]:
        """What each of them usually is; read where that day has not asked for it yet. `first`: the app's first whole
        day."""
        if self._day != today:
            self._day, self._known = today, {}
        new = [one for one in dict.fromkeys(sources) if (one, length) not in self._known]
        if new:
            yesterday = today - timedelta(days=1)
            over = Range(min(max(first, today - DAYS), yesterday), yesterday)
            found = series(new, over, length, timezone, ask)
            self._known |= {
                (one, length): Usual(numbers, length, grows(one), first)
                for one, numbers in zip(new, found, strict=True)
            }
        return [self._known[one, length] for one in sources]
