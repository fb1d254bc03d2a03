"""Questions about who was active in which period, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from minilens.measure.events.query import EventsQuery
from minilens.measure.prepared import AsOf
from minilens.period import HOUR, Range, buckets_later, whole

#: What a question may have at most: periods of its range, cells of a cohort, and how far behind it they may lie.
MOST_PERIODS, MOST_CELLS, MOST_LATER = 400, 100, 400

#: Keys of rows that say how many periods later, and where the period of the row begins.
LATER_NAMES = ("hours_later", "days_later", "weeks_later", "months_later")
FIRST_NAMES = ("day", "moment")
#: The length of a period, in the app's zone.
Unit = Literal["hour", "day", "week", "month"]
#: The day on which a week begins.
WeekStart = Literal["monday", "sunday"]
#: Which start puts a person into a cohort: the first ever of those asked for; the first ever of that event, if it is
#: one of those asked for; the first in the range; or the first in each period.
Entry = Literal["first", "first_event", "first_in_range", "each"]
#: Whether a cell asks for a return in its periods, in them or any later one, by their end, or in each up to them.
Mode = Literal["on", "on_or_after", "on_or_before", "streak"]
#: Cells are periods of the calendar; or as many hours, counted from each person's own start.
Blocks = Literal["calendar", "from_start"]
#: A rate is of the cohort; or of those who returned in the cell before.
RateOf = Literal["cohort", "cell_before"]
#: All cohorts together: each person alike, or each cohort alike.
Mean = Literal["weighted", "simple"]
ShowRetention = Literal["cohorts", "curve"]
#: Active periods are counted over the whole range, or over each week or month of it.
Per = Literal["range", "week", "month"]
ShowStickiness = Literal["distribution", "ratio"]
#: Who is new: whose first event of those asked for it is, or whose first activity of any kind.
New = Literal["event", "any"]
#: Milliseconds of a period that is counted from a person's own start.
LENGTHS: dict[Unit, int] = {"hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}


@dataclass(frozen=True)
class Cell:
    """Periods behind that of the start: from the `first` to the `last` of them, 0 being the start's own."""

    first: int
    last: int

    @property
    def text(self) -> str:
        """As people write it: 7, 1-3."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Due:
    """When a cell begins for the first of its cohort, and from when on it is over for the last: both are days, or both
    moments."""

    start: date
    after: date

    def begun(self, as_of: AsOf) -> bool:
        """Whether anything of it is known."""
        return begun(self.start, as_of)

    def over(self, as_of: AsOf) -> bool:
        """Whether all of it is known."""
        return begun(self.after, as_of)


def begun(first: date, as_of: AsOf) -> bool:
    """Whether the period that begins on a day, or at a moment, has begun."""
    return first <= (as_of.as_of if isinstance(first, datetime) else as_of.today)


def is_first(first: date, keys: Mapping[str, object]) -> bool:
    """Whether the period that begins there is that of a row; of one that names none each is."""
    named = [keys[name] for name in FIRST_NAMES if keys.get(name) is not None]
    return named in ([], [first.isoformat()])


def _moved(over: Range, by: timedelta) -> Range:
    return Range(over.start + by, over.end + by)


@dataclass(frozen=True)
class ActivityQuery:
    """What these questions have in common.

    `rows` says which rows there are: its first event is the one that starts or that is counted, what its others are
    each question says; an event without names is any activity. `unit`: the length of a period. `at_least`: so many
    events in a period make a return, or make it an active one. `week_start` makes a difference to weeks alone.
    """

    rows: EventsQuery
    unit: Unit = "day"
    at_least: int = 1
    week_start: WeekStart = "monday"

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.rows.app

    @cached_property
    def periods(self) -> tuple[date, ...]:
        """The first day of each period that the range touches; of hours the first moment, in the app's zone."""
        if self.unit == "hour":
            zone = ZoneInfo(self.rows.timezone)
            return tuple(one.astimezone(zone) for one in self.rows.range.hours(self.rows.timezone))
        over = _moved(self.rows.range, self.before_monday)
        return tuple(one - self.before_monday for one in over.buckets(self.unit))

    @property
    def days(self) -> Range:
        """The range made wider to whole periods."""
        over = _moved(self.rows.range, self.before_monday)
        return _moved(whole(over, self.unit), -self.before_monday)

    @property
    def before_monday(self) -> timedelta:
        """How long before a Monday the weeks begin: so much later all days are as if they began on it."""
        return timedelta(days=self.unit == "week" and self.week_start == "sunday")

    def later(self, first: date, count: int) -> date:
        """Where the period begins that lies so many behind the one that begins there."""
        if isinstance(first, datetime):
            zone = ZoneInfo(self.rows.timezone)
            utc = first.astimezone(ZoneInfo("UTC"))
            return (utc + count * HOUR).astimezone(zone)
        return buckets_later(first, self.unit, count)


@dataclass(frozen=True)
class ReturnsQuery(ActivityQuery):
    """Of the persons who start in each period of the range, those who return.

    The second event of `rows` is the return, unless it is the first as well (`same`); where `entry` is first_event, the
    last one is the start without its conditions. `brackets`: cells are of several periods and named by both ends, which
    only the mode `on` has. With `value` the figures have what a number of the returns comes to (the only measure of
    `rows`). Groups are told apart by the first start in the range.
    """

    cells: tuple[Cell, ...] = ()
    entry: Entry = "first"
    mode: Mode = "on"
    same: bool = False
    value: bool = False
    brackets: bool = False
    show: ShowRetention = "cohorts"
    blocks: Blocks = "calendar"
    rate_of: RateOf = "cohort"
    mean: Mean = "weighted"

    @property
    def reach(self) -> int:
        """How many periods behind the last start a return may count; all there are where no end is set."""
        return max(cell.last for cell in self.cells)

    def cell(self, keys: Mapping[str, object]) -> Cell | None:
        """The cell that the keys of a row name; None where they name none."""
        said = next((value for name, value in keys.items() if name in LATER_NAMES), None)
        text = str(int(said)) if isinstance(said, float) else str(said)
        named = {one.text if self.brackets else str(one.first): one for one in self.cells}
        return named.get(text)

    def due(self, first: date, cell: Cell) -> Due:
        """When a cell of the cohort that begins there begins and is over: from a person's own start on, the last of the
        cohort is a whole period behind the first."""
        last = cell.last + 1 + (self.blocks == "from_start")
        return Due(self.later(first, cell.first), self.later(first, last))

    @property
    def end(self) -> date:
        """The last day of which returns count, where there is an end."""
        after = self.due(self.periods[-1], Cell(0, self.reach)).after
        return after.date() if isinstance(after, datetime) else after - timedelta(days=1)


@dataclass(frozen=True)
class StickinessQuery(ActivityQuery):
    """How many persons were active in exactly so many periods of the range, or of each week or month (`per`).

    `show` ratio: instead of these, of each day its persons beside those of the 7 and the 30 days that end with it.
    `every`: so many of the unit together are a period, from the first of the range on; the last one may be shorter.
    `at_most`: with more events in a period it is none of theirs; 0: with any number.
    """

    per: Per = "range"
    show: ShowStickiness = "distribution"
    every: int = 1
    at_most: int = 0

    @property
    def periods(self) -> tuple[date, ...]:
        """Where each of them begins."""
        return super().periods[:: self.every]


@dataclass(frozen=True)
class LifecycleQuery(ActivityQuery):
    """Of each period who is new, returning, resurrected or dormant. `new_by` any: `rows` has any activity as its second
    event."""

    new_by: New = "event"
