"""The same events for other engines, and the questions that are asked of them in standard SQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.history import APP, DAYS, FIRST
from bench.options import Options
from minilens.warehouse.engine import Engine

SHARE = 10  # one person in so many, where all are too many
SMALL = 10_000_000  # so many events are not too many for any of them

_COLUMNS = """
SELECT day, toString(name) AS name, person, reinterpretAsInt64(session) AS session, duration,
    toUnixTimestamp64Milli(ts) AS ts, toString(page) AS page, scene, toString(province) AS province,
    toJSONString(props) AS props
FROM events
WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = 'release'
    AND name IN ('app_launch', 'app_show', 'page_view', 'page_leave', 'share', 'tap', 'order')
"""


@dataclass(frozen=True)
class Question:
    """What is asked. `differs`: how rows over all events differ from ours; empty where they do not."""

    name: str
    text: str
    differs: Callable[[list[Any]], list[str]]


def share(options: Options) -> int:
    """One person in so many has events in the CSV file."""
    return 1 if options.events <= SMALL else SHARE


@dataclass(frozen=True)
class Exported:
    """The same events as files: all as Parquet; as CSV where they are few, else those of one person in ten."""

    parquet: str
    csv: Path
    events: int
    in_csv: int


def export(engine: Engine, options: Options, app: int = APP) -> Exported:
    """Write the files. What no question asks for is left out: an advantage of the alternatives."""
    part = share(options)
    folder = options.folder / f"exported-{app}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    step = 10
    for n in range(0, DAYS, step):
        asked = {
            "start": FIRST + timedelta(days=n),
            "end": FIRST + timedelta(days=min(n + step, DAYS) - 1),
            "file": str(folder / f"{n:02d}.parquet"),
            "app": app,
        }
        engine.run(f"INSERT INTO FUNCTION file({{file:String}}, 'Parquet') {_COLUMNS}", asked)
    last = FIRST + timedelta(days=DAYS)
    asked = {"start": FIRST, "end": last, "file": str(folder / "some.csv"), "app": app}
    engine.run(
        f"INSERT INTO FUNCTION file({{file:String}}, 'CSV') SELECT * FROM ({_COLUMNS}) WHERE person % {part} = 0",
        asked,
    )
    everything = f"SELECT count(), countIf(person % {part} = 0) FROM events WHERE app = {{app:UInt32}} AND load = 1"
    events, some = engine.rows(everything, {"app": app})[0]
    return Exported(str(folder / "*.parquet"), folder / "some.csv", int(events), int(some))
