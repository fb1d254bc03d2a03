"""Answers questions about payments: orders are made by the engine, rows of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.payments import sql
from minilens.measure.payments.columns import columns
from minilens.measure.payments.query import AROUND, GROUPS, REFUNDED, STATES, PaymentsQuery
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import QuerySession
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.text import Text, counted
from minilens.warehouse.engine import Engine

Rows = list[Row]


def prepare(engine: Engine, query: PaymentsQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the last load."""
    return Prepared(
        run=lambda: answer(engine, query, as_of), heavy=True, stands_on=(query, as_of.today, as_of.through),
        cost=Cost(0, 0, 0),
    )  # fmt: skip


def answer(engine: Engine, query: PaymentsQuery, as_of: AsOf) -> Table:
    """A row a group and currency, a day, or an order, the newest first; `totals` is of all of the range."""
    session = QuerySession(engine=engine)
    moved = Moved(int(str(session.ask(HAS_MOVED, {"app": query.app})[0][0])))
    text = {"groups": sql.groups, "days": sql.days, "orders": sql.listed}[query.show](moved)
    asked = _bound(query, as_of)
    found = session.ask(text, asked)
    nameless = int(str(session.ask(sql.NAMELESS, asked)[0][0]))
    make: Callable[[PaymentsQuery, AsOf, Rows], tuple[Rows, Row | None, int]]
    make = {"groups": _groups, "days": _days, "orders": _orders}[query.show]
    rows, totals, count = make(query, as_of, found)
    keys, measures = columns(query.show)
    running = query.range.start <= as_of.today <= query.range.end
    return Table(
        columns=(*keys, *measures), rows=tuple(rows), start=query.range.start, end=query.range.end, as_of=as_of.as_of,
        cost=session.cost(), running=running and query.show == "days", total_rows=count, totals=totals, keys=len(keys),
        today=as_of.today, notes=(_without_number(nameless),) if nameless else (),
    )  # fmt: skip


def _bound(query: PaymentsQuery, as_of: AsOf) -> dict[str, object]:
    away, over = timedelta(days=AROUND), query.range
    return sql.bound(query) | {
        "refunded": REFUNDED, "names": sorted({*query.told, query.seen, REFUNDED}),
        "start": over.start, "end": over.end, "before": over.start - away, "after": over.end + away,
        "today": max(as_of.today, over.end + away), "group": query.group, "top": query.top,
    }  # fmt: skip


def _groups(query: PaymentsQuery, as_of: AsOf, found: Rows) -> tuple[Rows, Row | None, int]:
    """In the order of groups; amounts of several currencies come to nothing together."""
    rows: Rows = [
        (mark, coin, int(str(count)), *map(_units, (paid, seen, back)))
        for mark, coin, count, paid, seen, back in found
    ]
    rows.sort(key=lambda row: (GROUPS.index(str(row[0])), str(row[1])))
    all_orders = [row for row in rows if row[0] in STATES]
    one_coin = len({row[1] for row in all_orders}) == 1
    sums: tuple[Cell, ...] = tuple(
        round(sum(float(str(row[n])) for row in all_orders), 4) if one_coin else None
        for n in (3, 4, 5)
    )
    totals = (None, None, sum(int(str(row[2])) for row in all_orders), *sums)
    return rows, totals if rows else None, len(rows)


def _days(query: PaymentsQuery, as_of: AsOf, found: Rows) -> tuple[Rows, Row | None, int]:
    """Every day of the range; days to come are unknown."""
    by_day = {day: [int(str(one)) for one in counts] for day, *counts in found}
    rows: Rows = []
    whole = [0] * 7
    for n in range(query.range.days):
        day: date = query.range.start + timedelta(days=n)
        counts = by_day.get(day)
        if counts is None and day > as_of.today:
            rows.append((day, *[None] * 8))
            continue
        counts = counts or [0] * 7
        whole = [a + b for a, b in zip(whole, counts, strict=True)]
        rows.append((day, _share(counts), *counts))
    return rows, (None, _share(whole), *whole), len(rows)


def _share(counts: list[int]) -> float | None:
    """Of the orders of servers those that the tracker missed; of none it is unknown."""
    return counts[2] / counts[0] if counts[0] else None


def _orders(query: PaymentsQuery, as_of: AsOf, found: Rows) -> tuple[Rows, Row | None, int]:
    zone = ZoneInfo(query.timezone)
    rows: Rows = [
        (
            str(order), str(state), str(coin), f"p{person}" if person else "",
            _units(told_amount) if told else None, int(str(told)), _units(seen_amount) if seen else None,
            str(seen_coin) if seen else None, int(str(seen)), _units(back),
            datetime.fromtimestamp(int(str(at)) / 1000, UTC).astimezone(zone),
        )
        for order, at, state, coin, told_amount, told, seen_amount, seen_coin, seen, back, person, _ in found
    ]  # fmt: skip
    return rows, None, int(str(found[0][-1])) if found else 0


def _units(amount: Cell) -> float | None:
    """Ten-thousandths as units."""
    return None if amount is None else int(str(amount)) / 10_000


def _without_number(count: int) -> Text:
    return Text(
        f"{count} 个支付事件没有订单号（order_id），未参与核对；两边都上报时会重复计数。",
        f"Left out: {counted(count, 'payment event')} without an order number (order_id), counted twice where "
        "both sides send them.",
    )
