"""What changed, by API: a figure between two ranges, by the values of each dimension."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Parameter, Schema

from minilens.errors import Refused, did_you_mean
from minilens.period import Range, parse_day
from minilens.reports.reviews.changes import BY, OF_COSTS, FigureChange, Told, changed
from minilens.reports.reviews.watched import named
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.kpis.dashboard import asker, context_of
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
#: By what a figure may be told apart.
DIMENSIONS = tuple(dict.fromkeys((*BY, *OF_COSTS)))
MOST_DAYS = 366
#: What is asked about unless said.
USUAL = "visitors"


class ValueChange(msgspec.Struct, frozen=True):
    """A value, the figure of it alone, and its contribution to the change; `rate` and `mix` are its parts, null where
    the figure is no ratio. `value` is empty where nothing is known."""

    value: str
    now: float | None
    then: float | None
    contribution: float
    rate: float | None
    mix: float | None


class DimensionChange(msgspec.Struct, frozen=True):
    """The contributions of all values of a dimension, the largest first; with `rest` they come to the change."""

    dimension: str
    rest: float
    values: list[ValueChange]


class FigureChanges(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A figure over the days and over those before, and what has most to do with its change.

    `unit`: count, number, ratio, seconds or depth. `change` is null where either is unknown."""

    figure: str
    zh: str
    en: str
    unit: str
    start: date
    end: date
    compare_from: date
    compare_to: date
    now: float | None
    then: float | None
    change: float | None
    dimensions: list[DimensionChange]


def told(found: FigureChange, now: Range, then: Range) -> FigureChanges:
    """As programs are told."""
    figure = found.figure
    return FigureChanges(
        figure.name, figure.title.zh, figure.title.en, found.unit, now.start, now.end, then.start, then.end,
        found.now, found.then, found.by, [_dimension(one) for one in found.told],
    )  # fmt: skip


def _dimension(one: Told) -> DimensionChange:
    values = [
        ValueChange(part.value, part.now, part.then, part.by, part.rate, part.mix)
        for part in one.change.parts
    ]
    return DimensionChange(one.dimension.name, one.change.rest, values)


def _parameter(name: str, text: str, *, day: bool = False) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE if day else None)
    return Parameter(name=name, param_in="query", schema=schema, description=text)


@dataclass
class OfChanges(openapi.Described):
    """An operation over a figure and two ranges."""

    def __post_init__(self) -> None:
        super().__post_init__()
        by = _parameter("by", "One dimension; all unless given. 一个维度，默认全部。")
        by.schema = Schema(type=OpenAPIType.STRING, enum=DIMENSIONS)
        self.parameters = [
            *(self.parameters or []),
            _parameter(
                "figure",
                "A measure such as payments, or kpi.7; visitors unless given. 指标名或 kpi.编号，默认 visitors。",
            ),
            _parameter("from", "First day; the last seven days unless given. 起始日，默认最近七天。", day=True),
            _parameter("to", "Last day. 结束日。", day=True),
            _parameter("compare_from", "First day of the other range. 对比期起始日。", day=True),
            _parameter("compare_to", "Its last day; the days before unless given. 默认前一段。", day=True),
            by,
        ]  # fmt: skip


@get(
    "/api/v1/apps/{app:str}/changes",
    operation_id="changes",
    summary="What changed, and what has most to do with it (变化与贡献)",
    description="A figure over two ranges of days, and the contribution of each value of a dimension to its change. Of "
    "counts and sums a contribution is the value's own change. Of a ratio it is rate + mix: rate is the mean weight × "
    "the change of the value's own ratio; mix is the change of its weight × how far its mean ratio is from that of "
    "all. Contributions and `rest` come to the change; `rest` is 0 unless a person can be of several values.",
    tags=["reviews"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfChanges,
    needs=scope("report:read"),
)
async def changes(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[FigureChanges]:
    """Of one figure."""
    given = dict(request.query_params)
    found = await asyncio.to_thread(_asked, given, console, held, reader)
    return Response(found, media_type="application/json")


def _asked(
    given: dict[str, str], console: Console, app: App, reader: ReaderContext
) -> FigureChanges:
    context = context_of(console, app, reader)
    now, then = _ranges(given, context.today)
    by = [given["by"]] if given.get("by") else []
    if by and by[0] not in DIMENSIONS:
        hint = did_you_mean(by[0], DIMENSIONS)
        raise Refused("unknown_choice", "by", got=by[0][:40], hint=hint)
    figure = named(given.get("figure") or USUAL, console.records.kpis.of(app.id))
    found = changed(figure, now, then, context, app.id, asker(console, app), by)
    return told(found, now, then)


def _ranges(given: dict[str, str], today: date) -> tuple[Range, Range]:
    """The days, the last seven that are over unless given; and those before."""
    days = {name: parse_day(given[name], name) for name in _DAYS if given.get(name)}
    if not days:
        last = today - timedelta(days=1)
        days = {"from": last - timedelta(days=6), "to": last}
    for name in _DAYS[:2]:
        if name not in days:
            raise Refused("missing", name)
    now = Range(days["from"], days["to"])
    if now.days > MOST_DAYS:
        raise Refused("too_many", "to", limit=MOST_DAYS)
    if not {*_DAYS[2:]} & {*days}:
        return now, now.before()
    for name in _DAYS[2:]:
        if name not in days:
            raise Refused("missing", name)
    return now, Range(days["compare_from"], days["compare_to"])


_DAYS = ("from", "to", "compare_from", "compare_to")
ROUTES = (changes,)
