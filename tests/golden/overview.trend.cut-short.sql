SELECT
    n,
    day AS bucket,
    sum(sum(new_count)) OVER (PARTITION BY n ORDER BY bucket ROWS UNBOUNDED PRECEDING) AS m_total_users,
    sum(launches) AS m_launches,
    sum(visits) AS m_visits,
    groupBitmapMerge(visitors) AS m_visitors,
    groupBitmapMerge(new_users) AS m_new_users,
    sum(shares) AS m_shares,
    groupBitmapMerge(sharers) AS m_sharers,
    if(groupBitmapMerge(timed_visitors) = 0, NULL, sum(duration) / 1000 / groupBitmapMerge(timed_visitors)) AS m_duration_per_visitor,
    if(sum(timed_launches) = 0, NULL, sum(duration) / 1000 / sum(timed_launches)) AS m_duration_per_launch,
    if(sum(built_launches) = 0, NULL, sum(depth) / sum(built_launches)) AS m_visit_depth
FROM
    (
        SELECT part.1 AS n, r.day AS day, 0 AS launches, seen AS visits, passed AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, bitmapCardinality(news) AS new_count, 0 AS built_launches, came AS visitors, senders AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors, news AS new_users
        FROM
        (
            SELECT day, countIf(name = 'page_view') AS seen, countIf(name = 'share') AS passed,
                groupBitmapStateIf(who, name = 'page_view') AS came,
                groupBitmapStateIf(who, name = 'share') AS senders,
                groupBitmapStateIf(who, name = 'page_view' AND is_new) AS news
            FROM /* of each shard */(
                SELECT day, name, e.person AS who, (day, who) GLOBAL IN
                    (SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                    WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND dimension = '' AND (day, build) IN {current:Array(Tuple(Date, UInt64))}) AS is_new
                FROM /* its own */ events AS e
                WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'share') AND ts < {until:DateTime64(3, 'UTC')}
)/* of all */
            GROUP BY day
        ) AS r
        ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE r.day BETWEEN part.2 AND part.3
        UNION ALL
        SELECT part.1 AS n, r.day AS day, begun AS launches, 0 AS visits, 0 AS shares, deep AS depth, lasted AS duration, timed AS timed_launches, 0 AS new_count, begun AS built_launches, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, known AS timed_visitors, bitmapBuild(emptyArrayUInt32()) AS new_users
        FROM
        (
            SELECT day, count() AS begun, sum(depth) AS deep, countIf(visits = 1) AS bounced,
                sum(ifNull(duration, 0)) AS lasted, countIf(duration IS NOT NULL) AS timed,
                groupBitmapStateIf(person, duration IS NOT NULL) AS known, groupBitmapState(person) AS came,
                groupBitmapStateIf(person, is_new) AS news, countIf(visits > 1) AS went_on
            FROM sessions
            WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND start < {until:DateTime64(3, 'UTC')}
            GROUP BY day
        ) AS r
        ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE r.day BETWEEN part.2 AND part.3
        UNION ALL
        SELECT part.1, toDate(0), 0 AS launches, 0 AS visits, 0 AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, sum(new_count) AS new_count, 0 AS built_launches, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors, groupBitmapMergeState(new_users) AS new_users
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = '' AND traffic = {traffic:String} AND day < part.2 AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
        GROUP BY part.1
    )
GROUP BY n, bucket
ORDER BY n, bucket
