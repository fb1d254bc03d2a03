"""From a question to SQL. The same text for the embedded engine, a server and a cluster.

Days are read as they were made (`days`), in the builds that held when the question was asked (`build <=
last`). Of the newest day, and of any after it, what came after its build is read from the events
themselves (`tail`), so that a figure is seconds old however long a day takes to make. Durations are as of
the build: half a session has no duration.
"""

from __future__ import annotations

from minilens.identity.persons import MOVED
from minilens.measure.query import Query
from minilens.measure.vocabulary import measure

BUCKETS = {"day": "day", "week": "toMonday(day)", "month": "toStartOfMonth(day)"}

#: What the question stands on: the last build, the newest day made, and up to which load it was made.
SNAPSHOT = """
SELECT max(build) AS last, max(day) AS newest, argMax(through, (day, build)) AS through
FROM builds
WHERE app = {app:UInt32}
"""

_CURRENT = """(day, build) GLOBAL IN
            (
                SELECT day, max(build) FROM builds
                WHERE app = {app:UInt32} AND build <= {last:UInt64} GROUP BY day
            )"""

_TAIL = f"""
    tail AS
    (
        SELECT e.day AS day, e.name AS name, e.session AS session, if(m.person != 0, m.person, e.person) AS person
        FROM
        (
            SELECT day, name, session, actor, person
            FROM events
            WHERE app = {{app:UInt32}} AND day >= {{newest:Date}} AND (day > {{newest:Date}} OR load > {{through:UInt64}})
                AND traffic = {{traffic:String}} AND name IN ('page_view', 'app_launch', 'app_show', 'share')
        ) AS e
        GLOBAL LEFT ANY JOIN ({MOVED}) AS m ON e.actor = m.actor
    ),
    begun AS
    (
        SELECT person, session, min(day) AS day
        FROM tail
        WHERE session != 0 AND name != 'share' AND (person, session) GLOBAL NOT IN
        (
            SELECT person, session FROM sessions
            WHERE app = {{app:UInt32}} AND day >= {{newest:Date}} - 1 AND traffic = {{traffic:String}}
            AND {_CURRENT}
        )
        GROUP BY person, session
    ),
    first AS
    (
        SELECT person, min(day) AS day
        FROM tail
        WHERE name = 'page_view' AND {{traffic:String}} = 'release' AND person GLOBAL NOT IN
        (
            SELECT person FROM persons
            WHERE app = {{app:UInt32}} AND person GLOBAL IN (SELECT person FROM tail)
                AND (first_day < {{newest:Date}} OR version <= {{last:UInt64}})
        )
        GROUP BY person
    )"""

_ROWS = f"""
        SELECT day, launches, visits, shares, duration, timed_launches, visitors, sharers, timed_visitors, new_count
        FROM days
        WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = {{traffic:String}}
            AND day BETWEEN {{start:Date}} AND {{end:Date}} AND {_CURRENT}"""

_TAIL_ROWS = """
        UNION ALL
        SELECT day, 0, toUInt64(countIf(name = 'page_view')), toUInt64(countIf(name = 'share')), 0, 0,
            groupBitmapStateIf(person, name = 'page_view'), groupBitmapStateIf(person, name = 'share'),
            groupBitmapStateIf(person, 0), toUInt32(0)
        FROM tail WHERE day BETWEEN {start:Date} AND {end:Date} GROUP BY day
        UNION ALL
        SELECT day, toUInt64(count()), 0, 0, 0, 0, groupBitmapStateIf(person, 0), groupBitmapStateIf(person, 0),
            groupBitmapStateIf(person, 0), toUInt32(0)
        FROM begun WHERE day BETWEEN {start:Date} AND {end:Date} GROUP BY day
        UNION ALL
        SELECT day, 0, 0, 0, 0, 0, groupBitmapStateIf(person, 0), groupBitmapStateIf(person, 0),
            groupBitmapStateIf(person, 0), toUInt32(count())
        FROM first WHERE day BETWEEN {start:Date} AND {end:Date} GROUP BY day"""

#: People before the range began: every person has exactly one first day.
BEFORE = f"""
SELECT sum(new_count) FROM days
WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = {{traffic:String}} AND day < {{start:Date}}
    AND {_CURRENT}
"""

BEFORE_TAIL = f"""
WITH {_TAIL}
SELECT count() FROM first WHERE day < {{start:Date}}
"""


def trend(query: Query, *, tail: bool) -> str:
    """SQL of the measures by bucket. Rows: bucket, then each measure in the order asked."""
    columns = ",\n    ".join(f"{measure(name).sql} AS m_{name}" for name in query.measures)
    return f"""{"WITH" + _TAIL if tail else ""}
SELECT
    {BUCKETS[query.grain]} AS bucket,
    {columns}
FROM
    ({_ROWS}{_TAIL_ROWS if tail else ""}
    )
GROUP BY bucket
ORDER BY bucket
"""
