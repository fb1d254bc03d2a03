SELECT intDiv(toUnixTimestamp64Milli(ts) - {origin:Int64}, {slot:Int64}) AS slot, count() AS visits
FROM
    (
        SELECT ts
        FROM events AS e
        WHERE app = {app:UInt32} AND traffic = {traffic:String}
            AND (day BETWEEN {first_0:Date} AND {last_0:Date} OR day BETWEEN {first_1:Date} AND {last_1:Date}) AND name = 'page_view'
            AND (ts >= fromUnixTimestamp64Milli({start_0:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_0:Int64}, 'UTC')
                OR ts >= fromUnixTimestamp64Milli({start_1:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({end_1:Int64}, 'UTC'))
    )
GROUP BY slot
ORDER BY slot
