"""A round of the watch over many apps with several rules: how long it takes beside its five minutes.

One app has ten weeks of events up to now, made by the real builder; the others have the same. The first round of a day
learns what is usual; before the second every app gets new events, so that nothing comes from kept answers, and all
others of that day are like it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from bench import history
from bench.options import Options
from bench.result import Row
from minilens import settings as settings_file
from minilens.load.build import Builder
from minilens.load.pending import Counter, Pending
from minilens.load.pipeline import open_pipeline
from minilens.measure.execution.asker import Asker
from minilens.period import now, today
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    BandAlarm,
    ChangeAlarm,
    ThresholdAlarm,
)
from minilens.reports.alarm_targets import USUAL, encoded
from minilens.reports.kpi_definition import KpiMeasure
from minilens.serve import alarms
from minilens.serve.alarms import Watch
from minilens.serve.behind import behind
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.text import Text
from minilens.warehouse.engine import Engine

ZONE = "Asia/Shanghai"
DAYS, EVENTS_A_DAY = 70, 700
#: The load of the events that come between two rounds.
MORE = 1_000_000
#: Seconds: a fifth of the time until the next round begins. Two thirds of a round is rest: people come first.
TARGET = 60.0
NUMBERS: tuple[AlarmDefinition, ...] = (
    BandAlarm(source=KpiMeasure(measure="visits")),
    BandAlarm(source=KpiMeasure(measure="total_users"), length="day"),
    ChangeAlarm(source=KpiMeasure(measure="new_users"), share=0.3),
    ThresholdAlarm(source=KpiMeasure(measure="page_views"), side="below", value=10.0),
)
RULES = (
    *USUAL,
    *((Text(f"{number}", ""), encoded(one)) for number, one in enumerate(NUMBERS)),
)
_TABLES = """
SELECT name FROM system.tables
WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND total_rows > 0
    AND name IN (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'app')
"""


def rounds(options: Options) -> list[Row]:
    """The rows."""
    settings = settings_file.load({"MINILENS_DATA": str(options.folder / "rounds")})
    days = min(DAYS, max(7, options.events // 100_000))
    fill(settings, options.small_apps, days)
    pipeline = open_pipeline(settings)
    executor = questions(pipeline, settings)
    site = behind(pipeline, console(pipeline, settings, executor), executor, Asker())
    watch = alarms.watch(pipeline, site)
    first, _ = a_round(watch)
    history.write(pipeline.engine, today(ZONE), EVENTS_A_DAY, 1, 1, load=MORE, salt=1)
    copy(pipeline.engine, ["events"], options.small_apps, f"load = {MORE}")
    pipeline.loader.through = MORE
    second, busy = a_round(watch)
    pipeline.close()
    what = f"alarms: a round over {options.small_apps} apps × {len(RULES)} rules"
    return [
        Row(what, second, "s", TARGET, note=f"each has {days} days of {EVENTS_A_DAY} events"),
        Row(f"{what}: processor", busy, "s"),
        Row(f"{what}, the first of a day", first, "s", alarms.EVERY * 60.0),
    ]


def a_round(watch: Watch) -> tuple[float, float]:
    """Seconds until every app was looked at once, and those of the processor."""
    began, busy = time.perf_counter(), time.process_time()
    for minute in range(alarms.EVERY):
        watch.step(now() + timedelta(minutes=minute))
    return time.perf_counter() - began, time.process_time() - busy


def fill(settings: Settings, count: int, days: int) -> None:
    """So many apps, all with the same events and several rules."""
    pipeline = open_pipeline(settings)
    for n in range(count):
        app = pipeline.records.apps.create(f"app{n}", timezone=ZONE, now=now()).id
        pipeline.records.alarm_rules.create(app, RULES, now=now(), by=None)
    last, people = today(ZONE), max(1, int(EVENTS_A_DAY * history.PERSONS_PER_EVENT))
    made = [last - timedelta(days=days - 1 - n) for n in range(days)]
    for n, day in enumerate(made):
        history.write(pipeline.engine, day, EVENTS_A_DAY, people, people * (n + 1))
    counter = Counter(history.LOAD)
    builder = Builder(pipeline.engine, Pending(), counter, lambda: history.LOAD)
    builder.prepare()
    builder.make(history.APP, made)
    copy(pipeline.engine, [str(table) for (table,) in pipeline.engine.rows(_TABLES)], count)
    pipeline.close()


def copy(engine: Engine, tables: Sequence[str], count: int, which: str = "true") -> None:
    """What the first app has in these tables, for the others."""
    for table in tables:
        for app in range(2, count + 1):
            same = (
                f"SELECT * REPLACE (toUInt32({app}) AS app) FROM {table} WHERE app = 1 AND {which}"
            )
            engine.run(f"INSERT INTO {table} {same}")
