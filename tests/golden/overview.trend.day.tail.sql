SELECT
    n,
    day AS bucket,
    sum(sum(new_count)) OVER (PARTITION BY n ORDER BY bucket ROWS UNBOUNDED PRECEDING) AS m_total_users,
    sum(launches) AS m_launches,
    sum(visits) AS m_visits,
    (sum(visitors_count) + groupBitmapMerge(visitors)) AS m_visitors,
    sum(new_count) AS m_new_users,
    sum(shares) AS m_shares,
    (sum(sharers_count) + groupBitmapMerge(sharers)) AS m_sharers,
    if((sum(timed_visitors_count) + groupBitmapMerge(timed_visitors)) = 0, NULL, sum(duration) / 1000 / (sum(timed_visitors_count) + groupBitmapMerge(timed_visitors))) AS m_duration_per_visitor,
    if(sum(timed_launches) = 0, NULL, sum(duration) / 1000 / sum(timed_launches)) AS m_duration_per_launch,
    if(sum(built_launches) = 0, NULL, sum(depth) / sum(built_launches)) AS m_visit_depth
FROM
    (
        SELECT part.1 AS n, day, launches AS launches, visits AS visits, shares AS shares, depth AS depth, duration AS duration, timed_launches AS timed_launches, new_count AS new_count, launches AS built_launches, visitors_count AS visitors_count, sharers_count AS sharers_count, timed_visitors_count AS timed_visitors_count, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = '' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND day < {newest:Date}
        UNION ALL
        SELECT part.1 AS n, day, launches AS launches, visits AS visits, shares AS shares, depth AS depth, duration AS duration, timed_launches AS timed_launches, new_count AS new_count, launches AS built_launches, 0 AS visitors_count, 0 AS sharers_count, 0 AS timed_visitors_count, visitors AS visitors, sharers AS sharers, if(bitmapCardinality(timed_visitors) > 0, timed_visitors, bitmapXor(if(timed_launches > 0, visitors, bitmapBuild(emptyArrayUInt32())), launched_apart)) AS timed_visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = '' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND day >= {newest:Date}
        UNION ALL
        SELECT part.1 AS n, if(day < part.2, toDate(0), day) AS at, toUInt64(countIf(opened AND session != 0 AND opened_before + 1 < day AND (day > {newest:Date} + 1
            OR (person, session) GLOBAL NOT IN
            (
            SELECT person, session FROM sessions
            WHERE app = {app:UInt32} AND day >= {newest:Date} - 1 AND traffic = {traffic:String}
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
            )))) AS launches, sum(views) AS visits, sum(sent) AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, uniqExactIf(person, views > 0 AND day = seen AND {traffic:String} = 'release' AND person GLOBAL NOT IN
            (
            SELECT person FROM persons
            WHERE app = {app:UInt32} AND (first_day < {newest:Date} OR version <= {last:UInt64})
                AND (person GLOBAL IN (SELECT DISTINCT person FROM /* of each shard */(SELECT person FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT person FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')
)/* of all */))
            )) AS new_count, 0 AS built_launches, 0 AS visitors_count, 0 AS sharers_count, 0 AS timed_visitors_count, groupBitmapStateIf(person, views > 0) AS visitors, groupBitmapStateIf(person, sent > 0) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors
        FROM (
        SELECT *,
            maxIf(day, opened) OVER (PARTITION BY person, session ORDER BY day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened_before,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, session, person, countIf(name != 'share') > 0 AS opened,
                countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
            FROM /* of each shard */(SELECT e.* REPLACE (e.person AS person) FROM (SELECT day, name, session, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT day, name, session, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')) AS e
)/* of all */
            GROUP BY day, session, person
        )
        ) ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE day <= part.3
        GROUP BY part.1, at
        UNION ALL
        SELECT part.1, toDate(0), 0 AS launches, 0 AS visits, 0 AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, sum(new_count) AS new_count, 0 AS built_launches, 0 AS visitors_count, 0 AS sharers_count, 0 AS timed_visitors_count, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = '' AND traffic = {traffic:String} AND day < part.2 AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
        GROUP BY part.1
    )
GROUP BY n, bucket
ORDER BY n, bucket
SETTINGS merge_tree_min_rows_for_concurrent_read = 1, merge_tree_min_bytes_for_concurrent_read = 1
