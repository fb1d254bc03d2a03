"""Bytes on disk for an event of the demo's richness: the whole data folder."""

from __future__ import annotations

import time
from pathlib import Path

from bench import demo_data
from bench.ingest import count
from bench.machine import on_disk
from bench.options import Options
from bench.result import Row
from bench.server import Server
from minilens.warehouse.engine import Engine


def measure(options: Options) -> list[Row]:
    """After the past was made, and the server ran once until nothing was left to be tidied."""
    data = demo_data.copied(options, "disk")
    with Server(data):
        time.sleep(options.idle_seconds)
    let_tidy(data, options.tidying_seconds)
    events = count(data).rows
    parts = {entry.name: size(entry) for entry in sorted(data.iterdir())}
    each = ", ".join(f"{name} {n / events:.1f}" for name, n in parts.items() if n / events >= 0.05)
    total = sum(parts.values())
    rows = [Row("disk per event, whole data folder", total / events, "bytes", 65, note=each)]
    fixed = parts.get("cache", 0)
    if fixed:
        rows.append(
            Row(
                "disk per event without the files of places",
                (total - fixed) / events,
                "bytes",
                note=f"{events:,} events; these files ({fixed / 1e6:.0f} MB) do not grow with events",
            )
        )
    return rows


def let_tidy(data: Path, most: float) -> None:
    """Wait for the engine to drop the parts that merges replaced, which it keeps for a minute.

    It looks after a table in which nothing happens every ten minutes only; dropped days of `ids` leave empty parts.
    """
    engine = Engine(f"chdb://{data / 'warehouse'}", memory_mb=1024)
    replaced = "SELECT count() FROM system.parts WHERE NOT active AND database = currentDatabase()"
    limit = time.monotonic() + most
    try:
        while engine.one(replaced) and time.monotonic() < limit:
            time.sleep(0.5)
    finally:
        engine.close()


def size(entry: Path) -> int:
    """Bytes of a file or of all below a folder."""
    return on_disk(entry) if entry.is_dir() else entry.stat().st_blocks * 512
