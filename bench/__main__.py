"""`python -m bench`: every benchmark in a process of its own, and all figures in one table."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from bench.apart import apart
from bench.machine import facts
from bench.options import Options, quick
from bench.result import Row, table

#: In this order: what ingest reaches is the measure of the load of the next two; history is made by trend.
BENCHMARKS = (
    "ingest", "acknowledgement", "visible", "small_apps", "trend", "cards", "events", "activity", "funnels", "paths",
    "attribution", "ltv", "page", "clicking", "messages", "rebuild", "persons", "memory", "disk", "importing",
    "alarms", "shards", "move",
)  # fmt: skip


def main() -> None:
    """Entry of the command."""
    given = arguments()
    outer = given.folder or os.environ.get("MINILENS_BENCH_DIR")
    if outer:
        Path(outer).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="minilens-bench-", dir=outer))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        rows, failed = run_all(
            chosen(given, folder), given.only or list(BENCHMARKS), fixed=bool(given.rate)
        )
    finally:
        if given.keep:
            print(f"Kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{table(rows)}")
    if given.json:
        given.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows)))
    if failed:
        sys.exit(f"Did not finish: {', '.join(failed)}")


def arguments() -> argparse.Namespace:
    """What the caller says."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Speed and size, in one table."
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run?")
    parser.add_argument(
        "--only", action="append", choices=BENCHMARKS, help="this one; may be repeated"
    )
    parser.add_argument(
        "--events", type=int, help="size of the trend's history (default 100,000,000)"
    )
    parser.add_argument(
        "--persons", type=int, help="how many persons has who merges (default 2,000,000)"
    )
    parser.add_argument("--minutes", type=float, help="how long ingest sends (default 5)")
    parser.add_argument("--rate", type=float, help="take this as what ingest reaches, events/s")
    parser.add_argument("--connections", type=int, help="lines of the load generator (default 24)")
    parser.add_argument("--json", type=Path, help="write the rows here")
    parser.add_argument(
        "--alone", action="store_true", help="ask neither DuckDB nor PostgreSQL the same"
    )
    parser.add_argument("--keep", action="store_true", help="leave the working folder")
    parser.add_argument(
        "--folder",
        type=Path,
        help="work in here; the trend's history and the demo's past stay for the next run",
    )
    return parser.parse_args()


def chosen(given: argparse.Namespace, folder: Path) -> Options:
    """The sizes: those of --quick or the full ones, but for what is said otherwise."""
    beside = Path(__file__).resolve().parents[1].parent / "shared"
    options = Options(
        folder=folder,
        lasting=given.folder.resolve() if given.folder else folder,
        shared=Path(os.environ.get("MINILENS_SHARED", beside)),
        beside=not given.alone,
    )
    options = quick(options) if given.quick else options
    said = {
        name: getattr(given, name)
        for name in ("events", "persons", "minutes", "rate", "connections")
        if getattr(given, name) is not None
    }
    return replace(options, **said)


def run_all(options: Options, names: list[str], *, fixed: bool) -> tuple[list[Row], list[str]]:
    """The rows of these benchmarks, and the names of those that failed."""
    print(facts(options.folder), flush=True)
    rows: list[Row] = []
    failed: list[str] = []
    for name in names:
        print(f"\n── {name}", flush=True)
        began = time.perf_counter()
        found = apart(name, options)
        if found is None:
            failed.append(name)
            continue
        rows += found
        if name == "ingest" and not fixed:
            options = replace(options, rate=found[0].ours)
        print(f"  {time.perf_counter() - began:.0f} s\n{table(found)}", flush=True)
    return rows, failed


if __name__ == "__main__":
    main()
