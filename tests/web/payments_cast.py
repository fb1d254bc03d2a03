"""A believable answer about payments, made by a formula."""

from __future__ import annotations

from datetime import timedelta

from minilens.measure.payments.columns import columns
from minilens.measure.payments.query import GROUPS, PaymentsQuery
from minilens.measure.table import Cost, Row, Table
from minilens.period import now, today
from minilens.web.console import App

__all__ = ["PaymentsQuery", "reconciled"]


def reconciled(query: PaymentsQuery, app: App) -> Table:
    """Groups in one currency, days of the range, or two orders."""
    keys, measures = columns(query.show)
    over, at = query.range, now() - timedelta(seconds=2)
    rows: list[Row]
    if query.show == "groups":
        rows = [(one, "CNY", 40 - 6 * n, 4000.5, 3900.0, 12.0) for n, one in enumerate(GROUPS)]
    elif query.show == "days":
        rows = [
            (over.start + timedelta(days=n), 0.05, 40, 38, 2, 1, 1, 0, 1) for n in range(over.days)
        ]
    else:
        rows = [
            (f"XM{n}", query.group, "CNY", f"p{n}", 19.9, 1, None, None, 0, 0.0, at) for n in (1, 2)
        ]
    totals = None if query.show == "orders" else (*[None] * len(keys), *rows[0][len(keys) :])
    return Table(
        columns=(*keys, *measures), rows=tuple(rows), start=over.start, end=over.end, as_of=at,
        cost=Cost(12_408, 410_000, 18.4), keys=len(keys), today=today(app.timezone), total_rows=len(rows),
        totals=totals,
    )  # fmt: skip
