"""The one order of rows of funnels, paths and conversions: time, then sequence in the session, then arrival."""

from __future__ import annotations

from minilens.measure.events.condition_sql import Place

#: A row of no session comes after those of one, in the order in which such rows came.
_ARRIVAL = (
    "bitShiftLeft(load, 33) + bitShiftLeft(toUInt64(record % 1048576), 13) + toUInt64(i % 8192)"
)
_ALWAYS = ("toUnixTimestamp64Milli(ts) AS at", "session AS launch", "day AS on")
#: Columns that rows need for it.
BESIDES: dict[Place, tuple[str, ...]] = {
    "actions": (*_ALWAYS, "seq AS place", "arrival AS came"),
    "events": (*_ALWAYS, "toUInt16(least(seq, 65535)) AS place", f"if(seq = 0, {_ARRIVAL}, 0) AS came"),
}  # fmt: skip
#: Of the rows of a person.
ORDER = "at, place = 0, place, came, launch"
