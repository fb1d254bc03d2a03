"""Answers questions about costs: sums of the records, beside the events that came by the same campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minilens.measure.costs import fatigue
from minilens.measure.costs.figures import Sums, cells, together
from minilens.measure.costs.joined import by_period, by_value, put, whole
from minilens.measure.costs.query import Apart, CostsQuery, Spent
from minilens.measure.events import run as events
from minilens.measure.measures import DAY
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.table import Column, Cost, Row, Table
from minilens.measure.value_names import ValueNames
from minilens.period import Range
from minilens.records.rates import USUAL
from minilens.text import Text
from minilens.warehouse.engine import Engine

LANDINGS = ValueNames(
    {"article": Text("公众号文章", "Article"), "mini_program": Text("小程序", "Mini program")}
)
#: The column of a list's values.
COLUMNS: dict[Apart, Column] = {
    "campaign": Column("ad_campaign", Text("推广活动", "Campaign"), "text"),
    "ad_set": Column("ad_set", Text("广告组", "Ad set"), "text"),
    "creative": Column("creative", Text("创意", "Creative"), "text"),
    "source": Column("platform", Text("投放平台", "Platform"), "text"),
    "landing": Column("landing", Text("落地页", "Landing"), "text", shown=LANDINGS.shown),
}


def prepare(engine: Engine, query: CostsQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the costs it was given, and on what its questions about events stand on."""
    if not query.apart:
        query.range.check(query.grain)
    asked = [
        events.prepare(engine, one, as_of) if (one := query.events_of(over, spent)) else None
        for over, spent in _ranges(query)
    ]
    stands_on = tuple(one.stands_on for one in asked if one)
    return Prepared(
        run=lambda: _table(query, as_of, [one.run() if one else None for one in asked]),
        heavy=any(one.heavy for one in asked if one),
        stands_on=None if None in stands_on else (query, as_of.today, stands_on),
        cost=Cost(0, 0, 0),
    )


def _ranges(query: CostsQuery) -> list[tuple[Range, tuple[Spent, ...]]]:
    found = [(query.range, query.spent)]
    return found + ([(query.compare, query.then_spent)] if query.compare else [])


def _table(query: CostsQuery, as_of: AsOf, asked: Sequence[Table | None]) -> Table:
    """Rows: period or value, measures."""
    other, costs = query.compare, [table.cost for table in asked if table]
    make = _list if query.apart else _periods
    return Table(
        **make(query, as_of, asked),
        start=query.range.start, end=query.range.end, as_of=as_of.as_of, today=as_of.today,
        compared_start=other.start if other else None, compared_end=other.end if other else None,
        running=query.range.start <= as_of.today <= query.range.end, notes=_notes(query, asked[0]),
        cost=Cost(
            sum(one.rows for one in costs), sum(one.bytes for one in costs), sum(one.milliseconds for one in costs)
        ),
    )  # fmt: skip


def _periods(query: CostsQuery, as_of: AsOf, asked: Sequence[Table | None]) -> dict[str, Any]:
    """Oldest first; those that have not begun are unknown."""

    def of(over: Range, spent: Sequence[Spent], table: Table | None) -> tuple[Row, ...]:
        found = by_period(query, spent, table)
        unknown: Row = (None,) * len(query.measures)
        return tuple(
            (day, *(cells(query, _known(found.get(day), table)) if day <= as_of.today else unknown))
            for day in over.buckets(query.grain)
        )

    rows = [
        of(over, spent, table) for (over, spent), table in zip(_ranges(query), asked, strict=True)
    ]
    return {
        "columns": (DAY, *(one.column() for one in query.measures)), "rows": rows[0],
        "compared": rows[1] if query.compare else (), "total_rows": len(rows[0]),
    }  # fmt: skip


def _known(sums: Sums | None, table: Table | None) -> Sums:
    """A period in which nothing was spent has cost nothing; nothing came where somebody looked."""
    found = sums or Sums()
    if table is not None:
        put(found)
    return found


def _list(query: CostsQuery, as_of: AsOf, asked: Sequence[Table | None]) -> dict[str, Any]:
    """Those with the most first; those of which it is not known come last."""
    assert query.apart
    every = by_value(query, query.spent, asked[0])
    then = by_value(query, query.then_spent, asked[1]) if query.compare else {}
    found = _found(query, every)
    shown = found[query.offset : query.offset + query.top]
    rest = [sums for value, sums in every.items() if value not in set(shown)]
    return {
        "columns": (COLUMNS[query.apart], *(one.column() for one in query.measures)),
        "rows": tuple((value, *cells(query, every[value])) for value in shown),
        "compared": tuple((value, *cells(query, then.get(value) or Sums())) for value in shown)
        if query.compare
        else (),
        "total_rows": len(found),
        "totals": ("", *cells(query, whole(query.spent, asked[0]))) if every else None,
        "other": ("", *cells(query, together(rest))) if query.include_other and rest else None,
    }


def _found(query: CostsQuery, every: Mapping[str, Sums]) -> list[str]:
    wanted, sort = query.search.lower(), query.sort or query.measures[0]
    called = LANDINGS.like(wanted) if query.apart == "landing" else ()
    found = sorted(one for one in every if wanted in one.lower() or one in called)
    leads = {one: every[one].figure(sort.name) for one in found}
    known = [one for one in found if leads[one] is not None]
    known.sort(key=lambda one: leads[one] or 0, reverse=not query.ascending)
    return [*known, *(one for one in found if leads[one] is None)]


def _fatigue(query: CostsQuery) -> tuple[Text, ...]:
    """Days that are marked, where rows are days."""
    if query.apart or query.grain != "day":
        return ()
    sums = by_period(query, (*query.earlier, *query.spent), None)
    return fatigue.notes(list(query.range), sums, query.cap)


def _notes(query: CostsQuery, came: Table | None) -> tuple[Text, ...]:
    """What became of money in other currencies, and days on which ads tire."""
    into, found = query.currency or USUAL, []
    if some := query.converted:
        zh = f"{'、'.join(some)} 的成本按当天的汇率换算为 {into}"
        found.append(
            Text(zh, f"Costs in {', '.join(some)} are converted to {into} at the rate of their day")
        )
    if some := query.others:
        zh = f"花费只计 {into}；另有 {'、'.join(some)} 的成本没有可用的汇率，不在其中"
        en = f"Spend is in {into}. Costs in {', '.join(some)} have no rate and are not included"
        found.append(Text(zh, en))
    return (*found, *(came.notes if came else ()), *_fatigue(query))
