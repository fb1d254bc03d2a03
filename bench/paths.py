"""Paths over a week of a hundred million events: the next column of the explorer after a page and after a way, by
person, of pages and events, and the flow of five columns.

Beside the first two stands the SQL that an analyst would write over raw events: arrays of sessions in the same engine,
windows in DuckDB and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bench import beside_duckdb, beside_postgres, history
from bench.beside import Question, export
from bench.cards import ZONE, answer, brief
from bench.history import APP, LAST, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.paths.query import Node, PathsQuery
from minilens.measure.table import Table
from minilens.period import Range

NEXT = 500
WEEK = Range(LAST - timedelta(days=7), LAST - timedelta(days=1))
HOME, THEN, LATER = (f"pages/{n}/index" for n in range(3))


@dataclass(frozen=True)
class Case:
    """One question, what it must reach in milliseconds, whether others are asked it, too, and whether it is asked
    while no rows are kept."""

    name: str
    query: PathsQuery
    target: float | None = None
    beside: bool = False
    anew: bool = False


@dataclass(frozen=True)
class Found:
    """Our answer, how long it took, and how long by hand in the same engine."""

    case: Case
    table: Table
    took: Timed
    by_hand: Timed | None


def measure(options: Options) -> list[Row]:
    """The rows of all questions; targets are those of a hundred million events."""
    others: dict[str, dict[str, Timed]] = {}
    with history.opened(options) as held:
        found = [asked(case, held, options) for case in cases()]
        exported = export(held.engine, options) if options.beside else None
    told = [
        Question(one.case.name, windows(one.case.query), partial(differs, one.table))
        for one in found
        if one.by_hand
    ]
    for module in (beside_duckdb, beside_postgres) if exported else ():
        others |= module.measure(exported, brief(options), told)
    return [row for one in found for row in rows(one, others)]


def cases() -> Iterator[Case]:
    """The column that the target is about, and what else is asked."""
    views, shares = Counted("pages", ("page_view",)), Counted("e0", ("share",))
    over = EventsQuery(APP, (views,), (), WEEK, "whole", timezone=ZONE)
    after = PathsQuery(over, (), anchor=Node("page", HOME), top=1000)
    way = (Node("page", THEN), Node("page", LATER))
    yield Case("paths: next column, 7 d", after, NEXT, beside=True)
    yield Case("paths: next column of which no rows are kept", after, anew=True)
    yield Case(
        "paths: next column after two nodes, 7 d", replace(after, chosen=way), NEXT, beside=True
    )
    yield Case("paths: the column before, 7 d", replace(after, direction="before"), NEXT)
    yield Case("paths: next column of persons, 7 d", replace(after, counts="persons"))
    mixed = replace(over, events=(shares, views))
    yield Case("paths: pages and an event, 7 d", replace(after, rows=mixed, titles=("share",)))
    yield Case(
        "paths: flow of five columns, 7 d", replace(after, show="links", top=10, anchor=None)
    )


def asked(case: Case, held: History, options: Options) -> Found:
    """Our answer and that by hand, which must be the same."""

    def ask() -> Table:
        if case.anew:
            held.engine.kept.forget()
        return answer(held, case.query)

    table, took = timed(options, ask)
    said = f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows read"
    if not case.beside:
        print(said, flush=True)
        return Found(case, table, took, None)
    theirs, by_hand = timed(brief(options), lambda: held.engine.rows(arrays(case.query)))
    print(f"{said}; by hand {by_hand.median:.0f} ms", flush=True)
    if wrong := differs(table, theirs):
        raise AssertionError(f"{case.name}: {wrong[:3]}")
    return Found(case, table, took, by_hand)


def _over(query: PathsQuery) -> str:
    over = query.rows.range
    return f"traffic = 'release' AND day BETWEEN DATE '{over.start}' AND DATE '{over.end}' AND name = 'page_view'"


def arrays(query: PathsQuery) -> str:
    """The pages of each session in order, repeats as one; what stands behind the first of the anchor and the way."""
    way = [str(one.value) for one in query.chosen]
    held = "".join(f" AND seen[at + {n}] = '{page}'" for n, page in enumerate(way, start=1))
    return f"""
SELECT seen[at + {len(way) + 1}] AS next, count() FROM
(
    SELECT arrayCompact(arrayMap(one -> one.3, arraySort(groupArray((ts, seq, page))))) AS seen,
        indexOf(seen, '{HOME}') AS at
    FROM events
    WHERE app = {query.app} AND {_over(query)}
    GROUP BY session
)
WHERE at > 0{held}
GROUP BY next"""


def windows(query: PathsQuery) -> str:
    """The same by windows: rows whose page differs from the one before, and those behind each."""
    way = [str(one.value) for one in query.chosen]
    ahead = ", ".join(
        f"lead(page, {n}) OVER (PARTITION BY session ORDER BY ts) AS p{n}"
        for n in range(1, len(way) + 2)
    )
    held = "".join(f" AND p{n} = '{page}'" for n, page in enumerate(way, start=1))
    return f"""
SELECT coalesce(p{len(way) + 1}, ''), count(*) FROM
(
    SELECT *, row_number() OVER (PARTITION BY session ORDER BY ts) AS n FROM
    (
        SELECT session, ts, page, {ahead} FROM
        (
            SELECT session, ts, page, lag(page) OVER (PARTITION BY session ORDER BY ts) AS earlier
            FROM events WHERE {_over(query)}
        ) AS r
        WHERE earlier IS NULL OR earlier <> page
    ) AS s
    WHERE page = '{HOME}'
) AS f
WHERE n = 1{held}
GROUP BY 1"""


def differs(ours: Table, theirs: Sequence[Sequence[object]]) -> list[str]:
    """Where our last column and these counts do not agree."""
    last = max(int(str(row[0])) for row in ours.rows)
    mine = {str(row[2]): row[3] for row in ours.rows if row[0] == last}
    told = {str(page) or "(end)": count for page, count in theirs}
    return [
        f"{page}: {mine.get(page)} is not {told.get(page)}"
        for page in sorted({*mine, *told})
        if mine.get(page) != told.get(page)
    ]


def rows(one: Found, others: dict[str, dict[str, Timed]]) -> Iterator[Row]:
    """Median beside the others, and p95."""
    name, medians = one.case.name, {}
    if one.by_hand:
        medians["SQL by hand, same engine"] = one.by_hand.median
        medians |= {engine: times[name].median for engine, times in others.items() if name in times}
    note = f"{len(one.took.runs)} runs, {one.table.cost.rows:,} rows read"
    yield Row(f"{name}: median", one.took.median, "ms", one.case.target, others=medians, note=note)
    yield Row(f"{name}: p95", one.took.p95, "ms")
