"""Every card over a hundred million events: unfiltered, with one filter, with several.

The result cache has no part: questions go straight to the engine. Beside them stands the SQL that an analyst
would write over raw events, in the same engine, in DuckDB and in PostgreSQL, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bench import beside_duckdb, beside_postgres, history
from bench import cards_by_hand as by_hand
from bench.beside import Question, export
from bench.cards_by_hand import ByHand
from bench.history import APP, LAST, LOAD, History
from bench.options import Options
from bench.result import Row
from bench.timing import Timed, timed
from minilens import reports
from minilens.measure.campaigns.query import CampaignQuery
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.filters import read
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery, run
from minilens.measure.table import Table
from minilens.period import Range
from minilens.reports import find
from minilens.reports.report import Report
from minilens.text import NOTHING

AS_OF = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
MONTH = Range(LAST - timedelta(days=30), LAST - timedelta(days=1))
QUARTER = Range(LAST - timedelta(days=90), LAST - timedelta(days=1))
#: Median and p95 in milliseconds.
PLAIN, ONE, MANY = (100, 300), (300, 1000), (1000, 1500)
#: Of drawings that have targets of their own.
OF_KIND = {"triangle": (150, 300)}
#: Questions about days, which can be asked by hand.
BY_HAND = (Query, EventsQuery, CampaignQuery)
SCENE, PLACE, NEW = "scene:is:1047", "province:is:广东", "newness:is:new"


@dataclass(frozen=True)
class Case:
    """One question and what it must reach. `share`: of the time that it takes by hand."""

    name: str
    query: AnyQuery
    target: tuple[float, float]
    by_hand: ByHand | None = None
    share: float = 0.0


@dataclass(frozen=True)
class ReportRequest:
    """Our answer, how long it took, and how long it took by hand in the same engine."""

    case: Case
    table: Table
    took: Timed
    by_hand: Timed | None


def measure(options: Options) -> list[Row]:
    """The rows of all cards."""
    with history.opened(options) as held:
        found = [asked(case, held, options) for case in cases()]
        exported = export(held.engine, options) if options.beside else None
    others: dict[str, dict[str, Timed]] = {}
    if exported:
        others |= beside_duckdb.measure(exported, brief(options), questions(found, ByHand.duckdb))
        others |= beside_postgres.measure(
            exported, brief(options), questions(found, ByHand.postgres)
        )
    return [row for one in found for row in rows(one, others)]


def brief(options: Options) -> Options:
    """For what stands beside ours: a few runs tell how much slower it is."""
    return replace(options, most_seconds=min(options.most_seconds, 8.0))


def questions(found: list[ReportRequest], words: Callable[[ByHand, Range], str]) -> list[Question]:
    """Those that other engines are asked, in the words of one."""
    return [
        Question(
            one.case.name,
            words(one.case.by_hand, one.case.query.range),
            partial(one.case.by_hand.differs, one.table),
        )
        for one in found
        if one.case.by_hand and isinstance(one.case.query, BY_HAND)
    ]


def cases() -> Iterator[Case]:
    """Cards with their defaults, with one filter, with several; and the live ones."""
    yield from plain()
    yield from with_one()
    yield from with_several()
    yield from of_the_console()
    yield from of_events()
    yield from of_campaigns()
    for kind in ("visits", "pages", "online"):
        yield Case(f"live {kind}, 24 h", live(kind), PLAIN)
    for one in (SCENE, "page:is:pages/3/index"):
        yield Case(f"live visits, 24 h, {one}", replace(live("visits"), filters=read((one,))), ONE)


def plain() -> Iterator[Case]:
    """Nothing is filtered."""
    for name, over in (("30 d", MONTH), ("90 d", QUARTER)):
        yield Case(f"trend {name}", days("overview.trend", over), PLAIN)
        yield Case(f"pages {name}", days("overview.pages", over), PLAIN, by_hand.pages(), 0.1)
        yield Case(f"entries {name}", days("overview.entries", over), PLAIN, by_hand.entries(), 0.1)
    tiles = days("overview.yesterday", Range(LAST - timedelta(days=32), LAST - timedelta(days=1)))
    yield Case("tiles", tiles, PLAIN)
    yield Case(
        "trend 30 d by week", replace(days("overview.trend", MONTH), dimensions=("week",)), PLAIN
    )


def of_events() -> Iterator[Case]:
    """Questions about one event of many: by day, by a field, one divided by another."""
    total, persons = (Figure(name, NOTHING, 0, name) for name in ("total", "persons"))
    launch = EventsQuery(
        APP, (Counted("a", ("app_launch",)),), (total, persons), MONTH, timezone=ZONE
    )
    yield Case(
        "event app_launch 30 d by day", launch, (150, 500), by_hand.events("app_launch", "day")
    )
    province = BUILT_IN.dimension("province")
    grouped = replace(launch, grain="whole", groups=(province,), ascending=False)
    yield Case("event app_launch 30 d by province", grouped, (500, 1000))
    views = replace(
        launch, events=(*launch.events, Counted("b", ("share",))),
        measures=(persons, Figure("others", NOTHING, 1, "persons")),
    )  # fmt: skip
    yield Case("events app_launch and share 30 d by day", views, (500, 1000))


def of_campaigns() -> Iterator[Case]:
    """The list of campaigns with what they came to, alone and beside the days before."""
    report = find("campaigns.list")
    alone = as_shown(report, ("compare", "none"))
    yield Case("campaigns 30 d", alone, (300, 600), by_hand.campaigns(), 0.5)
    yield Case("campaigns 30 d beside those before", as_shown(report), (600, 1000))


def of_the_console() -> Iterator[Case]:
    """Every card of the tabs of days as a page asks for it over 30 days, and under one filter where it takes any."""
    for report in reports.ALL:
        if report.name.startswith(("overview.", "live.")) or report.name == "campaigns.list":
            continue
        target = OF_KIND.get(report.kind.drawing, PLAIN)
        yield Case(report.name, as_shown(report), target)
        if report.kind.takes("filter"):
            yield Case(f"{report.name}, {SCENE}", as_shown(report, ("filter", SCENE)), ONE)


def as_shown(report: Report, *asked: tuple[str, str]) -> AnyQuery:
    """What a page asks."""
    return reports.read([("period", "30d"), *asked], report, ZONE, AS_OF).query(APP)


def with_one() -> Iterator[Case]:
    """One filter on a kept field."""
    tiles = days("overview.yesterday", Range(LAST - timedelta(days=32), LAST - timedelta(days=1)))
    for filters in ((SCENE,), (PLACE,), (NEW,), ("page:is:pages/3/index",), ("scene:is_not:1047",)):
        yield Case(f"tiles, {filters[0]}", with_(tiles, *filters), ONE)
        yield Case(f"trend 30 d, {filters[0]}", with_(days("overview.trend", MONTH), *filters), ONE)
        for name, hand in (("pages", by_hand.pages), ("entries", by_hand.entries)):
            yield Case(
                f"{name} 30 d, {filters[0]}",
                with_(days(f"overview.{name}", MONTH), *filters),
                ONE,
                hand("scene = 1047") if filters == (SCENE,) else None,
                1.2,
            )


def with_several() -> Iterator[Case]:
    """Two filters or more, also joined by or."""
    scene = "scene = 1047"
    yield Case(
        "trend 30 d, two filters", with_(days("overview.trend", MONTH), SCENE, PLACE), MANY,
        by_hand.days(f"{scene} AND province = '广东'"), 1.2,
    )  # fmt: skip
    either = f"{SCENE}|{PLACE}"
    yield Case(
        "trend 30 d, either of two", with_(days("overview.trend", MONTH), either), MANY,
        by_hand.days(f"({scene} OR province = '广东')"), 1.2,
    )  # fmt: skip
    for name in ("trend", "pages", "entries"):
        asked = with_(days(f"overview.{name}", MONTH), SCENE, PLACE, NEW)
        yield Case(f"{name} 30 d, three filters", asked, MANY)


def days(report: str, over: Range) -> Query:
    """The question of a report's card."""
    found = find(report)
    measures = BUILT_IN.measures_named(found.measures)
    if not found.by:
        return Query(APP, measures, over)
    by = BUILT_IN.dimension(found.by)
    return Query(APP, measures, over, dimensions=(by,), sort=BUILT_IN.measure(found.first))


def with_(query: Query, *filters: str) -> Query:
    """The same, filtered."""
    return replace(query, filters=read(filters))


def live(kind: str) -> Query:
    """The question of a live card at the end of the last day."""
    read_at = AS_OF - timedelta(seconds=1)
    found = reports.read({"period": "24h"}, find(f"live.{kind}"), ZONE, read_at).query(APP)
    assert isinstance(found, Query)
    return found


def asked(case: Case, held: History, options: Options) -> ReportRequest:
    """Our answer, and where there is one that by hand."""
    table, took = timed(options, lambda: answer(held, case.query))
    print(f"  {case.name}: median {took.median:.0f} ms, {table.cost.rows:,} rows read", flush=True)
    return ReportRequest(case, table, took, hand(case, held, options, table))


def rows(one: ReportRequest, others: dict[str, dict[str, Timed]]) -> list[Row]:
    """Median, p95, and where there is one the share of the SQL by hand."""
    case = one.case
    medians = {"SQL by hand, same engine": one.by_hand.median} if one.by_hand else {}
    medians |= {
        other: times[case.name].median for other, times in others.items() if case.name in times
    }
    median, p95 = case.target
    note = f"{len(one.took.runs)} runs, {one.table.cost.rows:,} rows read"
    found = [
        Row(f"{case.name}: median", one.took.median, "ms", median, others=medians, note=note),
        Row(f"{case.name}: p95", one.took.p95, "ms", p95),
    ]
    if one.by_hand:
        share = one.took.median / one.by_hand.median
        found.append(Row(f"{case.name}, share of SQL by hand", share, "", case.share))
    return found


def answer(held: History, query: AnyQuery) -> Table:
    """The table, from the engine itself."""
    return run(held.engine, query, AsOf(LAST, AS_OF, LOAD))


def hand(case: Case, held: History, options: Options, ours: Table) -> Timed | None:
    """The same from raw events; the numbers must be the same."""
    if case.by_hand is None or not isinstance(case.query, BY_HAND):
        return None
    text = case.by_hand.clickhouse(case.query.range)
    theirs, took = timed(brief(options), lambda: held.engine.rows(text))
    if wrong := case.by_hand.differs(ours, theirs):
        raise AssertionError(f"{case.name}: {wrong[:3]}")
    return took
