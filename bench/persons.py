"""Persons by the million, a tenth of whom turn out to be others: reports, many sign-ins at once, an erasure.

What merges leave is written by the engine itself, as the loader writes it, and the days are made again by the real
builder. Sign-ins and erasures go the way that they always go.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median

from bench import history, timing
from bench.history import APP, DAYS, FIRST, LAST
from bench.options import Options
from bench.result import Row
from bench.trend import AS_OF
from minilens import period, settings
from minilens.identity import parity
from minilens.identity.lookup import look_up
from minilens.identity.types import DEFAULT
from minilens.load.build import Builder
from minilens.load.pending import mark
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.measure.catalog import BUILT_IN
from minilens.measure.days.run import answer
from minilens.measure.query import Query
from minilens.period import Range
from minilens.reports.overview import TREND
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import Writer, frame

PER_PERSON = 10  # events
#: Of so many events of today no build knows yet, one in so many of a day.
TAIL_DAY_OF = 10
MOST_SIGN_INS = 10_000
ERASED = 3
#: Seconds that the builder of a server rests where nothing is due.
IDLE = 0.2
UNTIL_NOW = Range(LAST - timedelta(days=29), LAST)
MADE = Range(LAST - timedelta(days=30), LAST - timedelta(days=1))
QUESTIONS = {
    "30 d made": Query(APP, BUILT_IN.measures_named(TREND.measures), MADE),
    "30 d up to now": Query(APP, BUILT_IN.measures_named(TREND.measures), UNTIL_NOW),
    "the same beside the 30 d before": Query(
        APP, BUILT_IN.measures_named(TREND.measures), UNTIL_NOW, compare=UNTIL_NOW.before()
    ),
}

#: Whoever ends in 3 is a phone whose owner is the person before; of so many one is a phone nobody signed in on yet.
PHONE_OF, PHONE_AT = 20, 7
_NAMELESS = f"person % 10 = 3 OR person % {PHONE_OF} = {PHONE_AT}"
_MAP = f"""
INSERT INTO person_map (app, actor, version, person, kind, cause, grade, at)
SELECT {{app:UInt32}}, one.1, 0, person, one.2, 'first', 'claimed', toDateTime64('2026-08-29', 3, 'UTC')
FROM
(
    SELECT toUInt32(number + 1) AS person, arrayJoin(if({_NAMELESS}, [(cityHash64('actor', person), 'device')],
        [(cityHash64('actor', person), 'applet-wechat'), (cityHash64('device', person), 'device')])) AS one
    FROM numbers({{persons:UInt64}})
)
"""
#: Both directions of a link. Takes what is at either end, which persons, and the number of the merge.
_LINKS = """
INSERT INTO links (app, node, other, node_kind, other_kind, cause, verified, first, last, state, merge, version)
SELECT {{app:UInt32}}, to.1, to.2, to.3, to.4, 'device', false, '2026-08-29', '2026-08-29', 'live', {merge}, 1
FROM
(
    SELECT person, arrayJoin([({a}, {b}, 'applet-wechat', 'device'), ({b}, {a}, 'device', 'applet-wechat')]) AS to
    FROM (SELECT toUInt32(number + 1) AS person FROM numbers({{persons:UInt64}})) WHERE {which}
)
"""
_OWN = _LINKS.format(
    a="cityHash64('actor', person)", b="cityHash64('device', person)", which=f"NOT ({_NAMELESS})", merge="0"
)  # fmt: skip
_FOUND = _LINKS.format(
    a="cityHash64('actor', toUInt32(person - 1))", b="cityHash64('actor', person)", which="person % 10 = 3",
    merge="person",
)  # fmt: skip
_MOVED = """
SELECT {app:UInt32} AS app, cityHash64('actor', n) AS actor, toUInt64(n) AS version, toUInt32(n - 1) AS person
FROM (SELECT toUInt32(number + 1) AS n FROM numbers({persons:UInt64})) WHERE n % 10 = 3
"""


def measure(options: Options) -> list[Row]:
    """Reports before anybody is somebody else, while the days wait, and when they are made; then the rest."""
    with opened(options) as pipeline:
        persons = written(pipeline, options)
        before = asked(pipeline, options, "as it was")
        merge(pipeline, persons)
        waiting = asked(pipeline, options, "days wait")
        began = time.perf_counter()
        pipeline.builder.drain()
        seconds = time.perf_counter() - began
        print(f"  {DAYS} days made again in {seconds:.1f} s", flush=True)
        after = asked(pipeline, options, "made again")
        assert parity.of_app(pipeline.engine, APP, DEFAULT) == []
        return [
            *compared(before, waiting, after, persons),
            sign_ins(pipeline, min(MOST_SIGN_INS, persons // (2 * PHONE_OF))),
            *erasures(pipeline),
        ]


@contextmanager
def opened(options: Options) -> Iterator[Pipeline]:
    """A data folder with one app and nothing in it."""
    data = options.folder / "persons"
    data.mkdir(parents=True)
    said = settings.load({"MINILENS_DATA": str(data), "MINILENS_MEMORY_MB": str(history.MEMORY_MB)})
    pipeline = open_pipeline(said)
    try:
        made = pipeline.records.apps.create("persons", timezone="Asia/Shanghai", now=period.now())
        assert made.id == APP
        yield pipeline
    finally:
        pipeline.close()


def written(pipeline: Pipeline, options: Options) -> int:
    """Ninety days of them, made, and a tail that no build knows; how many persons."""
    engine, day_of = pipeline.engine, options.persons // DAYS
    persons, events = day_of * DAYS, options.persons * PER_PERSON // DAYS
    began = time.perf_counter()
    assert pipeline.counter.next() == history.LOAD
    for n in range(DAYS):
        history.write(engine, FIRST + timedelta(days=n), events, day_of, day_of * (n + 1))
    for sql in (_MAP, _OWN):
        engine.run(sql, {"app": APP, "persons": persons})
    pipeline.counter.value = persons + 1  # numbers below are those of merges
    pipeline.loader.through = history.LOAD
    for n in range(DAYS):
        pipeline.builder.make(APP, [FIRST + timedelta(days=n)])
    pipeline.builder.sweep()
    history.write(
        engine,
        LAST,
        max(70, events // TAIL_DAY_OF),
        0,
        persons,
        load=pipeline.counter.next(),
        salt=1,
    )
    history.wait_for_merges(engine)
    print(
        f"  {persons:,} persons, {events * DAYS:,} events, made in {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return persons


def merge(pipeline: Pipeline, persons: int) -> None:
    """A tenth of them are the persons before them; the days wait to be made again."""
    engine, about = pipeline.engine, {"app": APP, "persons": persons}
    engine.run(_FOUND, about)
    engine.run(
        "INSERT INTO person_map (app, actor, version, person, kind, cause, grade, at) SELECT app, actor, version, "
        f"person, 'device', 'device', 'claimed', now64(3) FROM ({_MOVED})",
        about,
    )
    engine.run(f"INSERT INTO person_moves (app, actor, version, person) {_MOVED}", about)
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    mark(engine, pipeline.pending, pipeline.counter, APP, days, "merge")


def asked(pipeline: Pipeline, options: Options, when: str) -> dict[str, float]:
    """The median of each question, in milliseconds."""
    found = {}
    for name, query in QUESTIONS.items():
        _, took = timing.timed(
            options, partial(answer, pipeline.engine, query, today=LAST, as_of=AS_OF)
        )
        found[name] = took.median
    print(f"  {when}:", ", ".join(f"{name} {ms:.1f} ms" for name, ms in found.items()), flush=True)
    return found


def compared(
    before: dict[str, float], waiting: dict[str, float], after: dict[str, float], persons: int
) -> Iterator[Row]:
    """How many times as long each takes."""
    for name, was in before.items():
        note = f"{persons:,} persons; {was:.1f} ms before, {waiting[name]:.1f} while days wait, {after[name]:.1f} made"
        yield Row(
            f"trend {name}, a tenth merged, made again", after[name] / was, "times", 1.15, note=note
        )
        yield Row(f"trend {name}, a tenth merged, days wait", waiting[name] / was, "times", 2)


def sign_ins(pipeline: Pipeline, count: int) -> Row:
    """On phones of which nobody had signed in: each makes one of two persons."""
    phones = pipeline.engine.rows(
        "SELECT cityHash64('actor', toUInt32(n)), cityHash64('actor', toUInt32(n - 1)) "
        f"FROM (SELECT number * {PHONE_OF} + {PHONE_AT} AS n FROM numbers({{count:UInt64}}))",
        {"count": count},
    )
    start = period.milliseconds(AS_OF) - 3_600_000
    writer = Writer(pipeline.spool / "bench", reserve=0)
    batches = []
    for n, (phone, person) in enumerate(phones):
        event = Event(
            i=0, id=f"00000000-0000-7000-8000-{n:012x}", name="page_view", ts=start + n, actor=person,
            actor_type="applet-wechat", page="pages/me",
        )  # fmt: skip
        batches.append(
            Batch(
                at=start + n + 500,
                app=APP,
                via="tracker",
                device=phone,
                env="release",
                received=1,
                events=[event],
            )
        )
    writer.write(b"".join(frame(encode(batch)) for batch in batches))
    began = time.perf_counter()
    pipeline.loader.drain()
    loaded = time.perf_counter() - began
    days = len(pipeline.pending.all())
    as_a_server(pipeline.builder)
    assert parity.of_app(pipeline.engine, APP, DEFAULT) == []
    note = f"{loaded:.1f} s to load, then {days} days to make again"
    seconds = time.perf_counter() - began
    return Row(f"{count:,} sign-ins at once → in all reports", seconds, "s", 60, note=note)


def as_a_server(builder: Builder) -> None:
    """Make what waits with the rests that leave time for what comes meanwhile."""
    while builder.pending.all():
        if not builder.step():
            time.sleep(IDLE)


def erasures(pipeline: Pipeline) -> list[Row]:
    """Some persons of two phones: how long nothing is loaded, and until their days are made again."""
    held, whole, made = [], [], []

    @contextmanager
    def still() -> Iterator[None]:
        with pipeline.still():
            since = time.perf_counter()
            yield
            held.append(time.perf_counter() - since)

    for n in range(ERASED):
        subject = look_up(pipeline.engine, APP, f"p{10 * (n + 1) + 2}", pipeline.secret)
        began = time.perf_counter()
        done = replace(pipeline.eraser, still=still).erase(APP, subject)
        whole.append(time.perf_counter() - began)
        pipeline.builder.drain()
        made.append(time.perf_counter() - began)
        print(
            f"  erased {done.counts}: {whole[-1]:.1f} s, {held[-1]:.1f} of them still", flush=True
        )
    each = ", ".join(f"{s:.1f}" for s in held)
    note = f"each {each} s; all of it {median(whole):.1f} s; days made after {median(made):.1f} s"
    return [Row("a person erased: loading stands still, median", median(held), "s", 10, note=note)]
