"""What is found of one person beside a figure, as programs are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from minilens.measure.why.query import (
    Explained,
    ExplainedTable,
    FigureTable,
    Reason,
    Tried,
    Way,
)
from minilens.render.why_words import Why
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.request import ReportRequest

#: What is found of a person.
WhyTable = ExplainedTable | FigureTable


class WhyReason(msgspec.Struct, frozen=True):
    """The rules without which the attempt would have gone on; all of them together. `time`: when what would then have
    been the next step happened.

    range: the entry lies outside the period; window: of the whole (or the end of the period, in closed mode); within:
    that of a step; filter: conditions; held: held properties; strict: nothing in between; session: all in one launch;
    group: all in one, where each is a funnel of its own.
    Of other figures: the rules that kept an event, or the person, from being counted, and the event in which that
    shows (null where it shows in none). days: outside those of the row; group: another one; value: it has none; period:
    the start is in another one; before: there was a start before; few: too few returns; gap: a period of the streak
    without one; not_yet: it has not begun, or is not over; count: active in another number of periods; part: in
    another part of the lifecycle; way, goal: no path goes that way, or gets to the end; launch: belongs to none; other:
    the path of that launch counts for another user.
    """

    rules: list[str]
    time: datetime | None


class WhyAttempt(msgspec.Struct, frozen=True):
    """An attempt: the times of its steps, until when it may go on, and whether it still may; `counted`: it counts.

    `ended_by`: the excluded event that ended it, at `ended`.
    """

    reached: int
    counted: bool
    may_still: bool
    until: datetime
    steps: list[datetime]
    ended_by: str | None
    ended: datetime | None
    reasons: list[WhyReason]


class WhyCohort(msgspec.Struct, frozen=True):
    """A cohort of retention that they are in: where its period begins, when they started, and of each cell whether they
    returned; null where it has not begun."""

    period: date
    start: datetime | None
    cells: dict[str, bool | None]


class WhyPeriod(msgspec.Struct, frozen=True):
    """A period in which they were something: of the lifecycle which part; of stickiness "active", and in how many
    periods of that span."""

    period: date
    part: str
    active: int


class WhyNode(msgspec.Struct, frozen=True):
    """A node of a path as rows of paths name it, and when it was; null of what is none, such as that a path is over."""

    kind: str
    node: str
    time: datetime | None


class WhyPath(msgspec.Struct, frozen=True):
    """A path: when it began, its nodes, whether it counts; if not, the step at which it leaves what is asked for."""

    begin: datetime
    nodes: list[WhyNode]
    counted: bool
    leaves_at: int | None


class WhyEvent(msgspec.Struct, frozen=True):
    """An event of theirs: the step that it counts as in the attempt that counts, the steps that it could be, those that
    it could be but for conditions, and what else is to be said of it. Of other figures `steps` are the places of the
    events of the question (of retention 1 is the start, 2 the return), and `counted` says whether the figure counts it.
    """

    time: datetime
    event: str
    page: str
    step: int | None
    steps: list[int]
    but_for_conditions: list[int]
    excluded: bool
    said: str
    counted: bool


class WhyAnswer(msgspec.Struct, frozen=True):
    """How far a person got in a funnel (`reached` of `steps`), and why no further; of other figures whether they are
    `counted`, with how many events, or in how many cohorts (`times`), and why not. `cohorts`: of retention, up to 400;
    `periods`: of stickiness and the lifecycle; `paths`: of paths, up to 50, those that count first.

    `verdict` and `said` are sentences; `reasons` the same for programs, of the attempt that counts, or why none begins.
    `group`: the values that they are counted under. `each`: of an open funnel how often each step happened.
    `without_optional`: how far they got without the optional step. `events` has up to 500, `attempts` up to 50.
    """

    person: str
    reached: int | None
    steps: int | None
    may_still: bool
    verdict: str
    said: list[str]
    reasons: list[WhyReason]
    attempts: list[WhyAttempt]
    events: list[WhyEvent]
    group: list[str | None] | None
    each: list[int]
    without_optional: int | None
    notes: list[str]
    as_of: datetime
    counted: bool
    times: int | None = None
    cohorts: list[WhyCohort] = []
    periods: list[WhyPeriod] = []
    paths: list[WhyPath] = []


def answer(table: WhyTable, state: ReportRequest, said: Why) -> WhyAnswer:
    """As programs are told."""
    zone = ZoneInfo(state.context.timezone)

    def at(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)

    if isinstance(table, FigureTable):
        return _of_figure(table, said, at)
    assert isinstance(state, FunnelRequest)
    return _of_funnel(table, state.asked.steps, said, at)


def _of_figure(table: FigureTable, said: Why, at: Callable[[int], datetime]) -> WhyAnswer:
    found = table.found

    def time(row: int | None) -> datetime | None:
        return None if row is None else at(found.happened[row].at)

    return WhyAnswer(
        f"p{found.person}", None, None, False, said.verdict, list(said.said),
        [WhyReason(list(one.causes), time(one.row)) for one in found.reasons], [],
        [
            WhyEvent(
                at(one.at), one.event, one.page, None, list(one.of),
                [n for n in one.could if n not in one.of], False, told.said, one.counts,
            )
            for one, told in zip(found.happened, said.events, strict=True)
        ],
        None if not found.group else [None if one is None else str(one) for one in found.group], [], None,
        list(said.notes), table.as_of, bool(found.times), found.times,
        [WhyCohort(one.first, time(one.row), dict(one.cells)) for one in found.starts],
        [WhyPeriod(one.first, one.part, one.active) for one in found.periods],
        [_path(one, at) for one in found.ways],
    )  # fmt: skip


def _path(one: Way, at: Callable[[int], datetime]) -> WhyPath:
    when = [at(moment) for moment in one.moments]
    times = [*when, *(None,) * (len(one.nodes) - len(when))]
    nodes = [WhyNode(*node, time) for node, time in zip(one.nodes, times, strict=True)]
    return WhyPath(at(one.at), nodes, one.counted, one.differs)


def _of_funnel(
    table: ExplainedTable, steps: int, said: Why, at: Callable[[int], datetime]
) -> WhyAnswer:
    found = table.explained
    best = found.counted
    reasons = best.reasons if best else found.reasons
    taken = {row: n for n, row in enumerate(best.taken, start=1)} if best else {}
    return WhyAnswer(
        f"p{found.person}", found.level, steps, found.still, said.verdict, list(said.said),
        _reasons(found, reasons, at), [_attempt(found, one, at) for one in found.attempts],
        [
            WhyEvent(
                at(one.at), one.event, one.page, taken.get(n), list(one.steps), list(one.could), one.ends, told.said,
                n in taken,
            )
            for n, (one, told) in enumerate(zip(found.happened, said.events, strict=True))
        ],
        None if found.group is None else list(found.group), list(found.each),
        found.without.level if found.without else None, list(said.notes), table.as_of,
        found.level == steps,
    )  # fmt: skip


def _reasons(
    found: Explained, some: tuple[Reason, ...], at: Callable[[int], datetime]
) -> list[WhyReason]:
    return [WhyReason(list(one.rules), at(found.happened[one.row].at)) for one in some]


def _attempt(found: Explained, one: Tried, at: Callable[[int], datetime]) -> WhyAttempt:
    stop = None if one.stop is None else found.happened[one.stop]
    return WhyAttempt(
        one.level, one.counted, one.still, at(one.until), [at(found.happened[row].at) for row in one.taken],
        stop.event if stop else None, at(stop.at) if stop else None, _reasons(found, one.reasons, at),
    )  # fmt: skip
