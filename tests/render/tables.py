"""Tables that every form must show alike: ordinary, compared, unknown cells, running, empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from minilens.measure.table import Cell, Column, Cost, Table
from minilens.reports.report import Report

AS_OF = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def columns(report: Report) -> tuple[Column, ...]:
    """A day, then the report's measures; durations are named so."""
    return (
        Column("day", "日期", "Day", "day"),
        *(
            Column(
                name,
                f"指标 {name}",
                f"Measure {name}",
                "seconds" if name.startswith("duration") else "count",
                f"{name} 的口径",
                f"How {name} counts",
            )
            for name in report.measures
        ),
    )


def figures(report: Report, first: date, n: int, seed: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows of small, large, zero and unknown figures."""
    found = []
    for i in range(n):
        cells: list[Cell] = [first + timedelta(days=i)]
        for m, name in enumerate(report.measures):
            value = (seed * 7919 + i * 104_729 + m * 1_299_709) % 10 ** (2 + (i + m) % 7)
            if name.startswith("duration"):
                cells.append(None if (i + m) % 5 == 0 else value / 7 % 9000)
            else:
                cells.append(0 if (i * m) % 11 == 10 else value)
        found.append(tuple(cells))
    return tuple(found)


def table(report: Report, *, days: int = 9, compared: int = 0, running: bool = False) -> Table:
    """A table of `days` rows, beside `compared` rows of the period before."""
    start = date(2026, 11, 1)
    before = start - timedelta(days=compared)
    return Table(
        columns=columns(report),
        rows=figures(report, start, days, 1),
        start=start,
        end=start + timedelta(days=days - 1),
        as_of=AS_OF,
        cost=Cost(312_408, 4_100_000, 18.4, cached=running),
        compared=figures(report, before, compared, 2) if compared else (),
        compared_start=before if compared else None,
        compared_end=start - timedelta(days=1) if compared else None,
        running=running,
    )
