"""Tables that every form must show alike: of days, moments, pages; compared, running, unknown, with a rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from minilens.measure.costs.run import COLUMNS as OF_COSTS
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.ledger.names import LISTED
from minilens.measure.measures import DAY, MEASURES, MOMENT
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.reports import REPORTS
from minilens.reports.kinds.live import LIVE_LIST, LIVE_TREND, NOW
from minilens.reports.report import Report

AS_OF = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
FIRST = date(2026, 11, 1)
#: Pages as people name them, and as they should not.
PAGES = (
    "pages/index",
    "",
    "=1+1",
    "+86",
    "-2+3",
    "@SUM(A1)",
    "页面/首页",
    "pages/a,b|c:d",
    '<b>"x"</b>',
)

#: What a table of days or moments may look like.
SHAPES: dict[str, dict[str, Any]] = {
    "alone": {"rows": 9},
    "compared": {"rows": 9, "compared": 9},
    "shorter before": {"rows": 9, "compared": 7},
    "longer before": {"rows": 9, "compared": 11},
    "running": {"rows": 9, "compared": 9, "running": True},
}
#: And one of values.
LISTS: dict[str, dict[str, Any]] = {
    "alone": {},
    "compared": {"compared": True},
    "rest": {"rest": True},
    "compared, with rest": {"compared": True, "rest": True},
}


def is_live(report: Report) -> bool:
    """Whether its rows are moments."""
    return report.kind in (LIVE_TREND, LIVE_LIST, NOW)


def shapes(report: Report) -> dict[str, dict[str, Any]]:
    """The shapes that the table of a report may have."""
    if report.kind.drawing == "tiles":
        return {"a month": {"rows": 31}, "the shortest month before": {"rows": 30}}
    if report.kind is NOW:
        return {"now": {"rows": 1}}
    if report.kind.drawing == "buckets":
        return {name: LISTS[name] for name in ("alone", "compared")}
    return LISTS if report.by else SHAPES


#: Reports whose rows are told apart by one column; the others have tests of their own.
ONE_KEY = [
    one for one in REPORTS.values() if one.kind.drawing not in ("triangle", "series", "samples")
]


def cases() -> list[Any]:
    """(report, shape) of all reports in all their shapes, for parametrize."""
    return [
        (report, shape) for report in ONE_KEY for shape in shapes(report).values()
    ]  # fmt: skip


def names() -> list[str]:
    """A name for each case."""
    return [f"{report.name} {name}" for report in ONE_KEY for name in shapes(report)]


def table(report: Report, **shape: Any) -> Table:
    """A table of one of the shapes."""
    return listed(report, **shape) if report.by else periods(report, **shape)


def value(column: Column, seed: int, row: int, at: int) -> Cell:
    """Small, large, zero and unknown figures."""
    drawn = (seed * 7919 + row * 104_729 + at * 1_299_709) % 10 ** (2 + (row + at) % 7)
    if column.unit == "ratio":
        return None if (row + at) % 5 == 0 else drawn % 1000 / 997
    if column.unit == "seconds":
        return None if (row + at) % 5 == 0 else drawn / 7 % 9000
    return 0 if (row * at) % 11 == 10 else drawn


def figures(report: Report, heads: list[Any], seed: int) -> tuple[Row, ...]:
    """A row for each head."""
    columns = [MEASURES[name].column() for name in report.measures]
    return tuple(
        (head, *(value(column, seed, n, at) for at, column in enumerate(columns)))
        for n, head in enumerate(heads)
    )


def heads(report: Report, first: date, count: int) -> list[date]:
    """Days, or moments half an hour apart."""
    if not is_live(report):
        return [first + timedelta(days=n) for n in range(count)]
    midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo("Asia/Shanghai"))
    return [midnight + timedelta(minutes=30 * n) for n in range(count)]


def periods(report: Report, *, rows: int = 9, compared: int = 0, running: bool = False) -> Table:
    """So many days or moments, beside those of the range before."""
    own = heads(report, FIRST, rows)
    other = heads(report, FIRST - timedelta(days=compared), compared)
    return Table(
        columns=(
            MOMENT if is_live(report) else DAY, *(MEASURES[name].column() for name in report.measures)
        ),
        rows=figures(report, own, 1),
        start=own[0],
        end=own[-1],
        as_of=AS_OF,
        cost=Cost(312_408, 4_100_000, 18.4, cached=running),
        compared=figures(report, other, 2),
        compared_start=other[0] if other else None,
        compared_end=other[-1] if other else None,
        running=running,
    )  # fmt: skip


#: Columns that rows of a list have where they are no values of a dimension.
NAMED = {one.column.name: one.column for one in LISTED.values()} | {
    one.name: one for one in OF_COSTS.values()
}


def listed(report: Report, *, compared: bool = False, rest: bool = False) -> Table:
    """Pages, and what all of them come to."""
    made = periods(report, rows=9, compared=9 if compared else 0)
    found = figures(report, [*PAGES, None, None], 3)
    return replace(
        made,
        columns=(NAMED.get(report.by, DIMENSIONS["page"].column()), *made.columns[1:]),
        rows=found[: len(PAGES)],
        compared=figures(report, list(PAGES), 4) if compared else (),
        total_rows=412 if rest else len(PAGES),
        totals=found[-1],
        other=found[-2] if rest else None,
    )
