"""A folder moved to a server while events come for one of its apps: how long loading waits, with all in one app and in
twenty.

Beside it stands how long loading would wait without rounds and comparisons: Minilens stopped, and everything copied
once, partition by partition. Where other programs use the machine, processor time says more than the clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench import history
from bench.cards import AS_OF, ZONE
from bench.history import LAST, LOAD, PERSONS_PER_EVENT
from bench.machine import cpu_seconds
from bench.options import Options
from bench.result import Row
from bench.shards_loading import event
from minilens.load.pipeline import Pipeline, Workers, open_pipeline
from minilens.period import now_ms
from minilens.serve.move.move import Move
from minilens.settings import Settings, load
from minilens.spool.record import Batch, Source, encode
from minilens.spool.writer import Writer, frame
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
from minilens.warehouse.slices import columns, partitions, read_from
from tests.warehouse.clickhouse_node import Nodes, library, running

#: Of the events of other benchmarks; in so many apps; an event comes every so many seconds, for the first app alone.
PART, APPS, EVERY = 50, (1, 20), 0.5
#: Days of an app, and of several.
SPAN, SHORT = 30, 7


@dataclass
class Measured(Move):
    """A move whose pause is measured. `used`: seconds on the clock, of the processor here, and in the server."""

    pids: tuple[int, ...] = ()
    used: list[float] = field(default_factory=list)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with super()._held():
            before = self._now()
            yield
            self.used = [now - then for now, then in zip(self._now(), before, strict=True)]

    def _now(self) -> list[float]:
        return [time.perf_counter(), time.process_time(), sum(map(cpu_seconds, self.pids))]


def measure(options: Options) -> list[Row]:
    """The rows of all sizes."""
    assert library(), "no ClickHouse server: scripts/clickhouse.sh gets it"
    rows = list[Row]()
    for apps in APPS:
        with running(options.folder / f"of-{apps}", 1) as nodes:
            rows += moved(options, apps, nodes)
    return rows


def moved(options: Options, apps: int, nodes: Nodes) -> Iterator[Row]:
    """A history in so many apps, copied, and moved."""
    settings = load({"MINILENS_DATA": str(options.folder / f"data-{apps}")})
    pipeline = open_pipeline(settings)
    try:
        written(pipeline, apps, options.events // PART)
        copied = straight(pipeline.engine, opened(nodes, "copied"), tuple(nodes.pids))
        target = opened(nodes, "moved")
        move = Measured(pipeline, settings, target, rehearsal=True, pids=tuple(nodes.pids))
        with arriving(pipeline, settings):
            move.run()
        yield from told(apps, move, copied)
        target.close()
    finally:
        pipeline.close()


def told(apps: int, move: Measured, copied: list[float]) -> Iterator[Row]:
    """How long loading waited, beside how long it would have to be copied."""
    (wall, here, there), one = move.used, move.progress
    note = (
        f"{one.questions:,} questions asked of both, {one.questions_of_pause:,} of them while loading waited; "
        f"processor of this process meanwhile {here:.1f} s, of the server {there:.1f} s; the copy took "
        f"{copied[1]:.1f} and {copied[2]:.1f} s"
    )
    name = f"move, {apps} app{'s' if apps > 1 else ''}: loading waits"
    yield Row(name, wall, "s", others={"stop and copy": copied[0]}, note=note)
    print(f"  {name} {wall:.1f} s, stop and copy {copied[0]:.1f} s; {note}", flush=True)


def opened(nodes: Nodes, name: str) -> Engine:
    """An empty warehouse on the server."""
    made = Engine(f"{nodes[0]}/default")
    made.run(f"CREATE DATABASE {name}")
    made.close()
    engine = Engine(f"{nodes[0]}/{name}")
    migrate(engine)
    return engine


def written(pipeline: Pipeline, apps: int, events: int) -> None:
    """A month in one app, or a week in each."""
    every = [LAST - timedelta(days=n) for n in range(SPAN if apps == 1 else SHORT)][::-1]
    persons = max(1, int(events * PERSONS_PER_EVENT) // apps // len(every))
    some = max(7, events // len(every) // apps)
    assert pipeline.counter.next() == LOAD
    made = {}
    for n in range(apps):
        app = pipeline.records.apps.create(f"shop{n}", timezone=ZONE, now=AS_OF).id
        for of, day in enumerate(every, 1):
            history.write(pipeline.engine, day, some, persons, persons * of, app=app)
        pipeline.engine.run(history.PERSONS, {"app": app, "persons": persons * len(every)})
        made[app] = every
    pipeline.loader.through = LOAD
    pipeline.builder.make_all(made)
    pipeline.builder.sweep()
    history.wait_for_merges(pipeline.engine)
    count = pipeline.engine.one("SELECT count() FROM events")
    print(f"  {count:,} events in {apps} apps", flush=True)


def straight(source: Engine, target: Engine, pids: tuple[int, ...]) -> list[float]:
    """Seconds of copying everything once, nothing else under way: on the clock, of the processor here and there."""
    began = time.perf_counter(), time.process_time(), sum(map(cpu_seconds, pids))
    for one in partitions(source).values():
        kinds = ", ".join(columns(source, one.table))
        asked = {"partition": one.name}
        block = source.native(
            f"SELECT {kinds} FROM {read_from(one.table)} WHERE _partition_id = {{partition:String}}", asked
        )  # fmt: skip
        target.insert(one.table, block, columns=kinds.split(", "))
    ended = time.perf_counter(), time.process_time(), sum(map(cpu_seconds, pids))
    target.close()
    return [now - then for now, then in zip(ended, began, strict=True)]


@contextmanager
def arriving(pipeline: Pipeline, settings: Settings) -> Iterator[None]:
    """Events of the first app come, are loaded and made, as in a server."""
    writer, stop = Writer(Path(settings.spool) / "bench", reserve=0), threading.Event()
    app = pipeline.records.apps.all()[0].id

    def send() -> None:
        n = 0
        while not stop.wait(EVERY):
            at = now_ms()
            batch = Batch(
                at=at, app=app, via="tracker", device=n, env="release", received=1, sources=[Source(1001)],
                events=[event(n, at - 1000)],
            )  # fmt: skip
            writer.write(frame(encode(batch)))
            n += 1

    workers, sender = Workers(pipeline), threading.Thread(target=send)
    workers.start()
    sender.start()
    try:
        yield
    finally:
        stop.set()
        sender.join()
        workers.stop()
        writer.close()
