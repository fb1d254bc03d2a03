-- as made
SELECT
    count() OVER () - 1 AS found,
    grouping(value) AS every,
    value,
    sum(visits) AS m_visits,
    groupBitmapMerge(visitors) AS m_visitors,
    sum(visits) AS m_visit_share
FROM
    (
        SELECT part.1 AS n, day, days.value AS value, visits, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
    )
GROUP BY GROUPING SETS ((value), ())
HAVING every OR ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
-- with what came after the build
SELECT
    count() OVER () - 1 AS found,
    grouping(value) AS every,
    value,
    sum(visits) AS m_visits,
    groupBitmapMerge(visitors) AS m_visitors,
    sum(visits) AS m_visit_share
FROM
    (
        SELECT part.1 AS n, day, days.value AS value, visits, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
        UNION ALL
        SELECT part.1, if(day < part.2, toDate(0), day) AS at, value, sum(views) AS visits, groupBitmapStateIf(person, views > 0) AS visitors
        FROM (
        SELECT *,
            maxIf(day, opened) OVER (PARTITION BY value, person, session ORDER BY day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened_before,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, value, session, e.person AS person, countIf(name != 'share') > 0 AS opened,
                countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
            FROM
            (
                SELECT day, name, session, actor, person, page AS value FROM events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT day, name, session, actor, person, page AS value FROM events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')
            ) AS e
            
            GROUP BY day, value, session, person
        )
        ) ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE day BETWEEN part.2 AND part.3
        GROUP BY part.1, at, value
    )
GROUP BY GROUPING SETS ((value), ())
HAVING every OR ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
-- filtered by several fields
SELECT
    count() OVER () - 1 AS found,
    grouping(value) AS every,
    value,
    sum(visits) AS m_visits,
    groupBitmapMerge(visitors) AS m_visitors,
    sum(visits) AS m_visit_share
FROM
    (
        SELECT toUInt8(0) AS n, {start:Date} AS day, r.value AS value, seen AS visits, came AS visitors
        FROM
        (
            SELECT page AS value, sum(views) AS seen, sum(sent) AS passed,
                groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, sent > 0) AS senders,
                groupBitmapStateIf(person, views > 0 AND is_new) AS news,
                sum(day_page_views.duration) AS lasted, sum(day_page_views.timed) AS timed,
                groupBitmapStateIf(person, day_page_views.timed > 0) AS known
            FROM day_page_views
            WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND (scene = {visits_0:Int32} OR (is_new))
            GROUP BY value
        ) AS r
    )
GROUP BY GROUPING SETS ((value), ())
HAVING every OR ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
-- filtered by one
SELECT
    count() OVER () - 1 AS found,
    grouping(value) AS every,
    value,
    sum(visits) AS m_visits,
    groupBitmapMerge(visitors) AS m_visitors,
    sum(visits) AS m_visit_share
FROM
    (
        SELECT part.1 AS n, day, days.page AS value, visits, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'scene+page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND days.value = {pairs_0:String}
    )
GROUP BY GROUPING SETS ((value), ())
HAVING every OR ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
-- people of the pages shown, and of all
SELECT
    every,
    value,
    groupBitmapMerge(visitors) AS m_visitors
FROM
    (
        SELECT 0 AS every, value, visitors FROM
        (
        SELECT part.1 AS n, day, days.page AS value, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'scene+page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND days.value = {pairs_0:String} AND days.page IN {pairs_1:Array(String)}
        )
        UNION ALL
        SELECT 1, '', visitors FROM
        (
        SELECT part.1 AS n, day, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'scene' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND days.value = {days_0:String}
        )
    )
GROUP BY every, value
ORDER BY every DESC, value
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
