"""KPIs: their definitions as numbers that can be asked for, and how each stands in its period."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.measure.costs.names import NAMED
from minilens.measure.costs.query import CostsQuery
from minilens.measure.events.columns import measure_column, named_title
from minilens.measure.events.query import EventsQuery
from minilens.measure.filters import sentence
from minilens.measure.measures import MEASURES
from minilens.measure.pace import pace, whole_period
from minilens.measure.query import Query
from minilens.measure.single_value import (
    Ask,
    OfCosts,
    OfEvents,
    OfFunnel,
    OfReports,
    Quotient,
    Source,
    grows,
    trend,
)
from minilens.measure.table import Unit
from minilens.period import Range, buckets_before
from minilens.reports import ads, overview
from minilens.reports import read as read_report
from minilens.reports.events_reader import read as read_events
from minilens.reports.funnels_reader import read as read_funnel
from minilens.reports.kpi_definition import (
    KpiDefinition,
    KpiMeasure,
    KpiPart,
    KpiQuestion,
    KpiRatio,
    KpiSource,
    KpiTime,
)
from minilens.reports.question import as_json
from minilens.reports.questions.funnel import AskedStep, FunnelQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import LANGUAGES, Text

#: Measures of the reports that a KPI can be of, and those of costs.
OF_REPORTS = (
    "visitors", "new_users", "total_users", "launches", "visits", "shares", "sharers", "scans", "scan_users",
    "duration_per_visitor", "duration_per_launch", "visit_depth", "launch_bounce_rate", "load_time",
)  # fmt: skip
OF_COSTS = tuple(one.name for one in NAMED if one.name != "frequency")
#: Periods that its course shows, the running one among them.
SHOWN = 8
LARGEST = 1e15

#: How a KPI stands: it has reached its target for good; it will if it goes on so; it will not; that cannot be said yet,
#: as on the first day; there is no number at all.
State = Literal["reached", "on_course", "behind", "early", "unknown"]


@dataclass(frozen=True)
class KpiNow:
    """How a KPI stands in a period. `value`: up to today, None unknown. `end`: what it comes to if it goes on so, as
    `periods` before did, or evenly (0). `course`: first day → value of the last weeks or months, oldest first.
    `notes`: in which currency it is, and what is left out of it."""

    definition: KpiDefinition
    unit: Unit
    over: Range
    value: float | None
    end: float | None
    periods: int
    state: State
    course: tuple[tuple[date, float | None], ...]
    notes: tuple[Text, ...] = ()


def decoded(body: bytes | str) -> KpiDefinition:
    """A definition from its JSON; Refused, naming the path, where it is none."""
    return as_json(body, KpiDefinition)


def encoded(definition: KpiDefinition) -> str:
    """The shortest JSON that says it."""
    return msgspec.json.encode(definition).decode()


def read(definition: KpiDefinition, context: AppContext, app: int) -> tuple[Source, Unit]:
    """What is asked for, and its unit; Refused, naming the path, where it cannot be."""
    if not math.isfinite(definition.target) or abs(definition.target) > LARGEST:
        raise Refused("bad_value", "target", got=str(definition.target))
    return read_source(definition.source, context, app)


def stands(
    definition: KpiDefinition, context: AppContext, app: int, ask: Ask, at: date | None = None
) -> KpiNow:
    """How it stands in the week or month of a day; today's unless given."""
    source, unit = read(definition, context, app)
    grain, today = definition.period, context.today
    over = whole_period(at or today, grain)
    found = pace(source, grain, ask, today, context.first_day, at)
    first = buckets_before(over.start, grain, SHOWN - 1)
    shown = Range(max(first, context.first_day or first), min(over.end, today))
    course = trend(source, shown, grain, ask)
    state = _state(definition, source, found.now.value, found.end, over=over.end < today)
    return KpiNow(
        definition, unit, over, found.now.value, found.end, found.periods, state,
        tuple((cast("date", day), value) for day, value in course), found.now.notes,
    )  # fmt: skip


def _state(
    definition: KpiDefinition, source: Source, value: float | None, end: float | None, *, over: bool
) -> State:
    if value is None:
        return "unknown"
    more = definition.better == "more"
    settled = over or (more and grows(source))
    if settled and _reaches(definition, value):
        return "reached"
    if not more and grows(source) and not _reaches(definition, value):
        return "behind"  # it will not become less again
    if end is None:
        return "early"
    return "on_course" if _reaches(definition, end) else "behind"


def _reaches(definition: KpiDefinition, value: float) -> bool:
    return value >= definition.target if definition.better == "more" else value <= definition.target


def titled(asked: KpiSource, source: Source, named: Mapping[str, Text]) -> Text:
    """What a number is called; `named`: event → its name, of those that are called by one."""
    if isinstance(asked, KpiRatio) and isinstance(source, Quotient):
        over, under = (
            titled(asked.over, source.over, named),
            titled(asked.under, source.under, named),
        )
        return Text(f"{over.zh} ÷ {under.zh}", f"{over.en} ÷ {under.en}")
    if isinstance(asked, KpiTime):
        start, end = (named.get(one, Text(one, one)) for one in (asked.start, asked.end))
        return Text(f"{start.zh} → {end.zh}", f"{start.en} → {end.en}")
    if isinstance(source, OfEvents):
        one = next(one for one in source.query.measures if one.name == source.measure)
        return named_title(source.query, one, named)
    assert isinstance(asked, KpiMeasure)
    clauses = source.query.filters if isinstance(source, OfReports) else ()
    zh, en = (
        " · ".join(
            [
                MEASURES[asked.measure].title.of(language),
                *(sentence(one, language) for one in clauses),
            ]
        )
        for language in LANGUAGES
    )
    return Text(zh, en)


def read_source(asked: KpiSource, context: AppContext, app: int) -> tuple[Source, Unit]:
    """A number that can be asked for, and its unit; Refused by its path below `source`."""
    if isinstance(asked, KpiRatio):
        (over, one), (under, other) = (
            _placed(part, name, context, app)
            for name, part in (("source.over", asked.over), ("source.under", asked.under))
        )
        return Quotient(over, under), "ratio" if one == other == "count" else "number"
    if isinstance(asked, KpiTime):
        return _time(asked, context, app), "seconds"
    return _placed(asked, "source", context, app)


def _placed(asked: KpiPart, where: str, context: AppContext, app: int) -> tuple[Source, Unit]:
    """One number; what is wrong with it is refused by its path in the whole."""
    try:
        if isinstance(asked, KpiQuestion):
            return _of_events(asked, context, app)
        return _of_measure(asked, context, app)
    except Refused as error:
        inner = "question." if isinstance(asked, KpiQuestion) and error.field != "measure" else ""
        raise error.at(f"{where}.{inner}{error.field}") from None


def _of_measure(asked: KpiMeasure, context: AppContext, app: int) -> tuple[Source, Unit]:
    if asked.measure not in (*OF_REPORTS, *OF_COSTS):
        hint = did_you_mean(asked.measure, [*OF_REPORTS, *OF_COSTS])
        raise Refused("unknown_measure", "measure", got=asked.measure[:40], hint=hint)
    measure = MEASURES[asked.measure]
    if asked.measure in OF_COSTS:
        if asked.filter:
            raise Refused("not_taken_by", "filter", of=asked.measure)
        told = [("currency", asked.currency), ("event", asked.event)]
        costs = _query(told, ads.TREND, context, app)
        assert isinstance(costs, CostsQuery)
        return OfCosts(replace(costs, measures=(measure,))), measure.unit
    for name in ("currency", "event"):
        if getattr(asked, name):
            raise Refused("not_taken_by", name, of=asked.measure)
    rows = _query([("filter", one) for one in asked.filter], overview.TREND, context, app)
    assert isinstance(rows, Query)
    return OfReports(replace(rows, measures=(measure,))), measure.unit


def _query(
    told: Sequence[tuple[str, str]], report: Report, context: AppContext, app: int
) -> object:
    pairs = [one for one in told if one[1]]
    request = read_report(
        pairs, report, context.timezone, context.now, context.first_day, catalog=context.catalog
    )
    return request.query(app)


def _of_events(asked: KpiQuestion, context: AppContext, app: int) -> tuple[Source, Unit]:
    query: EventsQuery = read_events(asked.question, context, app)
    every = [one.name for one in query.measures]
    name = asked.measure or every[0]
    if name not in every:
        raise Refused("unknown_choice", "measure", got=name[:40], hint=did_you_mean(name, every))
    one = query.measures[every.index(name)]
    return OfEvents(query, name), measure_column(query, one).unit


def _time(asked: KpiTime, context: AppContext, app: int) -> OfFunnel:
    steps = [AskedStep(event=asked.start), AskedStep(event=asked.end)]
    names = {
        "steps[0].event": "source.from",
        "steps[1].event": "source.to",
        "window": "source.window",
    }
    try:
        query = read_funnel(FunnelQuestion(steps=steps, window=asked.window), context, app)
    except Refused as error:
        raise error.at(names.get(error.field, "source")) from None
    return OfFunnel(query, "median_time")
