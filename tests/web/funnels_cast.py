"""A believable answer about a funnel, made by a formula: each step keeps a part of the one before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from minilens.measure.events.columns import OTHERS
from minilens.measure.funnels import columns
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.measures import DAY
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.measure.why.query import (
    Because,
    Did,
    Explained,
    ExplainedTable,
    FigureTable,
    FigureWhyQuery,
    Happened,
    OfFigure,
    Reason,
    Started,
    Tried,
    WhyQuery,
)
from minilens.measure.why.run import COLUMNS
from minilens.period import now, now_ms, today
from minilens.web.console import App
from tests.web.funnels_shown_cast import shown as otherwise

VALUES = ("广东", "上海", None, "a value that is very long and stands in a bar all the same")
ENTERED = 12_408


def funnelled(query: FunnelQuery, app: App) -> Table:
    """Steps, steps of groups, periods of entry, or what else is shown."""
    if (other := otherwise(query, _steps(query, 0))) is not None:
        return _framed(query, app, *other, None)
    if query.show != "steps":
        return _framed(
            query,
            app,
            (DAY, *columns.of_trend(query)),
            _periods(query),
            1,
            (None, *_period(query, 0)),
        )
    told = columns.groups(query)
    shown = (*told, *columns.keys(), *columns.of_steps(query))
    keys = len(told) + 2
    if query.mode == "open":
        return _framed(query, app, shown, _open(query), keys, None)
    groups: list[tuple[Cell, ...]] = [()]
    if told:
        every = [*VALUES[: query.rows.top], *([OTHERS] if query.rows.include_other else [])]
        groups = [(one,) * len(told) for one in every]
    rows = [(*group, *row) for n, group in enumerate(groups) for row in _steps(query, n)]
    whole = (None,) * keys
    through, rate = _reached(query, 0)[-1], _reached(query, 0)[-1] / ENTERED
    totals = (*whole, through, rate, None, ENTERED - through - 90, 90, 5025.0, 40_000.0, 86_400.0)
    return _framed(query, app, shown, rows, keys, totals, 25 if told else 0)  # fmt: skip


def _reached(query: FunnelQuery, n: int) -> list[int]:
    """Of the n-th group, how many get to each step."""
    return [ENTERED // 2**n * (10 - step) // 10 // (step + 1) for step in range(query.steps)]


def _steps(query: FunnelQuery, n: int) -> list[Row]:
    reached, found = _reached(query, n), []
    for step, title in enumerate(query.titles):
        here, last = reached[step], step == query.steps - 1
        lost = None if last else here - reached[step + 1]
        may = None if lost is None else lost // 9
        found.append((
            step + 1, title, here, here / reached[0], here / reached[step - 1] if step else None,
            None if lost is None or may is None else lost - may, may,
            *((83.0 * step, 900.5 * step, 7200.0) if step else (None, None, None)),
        ))  # fmt: skip
    return found


def _open(query: FunnelQuery) -> list[Row]:
    reached = _reached(query, 0)[::-1]
    return [
        (n + 1, title, some, some * 3, some / reached[0], some / reached[n - 1] if n else None)
        for n, (title, some) in enumerate(zip(query.titles, reached, strict=True))
    ]


def _periods(query: FunnelQuery) -> list[Row]:
    grain = query.rows.grain if query.rows.grain in ("week", "month") else "day"
    return [
        (first, *_period(query, n % 5 + 3))
        for n, first in enumerate(query.rows.range.buckets(grain))
    ]


def _period(query: FunnelQuery, n: int) -> Row:
    reached = _reached(query, n)
    return (*reached, reached[-1] / reached[0], reached[0] - reached[-1] - 1, 1, 300.0 * (n + 1))


def _framed(
    query: FunnelQuery, app: App, shown: Iterable[Column], rows: Iterable[Row], keys: int, totals: Row | None,
    found: int = 0,
) -> Table:  # fmt: skip
    over = query.rows.range
    return Table(
        columns=tuple(shown), rows=tuple(rows), start=over.start, end=over.end, as_of=now() - timedelta(seconds=2),
        cost=Cost(12_408, 410_000, 18.4), keys=keys, today=today(app.timezone), totals=totals, total_rows=found,
        running=query.show in ("trend", "each_day") and over.end >= today(app.timezone),
    )  # fmt: skip


def explained(query: WhyQuery | FigureWhyQuery, app: App) -> ExplainedTable | FigureTable:
    """What a figure makes of somebody."""
    return _figured(query, app) if isinstance(query, FigureWhyQuery) else _explained(query, app)


def _explained(query: WhyQuery, app: App) -> ExplainedTable:
    """Two attempts: the first goes a step further, and what would have been the next one came too late."""
    begun, minute = now_ms() - 3 * 86_400_000, 60_000
    of, first = query.of.rows, query.of.rows.events[0].events[0]
    second, last = (one.events[0] for one in (of.events[1], of.events[query.of.steps - 1]))
    told = [(0, first, 1), (5, second, 2), (9, "share", 0), (50, last, 3), (70, first, 1)]
    happened = tuple(
        Happened(
            begun + at * minute, name, "pages/menu/menu", 7, (step,) if step else (), (step,) if step else (), (),
            ends=not step, read=True, held=(),
        )
        for at, name, step in told
    )  # fmt: skip
    attempts = (
        Tried((0, 1), None, begun + 30 * minute, True, False, (Reason(("window",), 3, (3,)),)),
        Tried((4,), None, begun + 100 * minute, False, True),
    )
    found = Explained(query.person, 2, True, happened, attempts, events=5, count=2)
    return ExplainedTable(
        columns=COLUMNS, rows=(), start=of.range.start, end=of.range.end, as_of=now() - timedelta(seconds=2),
        cost=Cost(12, 410, 1.4), keys=0, today=today(app.timezone), explained=found,
    )  # fmt: skip


def _figured(query: FigureWhyQuery, app: App) -> FigureTable:
    """Somebody of a cohort who returned too late for the cell."""
    begun, day = now_ms() - 5 * 86_400_000, 86_400_000
    told = [(0, "page_view", (1,), None), (1, "page_view", (2,), 1), (2, "share", (2,), 2)]
    happened = tuple(
        Did(begun + at * day, name, "pages/menu/menu", of, of, (), counts=not later, later=later)
        for at, name, of, later in told
    )
    starts = (Started(today(app.timezone), 0, (("1", True), ("2", True), ("3", None))),)
    found = OfFigure(query.person, 0, happened, (Because(("gap",)),), 3, starts, (), began=True)
    assert query.rows is not None
    over = query.rows.range
    return FigureTable(
        columns=COLUMNS, rows=(), start=over.start, end=over.end, as_of=now() - timedelta(seconds=2),
        cost=Cost(12, 410, 1.4), keys=0, today=today(app.timezone), found=found,
    )  # fmt: skip
