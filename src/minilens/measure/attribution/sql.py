"""SQL of conversions, and of the launches that may have brought them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minilens.identity.moves import Moved, person_of
from minilens.measure.attribution import touch
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.days.day_rows import CURRENT, LATER
from minilens.measure.events.operand import Operand
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import Statement
from minilens.warehouse.bitmaps import holds
from minilens.warehouse.sharding import OWN, of_each_shard

#: Bits of a row: it is a conversion, a refund, what a conversion has to follow.
CONVERSION, REFUND, BASE = 1, 2, 4
#: Numbers beyond have no part: their millionths would not be whole numbers of 64 bits.
MOST_VALUE = 4_000_000_000_000
_OPENS = "name IN ('page_view', 'app_launch', 'app_show')"
#: Between the values of a group in one text.
BETWEEN = "\x1f"
#: Columns of `later` by which the first event of a launch is the first.
KEY = ("at", "seq", "load", "record", "i")
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


def touches(query: AttributionQuery, made: Statement, converted: Any) -> str:
    """Launches of the days that are made, of those with these numbers: person, moment, launch, kind, and the values by
    which they are told apart. {touch_start:Date} and {end:Date} are bound.
    """
    return f"""
SELECT * FROM
{of_each_shard(_built(query, made))}
WHERE {_counts(query, holds(converted, "person"))}
{_DICTIONARY}
"""


def _counts(query: AttributionQuery, who: str) -> str:
    """What a touch has to be, besides somebody's."""
    return " AND ".join([who, *([f"kind != {touch.DIRECT}"] if query.touches == "sourced" else [])])


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


def later(query: AttributionQuery, made: Statement, moved: Moved, converted: Any = None) -> str:
    """Launches that began since the newest build, those of persons with these numbers where any are given; a launch
    may come once of each shard: the columns of `KEY` say which is the first. One without a session of its own is a
    touch once its day is made.
    """
    person, join = person_of(moved)
    values = _values(query, made, "events")
    inner = "".join(f", {value} AS o{n}" for n, value in enumerate(values))
    outer = "".join(f", toLowCardinality(argMin(o{n}, k)) AS g{n}" for n in range(len(values)))
    rows = "\n        UNION ALL".join(
        f"""
        SELECT {person} AS who, session, (toUnixTimestamp64Milli(ts), seq, load, record, i) AS k,
            {touch.KIND} AS of_kind{inner}
        FROM {OWN}events AS e{join}
        WHERE {half} AND day BETWEEN {{touch_start:Date}} AND {{end:Date}} AND {_OPENS} AND session != 0"""
        for half in LATER
    )
    key = ", ".join(f"tupleElement(min(k), {n}) AS {name}" for n, name in enumerate(KEY, start=1))
    some = "" if converted is None else f"\nWHERE {holds(converted, 'toUInt32(who)')}"
    return f"""
SELECT toUInt32(who) AS person, session AS launch, {key}, argMin(of_kind, k) AS kind{outer}
FROM
{of_each_shard(rows)}{some}
GROUP BY who, session
{_DICTIONARY}
"""


def known(persons: Any) -> str:
    """Launches of some persons, which the days around the newest build have already: person and launch."""
    rows = f"""
    SELECT person, session AS launch FROM {OWN}sessions
    WHERE app = {{app:UInt32}} AND day BETWEEN {{newest:Date}} - 1 AND {{newest:Date}} AND {CURRENT}
        AND traffic = {{traffic:String}}"""
    return f"SELECT * FROM {of_each_shard(rows)} WHERE {holds(persons, 'toUInt32(person)')}"


def sets(query: AttributionQuery, made: Statement, converted: Any) -> str:
    """Of those who did not convert and had a touch in the range or the window before, by the built days: of each group
    that {shown:Array(String)} names its place there, one behind them for all others, and lists of who had it (`who`),
    and who in the range (`inside`). A place may come once of each shard. {first_ms:Int64} is where the range begins,
    {since_ms:Int64} where the window before it does.
    """
    groups = [f"g{n}" for n in range(len(query.by))]
    one = f", {BETWEEN!r}, ".join(f"toString({name})" for name in groups)
    one = f"concat({one})" if len(groups) > 1 else one
    shown = "{shown:Array(String)}"
    others = f"NOT {holds(converted, 'person')} AND at >= {{since_ms:Int64}}"
    return f"""
SELECT toUInt8(transform({one}, {shown}, range(length({shown})), length({shown}))) AS place,
    bitmapToArray(groupBitmapMergeState(some)) AS who, bitmapToArray(groupBitmapMergeState(recent)) AS inside
FROM
(
    SELECT {", ".join(groups)}, groupBitmapState(person) AS some,
        groupBitmapStateIf(person, at >= {{first_ms:Int64}}) AS recent
    FROM
    {of_each_shard(_built(query, made))}
    WHERE {_counts(query, others)}
    GROUP BY {", ".join(groups)}
)
GROUP BY place
"""
