"""How much questions read of the engine, where rows are kept between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from minilens.warehouse.each_shard import EachShard
from minilens.warehouse.engine import Engine


@contextmanager
def reading() -> Iterator[list[int]]:
    """How many rows each answer has meanwhile: of the engine, or of all shards of a cluster at once."""
    seen: list[int] = []

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def arrow(self: Engine | EachShard, *given: Any) -> Any:
            found = real(self, *given)
            seen.append(found.num_rows)
            return found

        return arrow

    with (
        patch.object(Engine, "arrow", counted(Engine.arrow)),
        patch.object(EachShard, "arrow", counted(EachShard.arrow)),
    ):
        yield seen
