"""Reads the JSON of questions about activity into those of the measuring room, and refuses by path."""

from __future__ import annotations

import re

from minilens.errors import Refused
from minilens.measure.activity.query import (
    MOST_CELLS,
    MOST_LATER,
    MOST_PERIODS,
    Cell,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
    Unit,
)
from minilens.measure.events.operand import Property
from minilens.measure.events.query import NO_CONDITIONS, Counted, EventsQuery, Figure
from minilens.period import Range
from minilens.reports.parts_reader import PartsReader, days_of, names
from minilens.reports.questions.activity import (
    AskedActivity,
    AskedValue,
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.reports.questions.parts import ANY_EVENT
from minilens.reports.request import AppContext
from minilens.text import NOTHING

_BRACKET = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
#: So many periods later there are cells, unless something else is said.
_PERIODS: dict[Unit, int] = {"hour": 24, "day": 14, "week": 8, "month": 6}
AnyActivity = RetentionQuestion | StickinessQuestion | LifecycleQuestion


def retention(question: RetentionQuestion, context: AppContext, app: int) -> ReturnsQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = PartsReader(context)
    if question.brackets and question.mode != "on":
        raise Refused("not_taken_by", "brackets", of=f"mode = {question.mode}")
    if question.brackets and question.periods is not None:
        raise Refused("either_or", "periods", other="brackets")
    _fit_together(question)
    first = counted(reader, question.first, "first")
    back = counted(reader, question.back, "return") if question.back is not None else first
    same = (first.events, first.where) == (back.events, back.where)
    events = [first] if same else [first, back]
    if question.entry == "first_event":
        events.append(Counted("", first.events, NO_CONDITIONS))
    measures = _value(reader, question.value, int(not same))
    groups = reader.groups(question.groups)
    rows = EventsQuery(
        app, _named(events), measures, _range(question, context), question.grain, groups,
        reader.where(question.where, "where"), traffic=question.traffic, top=question.top,
        include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    return ReturnsQuery(
        rows, question.grain, question.at_least, cells=_cells(question), entry=question.entry, mode=question.mode,
        same=same, value=bool(measures), brackets=bool(question.brackets), show=question.show,
        blocks=question.blocks, week_start=question.week_start, rate_of=question.rate_of, mean=question.mean,
    )  # fmt: skip


def _fit_together(question: RetentionQuestion) -> None:
    """Refused where one part has no meaning beside another."""
    if question.mode == "streak" and question.value is not None:
        raise Refused("not_taken_by", "value", of="mode = streak")
    if question.blocks == "calendar":
        return
    without = {
        "grain": question.grain == "month", "at_least": question.at_least > 1, "value": question.value is not None,
    }  # fmt: skip
    for name, given in without.items():
        if given:
            raise Refused("not_taken_by", name, of="blocks = from_start")


def stickiness(question: StickinessQuestion, context: AppContext, app: int) -> StickinessQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader, ratio = PartsReader(context), question.show == "ratio"
    if question.per != "range" and question.grain != "day":
        raise Refused("not_taken_by", "per", of=f"grain = {question.grain}")
    if question.at_most is not None and question.at_most < question.at_least:
        least, got = question.at_least, question.at_most
        raise Refused("bad_number", "at_most", least=least, most=1000, got=got)
    if question.per != "range" and question.every > 1:
        raise Refused("not_taken_by", "every", of=f"per = {question.per}")
    for name, given in (
        ("every", question.every > 1),
        ("per", question.per != "range"), ("grain", question.grain != "day"), ("groups", bool(question.groups)),
    ):  # fmt: skip
        if ratio and given:
            raise Refused("not_taken_by", name, of="show = ratio")
    rows = EventsQuery(
        app, _named([counted(reader, question.activity, "activity")]), (), _range(question, context),
        question.grain, reader.groups(question.groups), reader.where(question.where, "where"),
        traffic=question.traffic, top=question.top, include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    return StickinessQuery(
        rows, question.grain, question.at_least, question.week_start, per=question.per, show=question.show,
        every=question.every, at_most=question.at_most or 0,
    )  # fmt: skip


def lifecycle(question: LifecycleQuestion, context: AppContext, app: int) -> LifecycleQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = PartsReader(context)
    events = [counted(reader, question.activity, "activity")]
    if question.new_by == "any":
        events.append(Counted("", ()))
    rows = EventsQuery(
        app, _named(events), (), _range(question, context), question.grain, (),
        reader.where(question.where, "where"), traffic=question.traffic, timezone=context.timezone,
    )  # fmt: skip
    return LifecycleQuery(
        rows, question.grain, week_start=question.week_start, new_by=question.new_by
    )


def _range(question: AnyActivity, context: AppContext) -> Range:
    over = days_of(question, context, "30d")
    hourly = question.grain == "hour"
    count = over.days * 24 if hourly else len(over.buckets(question.grain))
    if count > MOST_PERIODS:
        raise Refused("too_many_buckets", "grain", got=count, limit=MOST_PERIODS)
    return over


def counted(reader: PartsReader, asked: AskedActivity | None, path: str) -> Counted:
    """The event of an activity; of none any activity."""
    one = asked or AskedActivity()
    told = names(one.event, f"{path}.event") if one.event not in ("", ANY_EVENT) else ()
    return Counted("", told, reader.where(one.where, f"{path}.where"))


def _named(events: list[Counted]) -> tuple[Counted, ...]:
    return tuple(Counted(f"s{n}", one.events, one.where) for n, one in enumerate(events, start=1))


def _value(reader: PartsReader, asked: AskedValue | None, of: int) -> tuple[Figure, ...]:
    """What is added up of the event at that place."""
    if asked is None:
        return ()
    operand = reader.operand(asked, ("property", "field"), "value")
    if not isinstance(operand, Property) and getattr(operand, "kind", "") != "number":
        raise Refused("not_a_number", "value.field", got=asked.field)
    return (Figure("value", NOTHING, of, "sum", operand),)


def _cells(question: RetentionQuestion) -> tuple[Cell, ...]:
    """One for each number of periods later, or those that are given."""
    if not question.brackets:
        most = _PERIODS[question.grain] if question.periods is None else question.periods
        return tuple(Cell(n, n) for n in range(most + 1))
    if len(question.brackets) > MOST_CELLS:
        raise Refused("too_many", "brackets", limit=MOST_CELLS)
    found: list[Cell] = []
    for n, text in enumerate(question.brackets):
        parts = _BRACKET.fullmatch(text)
        cell = Cell(int(parts[1]), int(parts[2] or parts[1])) if parts else None
        behind = found[-1].last if found else -1
        if cell is None or not behind < cell.first <= cell.last <= MOST_LATER:
            raise Refused("bad_bracket", f"brackets[{n}]", got=text, most=MOST_LATER)
        found.append(cell)
    return tuple(found)
