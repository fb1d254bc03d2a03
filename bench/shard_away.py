"""How soon whoever asks is told that a shard is dead, or stands still."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from bench.result import Row
from minilens.errors import ShardAway
from tests.warehouse.clickhouse_node import Nodes

#: Seconds.
TARGET = 5.0


def measure(nodes: Nodes, ask: Callable[[], object]) -> Iterator[Row]:
    """The longest of either shard: of a question that was just answered, asked while one is away."""
    harms: dict[str, Callable[[int], AbstractContextManager[None]]] = {
        "dead": lambda n: _dead(nodes, n),
        "standing still": nodes.asleep,
    }
    for name, harm in harms.items():
        took = []
        for n in range(len(nodes)):
            _answered(ask)
            with harm(n):
                began = time.perf_counter()
                with contextlib.suppress(ShardAway):
                    ask()
                    raise AssertionError("half a figure")
                took.append(time.perf_counter() - began)
        _answered(ask)
        note = " and ".join(f"{seconds:.2f}" for seconds in took) + " s"
        yield Row(f"told that a shard is {name}", max(took), "s", TARGET, note=note)
        print(f"  told that a shard is {name}: {note}", flush=True)


@contextmanager
def _dead(nodes: Nodes, n: int) -> Iterator[None]:
    nodes.kill(n)
    yield
    nodes.start_all()


def _answered(ask: Callable[[], object]) -> None:
    """Return when the question is answered."""
    while True:
        with contextlib.suppress(ShardAway):
            ask()
            return
        time.sleep(0.2)
