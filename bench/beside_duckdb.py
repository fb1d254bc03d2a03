"""Questions by hand in DuckDB, over its own table of the needed columns."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.beside import SHARE, Exported, Question
from bench.options import Options
from bench.timing import Timed, timed

SLOWEST_QUESTION = 120.0


def measure(
    exported: Exported, options: Options, questions: Sequence[Question]
) -> dict[str, dict[str, Timed]]:
    """Times of all questions; over a tenth of the persons where all take too long."""
    try:
        duckdb = importlib.import_module("duckdb")
    except ModuleNotFoundError:
        print("  DuckDB is not installed: left out (requirements/bench.txt has it)")
        return {}
    for share, events in ((1, exported.events), (SHARE, exported.events // SHARE)):
        path = options.folder / f"beside-{share}.duckdb"
        connection = duckdb.connect(str(path), config=limits(options))
        try:
            fill(connection, exported, share)
            found = {}
            for one in questions:
                rows, found[one.name] = within(connection, options, one)
                if share == 1 and (wrong := one.differs(rows)):
                    raise AssertionError(f"DuckDB counts otherwise: {one.name}: {wrong[:3]}")
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
    connection.execute("SET enable_progress_bar = false")
    some = f" WHERE person % {share} = 0" if share > 1 else ""
    connection.execute(
        f"CREATE TABLE events AS SELECT *, 'release' AS traffic FROM read_parquet('{exported.parquet}'){some}"
    )
    print(f"  DuckDB filled in {time.perf_counter() - began:.0f} s", flush=True)


def within(connection: Any, options: Options, one: Question) -> tuple[list[Any], Timed]:
    """Answer and times; TimeoutError where the first run takes too long."""
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        connection.interrupt()

    def ask() -> list[Any]:
        rows: list[Any] = connection.execute(one.text).fetchall()
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
    print(f"  DuckDB {one.name}: median {took.median:,.0f} ms", flush=True)
    return rows, took
