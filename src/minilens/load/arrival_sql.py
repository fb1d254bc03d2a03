"""The SQL that counts how the events of days arrived, whatever becomes of them: by tracker, by name, by when."""

from __future__ import annotations

from minilens.load.build_sql import DUE

#: Dimensions of `days`: events that were sent as they happened, by tracker; those of trackers whose name may be one
#: that nobody declared; and all by the quarter of an hour in which they were received, so that it can be told in every
#: zone how many came after the day was closed.
DIMENSIONS = ("tracker", "event", "received")
#: Counted while sessions wait for page views to be written, and then added to days with all else.
ARRIVALS = """
CREATE OR REPLACE TABLE arrivals
(
    app UInt32, day Date, dimension String, value String, sent UInt64, late UInt64, day_late UInt64
) ENGINE = Memory
"""
#: Before 11:00 UTC of a day no zone has closed it, 38 hours after its midnight each has.
_SLOT = """if(received < toDateTime(day, 'UTC') + 39600, 0, least(
            toUnixTimestamp(toStartOfFifteenMinutes(received)), toUnixTimestamp(toDateTime(day, 'UTC')) + 136800))"""
COUNTED_ARRIVALS = f"""
INSERT INTO arrivals (app, day, dimension, value, sent, late, day_late)
SELECT app, day, to.1, to.2, sum(n), sum(minutes_late), sum(days_late)
FROM
(
    SELECT app, day, n, minutes_late, days_late, arrayJoin(arrayConcat([('received', toString(slot))],
        if(by_itself, [('tracker', tracker)], []), if(named, [('event', called)], []))) AS to
    FROM
    (
        SELECT app, day, via != 'import' AS by_itself, if(by_itself, lib, '') AS tracker,
            via = 'tracker' AND kind = 'track' AS named, if(named, name, '') AS called, {_SLOT} AS slot,
            count() AS n, countIf(received > ts + INTERVAL 10 MINUTE) AS minutes_late,
            countIf(received > ts + INTERVAL 1 DAY) AS days_late
        FROM events WHERE {DUE} AND load <= {{through:UInt64}}
        GROUP BY app, day, by_itself, tracker, named, called, slot
    )
)
GROUP BY app, day, to
"""
