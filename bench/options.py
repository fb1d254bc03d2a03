"""How large the benchmarks are, and where they work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What all benchmarks are told. `rate` is what ingest reached, events a second.

    What costs minutes to make lies in `lasting`, and may have been made by a run before.
    """

    folder: Path
    lasting: Path
    events: int = 100_000_000
    persons: int = 2_000_000
    minutes: float = 5.0
    load_minutes: float = 1.0
    connections: int = 24
    devices: int = 50_000
    demo_events: int = 1_000_000
    markers: int = 100
    small_apps: int = 100
    most_runs: int = 30
    most_seconds: float = 60.0
    idle_seconds: float = 30.0
    tidying_seconds: float = 900.0
    import_file: str = "complete_journey.csv.gz"
    import_runs: int = 3
    rate: float = 10_000.0
    shared: Path = Path("../shared")
    #: Whether DuckDB and PostgreSQL are asked the same.
    beside: bool = True


def quick(options: Options) -> Options:
    """The same in seconds: to see that everything runs, not how fast."""
    return Options(
        folder=options.folder,
        lasting=options.lasting,
        events=min(options.events, 200_000),
        persons=min(options.persons, 9_000),
        minutes=0.08,
        load_minutes=0.06,
        connections=4,
        devices=500,
        demo_events=5_000,
        markers=4,
        small_apps=10,
        most_runs=3,
        most_seconds=5.0,
        idle_seconds=1.0,
        tidying_seconds=4.0,
        import_file="semicomplete.csv.gz",
        import_runs=1,
        rate=1_000.0,
        shared=options.shared,
        beside=options.beside,
    )
