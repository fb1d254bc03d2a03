"""The load generator, a process of its own: `python -m bench.senders --port … --key … --seconds …`.

Without --rate every connection sends as soon as it is answered. With --rate batches are due at fixed
moments, and how long one takes is counted from its moment, not from when a connection was free. Prints
what it saw as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from bench.result import percentile
from bench.traffic import EVENTS, Batches

_ALL_TAKEN = b'"accepted":%d' % EVENTS


@dataclass
class Seen:
    """What the senders saw; latencies in milliseconds."""

    seconds: float = 0.0
    acknowledged: int = 0
    unanswered: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    per_second: list[int] = field(default_factory=list)
    p50: float = 0.0
    p99: float = 0.0
    p999: float = 0.0
    longest: float = 0.0
    cpu_seconds: float = 0.0


class Run:
    """Sends batches over some connections for some seconds."""

    def __init__(self, batches: Batches, port: int, seconds: float, rate: float) -> None:
        self.batches, self.port, self.seconds = batches, port, seconds
        self.step = EVENTS / rate if rate else 0.0
        self.seen = Seen()
        self.wrong: Counter[str] = Counter()
        self.took: list[float] = []
        self.counts: Counter[int] = Counter()
        self.idle: deque[Connection] = deque()
        self.due: deque[float] = deque()
        self.under_way = 0
        self.over = False

    async def go(self, connections: int) -> Seen:
        """Send, wait for the last answers, and say what was seen."""
        loop = asyncio.get_running_loop()
        self.began = time.perf_counter()
        self.end = self.began + self.seconds
        opened = [
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.port)
            for _ in range(connections)
        ]
        cpu = time.process_time()
        self.began = time.perf_counter()
        self.end = self.began + self.seconds
        if self.step:
            await self._at_a_rate()
        else:
            for _, connection in opened:
                connection.send(time.perf_counter())
            await asyncio.sleep(self.seconds)
        self.seen.seconds = time.perf_counter() - self.began
        limit = time.perf_counter() + 30
        while (self.under_way or self.due) and time.perf_counter() < limit:
            await asyncio.sleep(0.01)
        self.over = True
        self.seen.cpu_seconds = time.process_time() - cpu
        return self._summary()

    async def _at_a_rate(self) -> None:
        moment = self.began
        while moment < self.end:
            present = time.perf_counter()
            while moment <= present:
                self.due.append(moment)
                moment += self.step
            self.pump()
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))

    def pump(self) -> None:
        """Let idle connections send what is due."""
        while self.due and self.idle:
            connection = self.idle.popleft()
            if not connection.closing():
                connection.send(self.due.popleft())

    def free(self, connection: Connection) -> None:
        """A connection may send again, unless it was closed meanwhile: another has taken its place."""
        if connection.closing():
            return
        if self.step:
            self.idle.append(connection)
            self.pump()
        elif (present := time.perf_counter()) < self.end:
            connection.send(present)

    def _summary(self) -> Seen:
        seen = self.seen
        whole = int(self.seconds)
        seen.per_second = [self.counts[n] for n in range(whole)]
        seen.wrong = dict(self.wrong)
        seen.unanswered = self.under_way
        milliseconds = [seconds * 1000 for seconds in self.took]
        seen.p50, seen.p99 = percentile(milliseconds, 0.5), percentile(milliseconds, 0.99)
        seen.p999, seen.longest = percentile(milliseconds, 0.999), max(milliseconds, default=0.0)
        return seen


class Connection(asyncio.Protocol):
    """One phone's line: a request, its answer, the next."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._held = b""
        self._since = 0.0
        self._asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop has kinds of its own
        if self._run.step:
            self._run.idle.append(self)

    def closing(self) -> bool:
        """Whether the line is closed or about to be."""
        return self._transport.is_closing()

    def send(self, due: float) -> None:
        """Send a batch that was due at this moment."""
        self._since, self._asked = due, True
        self._run.under_way += 1
        self._transport.write(self._run.batches.next(time.time_ns() // 1_000_000))

    def data_received(self, data: bytes) -> None:
        """Read an answer; a whole one sets the line free."""
        data = self._held + data if self._held else data
        head, found, body = data.partition(b"\r\n\r\n")
        if not found or len(body) < length(head):
            self._held = data
            return
        self._held, self._asked = b"", False
        run = self._run
        run.under_way -= 1
        present = time.perf_counter()
        if head.startswith(b"HTTP/1.1 200") and _ALL_TAKEN in body:
            run.seen.acknowledged += EVENTS
            run.took.append(present - self._since)
            run.counts[int(present - run.began)] += EVENTS
            run.free(self)
        else:
            run.wrong[f"{head[9:12].decode()} {body[:160].decode(errors='replace')}"] += 1
            asyncio.get_running_loop().call_later(0.1, run.free, self)

    def connection_lost(self, error: Exception | None) -> None:
        """Hung up by the server; a batch under way stays unanswered. A new line takes its place."""
        run = self._run
        if self in run.idle:
            run.idle.remove(self)
        if run.over:
            return
        run.wrong["hung up" + (" with a batch under way" if self._asked else "")] += 1
        asyncio.get_running_loop().create_task(self._again())

    async def _again(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, made = await loop.create_connection(
                lambda: Connection(self._run), "127.0.0.1", self._run.port
            )
        except OSError:
            return
        if not self._run.step:
            self._run.free(made)


def length(head: bytes) -> int:
    """Content-Length of an answer's head."""
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


def start(
    *,
    port: int,
    key: str,
    seconds: float,
    connections: int,
    devices: int,
    rate: float = 0,
    seed: int = 1,
) -> subprocess.Popen[str]:
    """A load generator at work."""
    words = {
        "port": port, "key": key, "seconds": seconds, "connections": connections,
        "devices": devices, "rate": rate, "seed": seed,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "bench.senders"]
        + [word for name, value in words.items() for word in (f"--{name}", str(value))],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], seconds: float) -> Seen:
    """What a load generator saw, once it is done."""
    try:
        said, _ = process.communicate(timeout=seconds + 90)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode:
        raise RuntimeError(f"The load generator ended with {process.returncode}")
    return Seen(**json.loads(said))


def main() -> None:
    """Entry of the process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, default=24)
    parser.add_argument("--devices", type=int, default=50_000)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    batches = Batches(given.key, seed=given.seed, devices=given.devices)
    run = Run(batches, given.port, given.seconds, given.rate)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        seen = runner.run(run.go(given.connections))
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
