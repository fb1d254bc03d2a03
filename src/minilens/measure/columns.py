"""Which columns of the shape of `days` a question needs, and how a source of rows fills them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from minilens.measure.vocabulary import measure

SUMS = (
    "launches", "visits", "shares", "bounces", "entries", "exits", "depth", "duration", "timed_launches",
    "new_count",
)  # fmt: skip
#: State → the column of `days` that has its people counted already.
STATES = {
    "visitors": "visitors_count", "sharers": "sharers_count", "timed_visitors": "timed_visitors_count",
    "new_users": "new_count",
}  # fmt: skip
NOBODY = "bitmapBuild(emptyArrayUInt32())"


@dataclass(frozen=True)
class Columns:
    """How people are counted in some rows: those of `summed` by adding numbers, others by bitmaps.

    Numbers may be added where nobody stands in two rows of a bucket.
    """

    measures: tuple[str, ...]
    summed: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns needed, in a fixed order."""
        text = " ".join(map(self.expression, self.measures))
        words = set(re.findall(r"\w+", text))
        every = dict.fromkeys((*SUMS, *STATES.values(), *STATES))
        return tuple(name for name in every if name in words)

    def expression(self, name: str) -> str:
        """A measure over rows with these columns."""
        return re.sub(r"people\((\w+)\)", self._people, measure(name).sql)

    def _people(self, found: re.Match[str]) -> str:
        state = found[1]
        return f"sum({STATES[state]})" if state in self.summed else f"groupBitmapMerge({state})"

    def filled(self, given: Mapping[str, str]) -> str:
        """SQL for a source of rows that knows some of them; the others are nothing and nobody."""
        return ", ".join(
            f"{given.get(name, NOBODY if name in STATES else '0')} AS {name}" for name in self.names
        )

    def has(self, *names: str) -> bool:
        """Whether any of them is needed."""
        return any(name in self.names for name in names)


def columns(measures: Iterable[str], summed: Iterable[str] = ()) -> Columns:
    """What these measures need."""
    return Columns(tuple(measures), frozenset(summed))
