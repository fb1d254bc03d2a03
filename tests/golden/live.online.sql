SELECT uniqExact(who) AS online
FROM
    (
        SELECT if(m.person != 0, m.person, e.person) AS who
        FROM events AS e
        GLOBAL LEFT ANY JOIN (SELECT actor, argMax(person, version) AS person FROM person_moves WHERE app = {app:UInt32} GROUP BY actor) AS m ON e.actor = m.actor
        WHERE app = {app:UInt32} AND traffic = {traffic:String}
            AND day BETWEEN {first_0:Date} AND {last_0:Date} AND ts >= fromUnixTimestamp64Milli({start_0:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_0:Int64}, 'UTC')
    )
