"""SQL of payments: rows of events become orders, orders become groups or days.

An order number is the property order_id, out_trade_no or transaction_id, else the number of what the event was about.
Amounts are in ten-thousandths.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, of_persons
from minilens.measure.events.told_once import NUMBERS
from minilens.measure.payments.query import CURRENCY, STATES, PaymentsQuery
from minilens.warehouse.sharding import OWN, of_each_shard

#: Who tells: servers, also by files, or the tracker.
_SIDE = """multiIf(
            name = {refunded:String} AND via != 'tracker', 'refund',
            name IN {told:Array(String)} AND via IN ('server', 'import'), 'server',
            name = {seen:String} AND via = 'tracker', 'tracker', '')"""
_NUMBERS = ", ".join(f"nullIf(toString(props.{one}), '')" for one in NUMBERS)
_ORDER = f"coalesce({_NUMBERS}, toString(target_id))"
_AMOUNT = "toInt64(ifNull(value, toDecimal64OrNull(ifNull(toString(props.amount), ''), 4)) * 10000)"
_ROWS = f"""
    SELECT actor, events.person AS person, ts, day, id, {_SIDE} AS side, ifNull({_ORDER}, '') AS order,
        {_AMOUNT} AS amount, if(currency = '', '{CURRENCY}', toString(currency)) AS coin
    FROM {OWN}events
    WHERE app = {{app:UInt32}} AND traffic = {{traffic:String}} AND kind = 'track'
        AND name IN {{names:Array(String)}} AND side != ''
        AND day BETWEEN {{before:Date}} AND if(side = 'refund', {{today:Date}}, {{after:Date}})
        AND day BETWEEN {{before:Date}} AND greatest({{after:Date}}, {{today:Date}})"""
_NAMELESS = of_each_shard(
    f"{_ROWS} AND side != 'refund' AND day BETWEEN {{start:Date}} AND {{end:Date}}"
)
#: Rows without an order's number, by who tells.
NAMELESS = f"""
SELECT count() FROM {_NAMELESS} WHERE order = ''"""


def _first(what: str, side: str) -> str:
    """Of the first payment that a side tells."""
    return f"argMinIf({what}, (ts, id), side = '{side}')"


def orders(moved: Moved) -> str:
    """A row an order of the range: its number, day and moment; how often each side has it and with which amount and
    currency; how often it was refunded and how much in its own currency; its state; whose it is."""
    states = ", ".join(f"'{one}'" for one in STATES)
    return f"""
SELECT order, if(told > 0, told_day, seen_day) AS day, if(told > 0, told_at, seen_at) AS at, told, seen,
    told_money.1 AS told_amount, seen_money.1 AS seen_amount,
    if(told > 0, told_money.2, seen_money.2) AS coin, seen_money.2 AS seen_coin,
    if(told > 0, told_amount, seen_amount) AS amount, refunds,
    arraySum(x -> if(x.2 = coin, ifNull(x.1, 0), 0), back) AS refunded,
    [{states}][multiIf(told = 0, 4, seen = 0, 3, seen_coin != coin OR ifNull(told_amount != seen_amount, false), 2, 1)]
        AS state,
    if(told > 0, told_by, seen_by) AS person
FROM
(
    SELECT order, countIf(side = 'server') AS told, countIf(side = 'tracker') AS seen,
        countIf(side = 'refund') AS refunds,
        {_first("e.day", "server")} AS told_day, {_first("e.day", "tracker")} AS seen_day,
        toUnixTimestamp64Milli(minIf(e.ts, side = 'server')) AS told_at,
        toUnixTimestamp64Milli(minIf(e.ts, side = 'tracker')) AS seen_at,
        {_first("tuple(amount, coin)", "server")} AS told_money,
        {_first("tuple(amount, coin)", "tracker")} AS seen_money,
        groupArrayIf(tuple(amount, coin), side = 'refund') AS back,
        {_first("person", "server")} AS told_by, {_first("person", "tracker")} AS seen_by
    FROM {of_persons(_ROWS, moved)} AS e
    WHERE order != ''
    GROUP BY order
    HAVING told + seen > 0
)
WHERE day BETWEEN {{start:Date}} AND {{end:Date}}"""


#: An order stands in its state, and besides among those told more than once, and those refunded.
_MARKS = "arrayFilter(x -> x != '', [state, if(told > 1 OR seen > 1, 'double', ''), if(refunds > 0, 'refunded', '')])"


def groups(moved: Moved) -> str:
    """Group, currency, orders, their amounts as servers tell it, else the tracker; what the tracker saw; refunds."""
    return f"""
SELECT arrayJoin({_MARKS}) AS mark, coin, count(), sum(ifNull(amount, 0)),
    sum(if(seen > 0 AND seen_coin = coin, ifNull(seen_amount, 0), 0)), sum(refunded)
FROM ({orders(moved)}
)
GROUP BY mark, coin ORDER BY mark, coin"""


def days(moved: Moved) -> str:
    """Day, orders of servers, of these seen by the tracker, not seen, with other amounts; of the tracker alone; double,
    refunded."""
    return f"""
SELECT day, countIf(told > 0), countIf(told > 0 AND seen > 0), countIf(state = 'server_only'),
    countIf(state = 'differing'), countIf(state = 'tracker_only'), countIf(told > 1 OR seen > 1), countIf(refunds > 0)
FROM ({orders(moved)}
)
GROUP BY day ORDER BY day"""


def listed(moved: Moved) -> str:
    """The newest orders of a group, and how many it has."""
    return f"""
SELECT order, at, state, coin, told_amount, told, seen_amount, seen_coin, seen, refunded, person,
    count() OVER () AS found
FROM ({orders(moved)}
)
WHERE has({_MARKS}, {{group:String}})
ORDER BY at DESC, order LIMIT {{top:UInt32}}"""


def bound(query: PaymentsQuery) -> dict[str, object]:
    """What statements name besides days."""
    return {
        "app": query.app,
        "traffic": query.traffic,
        "seen": query.seen,
        "told": list(query.told),
    }
