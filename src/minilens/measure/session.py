"""One question's way to the engine, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from minilens.measure.table import Cost, Row
from minilens.warehouse.engine import Answer, Engine


@dataclass(kw_only=True)
class QuerySession:
    """Asks, and keeps every answer."""

    engine: Engine
    answers: list[Answer] = field(default_factory=list)

    def ask(self, text: str, asked: dict[str, object]) -> list[Row]:
        """Rows of a question."""
        self.answers.append(self.engine.query(text, asked))
        return [tuple(row) for row in self.answers[-1].rows]

    def cost(self) -> Cost:
        """What all of it read."""
        return cost(self.answers)


def cost(answers: Iterable[Answer]) -> Cost:
    """What some answers read together."""
    every = list(answers)
    return Cost(
        rows=sum(one.read_rows for one in every),
        bytes=sum(one.read_bytes for one in every),
        milliseconds=sum(one.milliseconds for one in every),
    )
