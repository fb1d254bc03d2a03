"""Live figures and newest events of the fixed cast, by formula."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Filters
from minilens.measure.live.query import Happened, LiveQuery, Span
from minilens.measure.measures import MEASURES, MOMENT
from minilens.measure.query import Traffic
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


def table(query: LiveQuery, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Table:
    zone, other = ZoneInfo(query.timezone), query.compare
    return Table(
        columns=columns,
        rows=rows,
        start=query.span.start.astimezone(zone),
        end=query.span.end.astimezone(zone),
        as_of=query.now - timedelta(seconds=2),
        cost=Cost(2_202_272, 35_000_000, 41.2),
        compared_start=other.start.astimezone(zone) if other else None,
        compared_end=other.end.astimezone(zone) if other else None,
    )


def live_answer(query: LiveQuery) -> Table:
    """What the measuring room would answer."""
    if query.of == "online":
        moment = query.now.astimezone(ZoneInfo(query.timezone)).replace(microsecond=0)
        alone = replace(query, compare=None)
        return table(alone, (MOMENT, MEASURES["online"].column()), ((moment, 128),))
    found = by_page(query) if query.of == "pages" else by_moment(query)
    return found


def by_moment(query: LiveQuery) -> Table:
    made = table(query, (MOMENT, MEASURES["visits"].column()), points(query, query.span))
    running = query.span.start <= query.now < query.span.end
    then = points(query, query.compare) if query.compare else ()
    return Table(**vars(made) | {"running": running, "compared": then})


def points(query: LiveQuery, span: Span) -> tuple[Row, ...]:
    zone, share = ZoneInfo(query.timezone), 3 if query.page else 1
    moments = [bucket.astimezone(zone) for bucket in span.buckets(query.step)]
    return tuple(
        (one, visits(one, query.step) // share if one <= query.now else None) for one in moments
    )


def by_page(query: LiveQuery) -> Table:
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
    then = tuple((page, count // 2, 0.1) for page, count in fits) if query.compare else ()
    return Table(
        **vars(table(query, columns, rows))
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
