"""From a question to SQL. The same text for the embedded engine, a server and a cluster.

Days are read as they were made (`days`), in the builds that held when the question was asked (`build <=
last`). Of the newest day, and of any after it, what came after its build is read from the events
themselves (`tail`), so that a figure is seconds old however long a day takes to make. Durations are as of
the build: half a session has no duration.
"""

from __future__ import annotations

import re

from minilens.identity.persons import HAS_MOVED, MOVED
from minilens.measure.query import Query
from minilens.measure.vocabulary import measure

BUCKETS = {
    "day": "day",
    "week": "if(day = toDate(0), day, toMonday(day))",
    "month": "toStartOfMonth(day)",
}

_LATER = """app = {app:UInt32} AND day >= {newest:Date} AND (day > {newest:Date} OR load > {through:UInt64})
                    AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')"""

#: What the question stands on: of each day the build that holds, and up to which load it was made.
BUILDS = """
SELECT day, max(builds.build) AS build, argMax(through, builds.build) AS through
FROM builds
WHERE app = {app:UInt32}
GROUP BY day
ORDER BY day
"""

#: Whether anything came after the newest build, and whether any actor has moved to another person.
MORE = f"""
SELECT
    (SELECT count() FROM (SELECT 1 FROM events WHERE {_LATER} LIMIT 1)) AS more,
    ({HAS_MOVED}) AS moved
"""

_CURRENT = "(day, build) IN {current:Array(Tuple(Date, UInt64))}"

_DAYS = "app = {app:UInt32} AND dimension = '' AND traffic = {traffic:String}"


#: One row a person, session and day; `opened_before` is the last earlier day on which the tail saw the
#: session open, and `seen` the first on which it saw the person.
def _tail(*, moved: bool) -> str:
    person = "if(m.person != 0, m.person, e.person)" if moved else "e.person"
    join = f"GLOBAL LEFT ANY JOIN ({MOVED}) AS m ON e.actor = m.actor" if moved else ""
    return f"""
        SELECT *,
            maxIf(day, opened) OVER (PARTITION BY person, session ORDER BY day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened_before,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, session, {person} AS person, countIf(name != 'share') > 0 AS opened,
                countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
            FROM
            (
                SELECT day, name, session, actor, person
                FROM events
                WHERE {_LATER}
            ) AS e
            {join}
            GROUP BY day, session, person
        )"""


_KNOWN_SESSIONS = f"""
            SELECT person, session FROM sessions
            WHERE app = {{app:UInt32}} AND day >= {{newest:Date}} - 1 AND traffic = {{traffic:String}}
            AND {_CURRENT}"""


def _known_persons(*, moved: bool) -> str:
    """Who visited before: the build under way may have written first visits that do not hold yet."""
    or_moved = f" OR person GLOBAL IN (SELECT person FROM ({MOVED}))" if moved else ""
    return f"""
            SELECT person FROM persons
            WHERE app = {{app:UInt32}} AND (first_day < {{newest:Date}} OR version <= {{last:UInt64}})
                AND (person GLOBAL IN (SELECT person FROM events WHERE {_LATER}){or_moved})"""


#: A session that is silent for a whole day begins anew.
_IS_LAUNCH = f"""opened AND session != 0 AND opened_before + 1 < day AND (day > {{newest:Date}} + 1
            OR (person, session) GLOBAL NOT IN
            ({_KNOWN_SESSIONS}
            ))"""

#: The ranges asked for are numbered parts: what is shown, and what it is compared with.
_PARTS = "ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part"

_ROWS = f"""
        SELECT part.1 AS n, day, launches, visits, shares, duration, timed_launches, {{people}}, new_count
        FROM days {_PARTS}
        WHERE {_DAYS} AND day BETWEEN {{start:Date}} AND {{end:Date}} AND day BETWEEN part.2 AND part.3
            AND {_CURRENT}"""

#: People whose first visit lies before a part, in a bucket of their own before all others: every person
#: has exactly one first day, so totals are running sums.
_BEFORE_ROWS = f"""
        UNION ALL
        SELECT part.1, toDate(0), 0, 0, 0, 0, 0, {{nobody}}, toUInt32(sum(new_count))
        FROM days {_PARTS}
        WHERE {_DAYS} AND day < part.2 AND {_CURRENT}
        GROUP BY part.1"""


def _tail_rows(*, moved: bool) -> str:
    """What came after the newest build, in the shape of `days`."""
    return f"""
        UNION ALL
        SELECT part.1, if(day < part.2, toDate(0), day) AS at, toUInt64(countIf({_IS_LAUNCH})), sum(views),
            sum(sent), 0, 0, groupBitmapStateIf(person, views > 0), groupBitmapStateIf(person, sent > 0),
            groupBitmapStateIf(person, 0), toUInt32(uniqExactIf(person, views > 0 AND day = seen
                AND {{traffic:String}} = 'release' AND person GLOBAL NOT IN
            ({_known_persons(moved=moved)}
            )))
        FROM ({_tail(moved=moved)}
        ) {_PARTS}
        WHERE day <= part.3
        GROUP BY part.1, at"""


#: Days that are over and lie in a bucket each need no bitmaps: their people are counted already.
_COUNTED = ("visitors_count, sharers_count, timed_visitors_count", "0, 0, 0", r"sum(\1_count)")
_MERGED = (
    "visitors, sharers, timed_visitors",
    ", ".join(["groupBitmapStateIf(toUInt32(0), 0)"] * 3),
    r"groupBitmapMerge(\1)",
)


def trend(query: Query, *, tail: bool, moved: bool = False) -> str:
    """SQL of the measures by part and bucket.

    Rows: part, bucket (1970-01-01 for what lies before the part), then each measure as asked.
    """
    people, nobody, distinct = _MERGED if tail or query.grain != "day" else _COUNTED
    rows = _ROWS.replace("{people}", people) + _BEFORE_ROWS.replace("{nobody}", nobody)
    columns = ",\n    ".join(
        re.sub(r"people\((\w+)\)", distinct, measure(name).sql) + f" AS m_{name}"
        for name in query.measures
    )
    return f"""
SELECT
    n,
    {BUCKETS[query.grain]} AS bucket,
    {columns}
FROM
    ({rows}{_tail_rows(moved=moved) if tail else ""}
    )
GROUP BY n, bucket
ORDER BY n, bucket
"""
