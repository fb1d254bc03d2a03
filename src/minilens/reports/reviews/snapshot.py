"""Figures of a week or month as they were seen when it was over, kept with what asks for them: so that what the same
days say later can stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from minilens.errors import Busy, Refused
from minilens.measure.contributions import ROUNDING
from minilens.measure.filters import Condition, write
from minilens.measure.pace import whole_period
from minilens.measure.query import Query
from minilens.measure.single_value import Ask, single_value
from minilens.measure.table import Unit
from minilens.period import Range, buckets_before, floor, midnight, next_bucket
from minilens.records.kpis import SavedKpi
from minilens.reports import overview
from minilens.reports import read as read_report
from minilens.reports.kpi_definition import KpiMeasure, KpiSource
from minilens.reports.kpis import decoded
from minilens.reports.request import AppContext
from minilens.reports.reviews.days import ReviewGrain
from minilens.reports.reviews.watched import EVERYWHERE, Watched, asked, earlier, of_kpis
from minilens.reports.stages import STAGES
from minilens.text import Text

Group = Literal["kpis", "stages", "spend", "pages"]
GROUPS: tuple[Group, ...] = ("kpis", "stages", "spend", "pages")
#: Figures of costs that are kept; and so many pages.
OF_COSTS, PAGES = ("spend", "campaign_net_revenue", "roas"), 10
#: Seconds after midnight before a period that is over is kept: what phones send at once has come by then.
SETTLES = timedelta(hours=1)
#: More periods than these are not made up for after the server was down.
MOST_MADE_UP = {"week": 26, "month": 12}


class KeptFigure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A figure and what asks for it. `value` and `before` are those of the period and of the one before, None unknown;
    `after`: of days that are so many earlier. `target`: of a KPI that counts in such periods."""

    group: Group
    name: str
    zh: str
    en: str
    unit: Unit
    source: KpiSource
    value: float | None
    before: float | None
    after: int = 0
    rise_is: Literal["better", "worse", "neither"] = "better"
    target: float | None = None


class Kept(msgspec.Struct, frozen=True):
    """A snapshot. `as_of`: when its figures were asked for."""

    as_of: datetime
    figures: list[KeptFigure]


@dataclass(frozen=True)
class Beside:
    """A kept figure, and what the same days say now; None unknown, or where it can be asked no longer. `restated`: it
    is another."""

    kept: KeptFigure
    now: float | None
    restated: bool


def make(
    grain: ReviewGrain, start: date, kpis: Iterable[SavedKpi], context: AppContext, app: int, ask: Ask
) -> Kept:  # fmt: skip
    """What is to be kept of a period. Figures that can be asked no longer are left out."""
    over = whole_period(start, grain)
    found = [
        kept
        for group, one, target in _figures(grain, over, kpis, context, app, ask)
        if (kept := _kept(group, one, target, grain, over, context, app, ask))
    ]
    return Kept(context.now, found)


def beside(kept: Kept, over: Range, context: AppContext, app: int, ask: Ask) -> list[Beside]:
    """What the same days say now, figure by figure."""
    found = []
    for one in kept.figures:
        try:
            now = _value(one.source, one.after, over, context, app, ask)
        except Busy:
            raise
        except Refused:
            found.append(Beside(one, None, restated=False))
            continue
        found.append(Beside(one, now, _differ(one.value, now)))
    return found


def due(
    grain: ReviewGrain, made: list[date], first_day: date | None, now: datetime, timezone: str, today: date
) -> list[date]:  # fmt: skip
    """The first days of periods that are over and not kept yet, the oldest first: all since the last one that is kept;
    where none is, the last one alone. None that began before the app's first event."""
    last = buckets_before(floor(today, grain), grain, 1)
    if now < midnight(next_bucket(last, grain), timezone) + SETTLES:
        last = buckets_before(last, grain, 1)
    if first_day is None:
        return []
    start = next_bucket(max(made), grain) if made else last
    start = max(start, buckets_before(last, grain, MOST_MADE_UP[grain] - 1))
    found = []
    while start <= last:
        if next_bucket(start, grain) > first_day:
            found.append(start)
        start = next_bucket(start, grain)
    return found


def encoded(kept: Kept) -> str:
    """As the records keep it."""
    return msgspec.json.encode(kept).decode()


def read(body: str) -> Kept:
    """From its JSON."""
    return msgspec.json.decode(body, type=Kept)


_Figure = tuple[Group, Watched, float | None]


def _figures(
    grain: ReviewGrain, over: Range, kpis: Iterable[SavedKpi], context: AppContext, app: int, ask: Ask
) -> Iterator[_Figure]:  # fmt: skip
    saved = list(kpis)
    for one, kpi in zip(of_kpis(saved), saved, strict=True):
        made = decoded(kpi.body)
        yield "kpis", one, made.target if made.period == grain else None
    for stage in STAGES:
        for figure in stage.figures:
            name = f"{stage.title.en}.{figure.title.en}"
            yield (
                "stages",
                Watched(name, figure.title, figure.source, page=figure.page, after=figure.after),
                None,
            )
    for cost in OF_COSTS:
        yield "spend", _of_costs(cost), None
    for page in top_pages(over, context, app, ask):
        clause = (Condition(context.catalog.dimension("page"), "is", (page,)),)
        source = KpiMeasure(measure="visits", filter=[write(clause)])
        yield "pages", Watched(page, Text(page, page), source), None


def _of_costs(name: str) -> Watched:
    return EVERYWHERE[name]


def top_pages(over: Range, context: AppContext, app: int, ask: Ask) -> list[str]:
    """The pages with the most visits."""
    pairs = [("from", str(over.start)), ("to", str(over.end))]
    query = read_report(
        pairs, overview.PAGES, context.timezone, context.now, context.first_day
    ).query(app)
    assert isinstance(query, Query)
    measure = context.catalog.measure("visits")
    told = replace(query, measures=(measure,), sort=measure, compare=None, top=PAGES)
    return [str(row[0]) for row in ask(told).rows if row[0]]


def _kept(
    group: Group, one: Watched, target: float | None, grain: ReviewGrain, over: Range, context: AppContext, app: int,
    ask: Ask,
) -> KeptFigure | None:  # fmt: skip
    before = whole_period(over.start - timedelta(days=1), grain)
    try:
        _, unit = asked(one.asked, context, app)
        now, then = (
            _value(one.asked, one.after, days, context, app, ask) for days in (over, before)
        )
    except Busy:
        raise
    except Refused:
        return None
    return KeptFigure(
        group,
        one.name,
        one.title.zh,
        one.title.en,
        unit,
        one.asked,
        now,
        then,
        one.after,
        one.rise_is,
        target,
    )


def _value(
    source: KpiSource, after: int, over: Range, context: AppContext, app: int, ask: Ask
) -> float | None:
    found, _ = asked(source, context, app)
    return single_value(found, earlier(over, after), ask, context.today).value


def _differ(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is not now
    return abs(now - then) > ROUNDING * max(abs(now), abs(then))
