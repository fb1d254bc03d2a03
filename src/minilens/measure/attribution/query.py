"""A question about attribution, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from minilens.measure.attribution.touch import Touched
from minilens.measure.events.query import EventsQuery

Model = Literal[
    "first", "last", "last_non_direct", "linear", "position", "time_decay", "data_driven"
]
MODELS: tuple[Model, ...] = get_args(Model)
#: What is handed out: 1 for each conversion; 1 for each person, at the first in the range; or the number of a value.
Counts = Literal["events", "persons", "value"]
#: Every launch is a touch; or only those that something brought.
Touches = Literal["all", "sourced"]
#: Groups with the credit of each model; pairs of groups that touched the same conversions; or ways of groups.
Show = Literal["models", "overlap", "ways"]
#: What a question may have at most: values that touches are told apart by, and steps of a way that is shown.
MOST_BY, MOST_STEPS = 3, 10
DAY = 86_400_000
#: A refund finds its conversion so many milliseconds back, and a conversion that is told again the one before.
BACK = 90 * DAY


@dataclass(frozen=True)
class AttributionQuery:
    """What touches brought the conversions of some days.

    `rows`: the first of its events is the conversion, the next one with `refunds` what takes its credit back, the last
    one with `within` what a conversion has to follow within so many milliseconds. Its figures are the value of a
    conversion and that of a refund, where values are counted; its only group, if it has one, is what tells conversions
    apart: of those with the same value only the first counts, and a refund takes back that of its own value. Its range
    and grain are those of the credit: of a refund its own day. Its `top` and `include_other` are of groups or ways.

    `by`: what touches are told apart by. `window`: a touch counts for so many milliseconds, the edge included.
    `half_life`: milliseconds in which the weight of a touch halves under time decay. `through`: of ways only those
    with a touch of one of these groups.
    """

    rows: EventsQuery
    by: tuple[Touched, ...]
    models: tuple[Model, ...] = MODELS
    counts: Counts = "events"
    touches: Touches = "all"
    window: int = 30 * DAY
    half_life: int = 7 * DAY
    refunds: bool = False
    within: int = 0
    show: Show = "models"
    through: tuple[str, ...] = ()

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.rows.app

    @property
    def keyed(self) -> bool:
        """Whether something tells conversions apart."""
        return bool(self.rows.groups)

    @property
    def days_back(self) -> int:
        """So many days before the range conversions are read."""
        back = BACK * 2 if self.refunds else BACK if self.keyed else 0
        return -(-(back + self.within) // DAY)

    @property
    def touch_days_back(self) -> int:
        """So many days before the range touches are read."""
        return -(-((BACK if self.refunds else 0) + self.window) // DAY) + 1


@dataclass(frozen=True)
class StoryQuery:
    """The touches of one person, and what each model gives them of each of their conversions. `of` shows models."""

    of: AttributionQuery
    person: int

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.of.app

    @property
    def rows(self) -> EventsQuery:
        """What says which rows there are."""
        return self.of.rows
