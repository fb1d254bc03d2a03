"""Durable, acknowledged events a second: generator, receiver, loading and day builds on one machine."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from bench.options import Options
from bench.result import Row
from bench.senders import Seen, finish, start
from bench.server import Server, command
from minilens.warehouse.engine import Engine

SLOWEST_CATCH_UP = 900.0
WINDOW = 30


@dataclass
class Backlog:
    """Bytes received and not loaded, looked at every few seconds in a thread."""

    server: Server
    seen: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(5.0):
            self.seen.append(self.server.waiting()[0])

    def stop(self) -> None:
        """No further looks."""
        self._stop.set()
        self._thread.join()


@dataclass(frozen=True)
class Sums:
    """What the warehouse holds after a run."""

    received: int
    accepted: int
    loaded: int
    duplicate: int
    quarantined: int
    rows: int
    distinct: int


def measure(options: Options) -> list[Row]:
    """Send at full speed, let the loader catch up, stop, and count what is there."""
    data, seconds = options.folder / "ingest", options.minutes * 60
    key = command(data, "apps", "create", "bench").split()[-1]
    with Server(data) as server:
        before = server.cpu()
        backlog = Backlog(server)
        generator = start(
            port=server.port,
            key=key,
            seconds=seconds,
            connections=options.connections,
            devices=options.devices,
        )
        try:
            seen = finish(generator, seconds)
        finally:
            backlog.stop()
        used = {name: spent - before.get(name, 0.0) for name, spent in server.cpu().items()}
        left = server.waiting()[0]
        caught_up = server.wait_until_loaded(SLOWEST_CATCH_UP)
        complaints = server.complaints()
    sums = count(data)
    tell(seen, used, backlog.seen, left, sums, complaints)
    return rows(seen, used, caught_up, sums)


def rows(seen: Seen, used: dict[str, float], caught_up: float, sums: Sums) -> list[Row]:
    """The rows of the table."""
    rate = seen.acknowledged / seen.seconds
    windows = by_window(seen)
    shares = ", ".join(f"{name} {spent / seen.seconds:.2f}" for name, spent in used.items())
    return [
        Row(
            "acknowledged events/s",
            rate,
            "/s",
            10_000,
            "higher",
            note=f"aim 20,000; {seen.acknowledged:,} in {seen.seconds:.0f} s, batches of 10; slowest and "
            f"fastest {WINDOW} s {min(windows):,.0f} and {max(windows):,.0f}/s; wrong answers {seen.wrong or 0}; "
            f"cores used: {shares}, generator {seen.cpu_seconds / seen.seconds:.2f}",
        ),
        Row(
            "the same until all of it was loaded",
            seen.acknowledged / (seen.seconds + caught_up),
            "/s",
            10_000,
            "higher",
            note=f"loaded and its days made {caught_up:.1f} s after the last answer",
        ),
        Row("acknowledged events lost", max(0, seen.acknowledged - sums.distinct), "", 0),
        Row(
            "events counted twice",
            sums.rows - sums.distinct,
            "",
            0,
            note=f"ledger: received {sums.received:,}, accepted {sums.accepted:,}, loaded {sums.loaded:,}, "
            f"duplicate {sums.duplicate:,}, quarantined {sums.quarantined:,}; rows in the warehouse {sums.rows:,}",
        ),
    ]


def by_window(seen: Seen) -> list[float]:
    """Events a second in each window of the run; the whole where it is shorter than one."""
    counts = seen.per_second
    found = [
        sum(counts[n : n + WINDOW]) / WINDOW for n in range(0, len(counts) - WINDOW + 1, WINDOW)
    ]
    return found or [seen.acknowledged / seen.seconds]


def tell(
    seen: Seen, used: dict[str, float], backlog: list[int], left: int, sums: Sums, complaints: str
) -> None:
    """Print how the run went."""
    print(f"  each {WINDOW} s, events/s:", " ".join(f"{rate:,.0f}" for rate in by_window(seen)))
    print("  waiting to be loaded, MB, each 5 s:", " ".join(f"{n / 1e6:.0f}" for n in backlog))
    print(f"  waiting at the end {left / 1e6:.1f} MB; cpu seconds {used}; {sums}")
    print(f"  answers: p50 {seen.p50:.1f} ms, p99 {seen.p99:.1f} ms, longest {seen.longest:.1f} ms")
    if complaints:
        print("  the server's log:", complaints)


def count(data: Path) -> Sums:
    """Sums of the ledger, and rows and distinct ids of the events; no server may run."""
    engine = Engine(f"chdb://{data / 'warehouse'}", memory_mb=8192)
    try:
        ledger = engine.rows(
            "SELECT sum(received), sum(accepted), sum(loaded), sum(duplicate), sum(quarantined) FROM ledger"
        )[0]
        events = engine.rows("SELECT count(), uniqExact(app, id) FROM events")[0]
    finally:
        engine.close()
    return Sums(*(int(n) for n in (*ledger, *events)))
