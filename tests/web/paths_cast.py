"""A believable answer about paths, made by a formula: a third goes on to each next node."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from minilens.measure.paths import columns
from minilens.measure.paths.query import PathsQuery
from minilens.measure.table import Cost, Row, Table
from minilens.period import now, today
from minilens.web.console import App

BEGAN = 12_408
NODES = (
    ("page", "pages/menu/list"), ("page", "packages/activity/pages/double-eleven/landing-of-the-autumn-sale/index"),
    ("event", "add_to_cart"), ("page", "pages/order/detail"),
)  # fmt: skip


def pathed(query: PathsQuery, app: App) -> Table:
    """Columns along the chosen way, or links."""
    keys, measures = columns.keys(query), columns.measures(query)
    rows = _links(query) if query.show == "links" else _columns(query)
    over = query.rows.range
    return Table(
        columns=(*keys, *measures), rows=tuple(rows), start=over.start, end=over.end,
        as_of=now() - timedelta(seconds=2), cost=Cost(12_408, 410_000, 18.4), keys=len(keys), today=today(app.timezone),
        totals=(*(None,) * len(keys), BEGAN, *(None,) * (len(measures) - 1)),
    )  # fmt: skip


def _anchor(query: PathsQuery) -> tuple[str, str]:
    if query.anchor is None:
        return columns.BEGINNING
    value = query.anchor.value
    return query.anchor.kind, query.titles[value] if isinstance(value, int) else value


def _parts(query: PathsQuery, count: int) -> list[tuple[tuple[str, str], int, int | None]]:
    """What so many paths go on to: node, how many, of how many nodes."""
    found: list[tuple[tuple[str, str], int, int | None]] = [
        (node, count // (3 + 2 * n), 1) for n, node in enumerate(NODES)
    ]
    left = count - sum(some for _, some, _ in found)
    found += [(columns.REST, left // 2, 23), (columns.MAY_STILL, left // 9, None)]
    return [*found, (columns.ended(query), left - left // 2 - left // 9, None)]


def _columns(query: PathsQuery) -> list[Row]:
    rows: list[Row] = [(0, *_anchor(query), BEGAN, 1, 1, 1)]
    count = BEGAN
    for place in range(1, len(query.chosen) + 2):
        parts = _parts(query, count)
        rows += [
            (place, *node, some, some / count if count else None, some / BEGAN, several)
            for node, some, several in parts
        ]
        count //= 3
    return rows


def _links(query: PathsQuery) -> list[Row]:
    going = {_anchor(query): BEGAN}
    rows: list[Row] = []
    for place in range(1, query.steps + 1):
        onward: dict[tuple[str, str], int] = {}
        for begin, count in going.items():
            for node, some, several in _parts(query, count):
                took = None if several is None else 42.5
                rows.append((place, *begin, *node, some, some / count if count else None, took))
                if several is not None:
                    onward[node] = onward.get(node, 0) + some
        going = onward
    into: Counter[Row] = Counter()
    for row in rows:
        into[row[0], *row[3:5]] += int(str(row[5]))
    return [(*row, into[row[0], *row[3:5]]) for row in rows]
