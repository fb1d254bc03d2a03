"""How much questions read of the engine, where rows are kept between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from minilens.warehouse.engine import Engine


@contextmanager
def reading() -> Iterator[list[int]]:
    """How many rows each answer of the engine has meanwhile."""
    seen: list[int] = []
    real = Engine.arrow

    def arrow(self: Engine, *given: Any) -> Any:
        found = real(self, *given)
        seen.append(found.num_rows)
        return found

    with patch.object(Engine, "arrow", arrow):
        yield seen
