"""The SQL that turns days of events into sessions, first visits, sums and bitmaps.

All of it reads events up to one load (`through`) and with each actor's present person, so that the
pieces of one build agree however many events arrive meanwhile. A session is followed into the natural
day after the one it began on; one that is silent for a whole day begins anew.
"""

from __future__ import annotations

from minilens.identity.persons import REASSIGNED
from minilens.reference.origins import declared, names

#: More than this between two visits without a session id makes two sessions. Exactly this does not.
GAP_MS = 30 * 60 * 1000

OPENS = "name IN ('page_view', 'app_launch', 'app_show')"

#: What the builder works on, in memory. `k` orders events that may share an instant: time, place in the
#: session, then place of arrival, packed because comparing one number is several times as fast.
BUILDING = f"""
CREATE OR REPLACE TABLE building
(
    day Date, ts DateTime64(3, 'UTC'), k UInt128, name LowCardinality(String), person UInt32, session UInt64,
    page LowCardinality(String), duration Nullable(UInt32), traffic LowCardinality(String), {declared()}
) ENGINE = Memory
"""
#: Who visited on these days, released version only: what "first visit" is about.
VISITED = "CREATE OR REPLACE TABLE visited (day Date, person UInt32) ENGINE = Memory"
#: When they had come for the first time, as far as was known; read once, because everyone's is in one table.
KNOWN = "CREATE OR REPLACE TABLE came_before (person UInt32, first_day Date) ENGINE = Memory"
#: Who came for the first time on these days.
NEWCOMERS = "CREATE OR REPLACE TABLE newcomers (day Date, person UInt32) ENGINE = Memory"

_K = """bitShiftLeft(toUInt128(toUnixTimestamp64Milli(ts)), 64) + bitShiftLeft(toUInt64(least(seq, 65535)), 48)
        + bitShiftLeft(toUInt64(load % 32768), 33) + bitShiftLeft(toUInt64(record % 1048576), 13)
        + toUInt64(i % 8192)"""


def gather(*, moved: bool) -> str:
    """SQL that fills `building`: the days asked for, and of the days around what sessions need."""
    person = "if(m.person != 0, m.person, e.person)" if moved else "e.person"
    join = f"LEFT ANY JOIN ({REASSIGNED}) AS m ON e.actor = m.actor" if moved else ""
    return f"""
INSERT INTO building (day, ts, k, name, person, session, page, duration, traffic, {names()})
SELECT day, ts, {_K}, name, {person}, session, page, duration, traffic, {names()}
FROM
(
    SELECT day, ts, name, actor, person, session, seq, page, duration, traffic, {names()}, load, record, i
    FROM events
    WHERE app = {{app:UInt32}} AND load <= {{through:UInt64}}
        AND name IN ('page_view', 'app_launch', 'app_show', 'page_leave', 'share')
        AND (day IN {{days:Array(Date)}} OR (day IN {{around:Array(Date)}} AND (session = 0 OR session IN
            (SELECT session FROM events WHERE app = {{app:UInt32}} AND day IN {{days:Array(Date)}} AND session != 0))))
) AS e
{join}"""


VISITS = """
INSERT INTO visited (day, person)
SELECT DISTINCT day, person FROM building
WHERE day IN {days:Array(Date)} AND name = 'page_view' AND traffic = 'release'
"""

#: Whether some visits bring no session id and have to be cut by the gaps between them.
HAS_GAPS = f"SELECT count() FROM (SELECT 1 FROM building WHERE session = 0 AND {OPENS} LIMIT 1)"

_BY_GAPS = f"""
    UNION ALL
    SELECT * EXCEPT (begun) REPLACE (cityHash64('gap', person, begun) AS session)
    FROM
    (
        SELECT * EXCEPT (cut), max(if(cut, toUnixTimestamp64Milli(ts), 0)) OVER
            (PARTITION BY traffic, person ORDER BY k ROWS UNBOUNDED PRECEDING) AS begun
        FROM
        (
            SELECT *, toUnixTimestamp64Milli(ts) - toUnixTimestamp64Milli(lagInFrame(ts) OVER
                (PARTITION BY traffic, person ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
                > {GAP_MS} AS cut
            FROM building WHERE session = 0 AND {OPENS}
        )
    )"""


#: What a session says on one day; that of the day after is joined on.
SPANS = f"""
CREATE OR REPLACE TABLE spans
(
    traffic LowCardinality(String), person UInt32, session UInt64, day Date, opened Bool, start DateTime64(3, 'UTC'),
    origin Tuple({declared()}),
    entry LowCardinality(String), exit LowCardinality(String), visits UInt32, pages Array(LowCardinality(String)),
    duration Nullable(UInt64)
) ENGINE = Memory
"""
#: Tables that the builder works in, in memory.
WORKED_ON = {
    "building": BUILDING, "visited": VISITED, "came_before": KNOWN, "newcomers": NEWCOMERS, "spans": SPANS,
}  # fmt: skip


def session_days(*, gaps: bool) -> str:
    """SQL that fills `spans`."""
    return f"""
INSERT INTO spans
(
    traffic, person, session, day, opened, start, origin, entry, exit, visits, pages, duration
)
SELECT traffic, person, session, day,
    countIf({OPENS}) > 0 AS opened,
    minIf(ts, {OPENS}) AS start,
    argMinIf(tuple({names()}), k, {OPENS}) AS origin,
    argMinIf(page, k, name = 'page_view') AS entry,
    argMaxIf(page, k, name = 'page_view') AS exit,
    countIf(name = 'page_view') AS visits,
    groupUniqArrayIf(page, name = 'page_view') AS pages,
    sumOrNullIf(duration, name = 'page_leave') AS duration
FROM
(
    SELECT * FROM building WHERE session != 0 AND name != 'share'{_BY_GAPS if gaps else ""}
)
GROUP BY traffic, person, session, day
"""


FIRST_SEEN = """
INSERT INTO came_before (person, first_day)
SELECT person, argMax(first_day, version) FROM persons
WHERE app = {app:UInt32} AND person IN (SELECT person FROM visited) GROUP BY person
"""
NEW_PERSONS = """
INSERT INTO newcomers (day, person)
SELECT min(first) AS first_day, person
FROM (SELECT person, first_day AS first FROM came_before UNION ALL SELECT person, day AS first FROM visited)
GROUP BY person
HAVING first_day IN {days:Array(Date)}
"""
_IS_NEW = "traffic = 'release' AND (day, person) IN (SELECT day, person FROM newcomers)"

#: Who saw what on the days asked for.
DAY_VISITS = f"""
INSERT INTO visits
(
    app, day, build, traffic, page, person, {names()}, is_new, views, sent
)
SELECT {{app:UInt32}}, day, {{build:UInt64}}, traffic, page, person, {names()}, {_IS_NEW}, views, sent
FROM
(
    SELECT day, traffic, person, page, {names()},
        countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
    FROM building WHERE day IN {{days:Array(Date)}} AND name IN ('page_view', 'share')
    GROUP BY day, traffic, person, page, {names()}
)
"""


#: The sessions that began on the days asked for: neither one that came over from the day before, nor without
#: what it did on the day after.
SESSIONS = f"""
INSERT INTO sessions
(
    app, day, build, traffic, person, session, start, {names()}, is_new, entry, exit, visits, depth, duration
)
SELECT {{app:UInt32}}, day, {{build:UInt64}}, traffic, person, session, s.start, {names(of="s.origin.")}, {_IS_NEW},
    if(s.visits > 0, s.entry, next.entry),
    if(next.visits > 0, next.exit, s.exit),
    s.visits + next.visits,
    length(if(empty(next.pages), s.pages, arrayDistinct(arrayConcat(s.pages, next.pages)))),
    if(next.duration IS NULL, s.duration, ifNull(s.duration, 0) + next.duration)
FROM (SELECT * FROM spans WHERE opened AND day IN {{days:Array(Date)}}) AS s
LEFT ANTI JOIN
(
    SELECT traffic, person, session, day + 1 AS day FROM spans WHERE opened AND spans.day + 1 IN {{days:Array(Date)}}
) AS before USING (traffic, person, session, day)
LEFT ANY JOIN
(
    SELECT * REPLACE (day - 1 AS day) FROM spans WHERE spans.day - 1 IN {{days:Array(Date)}}
) AS next USING (traffic, person, session, day)
"""


#: Persons whose first visit is earlier than was known. `version` is the build.
FIRSTS = """
SELECT {app:UInt32} AS app, person, min(day) AS first_day, {build:UInt64} AS version,
    any(came_before.first_day) AS before
FROM visited
LEFT ANY JOIN came_before USING (person)
GROUP BY person
HAVING before = toDate(0) OR first_day < before
"""

#: Persons whose first visit is no longer there (merge, undo, erasure), with the next one that is.
VANISHED = """
WITH gone AS
(
    SELECT person FROM
    (
        SELECT person, argMax(first_day, version) AS first_day FROM persons WHERE app = {app:UInt32} GROUP BY person
    )
    WHERE first_day IN {days:Array(Date)} AND (person, first_day) NOT IN (SELECT person, day FROM visited)
)
SELECT {app:UInt32} AS app, person, min(next) AS first_day, {build:UInt64} AS version
FROM
(
    SELECT person, day AS next FROM visited WHERE person IN gone
    UNION ALL
    SELECT arrayJoin(bitmapToArray(visitors)) AS person, day AS next FROM days
    WHERE app = {app:UInt32} AND dimension = '' AND traffic = 'release' AND day NOT IN {days:Array(Date)}
        AND (day, build) IN (SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day)
        AND person IN gone
    UNION ALL
    SELECT person, toDate('2149-06-06') AS next FROM gone
)
GROUP BY person
"""

#: Dimensions that days keep bitmaps for besides the page: the column, and the text of its value. Each is also kept
#: with every page: what a list of pages under one filter reads.
DIMENSIONS: tuple[tuple[str, str], ...] = (
    ("scene", "toString(scene)"),
    ("province", "province"),
    ("app_version", "app_version"),
    ("newness", "if(newness, 'new', 'returning')"),
)
_OTHER = ", ".join(f"grouping({column}) = 0, '{column}'" for column, _ in DIMENSIONS)
_VALUE = ", ".join(f"grouping({column}) = 0, {text}" for column, text in DIMENSIONS)
#: The dimension that a row was grouped by, and its value.
_GROUPED = f"multiIf({_OTHER}, '') AS other, multiIf({_VALUE}, '') AS of_other"


def _sets(*with_: str) -> str:
    """Every dimension by itself, or with the page."""
    keys = (", ".join(("day", "traffic", *with_, column)) for column, _ in DIMENSIONS)
    return f"GROUPING SETS ({', '.join(f'({key})' for key in keys)})"


def _to(*rows: str, once: str) -> str:
    """The rows of `days` that a group is part of; `once`: those it is part of whatever it was grouped by.

    Every dimension cuts a day into parts, so the day is the sum of the parts of any one: the one with the
    fewest is taken. Adding up parts is several times as fast as grouping events once more.
    """
    also = ", ".join(rows)
    return f"arrayJoin(if(other = 'newness', [{also}, {once}], [{also}])) AS to"


_DAY, _PAGE = "('', '', '')", "('page', page, '')"
_ALONE, _PAIR = "(other, of_other, '')", "(concat(other, '+page'), of_other, page)"
_NOBODY = "groupBitmapStateIf(toUInt32(0), 0)"

DAYS = f"""
INSERT INTO days
(
    app, dimension, day, build, traffic, value, page, launches, visits, shares, bounces, entries, exits, depth,
    duration, timed_launches, visitors, new_users, sharers, timed_visitors, new_count, visitors_count,
    sharers_count, timed_visitors_count
)
WITH began AS
(
    SELECT *, is_new AS newness FROM sessions
    WHERE app = {{app:UInt32}} AND day IN {{days:Array(Date)}} AND build = {{build:UInt64}}
),
seen AS
(
    SELECT *, is_new AS newness FROM visits
    WHERE app = {{app:UInt32}} AND day IN {{days:Array(Date)}} AND build = {{build:UInt64}}
),
doors AS
(
    SELECT day, traffic, d.1 AS page, scene, province, app_version, newness,
        sum(d.2 AND visits = 1) AS bounced, sum(d.2) AS entered, sum(d.3) AS left
    FROM (SELECT *, arrayJoin([(entry, 1, 0), (exit, 0, 1)]) AS d FROM began WHERE visits > 0)
    GROUP BY day, traffic, page, scene, province, app_version, newness
)
SELECT {{app:UInt32}}, to.1, day, {{build:UInt64}}, traffic, to.2, to.3,
    sum(launches), sum(visits), sum(shares), sum(bounces), sum(entries), sum(exits), sum(depth), sum(duration),
    sum(timed_launches),
    groupBitmapMergeState(visitors) AS came, groupBitmapMergeState(new_users) AS news,
    groupBitmapMergeState(sharers) AS sent, groupBitmapMergeState(timed_visitors) AS timed,
    toUInt32(finalizeAggregation(news)), toUInt32(finalizeAggregation(came)), toUInt32(finalizeAggregation(sent)),
    toUInt32(finalizeAggregation(timed))
FROM
(
    SELECT * EXCEPT (page, other, of_other), {_to(_PAIR, _ALONE, once=f"{_PAGE}, {_DAY}")}
    FROM
    (
        SELECT day, traffic, page, {_GROUPED},
            0 AS launches, sum(views) AS visits, sum(sent) AS shares, 0 AS bounces, 0 AS entries, 0 AS exits,
            0 AS depth, 0 AS duration, 0 AS timed_launches,
            groupBitmapStateIf(person, views > 0) AS visitors,
            groupBitmapStateIf(person, views > 0 AND is_new) AS new_users,
            groupBitmapStateIf(person, sent > 0) AS sharers, {_NOBODY} AS timed_visitors
        FROM seen
        GROUP BY {_sets("page")}
    )
    UNION ALL
    SELECT * EXCEPT (other, of_other), {_to(_ALONE, once=_DAY)}
    FROM
    (
        SELECT day, traffic, {_GROUPED},
            count(), 0, 0, countIf(visits = 1), 0, 0, sum(depth), sum(ifNull(duration, 0)),
            countIf(duration IS NOT NULL),
            {_NOBODY}, {_NOBODY}, {_NOBODY}, groupBitmapStateIf(person, duration IS NOT NULL)
        FROM began
        GROUP BY {_sets()}
    )
    UNION ALL
    SELECT * EXCEPT (page, other, of_other), {_to(_PAIR, once=_PAGE)}
    FROM
    (
        SELECT day, traffic, page, {_GROUPED},
            0, 0, 0, sum(bounced), sum(entered), sum(left), 0, 0, 0, {_NOBODY}, {_NOBODY}, {_NOBODY}, {_NOBODY}
        FROM doors
        GROUP BY {_sets("page")}
    )
)
GROUP BY day, traffic, to
"""

SUMMARY = """
SELECT day, count() FROM events
WHERE app = {app:UInt32} AND day IN {days:Array(Date)} GROUP BY day
"""
