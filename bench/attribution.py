"""Attribution over thirty days of a hundred million events: what brought shares, by every model, by value, as ways.

Beside the last touch stands the SQL that an analyst would write over raw events, in the same engine and in DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench import beside_duckdb, history
from bench.beside import Question, export
from bench.cards import MONTH, ZONE, answer, brief
from bench.history import APP, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens.measure.attribution.query import DAY, AttributionQuery
from minilens.measure.attribution.touch import FIELDS
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.table import Table

THIRTY = 2_000
WINDOW = 30


@dataclass(frozen=True)
class Case:
    """One question, what it must reach in milliseconds, and whether others are asked it, too."""

    name: str
    query: AttributionQuery
    target: float | None = None
    beside: bool = False


def measure(options: Options) -> list[Row]:
    """The rows of all questions; targets are those of a hundred million events."""
    with history.opened(options) as held:
        found = [(case, *asked(case, held, options)) for case in cases()]
        exported = export(held.engine, options) if options.beside else None
    told = [
        Question(case.name, by_hand(case.query, app=False), partial(differs, table))
        for case, table, _, _ in found
        if case.beside
    ]
    others = beside_duckdb.measure(exported, brief(options), told) if exported else {}
    return [row for one in found for row in rows(*one, others)]


def cases() -> Iterator[Case]:
    """The question that the target is about, and what is asked besides."""
    share = Counted("conversion", ("share",))
    over = EventsQuery(
        APP, (share,), (), MONTH, "whole", timezone=ZONE, include_other=True, top=100
    )
    every = AttributionQuery(over, (BUILT_IN.dimension("source"),), window=WINDOW * DAY)
    last = replace(every, models=("last",))
    yield Case("attribution, last touch, 30 d", last, THIRTY, beside=True)
    yield Case("attribution, seven models, 30 d", every, THIRTY)
    by = (BUILT_IN.dimension("scene"), FIELDS["touch"])
    yield Case(
        "the same, by scene and kind, by day",
        replace(every, by=by, rows=replace(over, grain="day")),
        THIRTY,
    )
    yield Case("the same, of persons", replace(every, counts="persons"), THIRTY)
    yield Case("ways of touches, 30 d", replace(every, show="ways"), THIRTY)
    yield Case("overlap of touches, 30 d", replace(every, show="overlap"), THIRTY)


def asked(case: Case, held: History, options: Options) -> tuple[Table, Timed, Timed | None]:
    """Our answer and that by hand, which must be the same."""
    table, took = timed(options, lambda: answer(held, case.query))
    said = f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows fetched"
    if not case.beside:
        print(said, flush=True)
        return table, took, None
    text = by_hand(case.query, app=True)
    theirs, hand = timed(brief(options), lambda: held.engine.rows(text))
    print(f"{said}; by hand {hand.median:.0f} ms", flush=True)
    if wrong := differs(table, theirs):
        raise AssertionError(f"{case.name}: {wrong[:3]}")
    return table, took, hand


def by_hand(query: AttributionQuery, *, app: bool) -> str:
    """Each share with the newest launch of its person before it, joined by time: both engines read it. Launches are
    the first events of sessions; those of no more than the window before count."""
    over = query.rows.range
    of_app = f"app = {APP} AND " if app else ""
    some = f"{of_app}traffic = 'release' AND"
    first, last = f"DATE '{over.start}'", f"DATE '{over.end}'"
    source = "argMin(source, ts)" if app else "arg_min(source, ts)"
    counts = f"t.at >= c.ts - INTERVAL {WINDOW} DAY"
    return f"""
SELECT CASE WHEN t.at IS NOT NULL AND {counts} THEN t.source ELSE '(no touch)' END AS source, count(*)
FROM
(
    SELECT person, ts FROM events
    WHERE {some} name = 'share' AND day BETWEEN {first} AND {last}
) AS c
ASOF LEFT JOIN
(
    SELECT person, min(ts) AS at, {source} AS source FROM events
    WHERE {some} name IN ('app_launch', 'app_show', 'page_view') AND day BETWEEN {first} - INTERVAL 31 DAY AND {last}
    GROUP BY person, session
) AS t ON c.person = t.person AND c.ts >= t.at
GROUP BY 1"""


def differs(ours: Table, theirs: Sequence[Sequence[object]]) -> list[str]:
    """Where our last touches and these counts do not agree."""
    mine = {str(row[0]): row[1] for row in ours.rows}
    told = {str(name): count for name, count in theirs}
    return [
        f"{name}: {mine.get(name)} is not {told.get(name)}"
        for name in sorted({*mine, *told})
        if mine.get(name) != told.get(name)
    ]


def rows(
    case: Case, table: Table, took: Timed, hand: Timed | None, others: dict[str, dict[str, Timed]]
) -> Iterator[Row]:
    """Median beside the others, and p95."""
    medians = {"SQL by hand, same engine": hand.median} if hand else {}
    medians |= {
        engine: times[case.name].median for engine, times in others.items() if case.name in times
    }
    note = f"{len(took.runs)} runs, {table.cost.rows:,} rows fetched"
    yield Row(f"{case.name}: median", took.median, "ms", case.target, others=medians, note=note)
    yield Row(f"{case.name}: p95", took.p95, "ms")
