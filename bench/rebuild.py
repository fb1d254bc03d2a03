"""Making a day of a million events again."""

from __future__ import annotations

import resource
import time
from datetime import timedelta
from statistics import median

from bench import history
from bench.history import APP, DAYS, FIRST, LAST
from bench.options import Options
from bench.result import Row

RUNS = 5


def measure(options: Options) -> list[Row]:
    """A day in the middle and the last day, five times each; and what each took the first time."""
    rows = []
    with history.opened(options) as held:
        for what, day in (("in the middle", FIRST + timedelta(days=DAYS // 2)), ("the last", LAST)):
            events = held.engine.one(
                "SELECT count() FROM events WHERE app = {app:UInt32} AND day = {day:Date}",
                {"app": APP, "day": day},
            )
            runs, used = [], []
            for _ in range(RUNS):
                before, began = processor(), time.perf_counter()
                held.builder.make(APP, [day])
                runs.append(time.perf_counter() - began)
                used.append(processor() - before)
            note = f"{events:,} events in {median(runs):.2f} s, median of {RUNS}, longest {max(runs):.2f} s"
            name = f"rebuild of a day, {what}, for each million of its events"
            rows.append(Row(name, median(runs) / events * 1e6, "s", 2, note=note))
            rows.append(
                Row(
                    f"{name}: processor time",
                    median(used) / events * 1e6,
                    "s",
                    2.5,
                    note=f"median of {RUNS}, least {min(used) / events * 1e6:.2f} s",
                )
            )
        held.builder.sweep()
        first = held.day_seconds
    rows.append(
        Row(
            f"first making of a day of {held.events // DAYS:,} events, median of {DAYS}",
            median(first),
            "s",
            2,
            note=f"first day {first[0]:.2f}, last {first[-1]:.2f}, longest {max(first):.2f} s",
        )
    )
    return rows


def processor() -> float:
    """Seconds that the processor has worked for this process, which the engine is in."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
