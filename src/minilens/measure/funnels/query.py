"""A question about a funnel, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.events import query
from minilens.measure.events.query import EventsQuery
from minilens.measure.funnels.rows import Order
from minilens.period import Range

#: What a funnel may have.
LEAST_STEPS, MOST_STEPS, MOST_EXCLUDED = 2, 10, 10
#: The longest window in months of the calendar.
MOST_MONTHS = 12
#: Steps that may be left out: so many make eight funnels.
MOST_OPTIONAL = 3
MOST_HELD, MOST_DAYS = query.MOST_HELD, query.MOST_DAYS

#: Who gets through: persons, launches, or every attempt of a person.
Counts = Literal["persons", "sessions", "attempts"]
#: The window begins with each entry; or all steps lie in the range; or each step is counted by itself.
Mode = Literal["entry", "closed", "open"]
#: A row a step; or a row a period of entry: of the one attempt that counts, or of the best of each period; how
#: long it took; groups or periods held against each other; what those who dropped did next; what goes with going on.
Show = Literal["steps", "trend", "each_day", "times", "compare", "next", "drivers"]
#: The row whose values tell groups apart: of the entry, of the last step reached, or of a step; each: the rows of each
#: value are a funnel of their own.
At = Literal["entry", "last", "each"] | int


@dataclass(frozen=True)
class Window:
    """For how long an attempt may go on: milliseconds; or days of the calendar, of which the entry's is the first; or
    months of the calendar, up to the same time of the day."""

    milliseconds: int = 0
    days: int = 0
    months: int = 0

    @property
    def reach(self) -> int:
        """So many days behind the range rows may lie that count."""
        if self.months:
            return 31 * self.months + 1
        return self.days or -(-self.milliseconds // 86_400_000) + 1


@dataclass(frozen=True)
class FunnelQuery:
    """How many get through the steps.

    `rows` says which rows there are: its events are the steps and then the excluded ones; its groups what attempts are
    told apart by (`grouped` of them) and then what is held, of each held property one operand a step or one for all;
    its range is that of the entries. `gaps` of an excluded event: bit i where it ends an attempt that waits behind step
    i. `within`: of each step the milliseconds that it may come after the step before. `optional`: the numbers of
    steps with and without which the funnel is shown. `step`: which one times, next and drivers are about (0:
    times of the whole); `from_step`: from which one times are (0: the one before), `bins`: in how many rows of one
    width (0: of lengths that people know). `ever`: an entry counts if it is the person's first ever. `leaves_out`:
    whoever an excluded event ended is in no figure, unless they got as far without it. `beside`: the other period of a
    comparison.
    """

    rows: EventsQuery
    titles: tuple[str, ...]
    window: Window
    within: tuple[int | None, ...] = ()
    order: Order = "ordered"
    first: bool = False
    counts: Counts = "persons"
    mode: Mode = "entry"
    gaps: tuple[int, ...] = ()
    grouped: int = 0
    held: tuple[tuple[int, ...], ...] = ()
    at: At = "entry"
    show: Show = "steps"
    optional: tuple[int, ...] = ()
    step: int = 0
    from_step: int = 0
    bins: int = 0
    ever: bool = False
    leaves_out: bool = False
    beside: Range | None = None

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.rows.app

    @property
    def steps(self) -> int:
        """How many there are."""
        return len(self.titles)
