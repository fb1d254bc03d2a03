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

_LATER = """app = {app:UInt32} AND day >= {newest:Date} AND (day > {newest:Date} OR load > {through:UInt64})
                    AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')"""

#: One row a person, session and day, and the first day each has in here: a session or person that the
#: tail holds on two days begins on the first of them.
_TAIL = f"""
        SELECT *,
            minIf(day, opened) OVER (PARTITION BY person, session) AS begun,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, session, if(m.person != 0, m.person, e.person) AS person,
                countIf(name != 'share') > 0 AS opened, countIf(name = 'page_view') AS views,
                countIf(name = 'share') AS sent
            FROM
            (
                SELECT day, name, session, actor, person
                FROM events
                WHERE {_LATER}
            ) AS e
            GLOBAL LEFT ANY JOIN ({MOVED}) AS m ON e.actor = m.actor
            GROUP BY day, session, person
        )"""

_KNOWN_SESSIONS = f"""
            SELECT person, session FROM sessions
            WHERE app = {{app:UInt32}} AND day >= {{newest:Date}} - 1 AND traffic = {{traffic:String}}
            AND {_CURRENT}"""

#: Who visited before: the build under way may have written first visits that do not hold yet.
_KNOWN_PERSONS = f"""
            SELECT person FROM persons
            WHERE app = {{app:UInt32}} AND (first_day < {{newest:Date}} OR version <= {{last:UInt64}})
                AND (person GLOBAL IN (SELECT person FROM events WHERE {_LATER})
                    OR person GLOBAL IN (SELECT person FROM ({MOVED})))"""

_IS_LAUNCH = f"""opened AND session != 0 AND day = begun AND (person, session) GLOBAL NOT IN
            ({_KNOWN_SESSIONS}
            )"""
_IS_NEW = f"""views > 0 AND day = seen AND {{traffic:String}} = 'release' AND person GLOBAL NOT IN
            ({_KNOWN_PERSONS}
            )"""

_ROWS = f"""
        SELECT day, launches, visits, shares, duration, timed_launches, visitors, sharers, timed_visitors, new_count
        FROM days
        WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = {{traffic:String}}
            AND day BETWEEN {{start:Date}} AND {{end:Date}} AND {_CURRENT}"""

_TAIL_ROWS = f"""
        UNION ALL
        SELECT day, toUInt64(countIf({_IS_LAUNCH})), sum(views), sum(sent), 0, 0,
            groupBitmapStateIf(person, views > 0), groupBitmapStateIf(person, sent > 0),
            groupBitmapStateIf(person, 0), toUInt32(uniqExactIf(person, {_IS_NEW}))
        FROM ({_TAIL}
        )
        WHERE day BETWEEN {{start:Date}} AND {{end:Date}}
        GROUP BY day"""

#: People before the range began: every person has exactly one first day.
BEFORE = f"""
SELECT sum(new_count) FROM days
WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = {{traffic:String}} AND day < {{start:Date}}
    AND {_CURRENT}
"""

#: The same for people that no build knows yet.
BEFORE_TAIL = f"""
SELECT uniqExact(person) FROM ({_TAIL}
        )
WHERE day < {{start:Date}} AND {_IS_NEW}
"""

#: Whether anything came after the newest build.
HAS_TAIL = f"""
SELECT count() > 0 FROM (SELECT 1 FROM events WHERE {_LATER} LIMIT 1)
"""


def trend(query: Query, *, tail: bool) -> str:
    """SQL of the measures by bucket. Rows: bucket, then each measure in the order asked."""
    columns = ",\n    ".join(f"{measure(name).sql} AS m_{name}" for name in query.measures)
    return f"""
SELECT
    {BUCKETS[query.grain]} AS bucket,
    {columns}
FROM
    ({_ROWS}{_TAIL_ROWS if tail else ""}
    )
GROUP BY bucket
ORDER BY bucket
"""
