"""The SQL that turns gathered days into sessions and into who saw what on a day.

A session is followed into the natural day after the one it began on; one that is silent for a whole day begins anew.
"""

from __future__ import annotations

from minilens.load.build_sql import DUE, IS_DUE, IS_NEW, OPENS
from minilens.reference import page_order
from minilens.reference.launches import code_of_session
from minilens.reference.origins import OF_PAGE_VIEWS, OF_VISITORS, names
from minilens.warehouse.sets import NOBODY

#: More than this between two visits without a session id makes two sessions. Exactly this does not.
GAP_MS = 30 * 60 * 1000
#: So many pages of a session are kept in the order they were visited; all of them are counted.
MOST_PAGES = 200

#: What a session says on one day; that of the day after is joined on. `pages` are in their order.
SPANS = """
CREATE OR REPLACE TABLE spans
(
    app UInt32, traffic LowCardinality(String), person UInt32, session UInt64, day Date, opened Bool,
    start DateTime64(3, 'UTC'), origin UInt64, code LowCardinality(String),
    entry LowCardinality(String), exit LowCardinality(String), visits UInt32, pages Array(LowCardinality(String)),
    duration Nullable(UInt64)
) ENGINE = Memory
"""

_BY_GAPS = f"""
    UNION ALL
    SELECT * EXCEPT (begun) REPLACE (cityHash64('gap', person, begun) AS session)
    FROM
    (
        SELECT * EXCEPT (cut), max(if(cut, toUnixTimestamp64Milli(ts), 0)) OVER
            (PARTITION BY app, traffic, person ORDER BY k ROWS UNBOUNDED PRECEDING) AS begun
        FROM
        (
            SELECT *, toUnixTimestamp64Milli(ts) - toUnixTimestamp64Milli(lagInFrame(ts) OVER
                (PARTITION BY app, traffic, person ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
                > {GAP_MS} AS cut
            FROM building WHERE session = 0 AND {OPENS}
        )
    )"""


def session_days(*, gaps: bool) -> str:
    """SQL that fills `spans`."""
    return f"""
INSERT INTO spans
(
    app, traffic, person, session, day, opened, start, origin, code, entry, exit, visits, pages, duration
)
SELECT app, traffic, person, session, day,
    countIf({OPENS}) > 0 AS opened,
    minIf(ts, {OPENS}) AS start,
    argMinIf(origin, k, {OPENS}) AS origin,
    argMinIf(code, k, code != '' AND {OPENS}) AS code,
    pages[1] AS entry,
    pages[-1] AS exit,
    length(pages) AS visits,
    arrayMap(one -> one.2, arraySort(one -> one.1, groupArrayIf((k, page), name = 'page_view'))) AS pages,
    sumOrNullIf(duration, name = 'page_leave') AS duration
FROM
(
    SELECT * FROM building WHERE session != 0 AND name != 'share'{_BY_GAPS if gaps else ""}
)
GROUP BY app, traffic, person, session, day
"""


#: The sessions that began on the days asked for: neither one that came over from the day before, nor without
#: what it did on the day after.
SESSIONS = f"""
INSERT INTO sessions
(
    app, day, build, traffic, person, session, start, {names()}, code, is_new, entry, exit, visits, depth, pages,
    duration
)
SELECT app, day, {{build:UInt64}}, traffic, person, session, s.start, {names(of="o.")},
    {code_of_session("o.scene", "s.code")}, {IS_NEW},
    if(s.visits > 0, s.entry, next.entry),
    if(next.visits > 0, next.exit, s.exit),
    s.visits + next.visits,
    length(arrayDistinct(arrayConcat(s.pages, next.pages))),
    arraySlice(arrayConcat(s.pages, next.pages), 1, {MOST_PAGES}),
    if(next.duration IS NULL, s.duration, ifNull(s.duration, 0) + next.duration)
FROM (SELECT * FROM spans WHERE opened AND {IS_DUE}) AS s
LEFT ANTI JOIN
(
    SELECT app, traffic, person, session, day + 1 AS day FROM spans
    WHERE opened AND (spans.app, spans.day + 1) IN {{due:Array(Tuple(UInt32, Date))}}
) AS before USING (app, traffic, person, session, day)
LEFT ANY JOIN
(
    SELECT * REPLACE (day - 1 AS day) FROM spans
    WHERE (spans.app, spans.day - 1) IN {{due:Array(Tuple(UInt32, Date))}}
) AS next USING (app, traffic, person, session, day)
LEFT ANY JOIN origins AS o ON s.origin = o.origin
"""

#: How many there must be. Of most builds the days before are a few spans: only they are looked up.
EXPECTED_SESSIONS = f"""
SELECT count() FROM spans
WHERE opened AND {IS_DUE} AND (app, traffic, person, session, day) NOT IN
(
    SELECT app, traffic, person, session, day + 1 FROM spans
    WHERE opened AND (spans.app, spans.day + 1) IN {{due:Array(Tuple(UInt32, Date))}}
)
"""

#: Visits of launches that began on the days asked for, each with the next one: a launch is entered before its first and
#: left after its last.
PAGE_STEPS = f"""
INSERT INTO page_steps (app, day, build, traffic, page, next, visits)
SELECT app, day, {{build:UInt64}}, traffic, step.1, step.2, count()
FROM
(
    SELECT app, day, traffic, arrayJoin(arrayZip(arrayPushFront(pages, '{page_order.ENTERED}'),
        arrayPushBack(pages, if(visits > length(pages), '{page_order.BEYOND}', '{page_order.LEFT}')))) AS step
    FROM sessions WHERE {DUE} AND build = {{build:UInt64}} AND notEmpty(pages)
)
GROUP BY app, day, traffic, step
"""

#: Who saw what on the days asked for, and how long it was in front. A time is of the day on which the page was left.
DAY_PAGE_VIEWS = f"""
INSERT INTO day_page_views
(
    app, day, build, traffic, page, person, {names(OF_PAGE_VIEWS)}, is_new, views, sent, duration, timed
)
SELECT app, day, {{build:UInt64}}, traffic, page, person, {names(OF_PAGE_VIEWS, of="o.")}, {IS_NEW}, views, sent,
    lasted, timed
FROM
(
    SELECT app, day, traffic, person, page, origin,
        countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent,
        sumIf(toUInt64(assumeNotNull(building.duration)), name = 'page_leave') AS lasted,
        countIf(name = 'page_leave') AS timed
    FROM building
    WHERE {IS_DUE} AND (name IN ('page_view', 'share') OR (name = 'page_leave' AND building.duration IS NOT NULL))
    GROUP BY app, day, traffic, person, page, origin
) AS v
LEFT ANY JOIN origins AS o ON v.origin = o.origin
"""

#: Who came on the days asked for and what with, however many pages they saw.
DAY_VISITORS = f"""
INSERT INTO day_visitors
(
    app, day, build, traffic, person, {names(OF_VISITORS)}, is_new, views, sent
)
SELECT app, day, {{build:UInt64}}, traffic, person, {names(OF_VISITORS, of="o.")}, {IS_NEW}, views, sent
FROM
(
    SELECT app, day, traffic, person, origin, countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
    FROM building
    WHERE {IS_DUE} AND name IN ('page_view', 'share')
    GROUP BY app, day, traffic, person, origin
) AS v
LEFT ANY JOIN origins AS o ON v.origin = o.origin
"""

#: Days by values of which there may be as many as visits: codes that launches were opened by, and the parameters that
#: each page was visited with.
CODES = f"""
INSERT INTO day_values
(
    app, dimension, page, value, day, build, traffic, launches, visits, continued, visitors, new_users
)
SELECT app, 'code', '', code, day, {{build:UInt64}}, traffic, count(), 0, countIf(visits > 1),
    groupBitmapState(person), groupBitmapStateIf(person, is_new)
FROM sessions WHERE {DUE} AND build = {{build:UInt64}} AND code != ''
GROUP BY app, day, traffic, code"""
DAY_VALUES = f"""
{CODES}
UNION ALL
SELECT app, 'query', page, query, day, {{build:UInt64}}, traffic, 0, count(), 0, groupBitmapState(person), {NOBODY}
FROM building WHERE {IS_DUE} AND name = 'page_view'
GROUP BY app, day, traffic, page, query
"""
