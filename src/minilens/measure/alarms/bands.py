"""What a number usually is in an hour of the week, learned from the weeks before.

The middle is the median of the same weekday and hour of the last eight weeks, each brought to the level of now: what
was counted on the median day of the seven before it, so that an app that grows does not leave its band, and a day on
which everything stood still does not move it. How far from its middle an hour usually is, is learned of all weeks that
are known, by the hour of the day together with the hours beside it, so that two hundred of them speak: eight would as
often say too little as too much. What adds up is looked at by its root, of which chance is the same wherever it lies:
nothing at all where 46 are usual is further away than 92.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import median

from minilens.measure.alarms.slots import Length, Series, Slot

#: Weeks that are looked at, and how many of them there have to be.
WEEKS, LEAST_WEEKS = 8, 4
#: A band is so many deviations wide on either side; what was outside is back within so many.
WIDTH, BACK = 3.2, 2.0
#: Further than this away nothing is waited for.
FAR = 3.6
#: A share or a mean that never moved may move by so much of itself.
LEAST_SPREAD = 0.02
#: Of how many hours that were held against their middle a deviation can be told; with fewer, by the weeks alone.
ENOUGH = 20
#: Four of five are nearer than this, of what is spread as chance does; nearer ones say nothing of the width, and the
#: farthest may be faults.
_MOST, _MOST_ARE_WITHIN = 0.8, 1.2816
#: What a median absolute deviation is multiplied with to be a standard deviation; for few values it is too small.
_MAD = 1.4826
_FEW = {4: 1.36, 5: 1.21, 6: 1.20, 7: 1.14, 8: 1.13}
#: Days whose median is the level, and how many of them there have to be; the most that it changes a number by.
_LEVEL_DAYS, _LEAST_LEVEL_DAYS, _MOST_CHANGE = 7, 4, 4.0
#: Weeks before (those after: less than 0), the nearest ones first.
_NEAREST = [side * weeks for weeks in range(1, WEEKS + 2) for side in (1, -1)]
#: Of a root of few; see Anscombe's transformation.
_ROOT = 3 / 8
#: Amounts of an hour that always has some are taken to be made of so many, until it is known of how many.
_MANY = 400
#: Per cent of quiet hours that are looked at: those with the most may be faults.
_SOME = 95


@dataclass(frozen=True)
class Scale:
    """Where deviations are told. `unit`: what adds up is made of such pieces, and is looked at by the root of their
    number; 0: what does not is as it is."""

    unit: float

    def of(self, value: float) -> float:
        """A number on it; on that of counts, chance alone makes a deviation of 1."""
        return 2 * math.sqrt(max(0.0, value) / self.unit + _ROOT) if self.unit else value

    def back(self, told: float) -> float:
        """The number that stands there; of counts never less than 0."""
        if not self.unit:
            return told
        return max(0.0, (max(0.0, told) / 2) ** 2 - _ROOT) * self.unit


@dataclass(frozen=True)
class Band:
    """From `low` to `high` is usual, `middle` most so. `centre` and `deviation` stand on the scale. `weeks`: so many
    spoke."""

    scale: Scale
    centre: float
    deviation: float
    weeks: int

    @property
    def middle(self) -> float:
        """The median."""
        return self.at(0.0)

    @property
    def low(self) -> float:
        """What is below is unusual; of counts never less than 0."""
        return self.at(-WIDTH)

    @property
    def high(self) -> float:
        """What is above is unusual."""
        return self.at(WIDTH)

    def at(self, deviations: float) -> float:
        """What lies so many deviations from the middle."""
        return self.scale.back(self.centre + deviations * self.deviation)

    def far(self, side: int) -> float | None:
        """What is far outside, below (-1) or above (1); None where nothing can be, as below of few."""
        told = self.centre + side * FAR * self.deviation
        least = self.scale.of(0.0)
        return None if self.scale.unit and told <= least else self.scale.back(told)


@dataclass(frozen=True)
class Usual:
    """What a series usually is. `counts`: its numbers add up, as visits do and shares do not; `first`: the first whole
    day of the app, before which nothing is 0 but unknown."""

    series: Series
    length: Length
    counts: bool
    first: date

    def band(self, slot: Slot) -> Band | None:
        """That of an hour or day, of which the series need not say anything; None where too few weeks have it."""
        told = [self._scale.of(one) for one in self._samples(slot)]
        if len(told) < LEAST_WEEKS:
            return None
        chance = 1.0 if self.counts else LEAST_SPREAD * abs(median(told))
        spread = max(chance, self._spread(slot.hour, told))
        if not spread:  # always nothing: anything at all would be unusual
            return None
        return Band(self._scale, median(told), spread, len(told))

    @cached_property
    def least(self) -> float:
        """The least that it ever was; 0 of nothing."""
        return min((one for one in self.series.values() if one is not None), default=0.0)

    def weeks(self, slot: Slot) -> int:
        """How many weeks there are yet to learn from, at most those that are needed."""
        return min(LEAST_WEEKS, max(0, (slot.day - self.first).days // 7))

    def _samples(self, slot: Slot) -> Iterator[float]:
        for weeks in range(1, WEEKS + 1):
            before = slot.weeks_before(weeks)
            value = self.series.get(before)
            if value is not None and before.day >= self.first:
                yield value * self._raised(slot.day, before.day)

    def _raised(self, day: date, before: date) -> float:
        """What a number of an earlier day is multiplied with to be of the level of this one."""
        if not self.counts:
            return 1.0
        now, then = self._level(day), self._level(before)
        if not now or not then:
            return 1.0
        return min(_MOST_CHANGE, max(1 / _MOST_CHANGE, now / then))

    @cached_property
    def _days(self) -> dict[date, float]:
        found: dict[date, float] = {}
        for slot, value in self.series.items():
            if value is not None and slot.day >= self.first:
                found[slot.day] = found.get(slot.day, 0.0) + value
        return found

    @cached_property
    def _levels(self) -> dict[date, float | None]:
        return {}

    def _level(self, day: date) -> float | None:
        """The median of the seven days before; None of fewer than four."""
        if day not in self._levels:
            days = (day - timedelta(days=n) for n in range(1, _LEVEL_DAYS + 1))
            known = [self._days[one] for one in days if one in self._days]
            self._levels[day] = median(known) if len(known) >= _LEAST_LEVEL_DAYS else None
        return self._levels[day]

    @cached_property
    def _scale(self) -> Scale:
        """What adds up is made of pieces, as large as they have to be for chance to bring the hours that have much as
        far from their middle as they are: a visit of several pages is one, and so is an order of some size."""
        if not self.counts:
            return Scale(0.0)
        guess = Scale(self._guess)
        much = median([one for one in self._middles.values() if one > 0] or [math.inf])
        away = [
            abs(guess.of(self.series[slot] or 0.0) - guess.of(middle))
            for slot, middle in self._middles.items()
            if middle >= much
        ]
        if len(away) < ENOUGH:
            return guess
        return Scale(self._guess * max(1.0, _deviation(away) ** 2))

    @cached_property
    def _guess(self) -> float:
        """What a piece may be: of whole numbers one, of amounts what few have in hours that usually have none."""
        values = [abs(one) for one in self.series.values() if one]
        if all(one.is_integer() for one in map(float, values)):
            return 1.0
        few = [abs(self.series[slot] or 0.0) for slot, one in self._middles.items() if one == 0]
        few = sorted(filter(None, few))
        return _piece(few[: max(1, len(few) * _SOME // 100)] or [median(values) / _MANY])

    @cached_property
    def _middles(self) -> dict[Slot, float]:
        """What each known hour should have been, by the other weeks, those after it among them: so an app of four
        weeks has as many as one of ten."""
        found = {}
        for slot, value in self.series.items():
            others = self._others(slot) if value is not None and slot.day >= self.first else []
            if len(others) >= LEAST_WEEKS - 1:
                found[slot] = median(others)
        return found

    def _others(self, slot: Slot) -> list[float]:
        """The same hour of the nearest other weeks, at the level of this one."""
        found: list[float] = []
        for weeks in _NEAREST:
            other = slot.weeks_before(weeks)
            value = self.series.get(other)
            if value is not None and other.day >= self.first and len(found) < WEEKS:
                found.append(value * self._raised(slot.day, other.day))
        return found

    @cached_property
    def _aways(self) -> dict[int, list[float]]:
        """Hour of the day → how far from its middle it was, each day."""
        found: dict[int, list[float]] = {}
        for slot, middle in self._middles.items():
            away = self._scale.of(self.series[slot] or 0.0) - self._scale.of(middle)
            found.setdefault(slot.hour, []).append(abs(away))
        return found

    def _spread(self, hour: int, told: list[float]) -> float:
        """The deviation at an hour of the day, with the hours beside it; of a young app that of these weeks."""
        if hour not in self._spreads:
            beside = {(hour + n) % 24 for n in (-1, 0, 1)}
            away = [one for each in beside for one in self._aways.get(each, ())]
            self._spreads[hour] = _deviation(away) if len(away) >= ENOUGH else None
        known = self._spreads[hour]
        if known is None:
            middle = median(told)
            return _MAD * _FEW[len(told)] * median(abs(one - middle) for one in told)
        return known

    @cached_property
    def _spreads(self) -> dict[int, float | None]:
        return {}


def _piece(some: list[float]) -> float:
    """The mean of these, each weighing as much as it is: what chance does to a sum of such."""
    return sum(one * one for one in some) / sum(some)


def _deviation(away: list[float]) -> float:
    """The standard deviation of what is so far from its middle, as four of five say it."""
    return sorted(away)[int(_MOST * (len(away) - 1))] / _MOST_ARE_WITHIN
