"""SQL of the rows of a funnel, in the one order of all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.identity.moves import Moved
from minilens.measure.events.kept import is_kept
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import ANY_NAME, Statement
from minilens.measure.funnels.packed import MORE, TIE, Packing
from minilens.measure.funnels.query import FunnelQuery

#: Whether an attempt may begin with a row.
_ENTERS = "on BETWEEN {entries_start:Date} AND {entries_end:Date}"


def statement(
    query: FunnelQuery, moved: Moved, *, tail: bool | Literal["alone"], kept: bool = False
) -> Statement:
    """What the rows are read by: those that are none of the steps count between those of a strict funnel alone. A step
    without an event is whatever people do. `kept`: rows as they are kept, or beside such; these have marks alone."""
    named = "name IN {names:Array(String)}"
    strict = query.order == "strict"
    every = strict or not all(one.events for one in query.rows.events)
    return Statement(
        query.rows, moved, tail, besides=BESIDES, named=f"({named} OR {ANY_NAME})" if every else named,
        only=not strict, marks="alone" if kept else True,
    )  # fmt: skip


@dataclass(frozen=True)
class Some:
    """Which rows are read of all: those that SQL says, or where there are more than `most` (0: no limit), one more."""

    where: str = ""
    most: int = 0

    @property
    def limit(self) -> str:
        """For the end of a statement."""
        return f"\nLIMIT {self.most + 1}" if self.most else ""


EVERY = Some()
#: Bits of moments and places in rows as they are kept; the person has the rest.
KEPT_TIME, KEPT_PLACE, _KEPT_PERSON = 29, 4, 28
_DAY = 86_400_000


def kept_since(day: int) -> int:
    """The millisecond that moments of a day (since 1970) are counted from where its rows are kept: before the day
    begins in any zone, and events of another zone's day with it."""
    return (day - 2) * _DAY


def by_day(made: Statement, some: Some, groups: int = 0) -> str:
    """Rows as they are kept, with their day (since 1970), the place of the event that they are, and so many values, in
    no order."""
    values = "".join(f", toLowCardinality(g{n}) AS g{n}" for n in range(groups))
    since = f"toUInt64(at - ((toInt64(toUInt16(on)) - 2) * {_DAY}))"
    place = f"least(toUInt16(place - 1), toUInt16({(1 << KEPT_PLACE) - 1}))"
    key = f"bitOr(bitShiftLeft(bitOr(bitShiftLeft(toUInt64(person), {KEPT_TIME}), {since}), {KEPT_PLACE}), {place})"
    holds = f"person < {1 << _KEPT_PERSON} AND {since} < {1 << KEPT_TIME}"
    return f"""
SELECT toInt64(if({holds}, {key}, {MORE})) AS key, toUInt16(on) AS day,
    toUInt8(bitCount(toUInt32(marks - 1))) AS event{values}
FROM {made.table()}{some.limit}
SETTINGS output_format_arrow_low_cardinality_as_dictionary = 1"""


def packed(query: FunnelQuery, made: Statement, how: Packing, some: Some = EVERY) -> str:
    """Rows as a number each, in no order."""
    return f"SELECT {how.sql} AS key\nFROM\n{_from(made)}{_where(query, some)}\n"


def rows(query: FunnelQuery, made: Statement, how: Packing, some: Some = EVERY) -> str:
    """The same with what sorts rows that their numbers don't tell apart, owners where numbers don't say them, of
    launches also the person, and values.
    """
    beside = [f"{how.sql} AS key", f"{TIE} AS tie"]
    if how.beside:
        of_launch = query.counts == "sessions"
        beside += ["launch AS owner", "person"] if of_launch else ["person AS owner"]
    beside += [f"toLowCardinality(g{n}) AS g{n}" for n in range(len(query.rows.groups))]
    return f"""
SELECT {", ".join(beside)}
FROM
{_from(made)}{_where(query, some)}
SETTINGS output_format_arrow_low_cardinality_as_dictionary = 1
"""


def _from(made: Statement) -> str:
    return made.table(around=f"SELECT *, {_ENTERS} AS enters FROM ({{}}\n)")


def count(query: FunnelQuery, made: Statement) -> str:
    """How many rows there are."""
    return f"SELECT count() FROM {made.table()}{_where(query, EVERY)}"


def _where(query: FunnelQuery, some: Some) -> str:
    asked = ["launch != 0"] if query.counts == "sessions" else []
    asked += [some.where] if some.where else []
    if query.ever:  # before the range it only matters who had the first step
        asked.append("(on >= {entries_start:Date} OR c0)")
    return f"\nWHERE {' AND '.join(asked)}{some.limit}" if asked else some.limit


def most(query: FunnelQuery, made: Statement) -> str:
    """How many rows there are whatever conditions say of them: quick to count, as rows lie by app, name and day."""
    table = "actions" if is_kept(query.rows) else "events"
    days = "day BETWEEN {start:Date} AND {end:Date}"
    return f"SELECT count() FROM {table} WHERE app = {{app:UInt32}} AND {days} AND {made.named}"


#: About the largest number that a person of an app has.
LARGEST = (
    "SELECT person FROM persons WHERE app = {app:UInt32} ORDER BY app DESC, person DESC LIMIT 1"
)


def whose(made: Statement, step: int, part: str) -> str:
    """The persons of a part who did a step, the first being 1."""
    also = f" AND {part}" if part else ""
    return f"SELECT DISTINCT person FROM {made.table()} WHERE c{step - 1}{also}"
