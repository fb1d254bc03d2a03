"""A cluster of two shards beside one server, each on one thread, with the same history: heavy questions, and loading.

A machine with few processors cannot be asked how fast both would be on machines of their own, so that what counts is
processor time: of the one server, and of the busier of the two, the least of some runs. The questions take turns, so
that whatever else the machine does falls on both alike. What this process does with the answers, the same for both,
stands beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import history, shard_away, shards_loading
from bench.activity import CELLS
from bench.attribution import WINDOW
from bench.cards import AS_OF, PLACE, QUARTER, SCENE, ZONE, days, with_
from bench.events import ORDERS, WRITTEN_ORDERS
from bench.funnels import PURCHASE, TOUR, funnel
from bench.history import APP, DAYS, FIRST, LAST, LOAD, PERSONS_PER_EVENT
from bench.machine import cpu_seconds
from bench.options import Options
from bench.paths import HOME
from bench.result import Row
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.measure.activity.query import ReturnsQuery
from minilens.measure.attribution.query import DAY, AttributionQuery
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Condition, Conditions, Counted, EventsQuery, Figure
from minilens.measure.paths.query import Node, PathsQuery
from minilens.measure.prepared import AsOf
from minilens.measure.run import AnyQuery, run
from minilens.settings import load
from minilens.text import NOTHING
from minilens.warehouse.engine import Engine
from tests.warehouse.clickhouse_node import Nodes, library, running

QUESTIONS, LOADING = 1.7, 1.6
#: Of the events of other benchmarks; one in so many of these is an order; days that are made at once.
PART, ORDERS_OF, AT_ONCE = 10, 5, 10
FEWEST, MOST, SECONDS = 3, 9, 20.0


@dataclass(frozen=True)
class Side:
    """One server, or a cluster: what works on it, its servers, and their processes, the asking one first."""

    name: str
    pipeline: Pipeline
    nodes: Nodes
    pids: tuple[int, ...]

    @property
    def engine(self) -> Engine:
        return self.pipeline.engine

    def used(self) -> list[float]:
        """Processor seconds of each server so far."""
        return [cpu_seconds(pid) for pid in self.pids]


@dataclass(frozen=True)
class Took:
    """Seconds of one run: on the clock, of the processor in each server, and in this process."""

    wall: float
    servers: list[float]
    here: float

    @property
    def busiest(self) -> float:
        return max(self.servers)


def measure(options: Options) -> list[Row]:
    """The rows of all questions, and of loading."""
    assert library(), "no ClickHouse server: scripts/clickhouse.sh gets it"
    with sides(options.folder) as both:
        filled(both, options.events // PART)
        found = {name: compared(both, ask) for name, ask in questions()}
        rows = [row for name, took in found.items() for row in told(name, took, QUESTIONS)]
        loaded = shards_loading.measure([one.pipeline for one in both], options, timed_on(both))
        rows += told("loading", loaded, LOADING)
        cluster = both[-1]  # with other processes after this
        return [
            *rows,
            *shard_away.measure(cluster.nodes, asked_anew(cluster, next(questions())[1], [])),
        ]


@contextmanager
def sides(folder: Path) -> Iterator[list[Side]]:
    """One server and a cluster of two, of one thread each, with the present schema."""
    with (
        running(folder / "one", 1, threads=1) as one,
        running(folder / "two", 2, threads=1) as two,
    ):
        made = Engine(f"{one[0]}/default")
        made.run("CREATE DATABASE minilens")
        made.close()
        both = [
            side("one server", folder / "of-one", one, f"{one[0]}/minilens"),
            side("two shards", folder / "of-two", two, two.named("minilens")),
        ]
        try:
            yield both
        finally:
            for each in both:
                each.pipeline.close()


def side(name: str, data: Path, nodes: Nodes, warehouse: str) -> Side:
    """What loads into it and asks it."""
    pipeline = open_pipeline(load({"MINILENS_DATA": str(data), "MINILENS_WAREHOUSE": warehouse}))
    pipeline.records.apps.create("shop", timezone=ZONE, now=AS_OF)
    return Side(name, pipeline, nodes, tuple(nodes.pids))


def at_once(work: Callable[[Side], None], both: list[Side]) -> None:
    """The same on all sides beside each other."""
    threads = [threading.Thread(target=work, args=(one,)) for one in both]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def filled(both: list[Side], events: int) -> None:
    """The history, an app of orders, and their days."""
    began = time.perf_counter()
    at_once(lambda one: written(one.pipeline, events), both)
    counts = [one.engine.one("SELECT count() FROM events") for one in both]
    assert min(counts) == max(counts) >= events * 0.9, counts
    for one in both:
        for server in one.engine.shards():
            history.wait_for_merges(server)
    print(
        f"  {counts[0]:,} events on both, made in {time.perf_counter() - began:.0f} s", flush=True
    )


def written(pipeline: Pipeline, events: int) -> None:
    """Ninety days, whole and of orders."""
    engine, orders = pipeline.engine, max(DAYS, events // ORDERS_OF)
    events -= orders
    persons = max(DAYS, int(events * PERSONS_PER_EVENT)) // DAYS
    assert pipeline.counter.next() == LOAD
    every = [FIRST + timedelta(days=n) for n in range(DAYS)]
    for n, day in enumerate(every):
        history.write(engine, day, events // DAYS, persons, persons * (n + 1))
        wanted = {"events": orders // DAYS, "persons": persons * DAYS, "load": LOAD}
        engine.run(WRITTEN_ORDERS, {"app": ORDERS, "day": day, **wanted})
    engine.run(history.PERSONS, {"app": APP, "persons": persons * DAYS})
    pipeline.loader.through = LOAD
    for n in range(0, DAYS, AT_ONCE):
        for app in (APP, ORDERS):
            pipeline.builder.make(app, every[n : n + AT_ONCE])
    pipeline.builder.sweep()


def questions() -> Iterator[tuple[str, Callable[[Engine], object]]]:
    """Those over the whole quarter, so that there is much to read."""
    figures = (Figure("total", NOTHING, 0, "total"), Figure("persons", NOTHING, 0, "persons"))
    view = EventsQuery(
        APP, (Counted("a", ("page_view",)),), figures, QUARTER, grain="day", timezone=ZONE, top=100
    )  # fmt: skip
    order = replace(view, app=ORDERS, events=(Counted("a", ("order",)),), grain="whole", top=1000)
    amount = Figure("amount", NOTHING, 0, "sum", Property("amount"))
    by_sort = replace(order, groups=(Property("sort"),))
    yield "list by a field of JSON", of(replace(by_sort, measures=(*figures, amount)))
    yield "distinct persons by a property", of(replace(by_sort, measures=figures[1:]))
    province = BUILT_IN.dimension("province")
    yield "list by province and day", of(replace(view, groups=(province,)))
    phones = Condition(BUILT_IN.dimension("model"), "contains", ("1",))
    narrow = replace(view, where=Conditions(True, (phones,)))
    yield "trend of an event, by model", of(narrow)
    trend = days("overview.trend", QUARTER)
    yield "trend of the overview, filtered twice", of(with_(trend, SCENE, PLACE))
    # few rows pass those; nearly all pass these, so that there is much to count beside what any question is planned for
    yield (
        "trend of the overview, all but two values",
        of(with_(trend, *map(others_than, (SCENE, PLACE)))),
    )
    for count, steps in ((4, PURCHASE), (10, TOUR)):
        made = funnel(steps)
        yield f"funnel of {count} steps", of(replace(made, rows=replace(made.rows, range=QUARTER)))
    plain = replace(view, grain="whole", measures=())
    yield (
        "retention of visits",
        of(ReturnsQuery(replace(plain, grain="day"), cells=CELLS, entry="each", same=True)),
    )
    yield "paths, next column", of(PathsQuery(plain, (), anchor=Node("page", HOME), top=1000))
    share = replace(plain, events=(Counted("conversion", ("share",)),), include_other=True)
    by = (BUILT_IN.dimension("source"),)
    yield "attribution, seven models", of(AttributionQuery(share, by, window=WINDOW * DAY))


def others_than(filter: str) -> str:
    """The filter that lets through what this one does not."""
    return filter.replace(":is:", ":is_not:")


def of(query: AnyQuery) -> Callable[[Engine], object]:
    """The question as it is asked of an engine."""
    return lambda engine: run(engine, query, AsOf(LAST, AS_OF, LOAD)).rows


def compared(both: list[Side], ask: Callable[[Engine], object]) -> list[list[Took]]:
    """The runs of each side, in turns, all with the same answer."""
    found: list[list[Took]] = [[] for _ in both]
    answers: list[object] = []
    began = time.perf_counter()
    for n in range(MOST + 1):
        for one, took in zip(both, found, strict=True):
            made = timed(one, asked_anew(one, ask, answers))
            if n:  # the first run reads from the disk
                took.append(made)
        if n >= FEWEST and time.perf_counter() - began > SECONDS:
            break
    assert all(one == answers[0] for one in answers), answers[:2]
    return found


def asked_anew(
    one: Side, ask: Callable[[Engine], object], answers: list[object]
) -> Callable[[], None]:
    """The question, with nothing kept of before; its answer goes to the others."""

    def work() -> None:
        one.engine.kept.forget()
        answers.append(ask(one.engine))

    return work


def timed_on(both: list[Side]) -> list[Callable[[Callable[[], None]], Took]]:
    """What times work on each side."""
    return [lambda work, one=one: timed(one, work) for one in both]  # type: ignore[misc]


def timed(one: Side, work: Callable[[], None]) -> Took:
    """How long some work on a side took."""
    before, here, began = one.used(), time.process_time(), time.perf_counter()
    work()
    wall, mine = time.perf_counter() - began, time.process_time() - here
    return Took(wall, [now - was for now, was in zip(one.used(), before, strict=True)], mine)


def told(name: str, found: list[list[Took]], target: float) -> Iterator[Row]:
    """How many times as fast two are."""
    two = found[-1]
    alone, busier = (min(each.busiest for each in side) for side in found)
    each = [min(run.servers[n] for run in two) for n in range(len(two[0].servers))]
    here = [min(run.here for run in side) for side in found]
    walls = [median(run.wall for run in side) for side in found]
    note = (
        f"processor ms of the one {alone * 1000:,.0f}, of the two "
        f"{' and '.join(f'{seconds * 1000:,.0f}' for seconds in each)}; of this process "
        f"{here[0] * 1000:,.0f} and {here[1] * 1000:,.0f}; on the clock {walls[0] * 1000:,.0f} and "
        f"{walls[1] * 1000:,.0f} ms, median of {len(two)}"
    )
    yield Row(f"two shards: {name}", alone / max(busier, 1e-9), "×", target, "higher", note=note)
    print(f"  {name}: {alone / max(busier, 1e-9):.2f} ×; {note}", flush=True)
