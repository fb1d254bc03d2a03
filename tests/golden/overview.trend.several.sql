SELECT
    n,
    day AS bucket,
    NULL AS m_total_users,
    NULL AS m_launches,
    sum(visits) AS m_visits,
    groupBitmapMerge(visitors) AS m_visitors,
    groupBitmapMerge(new_users) AS m_new_users,
    sum(shares) AS m_shares,
    groupBitmapMerge(sharers) AS m_sharers,
    NULL AS m_duration_per_visitor,
    NULL AS m_duration_per_launch,
    NULL AS m_visit_depth
FROM
    (
        SELECT part.1 AS n, r.day AS day, seen AS visits, passed AS shares, came AS visitors, senders AS sharers, news AS new_users
        FROM
        (
            SELECT day, sum(views) AS seen, sum(sent) AS passed,
                groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, sent > 0) AS senders,
                groupBitmapStateIf(person, views > 0 AND is_new) AS news,
                0 AS lasted, 0 AS timed, bitmapBuild(emptyArrayUInt32()) AS known
            FROM day_page_views
            WHERE app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String} AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND (scene = {visits_0:Int32} OR (is_new)) AND arrayExists(x -> positionCaseInsensitiveUTF8(page, x) > 0, {visits_1:Array(String)})
            GROUP BY day
        ) AS r
        ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE r.day BETWEEN part.2 AND part.3
    )
GROUP BY n, bucket
ORDER BY n, bucket
