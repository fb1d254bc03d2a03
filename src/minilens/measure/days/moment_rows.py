"""Rows of moments, in the shape of `days`: counted from the events alone, as young as they are.

Only the days that are touched are read, and of them few columns. Sessions and who is new are known when a day
is made, so that measures of them have no answer here. `at` is the first moment of a row in milliseconds.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.measure.days.columns import Columns
from minilens.measure.days.day_rows import CURRENT
from minilens.measure.filters import where
from minilens.measure.query import Query

_OVER = "app = {app:UInt32} AND day IN {days:Array(Date)} AND traffic = {traffic:String}"
#: Moments are numbers in the parameters: their milliseconds count.
_WITHIN = """ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
                AND ts < fromUnixTimestamp64Milli({last:Int64}, 'UTC')"""
#: The number of the piece that an event lies in: the longest of which all rows of all spans are made.
_PIECE = "intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {piece:Int64})"
_AT = "{first:Int64} + r.piece * {piece:Int64}"
#: Who is new, as the days were made.
_NEW = f"""SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = 'release'
                    AND {{traffic:String}} = 'release' AND day IN {{days:Array(Date)}} AND {CURRENT}"""
#: Column of `days` → what of the events it is.
COUNTED = {
    "visits": "countIf(name = 'page_view')",
    "shares": "countIf(name = 'share')",
    "visitors": "groupBitmapStateIf({who}, name = 'page_view')",
    "sharers": "groupBitmapStateIf({who}, name = 'share')",
    "present": "groupBitmapState({who})",
}

#: Event → the columns that count it; whoever is present did anything.
_NAMED = {"page_view": ("visits", "visitors"), "share": ("shares", "sharers")}


def rows(query: Query, columns: Columns, *, moved: Moved) -> str:
    """What the events of some spans come to, by value and, where rows are moments, by piece."""
    who, _ = person_of(moved)
    given = {name: text.format(who=who) for name, text in COUNTED.items() if columns.has(name)}
    counts = "".join(f", {text} AS c_{name}" for name, text in given.items())
    values = "".join(f", {one.value('events')} AS {name}" for name, one in query.columns.items())
    names = "".join(f", {name}" for name in query.columns)
    piece = _PIECE if query.time else "toInt64(0)"
    is_new = f"(day, {who}) GLOBAL IN ({_NEW}) AS is_new"
    known = f"WITH {is_new}\n            " if query.asks_newness else ""
    return f"""
        SELECT span.1 AS n, span.2 + intDiv({_AT} - span.2, {{width:Int64}}) * {{width:Int64}} AS at{names},
            {columns.filled({name: f"c_{name}" for name in given})}
        FROM
        (
            {known}SELECT {piece} AS piece{values}{counts}
            FROM {_events(query, columns, moved=moved)}
            GROUP BY piece{names}
        ) AS r
        ARRAY JOIN {{spans:Array(Tuple(UInt8, Int64, Int64))}} AS span
        WHERE {_AT} >= span.2 AND {_AT} < span.3"""


def _events(query: Query, columns: Columns, *, moved: Moved) -> str:
    """The events that count."""
    names = [f"'{name}'" for name, given in _NAMED.items() if columns.has(*given)]
    some = f"= {names[0]}" if len(names) == 1 else f"IN ({', '.join(names)})"
    counted = f" AND name {some}" if not columns.has("present") else ""
    _, join = person_of(moved)
    return f"""events AS e{join}
            WHERE {_OVER}{counted}
                AND {_WITHIN}{where(query.filters, "events")}"""
