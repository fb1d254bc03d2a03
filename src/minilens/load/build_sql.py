"""The SQL that gathers days of events, and says who came on them for the first time.

All of it reads events up to one load (`through`) and with each actor's present person, so that the
pieces of one build agree however many events arrive meanwhile. One build makes days of many apps: rows carry
their app, and `due` holds the pairs of app and day.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.reference.launches import CODE
from minilens.reference.origins import carried, declared, made, names

#: Days of apps that a build makes, and those around them.
DUE = (
    "app IN {apps:Array(UInt32)} AND day IN {days:Array(Date)} "
    "AND (app, day) IN {due:Array(Tuple(UInt32, Date))}"
)
_AROUND = (
    "app IN {apps:Array(UInt32)} AND day IN {days_around:Array(Date)} "
    "AND (app, day) IN {around:Array(Tuple(UInt32, Date))}"
)
IS_DUE = "(app, day) IN {due:Array(Tuple(UInt32, Date))}"
OPENS = "name IN ('page_view', 'app_launch', 'app_show')"

_CARRIED = ", ".join(carried())
_CARRIED_TYPES = ", ".join(f"{name} {type_}" for name, type_ in carried().items())

#: What the builder works on, in memory. `k` orders events that may share an instant: time, place in the
#: session, then place of arrival, packed because comparing one number is several times as fast.
BUILDING = f"""
CREATE OR REPLACE TABLE building
(
    app UInt32, day Date, ts DateTime64(3, 'UTC'), k UInt128, name LowCardinality(String), person UInt32,
    session UInt64, page LowCardinality(String), query String, duration Nullable(UInt32),
    traffic LowCardinality(String), origin UInt64, code LowCardinality(String), {_CARRIED_TYPES}
) ENGINE = Memory
"""
#: What each `origin`, a number made of all that origins are made from, stands for: one number is grouped and compared
#: several times as fast as twenty columns. Two may stand for the same.
ORIGINS = f"CREATE OR REPLACE TABLE origins (origin UInt64, {declared()}) ENGINE = Memory"
#: Who visited on these days, released version only: what "first visit" is about.
VISITED = "CREATE OR REPLACE TABLE visited (app UInt32, day Date, person UInt32) ENGINE = Memory"
#: When they had come for the first time, as far as was known; read once, because everyone's is in one table.
KNOWN = "CREATE OR REPLACE TABLE came_before (app UInt32, person UInt32, first_day Date) ENGINE = Memory"
#: Who came for the first time on these days.
NEWCOMERS = (
    "CREATE OR REPLACE TABLE newcomers (app UInt32, day Date, person UInt32) ENGINE = Memory"
)

#: What fits into 64 bits is added up there: numbers of 128 are several times as slow.
_K = """bitShiftLeft(toUInt128(toUnixTimestamp64Milli(ts)), 64) + toUInt128(
        bitShiftLeft(toUInt64(least(seq, 65535)), 48) + bitShiftLeft(toUInt64(load % 32768), 33)
        + bitShiftLeft(toUInt64(record % 1048576), 13) + toUInt64(i % 8192))"""
#: Of each column by itself first: so the engine works it out once for each value that a column has.
_ORIGIN = f"cityHash64({', '.join(f'cityHash64({name})' for name in carried())})"


_GATHERED_EVENTS = (
    "load <= {through:UInt64} "
    "AND name IN ('page_view', 'app_launch', 'app_show', 'page_leave', 'share')"
)


#: Of a build that makes days for some persons only: their events, as far as identities tell, and theirs alone.
MAY_BE_TOUCHED = "(app, actor) IN (SELECT app, actor FROM touched_actors)"


def touched(person: str) -> str:
    """SQL: of whom an event `e` is, is somebody for whom days are made again."""
    return f"(e.app, {person}) IN (SELECT app, person FROM touched)"


def gather(*, moved: Moved, partial: bool = False) -> str:
    """SQL that fills `building`: the days asked for, and of the days around what sessions need.

    Of days around little is needed: their sessions are looked at before anything else of them is read.
    """
    person, join = person_of(moved, by_app=True)
    theirs = f" AND {MAY_BE_TOUCHED}" if partial else ""
    only = f"\nWHERE {touched(person)}" if partial else ""
    read = f"day, ts, name, session, page, query, duration, traffic, {_CARRIED}"
    events = f"SELECT app, actor, person, seq, load, record, i, {read}, {CODE} AS code FROM events"
    return f"""
INSERT INTO building
(
    app, day, ts, k, name, person, session, page, query, duration, traffic, origin, code, {_CARRIED}
)
SELECT app, day, ts, {_K}, name, {person}, session, page, if(name = 'page_view', query, ''), duration,
    traffic, {_ORIGIN}, code, {_CARRIED}
FROM
(
    {events}
    WHERE {DUE} AND {_GATHERED_EVENTS}{theirs}
    UNION ALL
    {events}
    PREWHERE {_AROUND} AND (session = 0 OR session IN (SELECT session FROM events WHERE {DUE} AND session != 0{theirs}))
    WHERE {_GATHERED_EVENTS}{theirs}
) AS e
{join}{only}"""


VISITS = f"""
INSERT INTO visited (app, day, person)
SELECT DISTINCT app, day, person FROM building
WHERE {IS_DUE} AND name = 'page_view' AND traffic = 'release'
"""

#: The first row of each: a tenth of what it costs to group all of them.
GATHERED_ORIGINS = f"""
INSERT INTO origins (origin, {names()})
SELECT origin, {made()} FROM (SELECT * FROM building LIMIT 1 BY origin)
"""

#: What there is to do, and what must be found when it is done: events without a session id that open, visits, shares.
GATHERED = f"""
SELECT countIf(session = 0 AND {OPENS}), countIf(name = 'page_view' AND {IS_DUE}), countIf(name = 'share' AND {IS_DUE})
FROM building
"""

FIRST_SEEN = """
INSERT INTO came_before (app, person, first_day)
SELECT app, person, argMax(first_day, version) FROM persons
WHERE app IN {apps:Array(UInt32)} AND (app, person) IN (SELECT app, person FROM visited) GROUP BY app, person
"""
NEW_PERSONS = f"""
INSERT INTO newcomers (app, day, person)
SELECT app, min(first) AS day, person
FROM
(
    SELECT app, person, first_day AS first FROM came_before
    UNION ALL
    SELECT app, person, day AS first FROM visited
)
GROUP BY app, person
HAVING {IS_DUE}
"""
IS_NEW = "traffic = 'release' AND (app, day, person) IN (SELECT app, day, person FROM newcomers)"

#: Persons whose first visit is earlier than was known. `version` is the build.
FIRSTS = """
SELECT app, person, min(day) AS first_day, {build:UInt64} AS version, any(came_before.first_day) AS before
FROM visited
LEFT ANY JOIN came_before USING (app, person)
GROUP BY app, person
HAVING before = toDate(0) OR first_day < before
"""

_VANISHED = """
WITH gone AS
(
    SELECT app, person FROM
    (
        SELECT app, person, argMax(first_day, version) AS first_day FROM persons
        WHERE app IN {losing:Array(UInt32)} GROUP BY app, person
    )
    WHERE (app, first_day) IN {due:Array(Tuple(UInt32, Date))}
        AND (app, person, first_day) NOT IN (SELECT app, person, day FROM visited){theirs}
)
SELECT app, person, min(next) AS first_day, {build:UInt64} AS version
FROM
(
    SELECT app, person, day AS next FROM visited WHERE (app, person) IN gone
    UNION ALL
    SELECT app, arrayJoin(bitmapToArray(visitors)) AS person, day AS next FROM days
    WHERE app IN {losing:Array(UInt32)} AND dimension = '' AND traffic = 'release'
        AND (app, day) NOT IN {due:Array(Tuple(UInt32, Date))}
        AND (app, day, build) IN
            (SELECT app, day, max(build) FROM builds WHERE app IN {losing:Array(UInt32)} GROUP BY app, day)
        AND (app, person) IN gone
    UNION ALL
    SELECT app, person, toDate('2149-06-06') AS next FROM gone
)
GROUP BY app, person
"""


def vanished(*, partial: bool = False) -> str:
    """SQL of persons whose first visit is no longer there (merge, undo, erasure), with the next one that is."""
    theirs = " AND (app, person) IN (SELECT app, person FROM touched)" if partial else ""
    return _VANISHED.replace("{theirs}", theirs)


#: Events of each of these days.
COUNTED = f"SELECT app, day, count() FROM events WHERE {DUE} GROUP BY app, day"
