-- as made
SELECT countIf(NOT every) OVER () AS found, every, value, has_0, m_visits, m_visitors, m_visit_share
FROM
(
    SELECT every, value, countIf(n = 0) AS has_0, anyIf(i_visits, n = 0) AS m_visits, anyIf(i_visitors, n = 0) AS m_visitors, anyIf(i_visit_share, n = 0) AS m_visit_share
    FROM
    (
        SELECT n, grouping(value) AS every, value, sum(visits) AS i_visits,
            groupBitmapMerge(visitors) AS i_visitors,
            sum(visits) AS i_visit_share
        FROM
        (
        SELECT part.1 AS n, day, days.value AS value, visits, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
        )
        GROUP BY GROUPING SETS ((n, value), (n))
    )
    GROUP BY every, value
)
WHERE every OR (ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0)
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
-- compared, with what came after the build
SELECT countIf(NOT every) OVER () AS found, every, value, has_0, m_visits, m_visitors, m_visit_share, has_1, c_visits, c_visitors, c_visit_share
FROM
(
    SELECT every, value, countIf(n = 0) AS has_0, anyIf(i_visits, n = 0) AS m_visits, anyIf(i_visitors, n = 0) AS m_visitors, anyIf(i_visit_share, n = 0) AS m_visit_share, countIf(n = 1) AS has_1, anyIf(i_visits, n = 1) AS c_visits, anyIf(i_visitors, n = 1) AS c_visitors, anyIf(i_visit_share, n = 1) AS c_visit_share
    FROM
    (
        SELECT n, grouping(value) AS every, value, sum(visits) AS i_visits,
            groupBitmapMerge(visitors) AS i_visitors,
            sum(visits) AS i_visit_share
        FROM
        (
        SELECT part.1 AS n, day, days.value AS value, visits, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
        UNION ALL
        SELECT part.1 AS n, if(day < part.2, toDate(0), day) AS at, value, sum(views) AS visits, groupBitmapStateIf(person, views > 0) AS visitors
        FROM (
        SELECT *,
            maxIf(day, opened) OVER (PARTITION BY value, person, session ORDER BY day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened_before,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, value, session, person, countIf(name != 'share') > 0 AS opened,
                countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
            FROM /* of each shard */(SELECT e.* REPLACE (e.person AS person) FROM (SELECT day, name, session, actor, person, ts, page AS value FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT day, name, session, actor, person, ts, page AS value FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')) AS e
)/* of all */
            GROUP BY day, value, session, person
        )
        ) ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE day BETWEEN part.2 AND part.3
        GROUP BY part.1, at, value
        )
        GROUP BY GROUPING SETS ((n, value), (n))
    )
    GROUP BY every, value
)
WHERE every OR (ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0)
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
                0 AS lasted, 0 AS timed, bitmapBuild(emptyArrayUInt32()) AS known
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
SELECT countIf(NOT every) OVER () AS found, every, value, has_0, m_visits, m_visitors, m_visit_share
FROM
(
    SELECT every, value, countIf(n = 0) AS has_0, anyIf(i_visits, n = 0) AS m_visits, anyIf(i_visitors, n = 0) AS m_visitors, anyIf(i_visit_share, n = 0) AS m_visit_share
    FROM
    (
        SELECT n, grouping(value) AS every, value, sum(visits) AS i_visits,
            groupBitmapMerge(visitors) AS i_visitors,
            sum(visits) AS i_visit_share
        FROM
        (
        SELECT part.1 AS n, day, days.page AS value, visits, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'scene+page' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND days.value = {pairs_0:String}
        )
        GROUP BY GROUPING SETS ((n, value), (n))
    )
    GROUP BY every, value
)
WHERE every OR (ifNull(m_visits, 0) != 0 OR ifNull(m_visitors, 0) != 0 OR ifNull(m_visit_share, 0) != 0)
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
-- people of the pages shown, and of all
SELECT every, value, countIf(n = 0) AS has_0, anyIf(i_visitors, n = 0) AS m_visitors
FROM
(
    SELECT n, every, value, groupBitmapMerge(visitors) AS i_visitors
    FROM
    (
        SELECT part.1 AS n, days.dimension = 'scene' AS every, if(days.dimension = 'scene', '', days.page) AS value, visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND ((days.dimension = 'scene+page' AND days.value = {pairs_0:String} AND days.page IN {pairs_1:Array(String)}) OR (days.dimension = 'scene' AND days.value = {days_0:String})) AND traffic = {traffic:String}
            AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3 AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
    )
    GROUP BY n, every, value
)
GROUP BY every, value
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
