SELECT
    count() OVER () - 1 AS found,
    grouping(value) AS every,
    value,
    sum(visits) AS m_visits,
    sum(visits) AS m_visit_share
FROM
    (
        SELECT span.1 AS n, span.2 + intDiv({first:Int64} + r.piece * {piece:Int64} - span.2, {width:Int64}) * {width:Int64} AS at, value,
            c_visits AS visits
        FROM
        (
            SELECT toInt64(0) AS piece, page AS value, countIf(name = 'page_view') AS c_visits
            FROM events AS e
            WHERE app = {app:UInt32} AND day IN {days:Array(Date)} AND traffic = {traffic:String} AND name = 'page_view'
                AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
                AND ts < fromUnixTimestamp64Milli({last:Int64}, 'UTC')
            GROUP BY piece, value
        ) AS r
        ARRAY JOIN {spans:Array(Tuple(UInt8, Int64, Int64))} AS span
        WHERE {first:Int64} + r.piece * {piece:Int64} >= span.2 AND {first:Int64} + r.piece * {piece:Int64} < span.3
    )
GROUP BY GROUPING SETS ((value), ())
HAVING every OR ifNull(m_visits, 0) != 0 OR ifNull(m_visit_share, 0) != 0
ORDER BY every DESC, m_visits DESC NULLS LAST, value
LIMIT {top:UInt32} + 1
