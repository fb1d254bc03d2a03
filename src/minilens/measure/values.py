"""What the figure of a measure is made of: sums, distinct people, ratios.

Rows have the shape of `days`, wherever they come from. How people are told apart in them, by adding up or by
bitmaps, is a matter of the rows (`measure.days.columns`) and not of the measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Column of the shape of `days` → the set of those whose rows it adds up: of whom its sum is not 0.
ROWS_OF = {
    "launches": "openers", "built_launches": "built_people", "depth": "built_people", "continued": "continued_people",
    "scanned": "scanned_people",
    "duration": "timed_visitors", "timed_launches": "timed_visitors",
    "visits": "visitors", "shares": "sharers", "new_count": "new_users",
    "page_duration": "page_timed", "timed_visits": "page_timed",
    "entries": "entry_people", "exits": "exit_people", "bounces": "bounce_people",
    "load_duration": "load_people", "timed_loads": "load_people",
}  # fmt: skip
#: Set of people → SQL of how many there are.
PeopleSql = Callable[[str], str]


@dataclass(frozen=True)
class Sum:
    """The sum of a column. `thousandth`: the column is in milliseconds, the sum in seconds."""

    column: str
    thousandth: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (self.column,)

    @property
    def people(self) -> tuple[str, ...]:
        """The sets of people that it counts."""
        return ()

    @property
    def persons(self) -> str:
        """The set of those whose rows it adds up."""
        return ROWS_OF[self.column]

    def sql(self, people: PeopleSql) -> str:
        """An aggregate over the rows."""
        return f"sum({self.column})" + (" / 1000" if self.thousandth else "")


@dataclass(frozen=True)
class People:
    """The distinct people of a set."""

    set: str

    @property
    def columns(self) -> tuple[str, ...]:
        """None: how a set is read is a matter of the rows."""
        return ()

    @property
    def people(self) -> tuple[str, ...]:
        """The sets of people that it counts."""
        return (self.set,)

    @property
    def persons(self) -> str:
        """The same set."""
        return self.set

    def sql(self, people: PeopleSql) -> str:
        """An aggregate over the rows."""
        return people(self.set)


@dataclass(frozen=True)
class Ratio:
    """One part divided by another; unknown where that is 0."""

    over: Sum | People
    under: Sum | People

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (*self.over.columns, *self.under.columns)

    @property
    def people(self) -> tuple[str, ...]:
        """The sets of people that it counts."""
        return (*self.over.people, *self.under.people)

    @property
    def persons(self) -> str:
        """The set of those that it is an average over."""
        return self.under.persons

    def sql(self, people: PeopleSql) -> str:
        """An expression over aggregates of the rows."""
        over, under = self.over.sql(people), self.under.sql(people)
        return f"if({under} = 0, NULL, {over} / {under})"


@dataclass(frozen=True)
class RunningTotal:
    """The sum of a column over a bucket and all before it. Rows have a part `n` and a `bucket`."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (self.column,)

    @property
    def people(self) -> tuple[str, ...]:
        """None: everybody has one first day."""
        return ()

    @property
    def persons(self) -> str:
        """The set of those whose rows it adds up."""
        return ROWS_OF[self.column]

    def sql(self, people: PeopleSql) -> str:
        """A window over aggregates of the rows."""
        over = "PARTITION BY n ORDER BY bucket ROWS UNBOUNDED PRECEDING"
        return f"sum(sum({self.column})) OVER ({over})"


@dataclass(frozen=True)
class NotInDays:
    """What no rows of days have: only a question of another type tells it. `of_persons`: whose rows it is made of is
    told there as well.
    """

    columns: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    persons: str = ""
    of_persons: bool = False

    def sql(self, people: PeopleSql) -> str:
        """Unknown."""
        return "NULL"


Value = Sum | People | Ratio | RunningTotal | NotInDays
