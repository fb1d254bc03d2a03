"""The trend by hand in DuckDB, over its own table of the needed columns."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.history import DAYS, FIRST
from bench.options import Options
from bench.timing import Timed, timed
from bench.trend_by_hand import differences, standard
from minilens.measure.table import Table
from minilens.period import Range
from minilens.warehouse.engine import Engine

SLOWEST_QUESTION = 120.0
SHARE = 10  # one person in so many, where all are too many

_COLUMNS = """
SELECT day, toString(name) AS name, person, reinterpretAsInt64(session) AS session, duration
FROM events
WHERE app = 1 AND day BETWEEN {start:Date} AND {end:Date} AND traffic = 'release'
    AND name IN ('app_launch', 'app_show', 'page_view', 'page_leave', 'share')
"""


@dataclass(frozen=True)
class Exported:
    """The same events as files: all as Parquet, those of one person in ten as CSV."""

    folder: Path
    parquet: str
    csv: Path
    events: int
    in_csv: int


def export(engine: Engine, options: Options) -> Exported:
    """Write the files. What no question asks for is left out: an advantage of the alternatives."""
    folder = options.folder / "exported"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    step = 10
    for n in range(0, DAYS, step):
        asked = {
            "start": FIRST + timedelta(days=n),
            "end": FIRST + timedelta(days=min(n + step, DAYS) - 1),
            "file": str(folder / f"{n:02d}.parquet"),
        }
        engine.run(f"INSERT INTO FUNCTION file({{file:String}}, 'Parquet') {_COLUMNS}", asked)
    asked = {"start": FIRST, "end": FIRST + timedelta(days=DAYS), "file": str(folder / "some.csv")}
    engine.run(
        f"INSERT INTO FUNCTION file({{file:String}}, 'CSV') SELECT * FROM ({_COLUMNS}) WHERE person % {SHARE} = 0",
        asked,
    )
    everything = "SELECT count(), countIf(person % 10 = 0) FROM events WHERE app = 1 AND load = 1"
    events, some = engine.rows(everything)[0]
    return Exported(folder, str(folder / "*.parquet"), folder / "some.csv", int(events), int(some))


def measure(
    exported: Exported, options: Options, ranges: Mapping[str, Range], tables: Mapping[str, Table]
) -> dict[str, dict[str, Timed]]:
    """Times of all ranges; over a tenth of the persons where all take too long."""
    try:
        duckdb = importlib.import_module("duckdb")
    except ModuleNotFoundError:
        print("  DuckDB is not installed: left out (requirements/bench.txt has it)")
        return {}
    for share, events in ((1, exported.events), (SHARE, exported.in_csv)):
        path = options.folder / f"trend-{share}.duckdb"
        connection = duckdb.connect(str(path), config=limits(options))
        try:
            fill(connection, exported, share)
            found = {}
            for name, over in ranges.items():
                rows, found[name] = within(connection, options, standard(over.start, over.end))
                if share == 1 and (wrong := differences(tables[name], rows)):
                    raise AssertionError(f"DuckDB counts otherwise: {wrong[:3]}")
            return {f"DuckDB {duckdb.__version__}, {events:,} events": found}
        except TimeoutError:
            print(f"  DuckDB: a question over {events:,} events took over {SLOWEST_QUESTION:.0f} s")
        except duckdb.Error as error:  # out of memory or of disk
            print(f"  DuckDB, {events:,} events: {error}")
        finally:
            connection.close()
            path.unlink(missing_ok=True)
    return {}


def limits(options: Options) -> dict[str, Any]:
    """The machine's cores, and half of its memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "threads": os.cpu_count() or 1,
        "memory_limit": f"{memory // 2**20 // 2}MB",
        "temp_directory": str(options.folder / "duckdb-temporary"),
    }


def fill(connection: Any, exported: Exported, share: int) -> None:
    """Its own table, sorted by day as it comes."""
    began = time.perf_counter()
    some = f" WHERE person % {share} = 0" if share > 1 else ""
    connection.execute(
        f"CREATE TABLE events AS SELECT *, 'release' AS traffic FROM read_parquet('{exported.parquet}'){some}"
    )
    print(f"  DuckDB filled in {time.perf_counter() - began:.0f} s", flush=True)


def within(connection: Any, options: Options, text: str) -> tuple[list[Any], Timed]:
    """Answer and times; TimeoutError where the first run takes too long."""
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        connection.interrupt()

    def ask() -> list[Any]:
        rows: list[Any] = connection.execute(text).fetchall()
        return rows

    timer = threading.Timer(SLOWEST_QUESTION, stop)
    timer.start()
    try:
        ask()
    except Exception as error:
        if stopped.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    answer: Callable[[], list[Any]] = ask
    rows, took = timed(options, answer)
    print(f"  DuckDB: median {took.median:,.0f} ms", flush=True)
    return rows, took
