"""Retention between events, stickiness and lifecycle over thirty days of a hundred million events.

Beside retention stands the SQL that an analyst would write over raw events, in the same engine and in DuckDB.
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
from minilens.measure.activity.query import (
    ActivityQuery,
    Cell,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.table import Table

THIRTY = 1_000
CELLS = tuple(Cell(n, n) for n in range(1, 31))


@dataclass(frozen=True)
class Case:
    """One question, what it must reach in milliseconds, and the events of the same by hand."""

    name: str
    query: ActivityQuery
    target: float | None = None
    by_hand: tuple[str, str] | None = None


def measure(options: Options) -> list[Row]:
    """The rows of all questions; targets are those of a hundred million events."""
    found: list[tuple[Case, Table, Timed, Timed | None]] = []
    with history.opened(options) as held:
        found = [(case, *asked(case, held, options)) for case in cases()]
        exported = export(held.engine, options) if options.beside else None
    told = [
        Question(case.name, by_hand(case, app=False), partial(differs, table))
        for case, table, _, _ in found
        if case.by_hand
    ]
    others = beside_duckdb.measure(exported, brief(options), told) if exported else {}
    return [row for one in found for row in rows(*one, others)]


def cases() -> Iterator[Case]:
    """Retention as the target has it, and what is asked besides."""
    visit, share = Counted("a", ("page_view",)), Counted("b", ("share",))
    one = EventsQuery(APP, (visit,), (), MONTH, timezone=ZONE)
    two = replace(one, events=(visit, share))
    visits = ReturnsQuery(one, cells=CELLS, entry="each", same=True)
    shares = ReturnsQuery(two, cells=CELLS, entry="each")
    by_province = replace(two, groups=(BUILT_IN.dimension("province"),))
    yield Case("retention of visits, 30 d", visits, THIRTY, ("page_view", "page_view"))
    yield Case("retention, visit to share, 30 d", shares, THIRTY, ("page_view", "share"))
    yield Case("the same, first visits ever", replace(shares, entry="first"))
    yield Case("the same, by province", replace(shares, rows=by_province))
    yield Case(
        "retention of any activity, 30 d",
        replace(visits, rows=replace(one, events=(Counted("a", ()),))),
    )
    yield Case("stickiness, 30 d", StickinessQuery(one))
    yield Case("lifecycle, 30 d", LifecycleQuery(one))


def asked(case: Case, held: History, options: Options) -> tuple[Table, Timed, Timed | None]:
    """Our answer and that by hand, which must be the same."""
    table, took = timed(options, lambda: answer(held, case.query))  # type: ignore[arg-type]
    said = f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows fetched"
    if not case.by_hand:
        print(said, flush=True)
        return table, took, None
    text = by_hand(case, app=True)
    theirs, hand = timed(brief(options), lambda: held.engine.rows(text))
    print(f"{said}; by hand {hand.median:.0f} ms", flush=True)
    if wrong := differs(table, theirs):
        raise AssertionError(f"{case.name}: {wrong[:3]}")
    return table, took, hand


def by_hand(case: Case, *, app: bool) -> str:
    """Two sets of persons and days, joined: both engines read it."""
    assert case.by_hand
    first, back = case.by_hand
    over = case.query.rows.range
    of_app = f"app = {APP} AND " if app else ""
    plain = f"SELECT DISTINCT person, day FROM events WHERE {of_app}traffic = 'release' AND name = "
    span = f"DATE '{over.start}' AND DATE '{over.end}'"
    return f"""
SELECT s.day, r.day - s.day AS later, count(*)
FROM ({plain}'{first}' AND day BETWEEN {span}) AS s
JOIN ({plain}'{back}' AND day BETWEEN {span}) AS r ON s.person = r.person
WHERE r.day > s.day
GROUP BY 1, 2"""


def differs(ours: Table, theirs: Sequence[Sequence[object]]) -> list[str]:
    """Cells that both count, up to the end of the range."""
    mine: dict[tuple[str, object], object] = {
        (str(row[0]), row[1]): row[3]
        for row in ours.rows
        if row[0] is not None and row[3] and row[5] is not None and str(row[5]) <= f"{ours.end}"
    }
    known: dict[tuple[str, object], int] = {
        (str(day), int(str(later))): int(str(n)) for day, later, n in theirs
    }
    return [f"{key}: {n} is not {known.get(key)}" for key, n in mine.items() if known.get(key) != n]


def rows(
    case: Case, table: Table, took: Timed, hand: Timed | None, others: dict[str, dict[str, Timed]]
) -> Iterator[Row]:
    """Median beside the others, and p95."""
    medians = {"SQL by hand, same engine": hand.median} if hand else {}
    medians |= {
        engine: times[case.name].median for engine, times in others.items() if case.name in times
    }
    note = f"{len(took.runs)} runs, {table.cost.rows:,} pairs of a person and a day"
    yield Row(f"{case.name}: median", took.median, "ms", case.target, others=medians, note=note)
    yield Row(f"{case.name}: p95", took.p95, "ms")
