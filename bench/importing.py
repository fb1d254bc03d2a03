"""Events a second of `minilens import`, from the start of the process to its end, rows visible."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from statistics import median

from bench.ingest import count
from bench.options import Options
from bench.result import Row
from bench.server import Server, command


def measure(options: Options) -> list[Row]:
    """A file into an empty data folder, several times; once more through a running server."""
    source = options.shared / "data" / options.import_file
    if not source.exists():
        print(f"  {source} is not here; set MINILENS_SHARED to the folder that holds data/")
        return []
    command(options.folder / "import", "apps", "create", "shop")  # so that everything is compiled
    runs = [into_empty(options.folder / "import", source) for _ in range(options.import_runs)]
    seconds, events = median(seconds for seconds, _ in runs), runs[0][1]
    data = options.folder / "import-served"
    with Server(data):
        began = time.perf_counter()
        command(data, "import", str(source), "--app", "shop")
        served = time.perf_counter() - began
    assert count(data).rows == events, "the server loaded another number of events"
    return [
        Row(
            "import",
            events / seconds,
            "/s",
            30_000,
            "higher",
            note=f"{events:,} events of {source.name} in {seconds:.1f} s, median of {len(runs)}, into an "
            "empty folder, no server running",
        ),
        Row("import through a running server", events / served, "/s", 30_000, "higher"),
    ]


def into_empty(data: Path, source: Path) -> tuple[float, int]:
    """Seconds, and events that are there afterwards."""
    shutil.rmtree(data, ignore_errors=True)
    began = time.perf_counter()
    command(data, "import", str(source), "--app", "shop")
    return time.perf_counter() - began, count(data).rows
