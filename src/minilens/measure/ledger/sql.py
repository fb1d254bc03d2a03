"""SQL of the ledger, of the quarantine, and of when events came. All of it is of what is loaded, not of the spool."""

from __future__ import annotations

from minilens.measure.ledger.query import Apart

#: Hours received between two moments (seconds since 1970).
_WITHIN = (
    "app = {app:UInt32} AND hour >= toDateTime({start:UInt32}, 'UTC') "
    "AND hour < toDateTime({end:UInt32}, 'UTC')"
)
#: The sums of the ledger, by the names of their measures.
_SUMS = (
    "sum(received) AS received_events, sum(loaded) AS counted_events, sum(duplicate) AS duplicate_events, "
    "sum(quarantined) AS quarantined_events, sum(refused) AS refused_events, sum(lost) AS lost_events"
)

#: By hour of receipt (seconds since 1970): what came in and what became of it.
RECEIPTS = f"""
SELECT toUnixTimestamp(hour) AS at, {_SUMS}
FROM ledger
WHERE {_WITHIN}
GROUP BY at
ORDER BY at
"""

_DAYS = "app = {app:UInt32} AND day BETWEEN {first:Date} AND {last:Date}"
_LATE = "countIf(received > ts + INTERVAL 10 MINUTE) AS late, countIf(received > ts + INTERVAL 1 DAY) AS day_late"
#: Days as they were made, whatever the traffic.
_MADE = f"FROM days WHERE {_DAYS} AND (day, build) IN {{current:Array(Tuple(Date, UInt64))}}"
#: What came after the newest build: only the first half can be found without reading the day.
_HALVES = (
    f"{_DAYS} AND day = {{newest:Date}} AND load > {{through:UInt64}}",
    f"{_DAYS} AND day > {{newest:Date}}",
)


def _arrived(dimension: str, value: str, counts: str = "") -> str:
    """Days and values of events by how they arrived, as builds counted them and those that came since; `counts`: of
    these alone.
    """
    later = "".join(
        f"""
    UNION ALL
    SELECT day, toString({value}) AS value, count() AS sent, {_LATE} FROM events
    WHERE {half}{counts} GROUP BY day, value"""
        for half in _HALVES
    )
    return f"""
(
    SELECT day, value, sent, late, day_late {_MADE} AND dimension = '{dimension}'{later}
)"""


#: Events that were sent as they happened, by their own day. What is imported is old by nature.
_OF_TRACKERS = _arrived("tracker", "lib", " AND via != 'import'")
_NAMED = _arrived("event", "name", " AND via = 'tracker' AND kind = 'track'")
_DELAYS = "sum(sent) AS sent_events, sum(late) AS late_events, sum(day_late) AS day_late_events"
DELAYS = f"""
SELECT day, {_DELAYS} FROM {_OF_TRACKERS}
GROUP BY day
ORDER BY day
"""

#: Refused events and those in quarantine; by the hour of receipt, as in the ledger: the two must agree where a day of
#: the app begins within an hour of UTC.
_REASONS = f"""
    SELECT why AS value, 0 AS quarantined, toUInt64(n) AS refused
    FROM (SELECT app, hour, reasons FROM ledger)
    ARRAY JOIN mapKeys(reasons) AS why, mapValues(reasons) AS n
    WHERE {_WITHIN}
    UNION ALL"""
_IN_QUARANTINE = (
    "app = {app:UInt32} AND toStartOfHour(at) >= toDateTime({start:UInt32}, 'UTC') "
    "AND toStartOfHour(at) < toDateTime({end:UInt32}, 'UTC')"
)


def _not_counted(column: str, refused: str = "") -> str:
    return f"""
SELECT toString(value) AS value, sum(quarantined) AS quarantined_events, sum(refused) AS refused_events
FROM
({refused}
    SELECT {column} AS value, 1 AS quarantined, toUInt64(0) AS refused FROM quarantine WHERE {_IN_QUARANTINE}
)
GROUP BY value
"""


#: Days made again for another reason than new columns, after they were closed: what was imported long after is made for
#: the first time then, also in several builds (`first`). What they were before is no longer known: how many of their
#: events came since they closed is.
_CLOSED = "transform({day}, {{days:Array(Date)}}, {{closed:Array(UInt32)}}, 0)"
_RESTATED = f"""
SELECT toString(made.day) AS value, day_events, added_events,
    last_built - {_CLOSED.format(day="made.day")} + {{after:UInt32}} AS restated_after,
    arrayStringConcat(arrayDistinct(arrayFlatten(arrayMap(one -> splitByString(', ', one.2),
        arrayFilter(one -> one.1 != first_build, since_closed)))), ', ') AS causes
FROM
(
    SELECT day, argMax(cause, build) AS built_for, toUnixTimestamp(argMax(at, build)) AS last_built,
        min(build) AS first_build,
        groupArrayIf((build, toString(cause)), toUnixTimestamp(at) >= {_CLOSED.format(day="day")}) AS since_closed
    FROM builds
    WHERE app = {{app:UInt32}} AND day BETWEEN {{first:Date}} AND {{last:Date}}
    GROUP BY day
    HAVING count() > 1
) AS made
GLOBAL LEFT ANY JOIN
(
    SELECT day, sum(sent) AS day_events,
        sumIf(sent, toUInt32OrZero(value) >= {_CLOSED.format(day="day")}) AS added_events
    FROM {_arrived("received", "toUnixTimestamp(received)")}
    GROUP BY day
) AS held ON made.day = held.day
WHERE built_for != 'columns' AND NOT has(splitByString(', ', toString(built_for)), 'first')
    AND last_built >= {_CLOSED.format(day="made.day")}
"""

#: Rows: value, then sums under the names of their measures.
LISTS: dict[Apart, str] = {
    "reason": _not_counted("reason", _REASONS),
    "event": _not_counted("name"),
    "key": f"SELECT concat(via, if(key = 0, '', concat(':', toString(key)))) AS value, {_SUMS} "
    f"FROM ledger WHERE {_WITHIN} GROUP BY value",
    "tracker": f"SELECT value, {_DELAYS} FROM {_OF_TRACKERS} GROUP BY value",
    "undeclared": f"SELECT value, {_DELAYS} FROM {_NAMED} WHERE value NOT IN {{declared:Array(String)}} GROUP BY value",
    "restated": _RESTATED,
}  # fmt: skip

#: The newest of each reason, how many have their reason and name, and only then what they hold: that is long.
SAMPLES = f"""
SELECT reason, name, toUnixTimestamp64Milli(at) AS moment, detail, line, alike.n AS quarantined_events
FROM quarantine
GLOBAL LEFT ANY JOIN
(
    SELECT reason, name, count() AS n FROM quarantine WHERE {_IN_QUARANTINE} GROUP BY reason, name
) AS alike USING (reason, name)
WHERE {_IN_QUARANTINE} AND (segment, record, i) GLOBAL IN
(
    SELECT segment, record, i FROM quarantine WHERE {_IN_QUARANTINE}
    ORDER BY at DESC, segment DESC, record DESC, i DESC
    LIMIT {{most:UInt8}} BY reason
)
ORDER BY reason, at DESC, segment DESC, record DESC, i DESC
"""
