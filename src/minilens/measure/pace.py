"""Where a number is in a period that is not over, and the end that its present pace leads to.

What adds up is taken on as the periods before went on from the same day: a shop that sells most at weekends is not
behind on a Friday. What does not add up, a share or a mean, ends where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.single_value import Ask, SingleValue, Source, grows, single_value
from minilens.period import Grain, Range, floor, next_bucket

#: So many periods before say how one goes on.
PERIODS = 3
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pace:
    """A number in a period. `now`: of its days up to today, this one included. `end`: what it comes to by the last day
    if it goes on so; None where that is not known, as on the first day. `periods`: so many before it said how it goes
    on; 0: evenly, or it is over, or it does not add up.
    """

    now: SingleValue
    end: float | None
    periods: int = 0


def whole_period(day: date, grain: Grain) -> Range:
    """The week or month that a day lies in."""
    first = floor(day, grain)
    return Range(first, next_bucket(first, grain) - ONE_DAY)


def pace(
    source: Source, grain: Grain, ask: Ask, today: date, first_day: date | None = None, at: date | None = None
) -> Pace:  # fmt: skip
    """That of the week or month of a day (`at`; today unless given), none after today's. `first_day`: that of the app's
    first event, before which no period can say anything."""
    over = whole_period(at or today, grain)
    now = single_value(source, Range(over.start, min(over.end, today)), ask, today)
    if over.end < today or not grows(source):
        return Pace(now, now.value)
    done = Range(over.start, today - ONE_DAY) if over.start < today else None
    if done is None or now.value is None:
        return Pace(now, None)
    value = single_value(source, done, ask, today).value or 0
    earlier = _earlier(over, grain, first_day)
    parts = [_number(source, _begun(one, done.days), ask, today) for one in earlier]
    if not sum(parts) > 0:
        return Pace(now, max(value * over.days / done.days, now.value))
    wholes = [_number(source, one, ask, today) for one in earlier]
    return Pace(now, max(value * sum(wholes) / sum(parts), now.value), len(earlier))


def _earlier(over: Range, grain: Grain, first_day: date | None) -> list[Range]:
    """The periods before that the app has seen whole, the newest first."""
    found: list[Range] = []
    while len(found) < PERIODS:
        over = whole_period(over.start - ONE_DAY, grain)
        if first_day is None or over.start < first_day:
            break
        found.append(over)
    return found


def _begun(over: Range, days: int) -> Range:
    """So many of its first days; of a shorter one all."""
    return Range(over.start, min(over.end, over.start + timedelta(days=days - 1)))


def _number(source: Source, over: Range, ask: Ask, today: date) -> float:
    return single_value(source, over, ask, today).value or 0
