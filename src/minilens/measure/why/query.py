"""A question about one person of another question, as a value; and what is found of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.events.query import Condition, EventsQuery
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.paths.query import PathsQuery
from minilens.measure.persons.query import Place
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.table import Cell, Table

#: What keeps an attempt from going on, or from beginning: the range of entries; the window of the whole, or in closed
#: mode the end of the range; that of a step; conditions; what is held; nothing in between; all in one launch; one
#: group of all.
Rule = Literal["range", "window", "within", "filter", "held", "strict", "session", "group"]


@dataclass(frozen=True)
class WhyQuery:
    """How far a person got in a funnel and why no further. `person`: the number."""

    of: FunnelQuery
    person: int

    @property
    def app(self) -> int:
        """Whose person it is."""
        return self.of.app

    @property
    def rows(self) -> EventsQuery:
        """What says which rows there are."""
        return self.of.rows


@dataclass(frozen=True)
class Unmet:
    """A condition that an event does not meet, by its place among `ExplainedTable.conditions`; the value that it has
    instead, None where it has none or it is not one value of the event."""

    condition: int
    value: str | None


@dataclass(frozen=True)
class Happened:
    """An event of theirs that is a step or an excluded event, or would be but for conditions; of a strict funnel any.

    `at`: milliseconds since 1970. `steps`: numbers of the steps that it is, from 1; `could` those that it would be but
    for `unmet`. `ends`: whether it is an excluded event. `read`: whether it counts at all: its day is in the range, or
    behind it as far as windows reach, and what is asked of all events holds. `held`: its values of what is held, as the
    first of its steps has it.
    """

    at: int
    event: str
    page: str
    launch: int
    steps: tuple[int, ...]
    could: tuple[int, ...]
    unmet: tuple[Unmet, ...]
    ends: bool
    read: bool
    held: tuple[str | None, ...]


@dataclass(frozen=True)
class Reason:
    """The rules without which an attempt would have gone on; all of them together. `row`: what would then have been the
    next step, a place among `Explained.happened`. `shows`: of each rule the row in which it shows."""

    rules: tuple[Rule, ...]
    row: int
    shows: tuple[int, ...]


@dataclass(frozen=True)
class Tried:
    """An attempt: the rows of its steps and the row that ended it, as places among `Explained.happened`.

    `counted`: whether it is the one that counts, or one of them. `still`: whether it may go on. `until`: the last
    millisecond of its window. `reasons`: why it got no further; none where nothing would have done, the event did not
    come.
    """

    taken: tuple[int, ...]
    stop: int | None
    until: int
    counted: bool
    still: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def level(self) -> int:
        """Steps that it got through."""
        return len(self.taken)


@dataclass(frozen=True)
class Explained:
    """What a funnel makes of one person.

    `level`: how many steps they got through. `each`: of a funnel whose steps stand by themselves how many events each
    has; `level` is how many have any. `still`: whether they may go on. `happened`: in order, up to 500 of `events`.
    `attempts`: by their entries, up to 50 of `count`. `reasons`: why none begins, where none does. `group`: the values
    that the counted attempt is told apart by; None where it did not get to the step that tells, or nothing tells.
    `without`: the same of the funnel without its optional step.
    """

    person: int
    level: int
    still: bool
    happened: tuple[Happened, ...] = ()
    attempts: tuple[Tried, ...] = ()
    reasons: tuple[Reason, ...] = ()
    group: tuple[str | None, ...] | None = None
    each: tuple[int, ...] = ()
    events: int = 0
    count: int = 0
    without: Explained | None = None

    @property
    def counted(self) -> Tried | None:
        """The furthest of the attempts that count."""
        some = [one for one in self.attempts if one.counted]
        return max(some, key=lambda one: one.level, default=None)


@dataclass(frozen=True)
class ExplainedTable(Table):
    """A row an event of theirs, and what it comes to; `conditions`: those that `Unmet` names."""

    explained: Explained = field(default_factory=lambda: Explained(0, 0, False))
    conditions: tuple[Condition, ...] = ()


#: What keeps an event from being part of a figure: it fails conditions, lies outside the days (of the question, or of
#: the row), is of another group, has no value. What keeps a person from a figure of retention: conditions of the start
#: or the return; the start lies outside the range, or in another period than that of the row; there was a start before;
#: another group; too few returns; a period of the streak without one; the cell has not begun, or is not over.
#: From one of stickiness: active in another number of periods. From one of the lifecycle: in another part of it.
#: From one of paths: theirs go another way, don't get to the end that is asked for; what would begin one belongs to no
#: launch, or to one whose path counts for another person.
Cause = Literal[
    "filter", "days", "group", "value", "range", "period", "before", "few", "gap", "not_yet", "count", "part",
    "way", "goal", "launch", "other",
]  # fmt: skip
#: Questions of whose figures it is told whom they count.
Told = EventsQuery | ReturnsQuery | StickinessQuery | LifecycleQuery | PathsQuery | RetentionQuery


@dataclass(frozen=True)
class FigureWhyQuery:
    """Whether a figure of a question counts a person, and why not. `place`: which figure."""

    of: Told
    place: Place
    person: int

    @property
    def app(self) -> int:
        """Whose person it is."""
        return self.of.app

    @property
    def rows(self) -> EventsQuery | None:
        """What says which rows there are; None of a question about days."""
        if isinstance(self.of, RetentionQuery):
            return None
        return self.of if isinstance(self.of, EventsQuery) else self.of.rows


@dataclass(frozen=True)
class Did:
    """An event of theirs that is one of those asked about, or would be but for conditions.

    `of`: of which of them, by their places from 1; `could` those that it would be but for `unmet`. `counts`: whether
    the figure counts it, `against` what keeps it from that. `values`: of each group. `later`: of a return how many
    periods behind the start, where there is one.
    """

    at: int
    event: str
    page: str
    of: tuple[int, ...]
    could: tuple[int, ...]
    unmet: tuple[Unmet, ...]
    counts: bool
    against: tuple[Cause, ...] = ()
    values: tuple[str | None, ...] = ()
    later: int | None = None


@dataclass(frozen=True)
class Because:
    """What keeps a person from a figure, all of it together; the row in which it shows, a place among
    `OfFigure.happened`."""

    causes: tuple[Cause, ...]
    row: int | None = None


@dataclass(frozen=True)
class Started:
    """A cohort that a person is in: where its period begins, the row of the start, and of each cell whether they
    returned; None where it has not begun."""

    first: date
    row: int | None
    cells: tuple[tuple[str, bool | None], ...]


@dataclass(frozen=True)
class Stood:
    """A period in which a person was something, by its first day or moment. `part`: of the lifecycle which; of
    stickiness "active", and in how many periods of that span they were (`active`)."""

    first: date
    part: str
    active: int = 0


@dataclass(frozen=True)
class Way:
    """A path: when it began, kind and name of each of its nodes, the anchor first, of what it means that it is over
    last; and the moments of those that are nodes. `differs`: the place at which it first leaves what is asked for, the
    anchor's being 0, and what is `asked` there; of those that don't, or that count, none."""

    at: int
    nodes: tuple[tuple[str, str], ...]
    moments: tuple[int, ...]
    counted: bool
    differs: int | None = None
    asked: tuple[Cell, Cell] | None = None


@dataclass(frozen=True)
class OfFigure:
    """What a figure makes of a person.

    `times`: how many events of theirs, or of retention cohorts, it counts. `happened`: in order, up to 500 of `events`.
    `reasons`: why it counts none; nothing where they did not happen. Of retention: `starts`, and the `group` of the
    first; `began`: whether they are in the cohort of the row at all. Of stickiness and the lifecycle: `periods`,
    and the `group`. Of paths: `ways`.
    """

    person: int
    times: int
    happened: tuple[Did, ...] = ()
    reasons: tuple[Because, ...] = ()
    events: int = 0
    starts: tuple[Started, ...] = ()
    group: tuple[Cell, ...] = ()
    began: bool = False
    periods: tuple[Stood, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class FigureTable(Table):
    """A row an event of theirs, and what it comes to; `conditions`: those that `Unmet` names."""

    found: OfFigure = field(default_factory=lambda: OfFigure(0, 0))
    conditions: tuple[Condition, ...] = ()
