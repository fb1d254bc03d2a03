"""What one person did that a funnel asks about, and whatever is near it: read once, for every way of counting it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import numpy as np

from minilens.errors import Refused
from minilens.measure.dimensions import Dimension
from minilens.measure.events.builds import Builds
from minilens.measure.events.operand import Operand, PageType, Property, Recorded
from minilens.measure.events.query import (
    NO_CONDITIONS,
    Condition,
    Conditions,
    Counted,
    EventsQuery,
)
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import ANY_NAME, Statement
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reader import days_read
from minilens.measure.funnels.reading import NOTHING
from minilens.measure.funnels.rows import Truth, Whole
from minilens.period import FIRST_DAY, Range
from minilens.warehouse.engine import Answer, Engine

#: Days around those that are read, in which what would have counted is looked for; events of one person.
AROUND, MOST = 31, 50_000
#: What columns begin with that are asked for besides.
_BESIDE = "is_"


@dataclass(frozen=True)
class Leaf:
    """A condition, and of which events: a place among those of the question, -1 for all."""

    of: int
    condition: Condition


@dataclass(frozen=True)
class Story:
    """Rows in the order of all rows, those that are alike in it by their values.

    Those of one person; where launches are counted all of a launch, whoever's they are (`person`). `day`: since 1970.
    `whole`: whether what is asked of all rows holds. `met`: bit i where the row is the i-th of the question's events,
    the excluded ones behind the steps; `named`: where it would be but for conditions. `values`: of each group of the
    question. `leaves`: every condition; `holds`: of each, where it does; `instead`: its values, None where it is not
    about one. `besides`: what else was asked of every row.
    """

    at: Whole
    place: Whole
    came: Whole
    launch: Whole
    day: Whole
    person: Whole
    event: list[str]
    page: list[str]
    whole: Truth
    met: Whole
    named: Whole
    values: tuple[list[str], ...]
    leaves: tuple[Leaf, ...]
    holds: tuple[Truth, ...]
    instead: tuple[list[str] | None, ...]
    besides: Mapping[str, Truth] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Read:
    """What is read of a person: `rows` says which events, `over` the days that count, `tail` whether what came after
    the newest build does. `every`: whatever they do; `launches`: whole launches. `before`: all that was before, too.
    `besides`: SQL of what else is asked of every row, by name."""

    rows: EventsQuery
    over: Range
    tail: bool
    every: bool = False
    launches: bool = False
    before: bool = False
    besides: Callable[[Statement], Mapping[str, str]] = lambda _: {}

    @property
    def wide(self) -> Range:
        """Days around those that count, in which what would have counted is looked for."""
        first = FIRST_DAY if self.before else self.over.start - timedelta(days=AROUND)
        return Range(first, self.over.end + timedelta(days=AROUND))


def story(engine: Engine, query: FunnelQuery, person: int, made: Answer) -> Story:
    """What that person did; Refused where that is more than can be told apart."""
    over = days_read(query)
    tail = Builds(made).tail(query.rows, over.end)
    every, launches = query.order == "strict", query.counts == "sessions"
    return told(engine, Read(query.rows, over, tail, every, launches), person, made)


def told(engine: Engine, read: Read, person: int, made: Answer) -> Story:
    """What a person did of what is read; Refused where that is more than can be told apart."""
    asked = _Asked(read.rows)
    found = _fetched(engine, read, asked, person, made)
    if found.num_rows > MOST:
        raise Refused("too_many", "person", limit=MOST)
    return asked.read(found)


class _Asked:
    """The question's events, then the same without conditions, then what is asked of all, then each condition."""

    def __init__(self, rows: EventsQuery) -> None:
        self._groups = len(rows.groups)
        self._events = len(rows.events)
        self._named = Counted("named", rows.named)
        own = [(n, one) for n, event in enumerate(rows.events) for one in event.where.flat()]
        self.leaves = tuple(
            dict.fromkeys(Leaf(*one) for one in [*((-1, one) for one in rows.where.flat()), *own])
        )
        told: list[Operand] = [
            one.condition.operand for one in self.leaves if _has_value(one.condition.operand)
        ]
        self._told = list(dict.fromkeys(told))
        wholes = [replace(self._named, where=rows.where), Counted("any", (), where=rows.where)]
        events = (
            *rows.events,
            *(replace(one, where=NO_CONDITIONS) for one in rows.events),
            *wholes,
            *(Counted("leaf", (), where=Conditions(True, (one.condition,))) for one in self.leaves),
            *(
                replace(self._named, where=Conditions(True, (one.condition,)))
                for one in self.leaves
            ),
        )
        numbered = tuple(replace(one, name=f"e{n}") for n, one in enumerate(events))
        self.rows = replace(
            rows, events=numbered, groups=(*rows.groups, *self._told), where=NO_CONDITIONS
        )

    def read(self, found: Any) -> Story:
        """From the columns of an answer."""
        groups = [found.column(f"g{n}").to_pylist() for n in range(len(self.rows.groups))]
        order = sorted(range(found.num_rows), key=_key(found, self._events, groups[: self._groups]))
        events, leaves = self._events, len(self.leaves)
        bits = [self._bit(found, n, order) for n in range(2 * events + 2 + 2 * leaves)]
        begin = 2 * events + 2
        values = [[one[n] for n in order] for one in groups]
        told = {of: values[self._groups + n] for n, of in enumerate(self._told)}

        def whole(name: str) -> Whole:
            return np.asarray(found.column(name).to_numpy(), np.int64)[order]

        return Story(
            at=whole("at"), place=whole("place"), came=whole("came"), launch=whole("session"), day=whole("day"),
            person=whole("whose"),
            event=[found.column("did")[n].as_py() for n in order],
            page=[found.column("path")[n].as_py() for n in order],
            whole=bits[2 * events] | bits[2 * events + 1],
            met=_together(bits[:events], len(order)), named=_together(bits[events : 2 * events], len(order)),
            values=tuple(values[: self._groups]), leaves=self.leaves,
            holds=tuple(bits[begin + n] | bits[begin + leaves + n] for n in range(leaves)),
            instead=tuple(told.get(one.condition.operand) for one in self.leaves),
            besides={
                name.removeprefix(_BESIDE): np.asarray(found.column(name).to_numpy(), np.bool_)[order]
                for name in found.column_names
                if name.startswith(_BESIDE)
            },
        )  # fmt: skip

    def _bit(self, found: Any, n: int, order: list[int]) -> Truth:
        return np.asarray(found.column(f"c{n}").to_numpy(), np.bool_)[order]


def _has_value(of: Operand) -> bool:
    """Whether a row has one value of it."""
    return isinstance(of, Dimension | Property | Recorded | PageType)


def _key(found: Any, events: int, groups: list[list[str]]) -> Any:
    """Sorts rows as the figures do: what their order does not tell apart by what they fit, then by their values. What
    is alike in all of it counts alike; it too has one order, by all that is known of it, wherever rows lie.
    """
    told = ("at", "place", "came", "session", "whose", "did", "path")
    at, place, came, *last = (found.column(name).to_pylist() for name in told)
    fits = [found.column(f"c{n}").to_pylist() for n in range(events)]
    others = [name for name in found.column_names if name not in told]
    last += [found.column(name).to_pylist() for name in others]

    def key(n: int) -> tuple[Any, ...]:
        kind = sum(bool(one[n]) << bit for bit, one in enumerate(fits))
        return at[n], place[n] == 0, place[n], came[n], kind, *(one[n] for one in (*groups, *last))

    return key


def _together(bits: list[Truth], count: int) -> Whole:
    found = np.zeros(count, np.int64)
    for n, one in enumerate(bits):
        found |= one.astype(np.int64) << n
    return found


def _fetched(engine: Engine, read: Read, asked: _Asked, person: int, made: Answer) -> Any:
    """Rows of more days than count, with what tells why they don't; the newest build and what came after it as for the
    figures."""
    builds, wide = Builds(made), read.wide
    moved = builds.moved(read.rows, engine.one, tail=read.tail)
    every = read.every or not all(one.events for one in read.rows.events)
    own = ("name AS did", "page AS path")
    named = "name IN {names:Array(String)}"
    statement = Statement(
        asked.rows, moved, read.tail, {place: (*some, *own) for place, some in BESIDES.items()},
        f"({named} OR {ANY_NAME})" if every else named,
    )  # fmt: skip
    rows = statement.table()  # with its values
    besides = read.besides(statement)
    values = builds.bound(read.rows, wide.start, wide.end) | statement.bound.values
    whose = f"person = {int(person)}"
    if read.launches:
        # Asked for first: nested in the other question, nodes would look for these among their own rows alone.
        some = f"SELECT DISTINCT launch FROM {rows} WHERE {whose} AND launch != 0"
        values["launches"] = engine.arrow(some, values).column("launch").to_pylist()
        whose = f"({whose} OR launch IN {{launches:Array(UInt64)}})"
    return engine.arrow_of_each(_text(asked, rows, whose, besides), values)


def _text(asked: _Asked, rows: str, whose: str, besides: Mapping[str, str]) -> str:
    """SQL of those of the rows of which a condition holds."""
    marks = ", ".join(f"c{n}" for n in range(len(asked.rows.events)))
    groups = "".join(f", toString(g{n}) AS g{n}" for n in range(len(asked.rows.groups)))
    groups += "".join(f", toUInt8({one}) AS {_BESIDE}{name}" for name, one in besides.items())
    return f"""
SELECT toInt64(person) AS whose, at, place, came, toInt64(launch) AS session, toInt64(toUInt16(on)) AS day,
    toString(did) AS did, toString(path) AS path, {marks}{groups}
FROM
{rows}
WHERE {whose}
LIMIT {MOST + 1}
"""


def shown(value: str) -> str | None:
    """A value of a row; None where it has none."""
    return None if value == NOTHING else value
