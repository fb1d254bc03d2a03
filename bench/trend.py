"""`overview.trend` over a hundred million events, beside SQL by hand, DuckDB and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

from bench import beside_duckdb, beside_postgres, history
from bench.beside import Question, export
from bench.history import APP, FIRST, LAST, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from bench.trend_by_hand import CLICKHOUSE, differences, sql, standard
from minilens.errors import EngineFailed
from minilens.measure.catalog import BUILT_IN
from minilens.measure.days.run import answer
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import Range
from minilens.reports.overview import TREND

AS_OF = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
TAIL = 100_000  # events newer than the last build: seconds of a great load
TAIL_DAY_OF = 10  # a small history gets a tail of a tenth of a day
RANGES: dict[str, Range] = {
    "30 d": Range(LAST - timedelta(days=30), LAST - timedelta(days=1)),
    "90 d": Range(FIRST, LAST),
    "2026-09-03..2026-10-27": Range(date(2026, 9, 3), date(2026, 10, 27)),
}


def measure(options: Options) -> list[Row]:
    """Our rows first, while nothing else runs; then the alternatives over the same days."""
    with history.opened(options) as held:
        ours, tables = {}, {}
        for name, over in RANGES.items():
            tables[name], ours[name] = ask(held, options, over)
            print(f"  {name}: median {ours[name].median:.1f} ms", flush=True)
        by_hand = {
            name: took
            for name, over in RANGES.items()
            if (took := hand(held, options, over, tables[name]))
        }
        events = held.events
        exported = export(held.engine, options)
        tailed = with_tail(held, options)
    questions = [
        Question(name, standard(over.start, over.end), partial(differences, tables[name]))
        for name, over in RANGES.items()
    ]
    others = {
        "SQL by hand, same engine": by_hand,
        **beside_duckdb.measure(exported, options, questions),
        **beside_postgres.measure(exported, options, questions),
    }
    rows = [row for name in RANGES for row in of_range(name, ours[name], others, events)]
    return [*rows, *tailed]


def ask(
    held: History, options: Options, over: Range, *, compare: bool = False
) -> tuple[Table, Timed]:
    """The table, and how long it takes."""
    query = Query(
        APP,
        BUILT_IN.measures_named(TREND.measures),
        over,
        compare=over.before() if compare else None,
    )
    return timed(options, lambda: answer(held.engine, query, today=LAST, as_of=AS_OF))


def hand(held: History, options: Options, over: Range, ours: Table) -> Timed | None:
    """The same by hand; the numbers must be the same. None where the engine cannot answer it."""
    text, asked = sql(CLICKHOUSE), {"start": over.start, "end": over.end}
    try:
        rows, took = timed(options, lambda: held.engine.rows(text, asked))
    except EngineFailed as error:
        print(f"  by hand over {over.days} d: {error}", flush=True)
        return None
    if wrong := differences(ours, rows):
        raise AssertionError(f"{len(wrong)} cells differ from SQL by hand, such as {wrong[:3]}")
    print(f"  by hand over {over.days} d: median {took.median:,.0f} ms, equal numbers", flush=True)
    return took


def with_tail(held: History, options: Options) -> list[Row]:
    """With events of today that no build knows yet."""
    events = min(TAIL, max(70, held.events // history.DAYS // TAIL_DAY_OF))
    load = held.counter.next()
    history.write(held.engine, LAST, events, 0, held.persons, load=load, salt=1)
    rows = []
    for name, over in (
        ("30 d up to now", Range(LAST - timedelta(days=29), LAST)),
        ("90 d up to now", RANGES["90 d"]),
    ):
        _, took = ask(held, options, over)
        note = f"about {events:,} events of today came after the last build"
        rows += both(f"trend {name}", took, note=note)
    _, took = ask(held, options, Range(LAST - timedelta(days=29), LAST), compare=True)
    rows += both("trend 30 d up to now, beside the 30 d before", took)
    held.engine.run("DELETE FROM events WHERE load = {load:UInt64}", {"load": load})
    return rows


def of_range(name: str, took: Timed, others: dict[str, dict[str, Timed]], events: int) -> list[Row]:
    """The rows of one range."""
    have = {other: times[name] for other, times in others.items() if name in times}
    medians = {other: times.median for other, times in have.items()}
    rows = both(f"trend {name}, {events:,} events", took, medians)
    if hand := medians.get("SQL by hand, same engine"):
        rows.append(Row(f"trend {name}, share of SQL by hand", took.median / hand, "", 0.1))
    return rows


def both(
    name: str, took: Timed, others: dict[str, float] | None = None, note: str = ""
) -> list[Row]:
    """Median and p95."""
    runs = f"{len(took.runs)} runs" + (f"; {note}" if note else "")
    return [
        Row(f"{name}: median", took.median, "ms", 100, others=others or {}, note=runs),
        Row(f"{name}: p95", took.p95, "ms", 300),
    ]
