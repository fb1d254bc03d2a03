SELECT
    n,
    at AS bucket,
    sum(visits) AS m_visits
FROM
    (
        SELECT span.1 AS n, span.2 + intDiv(r.at - span.2, {width:Int64}) * {width:Int64} AS at,
            c_visits AS visits
        FROM
        (
            SELECT {first:Int64} + intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {piece:Int64})
                * {piece:Int64} AS at, countIf(name = 'page_view') AS c_visits
            FROM events AS e
            WHERE app = {app:UInt32} AND day IN {days:Array(Date)} AND traffic = {traffic:String} AND name IN ('page_view')
                AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
                AND ts < fromUnixTimestamp64Milli({last:Int64}, 'UTC')
            GROUP BY at
        ) AS r
        ARRAY JOIN {spans:Array(Tuple(UInt8, Int64, Int64))} AS span
        WHERE r.at >= span.2 AND r.at < span.3
    )
GROUP BY n, bucket
ORDER BY n, bucket
