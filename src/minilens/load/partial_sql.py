"""The SQL of a build that makes days again for some persons only: those who became one, and whom they were before.

All that is kept of others is copied from the build that holds; of these persons it is made from their events. Days are
what they were, less what these persons came to then, and with what they come to now.
"""

from __future__ import annotations

from minilens.load import session_sql
from minilens.load.build_sql import DUE, IS_DUE
from minilens.load.day_sql import COLUMNS, PARTS, rows_of
from minilens.warehouse.sets import NOBODY, PAGE_TIMED, TIMED_VISITORS, apart

#: Whom days are made again for, and all identities that are or were theirs.
TOUCHED = "CREATE OR REPLACE TABLE touched (app UInt32, person UInt32) ENGINE = Memory"
TOUCHED_ACTORS = "CREATE OR REPLACE TABLE touched_actors (app UInt32, actor UInt64) ENGINE = Memory"
FILL_ACTORS = """
INSERT INTO touched_actors (app, actor)
SELECT DISTINCT app, actor FROM person_map
WHERE app IN {apps:Array(UInt32)} AND (app, person) IN (SELECT app, person FROM touched)
"""
IS_TOUCHED = "(app, person) IN (SELECT app, person FROM touched)"
#: What the builds wrote that hold.
HELD = f"{DUE} AND (app, day, build) IN {{held:Array(Tuple(UInt32, Date, UInt64))}}"

#: Days of which the build that holds has every event.
COMPLETE = f"""
SELECT app, day, held
FROM (SELECT app, day, max(load) AS newest FROM events WHERE {DUE} GROUP BY app, day) AS e
INNER JOIN
(
    SELECT app, day, max(build) AS held, argMax(through, build) AS until FROM builds WHERE {DUE} GROUP BY app, day
) AS b USING (app, day)
WHERE newest <= until
"""

#: Views, shares and sessions of all others.
OF_OTHERS = f"""
SELECT sum(views), sum(sent), (SELECT count() FROM sessions WHERE {HELD} AND NOT {IS_TOUCHED})
FROM day_page_views WHERE {HELD} AND NOT {IS_TOUCHED}
"""


def copied(table: str) -> str:
    """SQL that takes over what a table has of all others."""
    return f"""
INSERT INTO {table}
SELECT * REPLACE ({{build:UInt64}} AS build) FROM (SELECT * FROM {table} WHERE {HELD} AND NOT {IS_TOUCHED})"""


#: Those of the persons who were on a day, as one set: one of all of them would be looked through for each row of it.
_SETS = f"""(
        SELECT app, day, groupBitmapState(person) AS persons FROM
        (
            SELECT app, day, person FROM sessions WHERE {HELD} AND {IS_TOUCHED}
            UNION ALL SELECT app, day, person FROM day_page_views WHERE {HELD} AND {IS_TOUCHED}
        )
        GROUP BY app, day
    ) AS t USING (app, day)"""

#: Codes are in sessions; what pages were visited with is in events alone. How often is what it was.
DAY_VALUES = f"""
{session_sql.CODES}
UNION ALL
SELECT app, 'query', page, value, day, {{build:UInt64}}, traffic, 0, sum(times), 0,
    bitmapOr(groupBitmapMergeStateIf(came, NOT again), groupBitmapMergeStateIf(came, again)), {NOBODY}
FROM
(
    SELECT app, day, traffic, page, value, visits AS times, bitmapAndnot(visitors, t.persons) AS came, false AS again
    FROM (SELECT * FROM day_values WHERE {HELD} AND dimension = 'query') AS v
    LEFT ANY JOIN {_SETS}
    UNION ALL
    SELECT app, day, traffic, page, query, 0, groupBitmapState(person), true
    FROM building WHERE {IS_DUE} AND name = 'page_view'
    GROUP BY app, day, traffic, page, query
)
GROUP BY app, day, traffic, page, value
"""

_SUMS = (
    "launches", "visits", "shares", "bounces", "entries", "exits", "depth", "duration", "timed_launches",
    "page_duration", "timed_visits", "arrived", "late", "day_late",
)  # fmt: skip
_SETS_OF = ("visitors", "new_users", "sharers", "timed_visitors", "page_timed")
_KEY = "app, day, traffic, dimension, value, page"
_NEW = f"{DUE} AND build = {{build:UInt64}}"
_PASSED = ", ".join((*_SUMS, *_SETS_OF))


def _came_to(sign: int, which: str) -> str:
    """SQL of what some sessions and page views come to, by the key of `days`; `sign`: 1, or -1 for what goes."""
    return f"""
        SELECT {sign} AS sign, app, day, traffic, to.1 AS dimension, to.2 AS value, to.3 AS page, {_PASSED}
        FROM
        ({rows_of(which)}
SELECT * FROM ({PARTS}
))"""


#: Everybody who is new, by what brought them: first touches say so.
_FIRST_SCENES = f"""
        SELECT 1 AS sign, app, day, 'release' AS traffic, 'first_scene' AS dimension, toString(f.scene) AS value,
            '' AS page, {", ".join(f"0 AS {one}" for one in _SUMS)}, {NOBODY} AS visitors,
            groupBitmapState(person) AS new_users, {NOBODY} AS sharers, {NOBODY} AS timed_visitors,
            {NOBODY} AS page_timed
        FROM (SELECT DISTINCT app, day, person FROM day_page_views WHERE {_NEW} AND traffic = 'release' AND is_new) AS n
        LEFT ANY JOIN
        (
            SELECT app, person, argMax(scene, version) AS scene FROM first_touches
            WHERE app IN {{apps:Array(UInt32)}} GROUP BY app, person
        ) AS f USING (app, person)
        GROUP BY app, day, value"""
#: By how much sums change, and who is in the sets of these persons.
_CHANGE = f"""
    SELECT {_KEY},
        {", ".join(f"sum(sign * toInt64({one})) AS {one}" for one in _SUMS)},
        {", ".join(f"groupBitmapMergeStateIf({one}, sign > 0) AS {one}" for one in _SETS_OF)}
    FROM
    ({_came_to(-1, f"{HELD} AND {IS_TOUCHED}")}
        UNION ALL{_came_to(1, f"{_NEW} AND {IS_TOUCHED}")}
        UNION ALL{_FIRST_SCENES}
    )
    GROUP BY {_KEY}"""
#: Days as they are held, without these persons.
_WITHOUT = f"""
    SELECT {_KEY},
        {", ".join("sent AS arrived" if one == "arrived" else one for one in _SUMS)},
        bitmapAndnot(v.visitors, t.persons) AS visitors, bitmapAndnot(v.new_users, t.persons) AS new_users,
        bitmapAndnot(v.sharers, t.persons) AS sharers, bitmapAndnot(v.launched, t.persons) AS timed_visitors,
        bitmapAndnot(v.looked, t.persons) AS page_timed
    FROM
    (
        SELECT *, {TIMED_VISITORS} AS launched, {PAGE_TIMED} AS looked FROM days
        WHERE {HELD} AND dimension != 'first_scene'
    ) AS v
    LEFT ANY JOIN {_SETS}"""
_ADDED = ",\n        ".join(
    [f"toInt64(h.{one}) + c.{one} AS {one}" for one in _SUMS]
    + [f"bitmapOr(h.{one}, c.{one}) AS {one}" for one in _SETS_OF]
)
_ANY = " OR ".join(
    [f"{one} != 0" for one in _SUMS] + [f"bitmapCardinality({one}) > 0" for one in _SETS_OF]
)
DAYS = f"""
INSERT INTO days
({COLUMNS}
)
SELECT app, dimension, day, {{build:UInt64}}, traffic, value, page, launches, visits, shares, bounces, entries, exits,
    depth, duration, timed_launches, visitors, if(dimension = 'first_scene', {NOBODY}, new_users), sharers,
    {apart("timed_launches", "visitors", "timed_visitors")},
    toUInt32(bitmapCardinality(new_users)), toUInt32(bitmapCardinality(visitors)),
    toUInt32(bitmapCardinality(sharers)), toUInt32(bitmapCardinality(timed_visitors)), page_duration, timed_visits,
    {apart("timed_visits", "visitors", "page_timed")}, toUInt32(bitmapCardinality(page_timed)), arrived, late, day_late
FROM
(
    SELECT {_KEY},
        {_ADDED}
    FROM ({_WITHOUT}
    ) AS h
    FULL JOIN ({_CHANGE}
    ) AS c USING ({_KEY})
)
WHERE {_ANY}
"""
