"""The fixed cast of the site's tests: two apps, a believable table made by a formula, one token."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from minilens.measure.query import Query
from minilens.measure.table import Cell, Column, Cost, Table
from minilens.period import Range, now, today
from minilens.reports.report import Report
from minilens.web.console import App, Console

CAFE = App(1, "cafe", "小满咖啡", "Xiaoman Coffee", "Asia/Shanghai")
SHOP = App(2, "shop", "山野书店", "Hillside Books", "Asia/Shanghai")

COLUMNS = (
    Column("day", "日期", "Day", "day"),
    Column(
        "total_users",
        "累计用户",
        "Total users",
        "count",
        "截至当日访问过的用户数",
        "Persons with a visit ever, up to the end of the period",
    ),
    Column(
        "launches",
        "打开次数",
        "Launches",
        "count",
        "打开小程序的次数",
        "Sessions that began in the period",
    ),
    Column(
        "visits",
        "访问次数",
        "Visits",
        "count",
        "页面浏览的次数",
        "Page views",
    ),
    Column(
        "visitors",
        "访问人数",
        "Visitors",
        "count",
        "访问过的用户数，周期内去重",
        "Distinct persons with a visit in the period",
    ),
    Column(
        "new_users",
        "新用户",
        "New users",
        "count",
        "首次访问在该周期内的用户数",
        "Persons whose first visit ever lies in the period",
    ),
    Column(
        "shares",
        "分享次数",
        "Shares",
        "count",
        "触发分享的次数",
        "Times a share was triggered",
    ),
    Column(
        "sharers",
        "分享人数",
        "Sharers",
        "count",
        "触发过分享的用户数",
        "Distinct persons who shared",
    ),
    Column(
        "duration_per_visitor",
        "人均停留",
        "Time per visitor",
        "seconds",
        "前台停留时长 ÷ 访问人数",
        "Foreground seconds divided by visitors",
    ),
    Column(
        "duration_per_launch",
        "次均停留",
        "Time per launch",
        "seconds",
        "前台停留时长 ÷ 打开次数",
        "Foreground seconds divided by launches",
    ),
)


def row(bucket: date, size: int) -> tuple[Cell, ...]:
    """The figures of one period: a weekly rhythm on a rising line. One day in April is unknown."""
    n = (bucket - date(2026, 1, 1)).days
    wave = 1 + 0.14 * math.sin(n / 7 * 2 * math.pi) + 0.03 * math.sin(n * 1.7) + n / 900
    visitors = round(23_500 * wave * size**0.8)
    unknown = (bucket.month, bucket.day) == (4, 4)
    return (
        bucket,
        400_000 + n * 2_100,
        round(visitors * 1.56),
        round(visitors * 5.08),
        visitors,
        round(visitors * 0.25),
        round(visitors * 0.0352),
        round(visitors * 0.0281),
        None if unknown else 96.4 * wave,
        None if unknown else 61.8 * wave,
    )


def rows(asked: Range, query: Query) -> tuple[tuple[Cell, ...], ...]:
    size = {"day": 1, "week": 7, "month": 30}[query.grain]
    return tuple(row(bucket, size) for bucket in asked.buckets(query.grain))


def answer(report: Report, query: Query, app: App) -> Table:
    """What the measuring room would answer, by formula."""
    moment = now()
    return Table(
        columns=COLUMNS,
        rows=rows(query.range, query),
        start=query.range.start,
        end=query.range.end,
        as_of=moment - timedelta(seconds=2),
        cost=Cost(312_408, 4_100_000, 18.4),
        compared=rows(query.compare, query) if query.compare else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=query.range.end >= today(app.timezone, moment),
    )


def nothing(report: Report, query: Query, app: App) -> Table:
    """An app that has never received an event."""
    full = answer(report, query, app)
    zeros = tuple((r[0], *([0] * 7), None, None) for r in full.rows)
    return Table(
        COLUMNS, zeros, full.start, full.end, full.as_of, Cost(0, 0, 1.2), running=full.running
    )


@dataclass
class Theatre:
    """A console whose answers a test may change while it runs."""

    answer: Callable[[Report, Query, App], Table] = answer
    apps: list[App] = field(default_factory=lambda: [CAFE, SHOP])
    codes: set[str] = field(default_factory=lambda: {"open-sesame"})

    def sign_in(self, code: str) -> bool:
        if code not in self.codes:
            return False
        self.codes.remove(code)
        return True

    def console(self) -> Console:
        return Console(
            apps=lambda: self.apps,
            answer=lambda report, query, app: self.answer(report, query, app),
            token_scopes=scopes,
            secret=b"a secret of the tests only",
            sign_in=self.sign_in,
            collecting=lambda _app: {
                "write_key": "wk_test",
                "collect_url": "http://127.0.0.1:8000/v1/collect",
            },
        )


def scopes(token: str, app: str) -> frozenset[str] | None:
    """Tokens of the café; the neighbour's is of another app."""
    known = {
        "reader": frozenset({"report:read"}),
        "writer": frozenset({"events:write"}),
        "neighbour": frozenset[str](),
    }
    return known.get(token)
