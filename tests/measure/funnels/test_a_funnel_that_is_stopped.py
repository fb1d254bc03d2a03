"""A funnel whose asker has gone ends after the slice of rows that is being looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.execution.asker import ASKER, Asker
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.execution.queue import QueryCancelled
from minilens.measure.funnels import packed, reader
from minilens.measure.funnels.outcome import outcomes
from minilens.measure.prepared import AsOf
from tests.measure.funnels.asking import CART, LATE, VIEW, funnel, happened
from tests.pipeline import LATER, House


@pytest.mark.parametrize("groups", [(), (DIMENSIONS["city"],)])
def test_it_ends_within_a_slice(new_app: Callable[..., House], groups: tuple[Any, ...]) -> None:
    """Whether rows come as numbers or as columns."""
    house = new_app()
    house.load(happened(". ".join(f"P{n}: v0 c5" for n in range(60))))
    house.build()
    query = funnel(house, VIEW, CART, groups=groups, grouped=len(groups))
    executor = QueryExecutor(house.pipeline.engine)
    looked: list[int] = []
    page = Asker()

    def gone(*given: Any) -> Any:
        looked.append(1)
        executor.stop(page)
        return outcomes(*given)

    token = ASKER.set(page)
    try:
        with (
            patch.object(packed, "LONG", 2), patch.object(reader, "LONG", 2), patch.object(reader, "outcomes", gone),
            pytest.raises(QueryCancelled),
        ):  # fmt: skip
            executor.ask(query, AsOf(LATER, LATE, house.pipeline.loader.through))
    finally:
        ASKER.reset(token)
    assert 1 <= len(looked) < 30
