"""Answers how far one person got in a funnel, and why no further; and whether another figure counts them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from zoneinfo import ZoneInfo

from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events.query import EventsQuery
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.without import gap_without, query_without
from minilens.measure.paths.query import PathsQuery
from minilens.measure.persons.run import KINDS
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.session import cost
from minilens.measure.table import Column, Cost, Row, Table
from minilens.measure.why import of_events, of_paths, of_periods, of_returning, of_returns
from minilens.measure.why.explained import explained
from minilens.measure.why.query import (
    Explained,
    ExplainedTable,
    FigureTable,
    FigureWhyQuery,
    OfFigure,
    Told,
    WhyQuery,
)
from minilens.measure.why.story import Story, story
from minilens.period import milliseconds
from minilens.text import Text
from minilens.warehouse.engine import Answer, Engine

COLUMNS = (
    Column("time", Text("时间", "Time"), "moment"),
    Column("event", Text("事件", "Event"), "text"),
    Column("page", Text("页面", "Page"), "text"),
    Column(
        "step", Text("步骤", "Step"), "number", Text("计入的步骤", "The step that it counts as")
    ),
)
OF_FIGURE = (
    *COLUMNS[:3],
    Column("counts", Text("计入", "Counted"), "number", Text("1：该数字计入此事件", "1: the figure counts it")),
)  # fmt: skip

#: Type of question → what tells whom its figures count.
_WAYS: dict[
    type[Told], Callable[[Engine, FigureWhyQuery, AsOf, Answer], tuple[OfFigure, Story | None]]
] = {
    EventsQuery: of_events.explained,
    ReturnsQuery: of_returns.explained,
    StickinessQuery: of_periods.explained,
    LifecycleQuery: of_periods.explained,
    PathsQuery: of_paths.explained,
    RetentionQuery: of_returning.explained,
}


def prepare(engine: Engine, query: WhyQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on; what is said of one person is not kept."""
    made = engine.query(BUILDS, {"app": query.app})
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=None,
        cost=cost([made]),
    )


def prepare_figure(engine: Engine, query: FigureWhyQuery, as_of: AsOf) -> Prepared:
    """The same of a figure of events or of retention; Refused where there is no such figure."""
    KINDS[type(query.of)].check(query.of, query.place)
    made = engine.query(BUILDS, {"app": query.app})
    return Prepared(
        run=lambda: answer_figure(engine, query, as_of, made),
        heavy=True,
        stands_on=None,
        cost=cost([made]),
    )


def answer_figure(engine: Engine, query: FigureWhyQuery, as_of: AsOf, made: Answer) -> Table:
    """A row an event, in their order, and whether the figure counts it."""
    began = time.perf_counter()
    found, told = _WAYS[type(query.of)](engine, query, as_of, made)
    took = (time.perf_counter() - began) * 1000
    rows, of = query.rows, query.of
    over = of.range if isinstance(of, RetentionQuery | EventsQuery) else of.rows.range
    zone = ZoneInfo((rows.timezone if rows else "") or "UTC")
    return FigureTable(
        columns=OF_FIGURE, rows=tuple(_of_figure(found, zone)), start=over.start, end=over.end, as_of=as_of.as_of,
        cost=Cost(made.read_rows, made.read_bytes, made.milliseconds + took), today=as_of.today, keys=0, found=found,
        conditions=tuple(one.condition for one in told.leaves) if told else (),
    )  # fmt: skip


def _of_figure(found: OfFigure, zone: ZoneInfo) -> list[Row]:
    return [
        (
            datetime.fromtimestamp(one.at / 1000, UTC).astimezone(zone),
            one.event,
            one.page or None,
            int(one.counts),
        )
        for one in found.happened
    ]


def answer(engine: Engine, query: WhyQuery, as_of: AsOf, made: Answer) -> Table:
    """A row an event, in their order, and what it comes to."""
    began = time.perf_counter()
    of, until = query.of, milliseconds(as_of.as_of)
    told = story(engine, of, query.person, made)
    found = explained(of, told, query.person, until)
    if of.optional:
        less = reduce(_without, sorted(of.optional, reverse=True), of)
        other = story(engine, less, query.person, made)
        found = replace(found, without=explained(less, other, query.person, until))
    took = (time.perf_counter() - began) * 1000
    over = of.rows.range
    return ExplainedTable(
        columns=COLUMNS, rows=tuple(_rows(found, ZoneInfo(of.rows.timezone or "UTC"))), start=over.start, end=over.end,
        as_of=as_of.as_of, cost=Cost(made.read_rows, made.read_bytes, made.milliseconds + took), today=as_of.today,
        keys=0, explained=found, conditions=tuple(one.condition for one in told.leaves),
    )  # fmt: skip


def _without(query: FunnelQuery, step: int) -> FunnelQuery:
    """The funnel without a step, as if it had never been one of them."""
    at = step - 1
    rows = replace(query.rows, events=(*query.rows.events[:at], *query.rows.events[step:]))
    held = (*query.held[:at], *query.held[step:])
    gaps = tuple(gap_without(one, step) for one in query.gaps)
    return replace(query_without(query, step), rows=rows, held=held, gaps=gaps)


def _rows(found: Explained, zone: ZoneInfo) -> list[Row]:
    best = found.counted
    taken = {row: n for n, row in enumerate(best.taken, start=1)} if best else {}
    return [
        (
            datetime.fromtimestamp(one.at / 1000, UTC).astimezone(zone),
            one.event,
            one.page or None,
            taken.get(n),
        )
        for n, one in enumerate(found.happened)
    ]
