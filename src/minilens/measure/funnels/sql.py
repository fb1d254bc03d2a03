"""SQL of the rows of a funnel, in the one order of all rows."""

from __future__ import annotations

from minilens.identity.moves import Moved
from minilens.measure.events.condition_sql import Place
from minilens.measure.events.sql import Statement
from minilens.measure.funnels.query import FunnelQuery
from minilens.reference.events import TECHNICAL

#: What comes between two steps of a strict funnel: visits and all that people do, not what phones report of themselves.
_DONE = f"name NOT IN {TECHNICAL}"
#: A row of no session comes after those of one, in the order in which such rows came.
_ARRIVAL = (
    "bitShiftLeft(load, 33) + bitShiftLeft(toUInt64(record % 1048576), 13) + toUInt64(i % 8192)"
)
_ALWAYS = ("toUnixTimestamp64Milli(ts) AS at", "session AS launch", "day AS on")
BESIDES: dict[Place, tuple[str, ...]] = {
    "actions": (*_ALWAYS, "seq AS place", "arrival AS came"),
    "events": (*_ALWAYS, "toUInt16(least(seq, 65535)) AS place", f"if(seq = 0, {_ARRIVAL}, 0) AS came"),
}  # fmt: skip


def statement(query: FunnelQuery, moved: Moved, *, tail: bool) -> Statement:
    """What the rows are read by."""
    named = "name IN {names:Array(String)}"
    strict = query.order == "strict"
    return Statement(
        query.rows, moved, tail, besides=BESIDES, named=f"({named} OR {_DONE})" if strict else named
    )


def rows(query: FunnelQuery, made: Statement) -> str:
    """Owner, moment, day, steps, what is excluded, values; sorted by owner and then as all rows are."""
    count, groups = query.steps, [f"g{n}" for n in range(len(query.rows.groups))]
    steps = " + ".join(f"bitShiftLeft(toUInt32(c{n}), {n})" for n in range(count))
    ends = " + ".join(f"bitShiftLeft(toUInt32(c{count + n}), {n})" for n in range(len(query.gaps)))
    owner = "launch" if query.counts == "sessions" else "toUInt64(person)"
    whose = ", toUInt64(person) AS person" if query.counts == "sessions" else ""
    asked = ["launch != 0"] if query.counts == "sessions" else []
    if query.order != "strict":
        asked.append("(" + " OR ".join(f"c{n}" for n in range(len(query.rows.events))) + ")")
    where = f"\nWHERE {' AND '.join(asked)}" if asked else ""
    values = "".join(f", {one}" for one in groups)
    return f"""
SELECT {owner} AS owner, at, toInt32(on) AS on, toUInt32({steps}) AS steps, toUInt32({ends or 0}) AS ends{whose}{values}
FROM
({made.every_row()}
){where}
ORDER BY owner, at, place = 0, place, came, launch, steps, ends
"""
