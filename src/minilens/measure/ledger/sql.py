"""SQL of the ledger and of the quarantine. Both have a row for what came in, none for what is in the spool."""

from __future__ import annotations

from minilens.measure.ledger.query import Apart

#: Hours received between two moments (seconds since 1970).
_WITHIN = (
    "app = {app:UInt32} AND hour >= toDateTime({start:UInt32}, 'UTC') "
    "AND hour < toDateTime({end:UInt32}, 'UTC')"
)

#: By hour of receipt (seconds since 1970): what came in and what became of it.
HOURS = f"""
SELECT toUnixTimestamp(hour) AS at, sum(received) AS received_events, sum(loaded) AS counted_events,
    sum(duplicate) AS duplicate_events, sum(quarantined) AS quarantined_events, sum(refused) AS refused_events,
    sum(lost) AS lost_events
FROM ledger
WHERE {_WITHIN}
GROUP BY at
ORDER BY at
"""

#: A row for each value, refused events and those in quarantine; by the hour of receipt, as in the ledger: the two must
#: agree where a day of the app begins within an hour of UTC.
_REASONS = f"""
    SELECT why AS value, 0 AS quarantined, toUInt64(n) AS refused
    FROM (SELECT app, hour, reasons FROM ledger)
    ARRAY JOIN mapKeys(reasons) AS why, mapValues(reasons) AS n
    WHERE {_WITHIN}
    UNION ALL"""
_QUARANTINED = """
    SELECT {column} AS value, 1 AS quarantined, toUInt64(0) AS refused
    FROM quarantine
    WHERE app = {{app:UInt32}} AND toStartOfHour(at) >= toDateTime({{start:UInt32}}, 'UTC')
        AND toStartOfHour(at) < toDateTime({{end:UInt32}}, 'UTC')"""


def values(apart: Apart) -> str:
    """SQL of the values between two moments: value, events in quarantine, events refused."""
    refused = _REASONS if apart == "reason" else ""
    column = "reason" if apart == "reason" else "name"
    return f"""
SELECT toString(value) AS value, sum(quarantined) AS quarantined_events, sum(refused) AS refused_events
FROM
({refused}{_QUARANTINED.format(column=column)}
)
GROUP BY value
"""
