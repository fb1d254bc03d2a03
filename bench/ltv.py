"""What persons are worth over ninety days of a hundred million events: shares stand for orders.

Beside it stands the SQL that an analyst would write over raw events, in the same engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench import history
from bench.cards import QUARTER, ZONE, answer, brief
from bench.history import APP, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.operand import RECORDED
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.table import Table
from minilens.text import NOTHING

TRIANGLE = 1_500
CELLS = (0, 7, 14, 30, 60)


@dataclass(frozen=True)
class Case:
    """One question, and what it must reach in milliseconds. `by_hand`: the same stands beside it."""

    name: str
    query: LtvQuery
    target: float | None = None
    by_hand: bool = False


def cases() -> Iterator[Case]:
    """The triangle as the target has it, and what is asked besides."""
    paid, back = Counted("a", ("share",)), Counted("b", ("tap",))
    figures = tuple(Figure(f"m{n}", NOTHING, n, "sum", RECORDED["value"]) for n in range(2))
    rows = EventsQuery(APP, (paid, back), figures, QUARTER, "week", timezone=ZONE)
    triangle = LtvQuery(rows, cells=CELLS, show="triangle")
    by_campaign = replace(rows, groups=(BUILT_IN.dimension("campaign"),))
    yield Case("value of persons by week and days later, 90 d", triangle, TRIANGLE, by_hand=True)
    yield Case("the same, by campaign", replace(triangle, rows=by_campaign))
    yield Case("value of persons up to now, with returns, 90 d", replace(triangle, show="cohorts"))


def measure(options: Options) -> list[Row]:
    """The rows of all questions; targets are those of a hundred million events."""
    with history.opened(options) as held:
        return [row for case in cases() for row in asked(case, held, options)]


def asked(case: Case, held: History, options: Options) -> Iterator[Row]:
    """Our answer and that by hand, which must be the same."""
    table, took = timed(options, lambda: answer(held, case.query))
    said = f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows fetched"
    hand: Timed | None = None
    if case.by_hand:
        theirs, hand = timed(brief(options), lambda: held.engine.rows(by_hand(case.query)))
        said = f"{said}; by hand {hand.median:.0f} ms"
        if wrong := differs(table, theirs):
            raise AssertionError(f"{case.name}: {wrong[:3]}")
    print(said, flush=True)
    others = {"SQL by hand, same engine": hand.median} if hand else {}
    note = f"{len(took.runs)} runs, {table.cost.rows:,} rows fetched"
    yield Row(f"{case.name}: median", took.median, "ms", case.target, others=others, note=note)
    yield Row(f"{case.name}: p95", took.p95, "ms")


def by_hand(query: LtvQuery) -> str:
    """First visits and orders, joined by person."""
    over = query.days
    of_app = f"app = {APP} AND traffic = 'release'"
    orders = ", ".join(f"countIf(e.day - f.first <= {one})" for one in query.cells)
    return f"""
SELECT toMonday(f.first) AS cohort, {orders}
FROM (SELECT person, day FROM events WHERE {of_app} AND name = 'share' AND day >= '{over.start}') AS e
INNER JOIN
(
    SELECT person, min(day) AS first FROM events WHERE {of_app} AND name = 'page_view' GROUP BY person
    HAVING first BETWEEN '{over.start}' AND '{over.end}'
) AS f ON e.person = f.person
WHERE e.day >= f.first
GROUP BY cohort"""


def differs(ours: Table, theirs: Sequence[Sequence[object]]) -> list[str]:
    """Orders of cells that are over for their whole cohort."""
    orders = [one.name for one in ours.columns].index("orders")
    known = {
        (str(row[0]), later): row[n]
        for row in theirs
        for n, later in enumerate(CELLS, start=1)
    }  # fmt: skip
    return [
        f"{row[0]}, {row[1]}: {row[orders]} is not {known.get((str(row[0]), int(str(row[1]))))}"
        for row in ours.rows
        if row[0] is not None and row[orders]
        and row[orders] != known.get((str(row[0]), int(str(row[1]))))
    ]  # fmt: skip
