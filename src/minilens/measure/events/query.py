"""A question about events, as a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from minilens.measure.events.formula import Node, names
from minilens.measure.events.operand import Operand
from minilens.measure.query import Traffic
from minilens.measure.table import Unit
from minilens.period import Grain, Range
from minilens.records.virtual_content import Filter, Meaning
from minilens.text import Text

#: What a question may have at most.
MOST_EVENTS, MOST_MEASURES, MOST_GROUPS, MOST_CONDITIONS, MOST_DEPTH = 10, 20, 5, 30, 5
#: Properties held equal, and days of a window.
MOST_HELD, MOST_DAYS = 3, 366
#: What is taken back lies so many days before at most.
DAYS_BACK = 90
#: Groups that have rows of their own, and rows in all.
MOST_TOP, MOST_ROWS = 10_000, 200_000

Aggregate = Literal[
    "total", "persons", "per_person", "distinct", "sum", "sum_per_person", "mean", "min", "max", "median",
    "p25", "p75", "p90", "p95", "p99",
]  # fmt: skip
Length = Grain | Literal["whole"]
#: What a measure of two events says: the share, or how many persons, or days of persons, it is a share of.
Counts = Literal["share", "base"]


@dataclass(frozen=True)
class Condition:
    """An operand, an operator and its values, each of the type that the operator compares."""

    operand: Operand
    operator: str
    values: tuple[str | float | int, ...] = ()


@dataclass(frozen=True)
class Conditions:
    """Of the parts all must hold, or one of them (`every` False); of no parts nothing is asked."""

    every: bool
    parts: tuple[Condition | Conditions, ...]

    def flat(self) -> Iterator[Condition]:
        """All conditions, however deep."""
        for one in self.parts:
            if isinstance(one, Condition):
                yield one
            else:
                yield from one.flat()


NO_CONDITIONS = Conditions(True, ())


@dataclass(frozen=True)
class Virtually:
    """What virtual events mean, with the virtual events that these are made of, and what those of their filters ask
    that are about a launch or a person."""

    meaning: Meaning
    others: tuple[tuple[str, Meaning], ...] = ()
    asked: tuple[tuple[Filter, Condition], ...] = ()


@dataclass(frozen=True)
class Counted:
    """An event that is counted, or several as if they were one; without any name all that people do. `where` holds for
    it alone.

    Where virtual ones are among them, `events` are those that all are made of, and `called` what was asked for.
    `takes_back`: the place of an event that these give back, as refunds do orders; see `taken_back`.
    """

    name: str
    events: tuple[str, ...]
    where: Conditions = NO_CONDITIONS
    called: tuple[str, ...] = ()
    virtual: Virtually | None = None
    takes_back: int | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """What people asked for."""
        return self.called or self.events

    @property
    def narrowed(self) -> bool:
        """Whether not every event of these names is one."""
        return bool(self.where.parts) or self.virtual is not None


@dataclass(frozen=True)
class Figure:
    """A measure of one of the events (`of` is its place): how often, how many persons, or made of a value's numbers."""

    name: str
    title: Text
    of: int
    aggregate: Aggregate
    operand: Operand | None = None


@dataclass(frozen=True)
class Formula:
    """A measure that is computed from those named in it, unknown where one of them is or nothing can be divided by."""

    name: str
    title: Text
    text: str
    node: Node
    unit: Unit = "number"


@dataclass(frozen=True)
class Conversion:
    """A measure: of the persons with one of the events, the share of those who did another of them (`to`) afterwards.

    `window`: for how many milliseconds after it, the edge included, wherever the range ends. `held`: what has the same
    value at both; an event without a value is none.
    """

    name: str
    title: Text
    of: int
    to: int
    window: int
    held: tuple[Operand, ...] = ()
    counts: Counts = "share"


@dataclass(frozen=True)
class Retained:
    """A measure: of the persons with one of the events on a day, the share of those with another of them (`to`) on the
    `after`-th day behind it, wherever the range ends.

    Of several days all are added up: a person counts once on each. Days whose `after`-th day is not over count nothing.
    """

    name: str
    title: Text
    of: int
    to: int
    after: int
    counts: Counts = "share"


#: A measure of two events.
Pair = Conversion | Retained
Measured = Figure | Formula | Pair


@dataclass(frozen=True)
class EventsQuery:
    """The measures of some events of an app over days, told apart by the values of `groups` and by a length of time.

    Of the groups the `top` by the measure `sort` over the whole range have rows, each of them every period;
    with `include_other` what all others come to. `where` holds for all events. `value_names`: what the app calls the
    values of a property that is among the groups. `until`: only what happened before that moment counts, but for what
    comes afterwards. `both_tell`: events that servers tell besides the tracker, which count once; see `told_once`.
    """

    app: int
    events: tuple[Counted, ...]
    measures: tuple[Measured, ...]
    range: Range
    grain: Length = "day"
    groups: tuple[Operand, ...] = ()
    where: Conditions = NO_CONDITIONS
    traffic: Traffic = "release"
    sort: str = ""
    ascending: bool = False
    top: int = 10
    include_other: bool = False
    timezone: str = ""
    value_names: tuple[tuple[str, tuple[tuple[str, Text], ...]], ...] = ()
    until: datetime | None = None
    both_tell: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The measures that are counted."""
        return tuple(one for one in self.measures if isinstance(one, Figure))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The measures that ask what comes afterwards."""
        return tuple(one for one in self.measures if isinstance(one, Conversion | Retained))

    @property
    def reach(self) -> int:
        """So many days behind the range rows are read, for what comes afterwards."""
        return max(map(_reach, self.pairs), default=0)

    @property
    def leading(self) -> str:
        """The measure that groups are sorted by."""
        return self.sort or self.measures[0].name

    @property
    def named(self) -> tuple[str, ...]:
        """Every event that is asked about, once; but for those that take others back, which are read apart."""
        some = (one for one in self.events if one.takes_back is None)
        return tuple(dict.fromkeys(name for one in some for name in one.events))

    @property
    def once_told(self) -> tuple[str, ...]:
        """Of what is asked about the events that both tell."""
        return tuple(one for one in self.both_tell if one in self.named)

    def conditions(self) -> Iterator[Condition]:
        """All of them, wherever they stand."""
        yield from self.where.flat()
        for one in self.events:
            yield from one.where.flat()
            yield from (each for _, each in (one.virtual.asked if one.virtual else ()))

    def operands(self) -> Iterator[Operand]:
        """All that is looked at of events."""
        yield from (one.operand for one in self.conditions())
        yield from self.groups
        yield from (one.operand for one in self.figures if one.operand)
        yield from (each for one in self.pairs if isinstance(one, Conversion) for each in one.held)

    def check(self) -> None:
        """Each name in a formula is a figure before it; a mistake of ours, not of who asks."""
        known: set[str] = set()
        for one in self.measures:
            if isinstance(one, Formula):
                assert names(one.node) <= known
            known.add(one.name)


def _reach(one: Pair) -> int:
    """So many days behind its base a measure looks."""
    return one.after if isinstance(one, Retained) else -(-one.window // 86_400_000) + 1
