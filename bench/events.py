"""Event analysis over a hundred million events: one event whole, by day, by a column, by a field of its JSON; and a
virtual event that nobody asked for before.

Beside each stands the SQL that an analyst would write over raw events: in the same engine, in DuckDB, in PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bench import beside_duckdb, beside_postgres, history
from bench.beside import Question, export
from bench.cards import AS_OF, MONTH, QUARTER, ZONE, answer, brief
from bench.events_by_hand import CLICKHOUSE, DUCKDB, POSTGRES, ByHand, Dialect
from bench.history import APP, DAYS, FIRST, LAST, LOAD, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.table import Table
from minilens.measure.virtual.preview import Asked, preview
from minilens.measure.virtual.questions import with_virtual
from minilens.reports.virtual import asks, read
from minilens.text import NOTHING

#: An app of which every event is an order with a field of fifty values, a number and one of a thousand values.
ORDERS = 3
SHARE_OF_ORDERS = 10
WHOLE, GROUPED, OF_JSON, NEW = 150, 500, 800, 30.0
WRITTEN_ORDERS = """
INSERT INTO events
(
    app, day, hour, ts, name, kind, id, actor, device, person, session, seq, page, scene, via, traffic, country,
    province, props, received, load, segment, record, i
)
SELECT {app:UInt32}, {day:Date}, 12, toDateTime64({day:Date}, 3, 'UTC') + number % 50000 AS ts, 'order', 'track',
    reinterpretAsUUID(sipHash128(h, 'order')), h % {persons:UInt32}, h % {persons:UInt32}, 1 + h % {persons:UInt32},
    0, 1, 'pages/order/index', 1001, 'tracker', 'release', '中国', ['广东', '上海', '北京', '浙江', '四川'][1 + h % 5],
    concat('{"sku":"s', toString(h % 50), '","amount":', toString(h % 1000), '.5,"sort":"', toString(h % 1000), '"}'),
    ts + 2, {load:UInt64}, 'orders', number, 0
FROM (SELECT number, cityHash64({day:Date}, number) AS h FROM numbers({events:UInt64}))
"""


@dataclass(frozen=True)
class Case:
    """One question, what it must reach in milliseconds, and the same by hand."""

    name: str
    query: EventsQuery
    target: float
    by_hand: ByHand


@dataclass(frozen=True)
class Found:
    """Our answer, how long it took, and how long by hand in the same engine."""

    case: Case
    table: Table
    took: Timed
    by_hand: Timed


def measure(options: Options) -> list[Row]:
    """The rows of all questions, of both apps, and of the virtual event."""
    others: dict[str, dict[str, Timed]] = {}
    with history.opened(options) as held:
        orders(held)
        found = [asked(case, held, options) for case in cases()]
        last = virtual(held)
        exported = {app: export(held.engine, options, app) for app in (APP, ORDERS)}
    for app, files in exported.items():
        own = [one for one in found if one.case.query.app == app]
        for module, words in ((beside_duckdb, DUCKDB), (beside_postgres, POSTGRES)):
            told = [question(one, words) for one in own]
            for engine, times in module.measure(files, brief(options), told).items():
                others[f"{engine}"] = times
    return [*(row for one in found for row in rows(one, others)), *last]


def question(one: Found, words: Dialect) -> Question:
    """What another engine is asked."""
    return one.case.by_hand.question(one.case.name, one.case.query, one.table, words)


def cases() -> Iterator[Case]:
    """One event, and fields of its JSON."""
    figures = (Figure("total", NOTHING, 0, "total"), Figure("persons", NOTHING, 0, "persons"))
    launch = EventsQuery(
        APP, (Counted("a", ("app_launch",)),), figures, MONTH, grain="whole", timezone=ZONE
    )
    by_day = replace(launch, grain="day")
    province = replace(launch, groups=(BUILT_IN.dimension("province"),))
    name = "app_launch"
    yield Case("app_launch 30 d", launch, WHOLE, ByHand(name))
    yield Case("app_launch 30 d by day", by_day, WHOLE, ByHand(name, ("day",)))
    yield Case("app_launch 30 d by province", province, GROUPED, ByHand(name, ("province",)))
    yield Case(
        "app_launch 30 d by province and day", replace(province, grain="day"), GROUPED,
        ByHand(name, ("province", "day")),
    )  # fmt: skip
    amount = Figure("amount", NOTHING, 0, "sum", Property("amount"))
    order = replace(
        launch,
        app=ORDERS,
        events=(Counted("a", ("order",)),),
        measures=(*figures, amount),
        top=1000,
    )
    yield Case("order 30 d, sum of a JSON field", order, WHOLE * 2, ByHand("order", (), "amount"))
    for field in ("sku", "sort"):
        grouped = replace(order, groups=(Property(field),))
        hand = ByHand("order", (f"{{{field}}}",), "amount")
        yield Case(f"order 30 d by JSON field {field}", grouped, OF_JSON, hand)
        yield Case(
            f"order 30 d by JSON field {field} and day", replace(grouped, grain="day"), OF_JSON,
            replace(hand, keys=(*hand.keys, "day")),
        )  # fmt: skip


def orders(held: History) -> None:
    """The app of orders, written and made where it is not there yet."""
    engine = held.engine
    wanted = held.events // SHARE_OF_ORDERS // DAYS
    there = {
        row[0]
        for row in engine.rows("SELECT day FROM builds WHERE app = {app:UInt32}", {"app": ORDERS})
    }
    persons = max(10, held.persons // SHARE_OF_ORDERS)
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        if day in there:
            continue
        engine.run(
            WRITTEN_ORDERS,
            {"app": ORDERS, "day": day, "events": wanted, "persons": persons, "load": LOAD},
        )
        held.builder.make(ORDERS, [day])
    history.wait_for_merges(engine)
    print(f"  {wanted * DAYS:,} orders", flush=True)


def asked(case: Case, held: History, options: Options) -> Found:
    """Our answer and that by hand, which must be the same."""
    table, took = timed(options, lambda: answer(held, case.query))
    print(f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows read", flush=True)
    text = case.by_hand.sql(case.query, CLICKHOUSE)
    theirs, by_hand = timed(brief(options), lambda: held.engine.rows(text))
    if wrong := case.by_hand.differs(table, theirs):
        raise AssertionError(f"{case.name}: {wrong[:3]}")
    return Found(case, table, took, by_hand)


def rows(one: Found, others: dict[str, dict[str, Timed]]) -> Iterator[Row]:
    """Median beside the others, and p95."""
    case = one.case
    medians = {"SQL by hand, same engine": one.by_hand.median}
    medians |= {
        name: times[case.name].median for name, times in others.items() if case.name in times
    }
    note = f"{len(one.took.runs)} runs, {one.table.cost.rows:,} rows read"
    yield Row(f"{case.name}: median", one.took.median, "ms", case.target, others=medians, note=note)
    yield Row(f"{case.name}: p95", one.took.p95, "ms")


def virtual(held: History) -> list[Row]:
    """A virtual event that is asked for the first time: its preview, and 90 days by day."""
    filters = [
        {"field": "newness", "operator": "is", "values": ["new"]},
        {"field": "scene", "operator": "is", "values": ["1047"]},
    ]
    meaning = read({"conditions": [{"event": "tap", "filters": filters}, {"event": "share"}]})
    figures = (Figure("total", NOTHING, 0, "total"), Figure("persons", NOTHING, 0, "persons"))
    query = EventsQuery(APP, (Counted("a", ("new_one",)),), figures, QUARTER, timezone=ZONE)
    began = time.perf_counter()
    seen = preview(held.engine, Asked(APP, meaning, {}, LAST, AS_OF, asks))
    looked = time.perf_counter() - began
    began = time.perf_counter()
    table = answer(held, with_virtual(query, {"new_one": meaning}, asks))
    took = time.perf_counter() - began
    assert table.totals
    assert seen.matches
    note = f"{table.totals[1]:,} matches, {table.cost.rows:,} rows read"
    return [
        Row("virtual event: its preview, the first time", looked, "s"),
        Row("virtual event over 90 d, the first time", took, "s", NEW, note=note),
    ]
