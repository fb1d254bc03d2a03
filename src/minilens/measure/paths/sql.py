"""SQL of the rows of paths."""

from __future__ import annotations

from minilens.identity.moves import Moved
from minilens.measure.events.condition_sql import Place
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import Statement
from minilens.measure.paths.query import PathsQuery

_BESIDES: dict[Place, tuple[str, ...]] = {
    place: (*columns, "page AS path") for place, columns in BESIDES.items()
}
#: Pages come as numbers beside a list of them: there are few, and millions of rows.
_SETTINGS = "SETTINGS output_format_arrow_low_cardinality_as_dictionary = 1"


def statement(query: PathsQuery, moved: Moved, *, tail: bool) -> Statement:
    """What the rows are read by."""
    return Statement(query.rows, moved, tail, besides=_BESIDES)


def launches(made: Statement, person: int) -> str:
    """The launches that a person has rows in."""
    return f"SELECT DISTINCT launch FROM {made.table()} WHERE person = {person:d} AND launch != 0"


def rows(
    query: PathsQuery,
    made: Statement,
    *,
    of_persons: bool = False,
    person: int = 0,
    by_day: bool = False,
) -> str:
    """Owner, moment, the event (its place from 1, 0 a page), page, what decides within a millisecond; in no order.
    `of_persons`: whose each row is as well. `person`: of whom alone, or of the bound `launches`; 0 for everybody.
    `by_day`: the day as well, since 1970.

    A row that is several nodes is the first of them. `from_ms`, `to_ms` are bound.
    """
    events, several = len(query.titles), len(query.rows.events) > 1
    told = "".join(f"c{n}, {n + 1}, " for n in range(events))
    event = f"multiIf({told}0)" if several and told else str(min(1, events))
    asked = ["at BETWEEN {from_ms:Int64} AND {to_ms:Int64}"]
    if several:
        asked.append("(" + " OR ".join(f"c{n}" for n in range(len(query.rows.events))) + ")")
    if query.counts == "sessions":
        asked.append("launch != 0")
    sessions = query.counts == "sessions"
    if person:
        asked.append("launch IN {launches:Array(UInt64)}" if sessions else f"person = {person:d}")
    owner, launch = (
        ("launch", "toUInt8(0) AS of") if sessions else ("toUInt64(person)", "launch AS of")
    )
    whose = ", toInt64(person) AS person" if of_persons else ""
    whose += ", toUInt16(on) AS day" if by_day else ""
    return f"""
SELECT {owner} AS owner, at, toUInt8({event}) AS event, path, place, came, {launch}{whose}
FROM
{made.table()}
WHERE {" AND ".join(asked)}
{_SETTINGS}
"""
