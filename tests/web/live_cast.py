"""Live figures and newest events of the fixed cast, by formula."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Filters, is_about
from minilens.measure.measures import MEASURES, MOMENT
from minilens.measure.newest import Happened
from minilens.measure.query import Moments, Query, Traffic
from minilens.measure.span import Span
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.period import milliseconds, now
from minilens.web.console import App

PAGES = (
    ("pages/index/index", 48_475), ("pages/menu/menu", 39_211), ("pages/goods/detail", 31_068),
    ("pages/cart/cart", 12_540), ("packages/member/pages/points/exchange/detail", 4_211),
    ("", 312),
)  # fmt: skip


def visits(moment: datetime, step: int) -> int:
    """A day's rhythm: little at night, most at eight in the evening."""
    hour = moment.hour + moment.minute / 60
    return round(step * (12 + 10 * math.sin((hour - 14) / 24 * 2 * math.pi)))


def table(
    query: Query, moments: Moments, columns: tuple[Column, ...], rows: tuple[Row, ...]
) -> Table:
    zone, other, span = ZoneInfo(query.timezone), moments.compare, moments.span
    return Table(
        columns=columns,
        rows=rows,
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        as_of=moments.now - timedelta(seconds=2),
        cost=Cost(2_202_272, 35_000_000, 41.2),
        compared_start=other.start.astimezone(zone) if other else None,
        compared_end=other.end.astimezone(zone) if other else None,
    )


def live_answer(query: Query, moments: Moments) -> Table:
    """What the measuring room would answer."""
    if not query.dimensions:
        moment = moments.now.astimezone(ZoneInfo(query.timezone)).replace(microsecond=0)
        alone = replace(moments, compare=None)
        return table(query, alone, (MOMENT, MEASURES["online"].column()), ((moment, 128),))
    return by_page(query, moments) if query.values else by_moment(query, moments)


def by_moment(query: Query, moments: Moments) -> Table:
    rows = points(query, moments, moments.span)
    made = table(query, moments, (MOMENT, MEASURES["visits"].column()), rows)
    then = points(query, moments, moments.compare) if moments.compare else ()
    return Table(**vars(made) | {"running": moments.running, "compared": then})


def points(query: Query, moments: Moments, span: Span) -> tuple[Row, ...]:
    zone, share = ZoneInfo(query.timezone), 3 if is_about(query.filters, "page") else 1
    buckets = [bucket.astimezone(zone) for bucket in span.buckets(moments.step)]
    return tuple(
        (one, visits(one, moments.step) // share if one <= moments.now else None) for one in buckets
    )


def by_page(query: Query, moments: Moments) -> Table:
    whole = sum(count for _, count in PAGES)
    fits = [(page, count) for page, count in PAGES if query.search.lower() in page]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (page, count, count / whole)
        for page, count in fits[query.offset : query.offset + query.top]
    )
    columns = (
        DIMENSIONS["page"].column(),
        MEASURES["visits"].column(),
        MEASURES["visit_share"].column(),
    )
    then = tuple((page, count // 2, 0.1) for page, count in fits) if moments.compare else ()
    return Table(
        **vars(table(query, moments, columns, rows))
        | {"total_rows": len(fits), "totals": (None, whole, None), "compared": then}
    )


def happened(load: int, page: str = "pages/index/index", name: str = "page_view") -> Happened:
    """An event of just now."""
    return Happened(
        load, milliseconds(now()) - 800, name, page, 1047, "", "广东", "深圳", "Apple", "iPhone 15", 10421
    )  # fmt: skip


def newest(
    app: App, traffic: Traffic, filters: Filters, after: int, through: int
) -> list[Happened]:
    """One event a load, but for the environments in which nothing happens."""
    if traffic != "release":
        return []
    return [happened(load) for load in range(through, max(after, through - 50), -1)]
