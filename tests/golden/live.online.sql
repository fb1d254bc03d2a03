SELECT
    groupBitmapMerge(present) AS m_online
FROM
    (
        SELECT span.1 AS n, span.2 + intDiv({first:Int64} + r.piece * {piece:Int64} - span.2, {width:Int64}) * {width:Int64} AS at,
            c_present AS present
        FROM
        (
            SELECT toInt64(0) AS piece, groupBitmapState(if(m.person != 0, m.person, e.person)) AS c_present
            FROM events AS e GLOBAL LEFT ANY JOIN (SELECT actor, argMax(person, version) AS person FROM person_moves WHERE app = {app:UInt32} GROUP BY actor) AS m ON e.actor = m.actor
            WHERE app = {app:UInt32} AND day IN {days:Array(Date)} AND traffic = {traffic:String}
                AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
                AND ts < fromUnixTimestamp64Milli({last:Int64}, 'UTC')
            GROUP BY piece
        ) AS r
        ARRAY JOIN {spans:Array(Tuple(UInt8, Int64, Int64))} AS span
        WHERE {first:Int64} + r.piece * {piece:Int64} >= span.2 AND {first:Int64} + r.piece * {piece:Int64} < span.3
    )
