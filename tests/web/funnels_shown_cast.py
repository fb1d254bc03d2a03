"""Believable answers about a funnel that are no steps: times, what came next, what goes with going on, comparisons, and
both ways of an optional step."""

from __future__ import annotations

from collections.abc import Sequence

from minilens.measure.events.columns import OTHERS
from minilens.measure.funnels import after, by_value, columns, comparison, times
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.without import queries_without, ways
from minilens.measure.table import Column, Row

#: The columns of an answer, its rows, and how many columns tell them apart.
Shown = tuple[Sequence[Column], Sequence[Row], int]
_SHARES = (0.34, 0.21, 0.18, 0.12, 0.09, 0.06)


def shown(query: FunnelQuery, steps: Sequence[Row]) -> Shown | None:
    """None where rows are steps or periods of entry; `steps`: those of one group."""
    if query.optional:
        return _ways(query, steps)
    if by_value.asked(query):
        return (*columns.groups(query), *by_value.MEASURES), _VALUES, 1
    return {
        "times": (times.COLUMNS, _times(), 2),
        "next": ((*after.KEYS, *after.NEXT), _NEXT, 2),
        "drivers": ((*after.KEYS, *after.DRIVERS), _DRIVERS, 2),
        "compare": _compared(query),
    }.get(query.show)


_NEXT: tuple[Row, ...] = (
    ("page_view", "pages/menu/menu", 812, 0.406), ("share", None, 240, 0.12), ("select_coupon", None, 96, 0.048),
    (OTHERS, None, 310, 0.155), (after.NOTHING_MORE, None, 542, 0.271),
)  # fmt: skip
_DRIVERS: tuple[Row, ...] = (
    ("select_coupon", None, 960, 0.62, 0.31, 2.0, 0.29), ("share", None, 411, 0.29, 0.36, 0.8056, -0.06),
    ("page_view", "pages/a-page-with-a-long-name/and-a-longer-one/detail", 18, None, None, None, None),
)  # fmt: skip
_VALUES: tuple[Row, ...] = (
    ("广东", 2210, 0.42, 0.51, 0.33, 1.5455, 0.17), ("上海", 1180, 0.23, 0.28, 0.41, 0.6829, -0.11),
    (None, 21, 0.004, None, None, None, None),
)  # fmt: skip


def _times() -> list[Row]:
    ends = [edge / 1000 for edge in times.EDGES]
    return [
        (ends[n], ends[n + 1], round(share * 4000), share, sum(_SHARES[: n + 1]))
        for n, share in enumerate(_SHARES)
    ]


def _compared(query: FunnelQuery) -> Shown:
    told = (0.31, 0.26, 0.05, 0.02, 0.08, 0.0021)
    if query.beside is None:
        rows: list[Row] = [
            ("广东", 2210, 685, *told, "likely_higher"),
            ("上海", 12, 4, 0.3333, 0.29, None, None, None, None, "too_few"),
        ]  # fmt: skip
        return (*columns.groups(query), *comparison.MEASURES), rows, 1
    rows = [
        ("this", 5210, 1615, *told, "likely_higher"), ("before", 4980, 1295, 0.26, *(None,) * 6),
    ]  # fmt: skip
    return (comparison.PERIOD, *comparison.MEASURES), rows, 1


def _ways(query: FunnelQuery, steps: Sequence[Row]) -> Shown:
    rows = [
        (columns.way(query.optional, left_out), n, title, *row[2:])
        for left_out in ways(query.optional)
        for n, (title, row) in enumerate(
            zip(queries_without(query, left_out).titles, steps, strict=False), start=1
        )
    ]
    return (columns.WAY, *columns.keys(), *columns.of_steps(query)), rows, 3
