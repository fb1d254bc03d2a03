SELECT
    n,
    day AS bucket,
    NULL AS m_total_users,
    sum(launches) AS m_launches,
    sum(visits) AS m_visits,
    sum(visitors_count) AS m_visitors,
    sum(new_count) AS m_new_users,
    sum(shares) AS m_shares,
    sum(sharers_count) AS m_sharers,
    if(sum(timed_visitors_count) = 0, NULL, sum(duration) / 1000 / sum(timed_visitors_count)) AS m_duration_per_visitor,
    if(sum(timed_launches) = 0, NULL, sum(duration) / 1000 / sum(timed_launches)) AS m_duration_per_launch,
    if(sum(built_launches) = 0, NULL, sum(depth) / sum(built_launches)) AS m_visit_depth
FROM
    (
        SELECT part.1 AS n, day, launches, visits, shares, depth, duration, timed_launches, new_count, launches AS built_launches, visitors_count, sharers_count, timed_visitors_count
        FROM days ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part
        WHERE app = {app:UInt32} AND dimension = 'scene' AND traffic = {traffic:String} AND day BETWEEN {start:Date} AND {end:Date} AND day BETWEEN part.2 AND part.3
            AND (day, build) IN {current:Array(Tuple(Date, UInt64))} AND days.value = {days_0:String}
    )
GROUP BY n, bucket
ORDER BY n, bucket
