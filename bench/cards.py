"""Every card of Overview and Live over a hundred million events: unfiltered, with one filter, with several.

The result cache has no part: questions go straight to the engine. Beside the heavy ones stands the SQL that
an analyst would write over raw events, in the same engine, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench import history
from bench.history import APP, LAST, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens.measure import live_run, run
from minilens.measure.filters import read
from minilens.measure.live import LiveQuery, Span
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import Range
from minilens.reports import find

AS_OF = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
MONTH = Range(LAST - timedelta(days=30), LAST - timedelta(days=1))
QUARTER = Range(LAST - timedelta(days=90), LAST - timedelta(days=1))
#: Median and p95 in milliseconds.
PLAIN, ONE, MANY = (100, 300), (300, 1000), (1500, 1500)
SCENE, PLACE, NEW = "scene:is:1047", "province:is:广东", "newness:is:new"

_SEEN = "name = 'page_view'"
#: visits, visitors and shares of some days, by hand.
DAYS_BY_HAND = f"""
SELECT day, countIf({_SEEN}), uniqExactIf(person, {_SEEN}), countIf(name = 'share'),
    uniqExactIf(person, name = 'share'),
    uniqExactIf((person, session), name IN ('app_launch', 'app_show', 'page_view')),
    sumIf(duration, name = 'page_leave') / 1000
FROM events WHERE app = 1 AND day BETWEEN {{start:Date}} AND {{end:Date}} AND traffic = 'release' AND %s
GROUP BY day ORDER BY day
"""
PAGES_BY_HAND = f"""
SELECT page, count() AS visits, uniqExact(person), visits / sum(visits) OVER ()
FROM events WHERE app = 1 AND day BETWEEN {{start:Date}} AND {{end:Date}} AND traffic = 'release' AND {_SEEN} AND %s
GROUP BY page ORDER BY visits DESC, page LIMIT 10
"""


@dataclass(frozen=True)
class Case:
    """One question and what it must reach. `by_hand`: SQL, and the places of our columns it gives."""

    name: str
    query: Query | LiveQuery
    target: tuple[float, float]
    by_hand: str = ""
    same: tuple[int, ...] = ()
    share: float = 0.0


def measure(options: Options) -> list[Row]:
    """The rows of all cards."""
    with history.opened(options) as held:
        return [row for case in cases() for row in of(case, held, options)]


def cases() -> Iterator[Case]:
    """Cards with their defaults, with one filter, with several; and the live ones."""
    yield from plain()
    yield from with_one()
    yield from with_several()
    for kind in ("visits", "pages", "online"):
        yield Case(f"live {kind}, 24 h", live(kind), PLAIN)
    for one in (SCENE, "page:is:pages/3/index"):
        yield Case(f"live visits, 24 h, {one}", replace(live("visits"), filters=read((one,))), ONE)


def plain() -> Iterator[Case]:
    """Nothing is filtered."""
    for name, over in (("30 d", MONTH), ("90 d", QUARTER)):
        yield Case(f"trend {name}", days("overview.trend", over), PLAIN)
        yield Case(
            f"pages {name}",
            days("overview.pages", over),
            PLAIN,
            PAGES_BY_HAND % "1",
            (1, 2, 3),
            0.1,
        )
        yield Case(f"entries {name}", days("overview.entries", over), PLAIN)
    tiles = days("overview.yesterday", Range(LAST - timedelta(days=32), LAST - timedelta(days=1)))
    yield Case("tiles", tiles, PLAIN)
    yield Case("trend 30 d by week", replace(days("overview.trend", MONTH), grain="week"), PLAIN)


def with_one() -> Iterator[Case]:
    """One filter on a kept field."""
    tiles = days("overview.yesterday", Range(LAST - timedelta(days=32), LAST - timedelta(days=1)))
    for filters in ((SCENE,), (PLACE,), (NEW,), ("page:is:pages/3/index",), ("scene:is_not:1047",)):
        yield Case(f"tiles, {filters[0]}", with_(tiles, *filters), ONE)
        yield Case(f"trend 30 d, {filters[0]}", with_(days("overview.trend", MONTH), *filters), ONE)
        for name in ("pages", "entries"):
            yield Case(
                f"{name} 30 d, {filters[0]}", with_(days(f"overview.{name}", MONTH), *filters), ONE
            )
    yield Case(
        "pages 30 d, one filter, beside SQL by hand", with_(days("overview.pages", MONTH), SCENE), ONE,
        PAGES_BY_HAND % "scene = 1047", (1, 2, 3), 1.2,
    )  # fmt: skip


def with_several() -> Iterator[Case]:
    """Two filters or more, also joined by or."""
    scene = "scene = 1047"
    yield Case(
        "trend 30 d, two filters", with_(days("overview.trend", MONTH), SCENE, PLACE), MANY,
        DAYS_BY_HAND % f"{scene} AND province = '广东'", (3, 4, 6, 7), 1.2,
    )  # fmt: skip
    either = f"{SCENE}|{PLACE}"
    yield Case(
        "trend 30 d, either of two", with_(days("overview.trend", MONTH), either), MANY,
        DAYS_BY_HAND % f"({scene} OR province = '广东')", (3, 4, 6, 7), 1.2,
    )  # fmt: skip
    for name in ("trend", "pages", "entries"):
        asked = with_(days(f"overview.{name}", MONTH), SCENE, PLACE, NEW)
        yield Case(f"{name} 30 d, three filters", asked, MANY)


def days(report: str, over: Range) -> Query:
    """The question of a report's card."""
    found = find(report)
    return Query(APP, found.measures, over, by=found.by, sort=found.first if found.by else "")


def with_(query: Query, *filters: str) -> Query:
    """The same, filtered."""
    return replace(query, filters=read(filters))


def live(kind: str) -> LiveQuery:
    """The question of a live card at the end of the last day."""
    span = Span(AS_OF - timedelta(days=1), AS_OF)
    return LiveQuery(APP, ZONE, kind, span, AS_OF - timedelta(seconds=1))  # type: ignore[arg-type]


def of(case: Case, held: History, options: Options) -> list[Row]:
    """Median, p95, and where there is one the share of the SQL by hand."""
    table, took = timed(options, lambda: answer(held, case.query))
    print(f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows read", flush=True)
    theirs = by_hand(case, held, options, table) if case.by_hand else None
    others = {"SQL by hand, same engine": theirs.median} if theirs else {}
    median, p95 = case.target
    note = f"{len(took.runs)} runs, {table.cost.rows:,} rows read"
    rows = [
        Row(f"{case.name}: median", took.median, "ms", median, others=others, note=note),
        Row(f"{case.name}: p95", took.p95, "ms", p95),
    ]
    if theirs:
        share = took.median / theirs.median
        rows.append(Row(f"{case.name}, share of SQL by hand", share, "", case.share))
    return rows


def answer(held: History, query: Query | LiveQuery) -> Table:
    """The table, from the engine itself."""
    if isinstance(query, LiveQuery):
        return live_run.answer(held.engine, query, as_of=AS_OF)
    return run.answer(held.engine, query, today=LAST, as_of=AS_OF)


def by_hand(case: Case, held: History, options: Options, ours: Table) -> Timed:
    """The same from raw events; the numbers must be the same."""
    assert isinstance(case.query, Query)
    asked = {"start": case.query.range.start, "end": case.query.range.end}
    rows, took = timed(options, lambda: held.engine.rows(case.by_hand, asked))
    for mine, row in zip(ours.rows, rows, strict=True):
        for n, at in enumerate(case.same, 1):
            assert mine[at] == row[n], f"{case.name}: {mine} is not {row}"
    return took
