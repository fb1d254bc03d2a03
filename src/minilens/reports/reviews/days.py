"""The days that a review is of, and those that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from minilens.errors import Refused
from minilens.measure.pace import ONE_DAY, whole_period
from minilens.period import Range, buckets_before, floor, next_bucket, parse_day

ReviewGrain = Literal["week", "month"]
GRAINS: tuple[ReviewGrain, ...] = ("week", "month")
#: A week is reviewed from its Friday on, so many days after its first; a month when it is over.
FRIDAY = 4


@dataclass(frozen=True)
class Reviewed:
    """A week or month (`whole`), its days that are over (`over`), and as many of the one before; all of either where it
    is over."""

    grain: ReviewGrain
    whole: Range
    over: Range
    before: Range

    @property
    def ended(self) -> bool:
        """Whether all of its days are over."""
        return self.over == self.whole


def reviewed(grain: ReviewGrain, day: date, today: date) -> Reviewed | None:
    """That of the week or month in which a day lies; None where no day of it is over yet."""
    whole = whole_period(day, grain)
    last = min(whole.end, today - ONE_DAY)
    if last < whole.start:
        return None
    over, then = Range(whole.start, last), whole_period(whole.start - ONE_DAY, grain)
    if over == whole:
        return Reviewed(grain, whole, over, then)
    end = min(then.end, then.start + timedelta(days=over.days - 1))
    return Reviewed(grain, whole, over, Range(then.start, end))


def latest(grain: ReviewGrain, today: date) -> date:
    """The first day of the one that is to be reviewed now: of weeks this one from its Friday on, else the last."""
    if grain == "week":
        return floor(today - timedelta(days=FRIDAY), "week")
    return buckets_before(floor(today, "month"), "month", 1)


def first_of(grain: str, text: str, today: date) -> tuple[ReviewGrain, date]:
    """What an address says: week or month, and its first day; Refused, naming the part, where it is none or to come."""
    if grain not in GRAINS:
        raise Refused("unknown_choice", "grain", got=grain[:20])
    day = floor(parse_day(text, "day"), grain)
    if day > today:
        raise Refused("day_outside", "day", got=text)
    return grain, day


def after(grain: ReviewGrain, day: date) -> date:
    """The first day of the next one."""
    return next_bucket(day, grain)


def before(grain: ReviewGrain, day: date) -> date:
    """The first day of the one before."""
    return buckets_before(day, grain, 1)
