"""What a question had answered before it failed is nobody's: the next one on the connection has its own answer."""

from __future__ import annotations

import pytest

from minilens.errors import EngineFailed
from minilens.warehouse.engine import Engine
from tests.pipeline import House

#: Each fails when part of the answer may have been written.
FAILING = (
    "SELECT number, throwIf(number = 100000, 'x') FROM numbers(1000000)",
    "SELECT sum(throwIf(number = 100000, 'x')) FROM numbers(1000000)",
    "SELECT number % 3 AS k, sum(throwIf(number = 100000, 'x')) FROM numbers(1000000) GROUP BY k ORDER BY k",
)


@pytest.mark.parametrize("failing", FAILING)
def test_the_next_question_has_its_own_answer(house: House, failing: str) -> None:
    engine: Engine = house.pipeline.engine
    for ask in (engine.query, engine.rows, engine.run, engine.native):
        with pytest.raises(EngineFailed):
            ask(failing)
        assert engine.query("SELECT 7 AS a").rows == [[7]]
        with pytest.raises(EngineFailed):
            ask(failing)
        assert engine.raw("SELECT 7 AS a", None, "CSV") == b"7\n"
        with pytest.raises(EngineFailed):
            ask(failing)
        assert engine.rows("SELECT 7 AS a") == [(7,)]
