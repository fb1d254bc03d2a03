"""What a picture of a message shows, before it is drawn: panels one below the other, with figures and their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minilens.measure.table import Unit
from minilens.render import format
from minilens.text import Language

#: From nothing to all, as one character.
_LEVELS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Course:
    """A figure over time. `labels` name its points, None in `values` is unknown. `called`: what the line is called
    where another one stands beside it: `then`, called `then_called`. `target`: a line across. `running`: the last
    point with a value is not over yet; `end` is where it leads."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    unit: Unit
    drawn: Literal["line", "bars"] = "line"
    called: str = ""
    then: tuple[float | None, ...] = ()
    then_called: str = ""
    target: float | None = None
    target_called: str = ""
    end: float | None = None
    running: bool = False

    @property
    def last(self) -> int:
        """The place of the last value that is known; -1 where none is."""
        return max((n for n, value in enumerate(self.values) if value is not None), default=-1)


@dataclass(frozen=True)
class Rank:
    """A row: a bar as long as its value, and behind it the figure in words."""

    name: str
    value: float
    told: str


@dataclass(frozen=True)
class Ranks:
    """Bars with names: the values of a field, or the steps of a funnel, each from the one before (`steps`)."""

    title: str
    rows: tuple[Rank, ...]
    steps: bool = False


Panel = Course | Ranks


def in_characters(panels: Sequence[Panel], language: Language) -> str:
    """The same for channels without pictures, a panel a line, a row of ranks a line: 访问次数 ▁▃▆█ 1,234."""
    return "\n".join(line for one in panels for line in _lines(one, language))


def _lines(panel: Panel, language: Language) -> list[str]:
    if isinstance(panel, Ranks):
        most = max((row.value for row in panel.rows), default=0)
        return [
            f"{row.name} {_LEVELS[-1] * max(1, round(row.value / most * 10)) if most else ''} {row.told}"
            for row in panel.rows
        ]
    last = panel.values[panel.last] if panel.values else None
    return [
        f"{panel.title} {levels(panel.values)} {format.short(figure(last, panel.unit), panel.unit, language)}"
    ]


def levels(values: Sequence[float | None]) -> str:
    """▁▃▆█: from 0 to the highest; unknown is a space."""
    most = max((value for value in values if value is not None), default=0)
    return "".join(" " if value is None else _level(value, most) for value in values)


def _level(value: float, most: float) -> str:
    if most <= 0:
        return _LEVELS[0]
    return _LEVELS[min(len(_LEVELS) - 1, max(0, round(value / most * (len(_LEVELS) - 1))))]


def figure(value: float | None, unit: Unit) -> float | int | None:
    """A count without a fraction."""
    return round(value) if value is not None and unit == "count" else value
