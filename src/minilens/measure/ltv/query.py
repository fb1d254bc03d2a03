"""Questions about the value of persons over their lifetime, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from minilens.measure.events.operand import Operand
from minilens.measure.events.query import EventsQuery
from minilens.period import Grain, Range, next_bucket, whole

#: Days behind a person's first up to which money is added up, and how many such cells a question may have.
MOST_DAYS, MOST_CELLS, MOST_COHORTS = 1096, 40, 400
#: Days within which persons come back, as the list of cohorts tells it.
RETURNS = (7, 14, 30)
#: What has the key of one so many days before, to the millisecond, is the same told again.
TOLD_AGAIN = 90
#: The triangle (cohorts by days later), the list of cohorts up to now, or the curve of all cohorts together.
Show = Literal["triangle", "cohorts", "curve"]
#: Places of the events of a question, and of what the margin is made of among its measures.
REVENUE, REFUND, MARGIN = 0, 1, 2
#: Dimension of a first touch → what costs call the same.
OF_COSTS = {
    "source": "source",
    "campaign": "campaign",
    "placement": "ad_set",
    "material": "creative",
}


_EPOCH = date(1970, 1, 1)


def since_1970(day: date) -> int:
    """A day as columns have it."""
    return (day - _EPOCH).days


@dataclass(frozen=True)
class Margin:
    """What part of an amount is margin: `rate` of it; by the values of a property (`rates`, `rate` of all others); or
    the number in a property (`given`). What these are of is the last measure of the rows."""

    rate: float = 0
    rates: tuple[tuple[str, float], ...] = ()
    given: bool = False


@dataclass(frozen=True)
class Spend:
    """What advertising cost on a day, in millionths. `names`: source, campaign, ad_set, creative → its name."""

    day: date
    names: tuple[tuple[str, str], ...]
    currency: str
    millionths: int


@dataclass(frozen=True)
class LtvQuery:
    """Of the persons who come for the first time in each period of the range, what they have paid since.

    `rows` says which events these are: revenue, refunds, then the first event where one is named (`entry`; else the
    first visit ever), then the return where one is named (`back`; else a visit). Its first two measures add up the
    amounts of the first two events; its groups are of the first touch, or of the first event.
    `unit`: the length of a cohort. `cells`: up to so many days behind a person's own first day money is added up.
    `currency`: amounts in another one are left out; None: that of the most orders. `margin`: with it the figures have
    margins, beside what advertising cost (`spend`, which the app knows). `key`: what tells orders apart, of which one
    that is told again counts once, and `refund_key` the same of refunds; both are figures of the rows, too.
    """

    rows: EventsQuery
    entry: bool = False
    back: bool = False
    unit: Grain = "week"
    cells: tuple[int, ...] = (0, 7, 14, 30, 60, 90)
    show: Show = "cohorts"
    currency: str | None = None
    margin: Margin | None = None
    key: Operand | None = None
    refund_key: Operand | None = None
    spend: tuple[Spend, ...] = ()

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.rows.app

    @property
    def days(self) -> Range:
        """The range made wider to whole periods."""
        return whole(self.rows.range, self.unit)

    @property
    def keys(self) -> tuple[Operand | None, Operand | None]:
        """What tells orders apart, and refunds."""
        return (self.key, self.refund_key)

    @property
    def cohorts(self) -> tuple[date, ...]:
        """The first day of each cohort."""
        return tuple(self.rows.range.buckets(self.unit))

    def last_day(self, first: date) -> date:
        """The last day on which a person enters the cohort that begins there."""
        return next_bucket(first, self.unit) - timedelta(days=1)

    def is_due(self, first: date, later: int, today: date) -> bool:
        """Whether so many days are over for every person of a cohort."""
        return self.last_day(first) + timedelta(days=later) < today

    def money(self, end: date) -> EventsQuery:
        """The events that are paid, up to a day; where keys tell them apart, with those that may have come first."""
        start = self.days.start - timedelta(days=TOLD_AGAIN if any(self.keys) else 0)
        over = Range(start, max(end, self.days.start))
        return replace(self.rows, events=self.rows.events[:2], groups=(), range=over)

    def first(self, start: date) -> EventsQuery:
        """The events that persons enter with, from a day on; only where one is named."""
        over = Range(start, self.days.end)
        return replace(self.rows, events=self.rows.events[2:3], measures=(), range=over)

    def returns(self, end: date) -> EventsQuery:
        """The events that are returns, up to a day; only where one is named."""
        over = Range(self.days.start, max(end, self.days.start))
        return replace(self.rows, events=self.rows.events[-1:], measures=(), groups=(), range=over)
