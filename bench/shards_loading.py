"""The same spool, loaded by the real loader into one server and into a cluster in turns."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bench import history
from bench.cards import AS_OF
from bench.history import APP
from bench.options import Options
from minilens.load.pipeline import Pipeline
from minilens.period import milliseconds
from minilens.spool.record import Batch, Event, Source, encode
from minilens.spool.writer import Writer, frame

Took = TypeVar("Took")
Timer = Callable[[Callable[[], None]], Took]

#: Of the history's events in each round; of a request; what warms both before.
PART, IN_A_BATCH, PERSONS, WARMING = 100, 10, 20_000, 2_000
AT_LEAST, ROUNDS = 2_000, 2


def measure(
    pipelines: Sequence[Pipeline], options: Options, timers: Sequence[Timer[Took]]
) -> list[list[Took]]:
    """What each round took on each side, by what times work there."""
    count = max(AT_LEAST, options.events // PART)
    found: list[list[Took]] = [[] for _ in pipelines]
    first = 0
    for n in range(ROUNDS + 1):
        some = range(first, first + (count if n else WARMING))
        for pipeline, timer, took in zip(pipelines, timers, found, strict=True):
            writer = Writer(pipeline.spool / f"bench-{n}", reserve=0)
            for piece in received(some):
                writer.write(piece)
            writer.close()
            made = timer(pipeline.loader.drain)
            if n:
                took.append(made)
        first = some.stop
    sql = "SELECT count(), uniqExact(id) FROM events WHERE app = {app:UInt32} AND load > {load:UInt64}"
    asked = {"app": APP, "load": history.LOAD}
    loaded = [pipeline.engine.rows(sql, asked)[0] for pipeline in pipelines]
    assert all(tuple(one) == (first, first) for one in loaded), loaded
    print(f"  {count:,} events loaded on both, {ROUNDS} times", flush=True)
    return found


def received(some: range) -> Iterator[bytes]:
    """Requests of trackers as the receiver writes them, some thousands at once: those of persons known and new."""
    began = milliseconds(AS_OF) - 6 * 3_600_000
    pieces: list[bytes] = []
    for first in some[::IN_A_BATCH]:
        events = [event(n, began) for n in range(first, min(some.stop, first + IN_A_BATCH))]
        number = first // IN_A_BATCH
        pieces.append(
            frame(encode(
                Batch(
                    at=events[-1].ts + 800, app=APP, via="tracker", lib="mp/0.1.0", device=events[0].actor,
                    country="中国", province="广东", city="深圳", brand="Apple", model=f"M{number % 40}", os="iOS",
                    os_version="17", platform="ios", wx_version="8.0.58", sdk_version="3.8.5", app_version="2.1.0",
                    language="zh_CN", network="wifi", width=390, height=844, received=len(events),
                    sources=[Source(scene=1011, source="poster", campaign="autumn")], events=events,
                )
            ))
        )  # fmt: skip
        if len(pieces) >= 5_000:
            yield b"".join(pieces)
            pieces = []
    yield b"".join(pieces)


def event(n: int, began: int) -> Event:
    """One of a launch of ten."""
    launch = n // IN_A_BATCH
    viewed = n % 2 == 0
    return Event(
        i=n % IN_A_BATCH, id=str(uuid.UUID(int=(1 << 120) + n * 0x9E3779B97F4A7C15 % (1 << 119))),
        name="page_view" if viewed else "share", ts=began + n * 20, actor=(1 << 40) + launch * 7919 % PERSONS,
        session=(1 << 50) + launch, seq=n % IN_A_BATCH + 1, page=f"pages/{n % 40}/index", o=1,
        props="{}" if viewed else f'{{"sku":"s{n % 50}","amount":{n % 1000}.5}}',
    )  # fmt: skip
