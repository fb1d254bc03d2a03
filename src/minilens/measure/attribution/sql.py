"""SQL of conversions, and of the launches that may have brought them."""

from __future__ import annotations

from collections.abc import Sequence

from minilens.identity.moves import Moved, person_of
from minilens.measure.attribution import touch
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.days.day_rows import CURRENT, LATER
from minilens.measure.events.operand import Operand
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import Statement
from minilens.warehouse.sharding import OWN, of_each_shard

#: Bits of a row: it is a conversion, a refund, what a conversion has to follow.
CONVERSION, REFUND, BASE = 1, 2, 4
#: Numbers beyond have no part: their millionths would not be whole numbers of 64 bits.
MOST_VALUE = 4_000_000_000_000
_OPENS = "name IN ('page_view', 'app_launch', 'app_show')"
#: Between the values of a group in one text.
BETWEEN = "\x1f"
_DICTIONARY = "SETTINGS output_format_arrow_low_cardinality_as_dictionary = 1"


def statement(query: AttributionQuery, moved: Moved, *, tail: bool) -> Statement:
    """What the rows of events are read by."""
    return Statement(query.rows, moved, tail, besides=BESIDES)


def _flags(query: AttributionQuery) -> list[tuple[int, str]]:
    """Bit of a row and the column that says whether it holds."""
    if len(query.rows.events) == 1:
        return [(CONVERSION, "true")]
    bits = [CONVERSION, *([REFUND] if query.refunds else []), *([BASE] if query.within else [])]
    return [(bit, f"c{n}") for n, bit in enumerate(bits)]


def _millionths(made: Statement, of: Operand | None) -> str:
    if of is None:
        return "toInt64(0)"
    value = made.value_of(of, distinct=False)
    return f"ifNull(toInt64(round(if(abs({value}) <= {MOST_VALUE}, {value}, 0) * 1000000)), 0)"


def conversions(query: AttributionQuery, made: Statement) -> str:
    """Rows that are a conversion, a refund or what one has to follow: person, moment, day, what decides within a
    millisecond, which it is in bits, its value and its value as a refund in millionths, what tells conversions apart.
    """
    flags, figures = _flags(query), query.rows.figures
    told = " + ".join(f"{bit} * toUInt8({flag})" for bit, flag in flags)
    own, back = (figures[n].operand if n < len(figures) else None for n in (0, 1))
    several = len(flags) > 1
    where = f"WHERE {' OR '.join(flag for _, flag in flags)}" if several else ""
    key = "toLowCardinality(g0)" if query.keyed else "toUInt8(0)"
    return f"""
SELECT toUInt32(person) AS person, at, toUInt16(toDate(on)) AS on, place, came, launch, toUInt8({told}) AS bits,
    {_millionths(made, own)} AS value, {_millionths(made, back)} AS back, {key} AS key
FROM
{made.table()}
{where}
{_DICTIONARY}
"""


def _persons(query: AttributionQuery, made: Statement) -> str:
    """Those with a conversion."""
    converts = _flags(query)[0][1]
    where = f" WHERE {converts}" if len(query.rows.events) > 1 else ""
    return f"SELECT DISTINCT person FROM {made.table()}{where}"


def touches(
    query: AttributionQuery, made: Statement, moved: Moved, *, converted: bool = True, bare: bool = False
) -> str:  # fmt: skip
    """Launches of those who converted (of all others, where `converted` is False): person, moment, launch, kind, and
    the values by which they are told apart. {touch_start:Date} and {end:Date} are bound.
    """
    some = f"person GLOBAL {'IN' if converted else 'NOT IN'} ({_persons(query, made)})"
    found = [of_each_shard(_built(query, made))]
    if made.tail:
        found.append(f"({_later(query, made, moved)})")
    asked = " AND ".join([some, *(["kind != 0"] if query.touches == "sourced" else [])])
    rows = "\nUNION ALL ".join(f"SELECT * FROM\n{one}\nWHERE {asked}" for one in found)
    return f"""
{rows}
{"" if bare else _DICTIONARY}
"""


def _values(query: AttributionQuery, made: Statement, place: str) -> Sequence[str]:
    for one in query.by:
        made.bound.values.update(getattr(one, "parameters", {}))
    return [touch.value(one, place) for one in query.by]


def _built(query: AttributionQuery, made: Statement) -> str:
    """Launches of the days that are made."""
    groups = "".join(
        f", toLowCardinality({value}) AS g{n}"
        for n, value in enumerate(_values(query, made, "sessions"))
    )
    return f"""
    SELECT person, toUnixTimestamp64Milli(start) AS at, session AS launch, {touch.KIND} AS kind{groups}
    FROM {OWN}sessions
    WHERE app = {{app:UInt32}} AND day BETWEEN {{touch_start:Date}} AND {{end:Date}} AND {CURRENT}
        AND traffic = {{traffic:String}}"""


def _later(query: AttributionQuery, made: Statement, moved: Moved) -> str:
    """Launches that began since the newest build. One without a session of its own is a touch once its day is made."""
    person, join = person_of(moved)
    values = _values(query, made, "events")
    inner = "".join(f", {value} AS o{n}" for n, value in enumerate(values))
    outer = "".join(f", toLowCardinality(argMin(o{n}, k)) AS g{n}" for n in range(len(values)))
    rows = "\n        UNION ALL".join(
        f"""
        SELECT {person} AS who, toUnixTimestamp64Milli(ts) AS began, session, (ts, seq, load, record, i) AS k,
            {touch.KIND} AS of_kind{inner}
        FROM {OWN}events AS e{join}
        WHERE {half} AND day BETWEEN {{touch_start:Date}} AND {{end:Date}} AND {_OPENS} AND session != 0"""
        for half in LATER
    )
    return f"""
    SELECT toUInt32(who) AS person, min(began) AS at, session AS launch, argMin(of_kind, k) AS kind{outer}
    FROM
    {of_each_shard(rows)}
    WHERE (who, session) GLOBAL NOT IN
    (
        SELECT toUInt32(person), session FROM sessions
        WHERE app = {{app:UInt32}} AND day BETWEEN {{newest:Date}} - 1 AND {{newest:Date}} AND {CURRENT}
            AND traffic = {{traffic:String}}
    )
    GROUP BY who, session"""


def sets(query: AttributionQuery, made: Statement, moved: Moved) -> str:
    """Of those who had a touch in the range and did not convert: how many had each set of groups in it and the window
    before, a bit a group that {shown:Array(String)} names and one behind them for all others. {first_ms:Int64} is where
    the range begins, {since_ms:Int64} where the window before it does.
    """
    group = f", {BETWEEN!r}, ".join(f"toString(g{n})" for n in range(len(query.by)))
    one = f"concat({group})" if len(query.by) > 1 else group
    shown = "{shown:Array(String)}"
    place = f"transform({one}, {shown}, range(length({shown})), length({shown}))"
    return f"""
SELECT mask, count() FROM
(
    SELECT person, groupBitOr(bitShiftLeft(toUInt32(1), {place})) AS mask
    FROM
    ({touches(query, made, moved, converted=False, bare=True)}
    )
    WHERE at >= {{since_ms:Int64}}
    GROUP BY person
    HAVING max(at) >= {{first_ms:Int64}}
)
GROUP BY mask
ORDER BY mask
"""
