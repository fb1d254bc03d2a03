"""The fixed cast of the site's tests: two apps, a believable table made by a formula, one token."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from minilens.measure.fields import FIELDS
from minilens.measure.live import LiveQuery
from minilens.measure.query import Query
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.measure.vocabulary import DAY, measure
from minilens.period import Range, now, today
from minilens.reports.report import Report
from minilens.web.console import App, Console
from tests.web.live_cast import live_answer, newest

CAFE = App(1, "cafe", "小满咖啡", "Xiaoman Coffee", "Asia/Shanghai")
SHOP = App(2, "shop", "山野书店", "Hillside Books", "Asia/Shanghai")

PAGES = (
    "pages/index/index", "pages/menu/menu", "pages/order/confirm", "pages/item/item", "pages/coupon/list",
    "pages/mine/mine", "packageA/member/level", "pages/store/nearby", "pages/search/search", "pages/pay/done",
    "pages/share/card", "=cmd|' /C calc'!A0",
)  # fmt: skip


def wave(n: float) -> float:
    """A weekly rhythm on a rising line."""
    return 1 + 0.14 * math.sin(n / 7 * 2 * math.pi) + 0.03 * math.sin(n * 1.7) + n / 900


def figures(bucket: date, size: float) -> dict[str, Cell]:
    """The figures of one period of so many days. One day in April has no times."""
    n = (bucket - date(2026, 1, 1)).days
    visitors = round(23_500 * wave(n) * size**0.8)
    unknown = (bucket.month, bucket.day) == (4, 4)
    return {
        "total_users": 400_000 + n * 2_100,
        "launches": round(visitors * 1.56),
        "visits": round(visitors * 5.08),
        "visitors": visitors,
        "new_users": round(visitors * 0.25),
        "shares": round(visitors * 0.0352),
        "sharers": round(visitors * 0.0281),
        "duration_per_visitor": None if unknown else 96.4 * wave(n),
        "duration_per_launch": None if unknown else 61.8 * wave(n),
        "entries": round(visitors * 1.56),
        "bounce_rate": 0.23 * wave(n),
    }


def row(named: Cell, query: Query, of: dict[str, Cell], whole: dict[str, Cell]) -> Row:
    """The measures asked for; shares are of the whole."""
    cells: list[Cell] = [named]
    for name in query.measures:
        share_of = measure(name).share_of
        part, every = of.get(share_of), whole.get(share_of)
        known = isinstance(part, int) and isinstance(every, int) and every
        cells.append(of.get(name) if not share_of else part / every if known else None)  # type: ignore[operator]
    return tuple(cells)


def of_page(whole: dict[str, Cell], page: str) -> dict[str, Cell]:
    """What one page has of all: half of what the one before has."""
    part = 0.5 ** (PAGES.index(page) + 1)
    return {
        name: round(cell * part) if isinstance(cell, int) else cell for name, cell in whole.items()
    }


def periods(over: Range, query: Query) -> tuple[Row, ...]:
    """A row for each period."""
    size = {"day": 1, "week": 7, "month": 30}[query.grain]
    found = ((bucket, figures(bucket, size)) for bucket in over.buckets(query.grain))
    return tuple(row(bucket, query, cells, cells) for bucket, cells in found)


def pages(over: Range, query: Query, shown: tuple[str, ...]) -> tuple[Row, ...]:
    """A row for each of these pages."""
    whole = figures(over.start, over.days)
    return tuple(row(page, query, of_page(whole, page), whole) for page in shown)


def by_page(query: Query, table: Table) -> Table:
    """The pages in the order asked for, all of them, and those not shown."""
    at = query.measures.index(query.sort) + 1 if query.sort else 1
    every = pages(query.range, query, PAGES)
    ranked = sorted(every, key=lambda r: float(str(r[at])), reverse=not query.ascending)
    rows, others = ranked[: query.top], ranked[query.top :]
    shown = tuple(str(r[0]) for r in rows)
    whole = figures(query.range.start, query.range.days)
    left = [of_page(whole, str(r[0])) for r in others]
    rest = {
        name: sum(int(str(o[name])) for o in left)
        for name, cell in whole.items()
        if isinstance(cell, int)
    }
    return replace(
        table,
        columns=(FIELDS["page"].column(), *table.columns[1:]),
        rows=tuple(rows),
        compared=pages(query.compare, query, shown) if query.compare else (),
        found=len(PAGES),
        total=row(None, query, whole, whole),
        rest=row(None, query, dict(rest), whole) if query.rest and others else None,
    )


def answer(report: Report, query: Query, app: App) -> Table:
    """What the measuring room would answer, by formula."""
    moment = now()
    table = Table(
        columns=(DAY, *(measure(name).column() for name in query.measures)),
        rows=() if query.by else periods(query.range, query),
        start=query.range.start,
        end=query.range.end,
        as_of=moment - timedelta(seconds=2),
        cost=Cost(312_408, 4_100_000, 18.4),
        compared=periods(query.compare, query) if query.compare and not query.by else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=not query.by and query.range.end >= today(app.timezone, moment),
        same_hours=query.until is not None and query.compare is not None,
    )
    return by_page(query, table) if query.by else table


def nothing(report: Report, query: Query, app: App) -> Table:
    """An app that has never received an event."""
    full = answer(report, query, app)
    empty = tuple((r[0], *(zero(c) for c in full.columns[1:])) for r in full.rows)
    listed = full.total is not None
    return replace(
        full,
        rows=() if listed else empty,
        compared=(),
        compared_start=None,
        compared_end=None,
        cost=Cost(0, 0, 1.2),
        found=0,
        total=(None, *(zero(c) for c in full.columns[1:])) if listed else None,
        rest=None,
    )


def zero(column: Column) -> Cell:
    """What a measure says where nothing happened."""
    return 0 if measure(column.name).empty != "unknown" else None


@dataclass
class Theatre:
    """A console whose answers a test may change while it runs."""

    answer: Callable[[Report, Query, App], Table] = answer
    apps: list[App] = field(default_factory=lambda: [CAFE, SHOP])
    codes: set[str] = field(default_factory=lambda: {"open-sesame"})
    through: int = 3

    def sign_in(self, code: str) -> bool:
        if code not in self.codes:
            return False
        self.codes.remove(code)
        return True

    def console(self) -> Console:
        return Console(
            apps=lambda: self.apps,
            answer=lambda report, query, app: (
                live_answer(query)
                if isinstance(query, LiveQuery)
                else self.answer(report, query, app)
            ),
            token_scopes=scopes,
            secret=b"a secret of the tests only",
            sign_in=self.sign_in,
            collecting=lambda _app: {
                "write_key": "wk_test",
                "collect_url": "http://127.0.0.1:8000/v1/collect",
            },
            through=lambda: self.through,
            newest=newest,
        )


def scopes(token: str, app: str) -> frozenset[str] | None:
    """Tokens of the café; the neighbour's is of another app."""
    known = {
        "reader": frozenset({"report:read"}),
        "writer": frozenset({"events:write"}),
        "neighbour": frozenset[str](),
    }
    return known.get(token)
