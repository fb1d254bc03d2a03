SELECT
    page,
    count_0 AS visits,
    count_1 AS earlier,
    count_0 > 0 AND 1 AS fits,
    sum(visits) OVER () AS all_visits,
    sum(earlier) OVER () AS all_earlier,
    sum(fits) OVER () AS found,
    sum(visits * fits) OVER () AS found_visits
FROM
(
    SELECT
        page,
        countIf(ts >= fromUnixTimestamp64Milli({start_0:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_0:Int64}, 'UTC')) AS count_0,
        countIf(ts >= fromUnixTimestamp64Milli({start_1:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_1:Int64}, 'UTC')) AS count_1
    FROM
    (
        SELECT ts, page
        FROM events AS e
        WHERE app = {app:UInt32} AND traffic = {traffic:String}
            AND (day BETWEEN {first_0:Date} AND {last_0:Date} OR day BETWEEN {first_1:Date} AND {last_1:Date}) AND name = 'page_view'
            AND (ts >= fromUnixTimestamp64Milli({start_0:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_0:Int64}, 'UTC')
                OR ts >= fromUnixTimestamp64Milli({start_1:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_1:Int64}, 'UTC'))
    )
    GROUP BY page
)
ORDER BY fits DESC, visits DESC, page
LIMIT {top:UInt32}
