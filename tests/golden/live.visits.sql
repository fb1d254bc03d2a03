SELECT
    n,
    at AS bucket,
    sum(visits) AS m_visits
FROM
    (
        SELECT span.1 AS n, span.2 + intDiv({first:Int64} + r.piece * {piece:Int64} - span.2, {width:Int64}) * {width:Int64} AS at,
            c_visits AS visits
        FROM
        (
            SELECT intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {piece:Int64}) AS piece, countIf(name = 'page_view') AS c_visits
            FROM events AS e
            WHERE app = {app:UInt32} AND day IN {days:Array(Date)} AND traffic = {traffic:String} AND name = 'page_view'
                AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
                AND ts < fromUnixTimestamp64Milli({last:Int64}, 'UTC')
            GROUP BY piece
        ) AS r
        ARRAY JOIN {spans:Array(Tuple(UInt8, Int64, Int64))} AS span
        WHERE {first:Int64} + r.piece * {piece:Int64} >= span.2 AND {first:Int64} + r.piece * {piece:Int64} < span.3
    )
GROUP BY n, bucket
ORDER BY n, bucket
