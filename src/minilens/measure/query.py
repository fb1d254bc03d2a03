"""A question, as a value: what is asked, over which days or moments, told apart by what, compared with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Filters, is_about
from minilens.measure.measures import Measure
from minilens.measure.span import Span, Step
from minilens.period import Grain, Range

#: So many rows of a list are all of it: what a sheet can hold.
ALL_ROWS = 1_000_000

Traffic = Literal["release", "trial", "develop", "preview", "robot"]
TRAFFIC: tuple[Traffic, ...] = ("release", "trial", "develop", "preview", "robot")
#: What of the measure `sort` orders rows: its value, or how it changed against the other range.
SortBy = Literal["value", "change", "change_rate"]
SORTS_BY: tuple[SortBy, ...] = ("value", "change", "change_rate")
#: What rows of a trend may be long; of moments so many minutes as their step has.
Bucket = Grain | Literal["minutes"]


@dataclass(frozen=True)
class Moments:
    """What happened between two moments, and between two others: counted from the events, seconds after them.

    `step`: the minutes of a row. `now` is when it is asked: rows after it are unknown.
    """

    span: Span
    now: datetime
    step: Step = 30
    compare: Span | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is counted: the span, and the other one."""
        return (self.span,) if self.compare is None else (self.span, self.compare)

    @property
    def running(self) -> bool:
        """Whether the span is not over."""
        return self.span.start <= self.now < self.span.end

    @property
    def counted(self) -> tuple[Span, ...]:
        """The spans as lists count them: up to the bucket that is running, of the other one up to the same hour.

        Phones whose clock is a little fast are in the running bucket.
        """
        if not self.running:
            return self.spans
        passed = self.now.astimezone(UTC) - self.span.start
        width = timedelta(minutes=self.step)
        shown = Span(self.span.start, self.span.start + (passed // width + 1) * width)
        until = max(passed, timedelta(milliseconds=1))
        return (shown, *(Span(o.start, o.start + until) for o in self.spans[1:]))


@dataclass(frozen=True)
class Query:
    """The measures of one app over a range of its days, or over moments of them.

    `dimensions` are what rows are told apart by: at most one length of time, and dimensions. Without
    time the rows are the `top` values by the measure `sort`, of which `offset` are left out before; with both, the
    periods of those values. None at all is one row. With `sort_by` those of either range whose `sort` changed the
    most, where it is compared. `search`: only values that hold this text have a row; what all
    come to is not changed by it. `include_other`: what the values without a row come to, as one row more.
    `include_unknown`: what those without a value come to.

    `compare` is the other range, measured by the same SQL, or None; with `cutoff` only what happened
    before that moment counts of it ("today" beside the same hours of another day). With `moments` both ranges
    are theirs. `timezone` is the app's: only hours and moments have to know it.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    dimensions: tuple[Dimension | Bucket, ...] = ("day",)
    compare: Range | None = None
    traffic: Traffic = "release"
    filters: Filters = ()
    cutoff: datetime | None = None
    sort: Measure | None = None
    sort_by: SortBy = "value"
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False
    include_unknown: bool = False
    timezone: str = ""
    search: str = ""
    moments: Moments | None = None

    @property
    def time(self) -> Bucket | None:
        """The length of time that rows are told apart by, if any."""
        return next((one for one in self.dimensions if not isinstance(one, Dimension)), None)

    @property
    def grain(self) -> Grain:
        """The length of a row of days; days are what all longer ones are made of."""
        return "day" if self.time in (None, "minutes") else self.time  # type: ignore[return-value]

    @property
    def values(self) -> tuple[Dimension, ...]:
        """The dimensions whose values tell rows apart."""
        return tuple(one for one in self.dimensions if isinstance(one, Dimension))

    @property
    def columns(self) -> dict[str, Dimension]:
        """Column of the SQL → the dimension whose values it has."""
        names = ("value", *(f"value_{n}" for n in range(2, len(self.values) + 1)))
        return dict(zip(names, self.values, strict=False))

    @property
    def unknown_is_a_row(self) -> bool:
        """Whether those without a value, where they are asked for, are a row of the list that no search leaves out."""
        told = self.include_unknown and len(self.values) == 1 and not self.search
        return told and self.values[0].unknown == ("",)

    @property
    def one_page(self) -> str | None:
        """The only page that its filters let through, where they name one."""
        for clause in self.filters:
            one = clause[0]
            named = one.dimension.name == "page" and one.operator == "is" and len(one.values) == 1
            if named and len(clause) == 1:
                return one.values[0]
        return None

    @property
    def asks_newness(self) -> bool:
        """Whether it has to be known who is new, which is known when a day is made."""
        held = any(one.name == "newness" for one in self.values)
        return held or is_about(self.filters, "newness")

    @property
    def parts(self) -> tuple[Range | Span, ...]:
        """What a list is about, and what it is compared with."""
        if self.moments:
            return self.moments.counted
        return (self.range,) if self.compare is None else (self.range, self.compare)

    @property
    def cut(self) -> bool:
        """Whether of what it is compared with only the same hours count."""
        if self.moments:
            return self.moments.compare is not None and self.moments.counted != self.moments.spans
        return self.cutoff is not None and self.compare is not None
