"""Payments that a server tells besides the tracker, in apps where both do: the tracker's row counts, that of the server
does not. It has no launch, so that what is asked by campaign, source or page would find its money nowhere.

Both are of one order where they name the same number, at most AROUND days apart. A row without a number always counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from minilens.measure.days.day_rows import CURRENT, LATER
from minilens.measure.events.condition_sql import Place, Values
from minilens.measure.events.operand import Property, of_property
from minilens.measure.payments.query import AROUND

#: What orders are numbered by, the first of them that an event has.
NUMBERS = ("order_id", "out_trade_no", "transaction_id")
_ARRIVAL: dict[Place, str] = {
    "actions": "arrival",
    "events": "bitShiftLeft(load, 33) + bitShiftLeft(toUInt64(record % 1048576), 13) + toUInt64(i % 8192)",
}
_WITHIN = AROUND * 86_400_000
_APP = "app = {app:UInt32} AND traffic = {traffic:String}"
#: As rows of a question begin and end, so that who reads from earlier on reads these from earlier on, too.
_DAYS = f"day BETWEEN {{start:Date}} - {AROUND} AND {{end:Date}} + {AROUND}"


def counts(place: Place, names: Sequence[str], bind: Values) -> str:
    """SQL of whether a row of these events is none that the tracker tells, too; true of rows of others."""
    named = f"name IN {bind(list(names), 'Array(String)')}"
    again = f"bitmapContains(({_again(named, bind)}), {_ARRIVAL[place]})"
    return f"NOT ({named} AND session = 0 AND seq = 0 AND {again})"


def _again(named: str, bind: Values) -> str:
    """The rows of servers whose order the tracker has, by when they arrived: one bitmap, made once a statement."""
    near = f"arrayExists(y -> abs(y - x.2) <= {_WITHIN}, seen)"
    return f"""
        SELECT groupBitmapState(came)
        FROM
        (
            SELECT arrayJoin(arrayFilter(x -> {near}, told)).1 AS came
            FROM
            (
                SELECT groupArrayIf((came, at), launch = 0) AS told, groupArrayIf(at, launch != 0) AS seen
                FROM ({_rows(named, bind)})
                WHERE key != ''
                GROUP BY key
                HAVING notEmpty(told) AND notEmpty(seen)
            )
        )"""


def _rows(named: str, bind: Values) -> str:
    places: list[tuple[Place, str]] = [("actions", f"{_APP} AND {CURRENT}")]
    places += [("events", half) for half in LATER]
    texts = [of_property(Property(one), "text", "", bind) for one in NUMBERS]
    key = ", ".join(f"nullIf({one}, '')" for one in texts)
    own = f"coalesce({key}, '') AS key, toUnixTimestamp64Milli(ts) AS at, session AS launch"
    return " UNION ALL ".join(
        f"SELECT {own}, {_ARRIVAL[place]} AS came FROM {place} WHERE {of} AND {_DAYS} AND {named}"
        for place, of in places
    )
