SELECT
    n,
    at AS bucket,
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
        SELECT part.1 AS n, r.at AS at, 0 AS launches, seen AS visits, passed AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, bitmapCardinality(news) AS new_count, 0 AS built_launches, came AS visitors, senders AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors, news AS new_users
        FROM
        (
            SELECT day, at, sum(views) AS seen, sum(sent) AS passed,
                groupBitmapStateIf(who, views > 0) AS came, groupBitmapStateIf(who, sent > 0) AS senders,
                groupBitmapStateIf(who, is_new AND views > 0 AND at = first_at) AS news
            FROM
            (
                SELECT *, minIf(at, views > 0) OVER (PARTITION BY day, who) AS first_at
                FROM
                (
                    SELECT day, transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0)) + intDiv(toUnixTimestamp64Milli(ts) - transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0)), 3600000) * 3600000 AS at, e.person AS who,
                        (day, who) GLOBAL IN
                        (SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                        WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND dimension = '' AND (day, build) IN {current:Array(Tuple(Date, UInt64))}) OR (day, who) GLOBAL IN (
            SELECT min(e.day) AS day, person
            FROM /* of each shard */(SELECT e.* REPLACE (e.person AS person) FROM (SELECT day, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') AND name = 'page_view' UNION ALL SELECT day, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') AND name = 'page_view') AS e
)/* of all */ AS e
            GROUP BY person
            HAVING {traffic:String} = 'release' AND person GLOBAL NOT IN
            (
            SELECT person FROM persons
            WHERE app = {app:UInt32} AND (first_day < {newest:Date} OR version <= {last:UInt64})
                AND (person GLOBAL IN (SELECT DISTINCT person FROM /* of each shard */(SELECT person FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT person FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')
)/* of all */))
            )) AS is_new,
                        countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent
                    FROM events AS e
                    WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'share')
                    GROUP BY day, at, who, is_new
                )
            )
            GROUP BY day, at
        ) AS r
        ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE r.day BETWEEN part.2 AND part.3
        UNION ALL
        SELECT part.1 AS n, r.at AS at, begun AS launches, 0 AS visits, 0 AS shares, deep AS depth, lasted AS duration, timed AS timed_launches, 0 AS new_count, begun AS built_launches, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, known AS timed_visitors, bitmapBuild(emptyArrayUInt32()) AS new_users
        FROM
        (
            SELECT day, transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0)) + intDiv(toUnixTimestamp64Milli(start) - transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0)), 3600000) * 3600000 AS at, count() AS begun, sum(depth) AS deep, countIf(visits = 1) AS bounced,
                sum(ifNull(duration, 0)) AS lasted, countIf(duration IS NOT NULL) AS timed,
                groupBitmapStateIf(person, duration IS NOT NULL) AS known
            FROM sessions
            WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
            GROUP BY day, at
        ) AS r
        ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE r.day BETWEEN part.2 AND part.3
        UNION ALL
        SELECT part.1 AS n, r.at AS at, begun AS launches, 0 AS visits, 0 AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, 0 AS new_count, 0 AS built_launches, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors, bitmapBuild(emptyArrayUInt32()) AS new_users
        FROM
        (
            SELECT day, transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0)) + intDiv(toUnixTimestamp64Milli(start) - transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0)), 3600000) * 3600000 AS at, count() AS begun
            FROM (
        SELECT day, start, person FROM (
        SELECT *,
            maxIf(day, opened) OVER (PARTITION BY person, session ORDER BY day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened_before,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, session, person, countIf(name != 'share') > 0 AS opened,
                countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent, minIf(ts, name != 'share') AS start
            FROM /* of each shard */(SELECT e.* REPLACE (e.person AS person) FROM (SELECT day, name, session, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT day, name, session, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')) AS e
)/* of all */
            GROUP BY day, session, person
        )
        ) WHERE opened AND session != 0 AND opened_before + 1 < day AND (day > {newest:Date} + 1
            OR (person, session) GLOBAL NOT IN
            (
            SELECT person, session FROM sessions
            WHERE app = {app:UInt32} AND day >= {newest:Date} - 1 AND traffic = {traffic:String}
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
            ))
            )
            WHERE day BETWEEN {start:Date} AND {end:Date}
            GROUP BY day, at
        ) AS r
        ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE r.day BETWEEN part.2 AND part.3
        UNION ALL
        SELECT part.1, toInt64(0), 0 AS launches, 0 AS visits, 0 AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, sum(new_count) AS new_count, 0 AS built_launches, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors, groupBitmapMergeState(new_users) AS new_users
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = '' AND traffic = {traffic:String} AND day < part.2 AND (day, build) IN {current:Array(Tuple(Date, UInt64))}
        GROUP BY part.1
        UNION ALL
        SELECT part.1, toInt64(0), 0 AS launches, 0 AS visits, 0 AS shares, 0 AS depth, 0 AS duration, 0 AS timed_launches, count() AS new_count, 0 AS built_launches, bitmapBuild(emptyArrayUInt32()) AS visitors, bitmapBuild(emptyArrayUInt32()) AS sharers, bitmapBuild(emptyArrayUInt32()) AS timed_visitors, groupBitmapState(person) AS new_users
        FROM (
            SELECT min(e.day) AS day, person
            FROM /* of each shard */(SELECT e.* REPLACE (e.person AS person) FROM (SELECT day, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') AND name = 'page_view' UNION ALL SELECT day, actor, person, ts FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') AND name = 'page_view') AS e
)/* of all */ AS e
            GROUP BY person
            HAVING {traffic:String} = 'release' AND person GLOBAL NOT IN
            (
            SELECT person FROM persons
            WHERE app = {app:UInt32} AND (first_day < {newest:Date} OR version <= {last:UInt64})
                AND (person GLOBAL IN (SELECT DISTINCT person FROM /* of each shard */(SELECT person FROM /* its own */ events WHERE app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share') UNION ALL SELECT person FROM /* its own */ events WHERE app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String} AND name IN ('page_view', 'app_launch', 'app_show', 'share')
)/* of all */))
            )) ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE day < part.2
        GROUP BY part.1
    )
GROUP BY n, bucket
ORDER BY n, bucket
