"""SQL of the period that a row is in."""

from __future__ import annotations

_MIDNIGHT = "transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0))"
#: Length of a period → the day, or the moment in milliseconds, that it begins with.
BEGINS = {
    "hour": f"{_MIDNIGHT} + intDiv(toUnixTimestamp64Milli(ts) - {_MIDNIGHT}, 3600000) * 3600000",
    "day": "day",
    "week": "toMonday(day)",
    "month": "toStartOfMonth(day)",
}
