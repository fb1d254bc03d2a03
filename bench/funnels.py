"""Funnels over a hundred million events: four steps of thirty days, ten steps, by day of entry, in any order.

Beside the first two stands the SQL that an analyst would write over raw events: `windowFunnel` in the same engine,
windows in DuckDB and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bench import beside_duckdb, beside_postgres, history
from bench.beside import export
from bench.cards import MONTH, ZONE, answer, brief
from bench.funnels_by_hand import ByHand, Step
from bench.history import APP, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens.identity import cohort_members
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.operand import InCohort
from minilens.measure.events.query import Condition, Conditions, Counted, EventsQuery
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.measure.table import Table

FOUR, TEN = 800, 2_000
#: Of the time by hand; and of a funnel by day of entry beside its steps, of the same rows.
SHARE, TIMES = 0.5, 1.2
#: Of a funnel of a cohort beside that of everybody; the part of all persons that the cohort has, a million of 3.6.
OF_EVERYBODY, PART = 1.3, 5 / 18
COHORT, VERSION = 1, 1
WEEK = Window(7 * 86_400_000)
PURCHASE = (
    Step("app_launch"), Step("page_view", "pages/0/index"), Step("tap"), Step("share"),
)  # fmt: skip
TOUR = (
    Step("app_launch"), Step("page_view", "pages/0/index"), Step("tap"), *(Step("page_view", f"pages/{n}/index")
    for n in (1, 2, 5, 8, 12, 20)), Step("share"),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One funnel, what it must reach in milliseconds, and the same by hand. `anew`: asked while no rows are kept.
    `beside`: of the time of the first funnel."""

    name: str
    query: FunnelQuery
    target: float | None = None
    by_hand: ByHand | None = None
    anew: bool = False
    beside: float | None = None


@dataclass(frozen=True)
class Found:
    """Our answer, how long it took, and how long by hand in the same engine."""

    case: Case
    table: Table
    took: Timed
    by_hand: Timed | None


def measure(options: Options) -> list[Row]:
    """The rows of all funnels; targets are those of a hundred million events."""
    others: dict[str, dict[str, Timed]] = {}
    with history.opened(options) as held:
        with_members(held)
        found = [asked(case, held, options) for case in cases()]
        exported = export(held.engine, options) if options.beside else None
    told = [
        one.case.by_hand.question(one.case.name, one.case.query, one.table)
        for one in found
        if one.case.by_hand
    ]
    for module in (beside_duckdb, beside_postgres) if exported else ():
        others |= module.measure(exported, brief(options), told)
    return [row for one in found for row in rows(one, others, found[0])]


def cases() -> Iterator[Case]:
    """The funnel that targets are about, and what is asked of it besides."""
    four, ten = funnel(PURCHASE), funnel(TOUR)
    yield Case("funnel of 4 steps, 30 d", four, FOUR, ByHand(PURCHASE))
    yield Case("funnel of 10 steps, 30 d", ten, TEN, ByHand(TOUR))
    yield Case("4 steps of which no rows are kept", four, anew=True)
    yield Case("4 steps by day of entry", replace(four, show="trend"), beside=TIMES)
    of_cohort = Condition(InCohort("bench", COHORT, VERSION), "is", ())
    some = replace(four, rows=replace(four.rows, where=Conditions(True, (of_cohort,))))
    yield Case("4 steps of a cohort", some, beside=OF_EVERYBODY)
    groups = (BUILT_IN.dimension("province"),)
    by_province = replace(four, rows=replace(four.rows, groups=groups), grouped=1)
    yield Case("4 steps by province", by_province)
    yield Case("4 steps in any order", replace(four, order="any"))
    yield Case("4 steps of launches", replace(four, counts="sessions"))
    yield Case("4 steps, each attempt", replace(four, counts="attempts"))
    overlap = funnel((Step("app_launch"), Step("page_view"), Step("page_view", "pages/0/index")))
    yield Case("3 steps in any order, of which two overlap", replace(overlap, order="any"))


def funnel(steps: tuple[Step, ...]) -> FunnelQuery:
    """Over the thirty days, within a week."""
    page = BUILT_IN.dimension("page")
    events = tuple(
        Counted(
            f"s{n}",
            (one.event,),
            Conditions(True, (Condition(page, "is", (one.page,)),) if one.page else ()),
        )
        for n, one in enumerate(steps)
    )
    over = EventsQuery(APP, events, (), MONTH, timezone=ZONE)
    return FunnelQuery(over, tuple(one.event for one in steps), WEEK)


def with_members(held: History) -> None:
    """Have a cohort of the same part of persons whatever the size: a million of those of a hundred million events."""
    found = held.engine.one(
        "SELECT count() FROM cohort_members WHERE app = {app:UInt32}", {"app": APP}
    )
    if not int(found):
        persons = np.arange(1, held.persons + 1)
        members = persons[(persons * 7) % 18 < PART * 18]
        cohort_members.write(held.engine, APP, COHORT, VERSION, members)


def asked(case: Case, held: History, options: Options) -> Found:
    """Our answer and that by hand, which must be the same."""

    def ask() -> Table:
        if case.anew:
            held.engine.kept.forget()
        return answer(held, case.query)

    table, took = timed(options, ask)
    said = f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows read"
    if not case.by_hand:
        print(said, flush=True)
        return Found(case, table, took, None)
    text = case.by_hand.clickhouse(case.query)
    theirs, by_hand = timed(brief(options), lambda: held.engine.rows(text))
    print(f"{said}; by hand {by_hand.median:.0f} ms", flush=True)
    if wrong := case.by_hand.differs(table, theirs):
        raise AssertionError(f"{case.name}: {wrong[:3]}")
    return Found(case, table, took, by_hand)


def rows(one: Found, others: dict[str, dict[str, Timed]], first: Found) -> Iterator[Row]:
    """Median beside the others, and p95."""
    name, medians = one.case.name, {}
    if one.by_hand:
        medians["SQL by hand, same engine"] = one.by_hand.median
    medians |= {engine: times[name].median for engine, times in others.items() if name in times}
    note = f"{len(one.took.runs)} runs, {one.table.cost.rows:,} rows read"
    yield Row(f"{name}: median", one.took.median, "ms", one.case.target, others=medians, note=note)
    yield Row(f"{name}: p95", one.took.p95, "ms")
    if one.by_hand:
        yield Row(f"{name}: of SQL by hand", one.took.median / one.by_hand.median, "×", SHARE)
    if one.case.beside:
        times = one.took.median / first.took.median
        yield Row(f"{name}: of all 4 steps", times, "×", one.case.beside)
