"""How a cluster answers: which statements a question asks, and what of their plans comes from other servers unmade."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from minilens.warehouse.engine import Engine
from tests.examples import at_length
from tests.measure.remembering import Remembering, remembering

#: Questions that need rows of several persons or servers beside each other, and so have a few columns of some rows
#: handed over: of refunds and the orders that they may be of; of all that somebody did behind a step; of shares; of an
#: event and the one that it is to lead to. And raw events, which are the answer themselves.
MOVED = (
    "what is taken back", "what is told twice", "revenue by rates", "what comes after a step", "shares",
    "what events lead to", "why, ", "raw events",
)  # fmt: skip
_LARGE = re.compile(r"ReadFromMergeTree \(\w+\.(events|actions)\)")
#: An inner question that the engine begins to answer where it only explains, and waits for: some ten seconds each, so
#: that such statements are looked at in the long runs alone.
_GLOBAL = re.compile(r"\bGLOBAL\b")
#: What makes few rows of many.
_FEWER = ("Aggregating", "Limit", "Distinct", "MergingAggregated")


@dataclass(frozen=True)
class Step:
    """A step of a plan, and those that it takes its rows from."""

    name: str
    below: list[Step] = field(default_factory=list)

    def every(self) -> Iterator[Step]:
        """It and all below it."""
        yield self
        for one in self.below:
            yield from one.every()


@dataclass(frozen=True)
class Statement:
    """What an engine was asked."""

    sql: str
    parameters: Mapping[str, Any]


class Watched(Remembering):
    """An engine that is asked nothing twice, and says what it was asked."""

    asked: list[Statement]

    def _once(
        self, way: str, sql: str, asked: Mapping[str, Any] | None, more: object, ask: Callable[[], Any]
    ) -> Any:  # fmt: skip
        self.asked.append(Statement(sql, asked or {}))
        return super()._once(way, sql, asked, more, ask)


def watched(engine: Engine) -> Watched:
    """The same engine, which remembers from now on."""
    made = remembering(engine)
    made.__class__ = Watched
    assert isinstance(made, Watched)
    made.asked = []
    return made


class Plans:
    """Plans of what is asked of an engine, of each statement once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: set[str] = set()

    def moved(self, asked: Watched) -> list[str]:
        """The tables of which rows were moved as they are for what was asked since the last look."""
        some = [one for one in asked.asked if at_length() or not _GLOBAL.search(one.sql)]
        new = {one.sql: one for one in some if one.sql not in self._known}
        self._known |= new.keys()
        asked.asked.clear()
        return [name for one in new.values() for name in moved(plan(self._engine, one))]


def plan(engine: Engine, asked: Statement) -> Step:
    """How a statement is answered, down to the tables of each server."""
    text = f"EXPLAIN distributed = 1 {asked.sql.lstrip()}"
    whole = Step("")
    above: list[tuple[int, Step]] = [(-1, whole)]
    for (line,) in engine.rows(text, asked.parameters):
        made = Step(str(line).strip())
        depth = len(str(line)) - len(str(line).lstrip())
        while above[-1][0] >= depth:
            above.pop()
        above[-1][1].below.append(made)
        above.append((depth, made))
    return whole


def moved(whole: Step) -> list[str]:
    """The tables of events of which other servers hand over rows as they are, once for each time."""
    found = []
    for one in whole.every():
        if one.name.startswith("ReadFromRemote"):
            found += [name for below in one.below for name in _as_they_are(below)]
    return found


def _as_they_are(step: Step) -> Iterator[str]:
    if step.name.startswith(_FEWER):
        return
    if table := _LARGE.match(step.name):
        yield table[1]
    for one in step.below[:1] if step.name.startswith(("Join", "CreatingSets")) else step.below:
        yield from _as_they_are(one)
