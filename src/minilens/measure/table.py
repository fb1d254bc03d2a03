"""The one thing that passes from measuring to rendering: a table of numbers with its labels.

Every form of a report (card, chart, JSON, CSV, text) is made from the same `Table`, so that no two of
them can show different figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from minilens.text import NOTHING, Language, Text

#: A moment is a datetime, which is a date as well.
Cell = int | float | str | date | None
Unit = Literal["count", "seconds", "ratio", "depth", "number", "day", "moment", "text"]
#: What it means that a figure rises.
Rise = Literal["better", "worse", "neither"]
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Advice:
    """What to do about something, and where: `to` is an address of the app (settings/tracker) or of the guide
    (guide/errors), `link` what that is called.
    """

    text: Text
    link: Text
    to: str


@dataclass(frozen=True)
class Column:
    """A column. `definition` says in one sentence how it counts; empty for dimensions.

    `shown`: a value of a dimension as people of a language read it; None where it is read as it stands. `advice`: what
    to do about a value. `called`: what files have beside the values: names that the app itself gave to them, or what
    `called_title` says. `has_persons`: persons stand behind its cells.
    """

    name: str
    title: Text
    unit: Unit
    definition: Text = NOTHING
    rise_is: Rise = "neither"
    shown: Callable[[str, Language], str] | None = None
    advice: Mapping[str, Advice] = field(default_factory=dict, hash=False)
    called: Mapping[str, Text] = field(default_factory=dict, hash=False)
    called_title: Text = NOTHING
    has_persons: bool = False


@dataclass(frozen=True)
class Cost:
    """What the answer cost: rows and bytes read by the engine, wall milliseconds."""

    rows: int
    bytes: int
    milliseconds: float
    cached: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns. None is "unknown" (shown as –), which is not 0.

    `compared` has the rows of the other range, aligned by position (shorter or longer where the ranges
    are); empty where nothing is compared. `as_of` is the moment up to which events are counted.
    `running` tells that a row, the last that is known, is a period not over yet; `same_hours` that of the
    other range only the same hours count.

    Where rows are values of a field, `total_rows` is how many there are in all, `totals` what all of them come to
    (people once), `other` what those not shown do, `unknown` what has no value; compared rows are of the same values.
    `told` is what has one by the profile of the person, `looked_up` by the address, where both may tell.

    Where rows are the hours of one day, `totals` is that day, `compared_total` the other one: of it alone
    `same_hours` then speaks, its rows are whole hours.

    `keys`: so many columns, the first ones, tell rows apart; the others are measures. `today`: the app's day,
    where rows speak of days to come.

    `held`: where rows are weeks or months, how many days of each are in the range, and how many it has.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    start: date
    end: date
    as_of: datetime
    cost: Cost
    compared: tuple[Row, ...] = ()
    compared_start: date | None = None
    compared_end: date | None = None
    running: bool = False
    same_hours: bool = False
    total_rows: int = 0
    totals: Row | None = None
    other: Row | None = None
    notes: tuple[Text, ...] = field(default=())
    held: tuple[tuple[int, int], ...] = ()
    compared_total: Row | None = None
    keys: int = 1
    today: date | None = None
    unknown: Row | None = None
    told: Row | None = None
    looked_up: Row | None = None

    @property
    def by_hour(self) -> bool:
        """Rows are the hours of days."""
        return self.columns[0].unit == "moment" and not isinstance(self.start, datetime)

    @property
    def cut(self) -> dict[int, tuple[int, int]]:
        """Row → how many of its days are in the range, and how many it has: where those are fewer."""
        return {n: days for n, days in enumerate(self.held) if days[0] < days[1]}

    @property
    def cut_periods(self) -> dict[Cell, tuple[int, int]]:
        """The same by the period, which stands behind whatever else tells rows apart."""
        return {self.rows[n][max(self.keys, 1) - 1]: days for n, days in self.cut.items()}

    @property
    def current_row(self) -> int:
        """Place of the row of the period that is not over; -1 where none is. Rows behind it are still to come."""
        if not self.running:
            return -1
        known = (n for n, row in enumerate(self.rows) if any(cell is not None for cell in row[1:]))
        return max(known, default=-1)

    def comparable(self, n: int) -> bool:
        """Whether a row may be held against the other one: an hour that is running stands beside a whole one."""
        return n != self.current_row or self.columns[0].unit != "moment"

    def column(self, name: str) -> list[Cell]:
        """All cells of one column, top to bottom."""
        at = [c.name for c in self.columns].index(name)
        return [row[at] for row in self.rows]
