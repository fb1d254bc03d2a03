"""SQL of persons and the periods in which they were active: a row a person and period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minilens.identity.moves import Moved
from minilens.measure.activity.query import Unit
from minilens.measure.events.condition_sql import Place
from minilens.measure.events.query import EventsQuery
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import ANY_NAME, Statement

_DAY: dict[Place, tuple[str, ...]] = {"actions": ("day AS on",), "events": ("day AS on",)}
#: The place of a row in the one order of all rows: time, sequence in the session, arrival, session.
_PLACE = """bitShiftLeft(toUInt256(toUInt64(at)), 145) + bitShiftLeft(toUInt256(if(place = 0, 65536, place)), 128)
        + bitShiftLeft(toUInt256(came), 64) + toUInt256(launch)"""
#: So many persons and periods, or stretches, are looked at: some forty bytes each, and a gigabyte in all.
MOST_PAIRS = 30_000_000
#: A sum of whole millionths leaves the engine in two halves, so that nothing of it is lost.
HALF = 1 << 31
_MILLIONTHS = "toInt128(round(ifNull(v0, 0) * 1000000))"


@dataclass(frozen=True)
class Pairs:
    """What is asked of each person and period.

    `first`: the first day of period 0; of hours its first moment is bound as `first_ms`. `before`: earlier rows count,
    as period -1. The first event of `query` is the one that starts; `returns`: its second one is the return, else the
    first is that as well. `at_least`: so many returns make one, more than `at_most` (0: any number) make none.
    `ordered`: it is asked whether they came behind the first start. `begins`: it is asked who had the last event;
    `holds`: and whether the first of these is a start. `every`: so many of the unit are a period; `person`: of whom
    alone it is asked, 0 for everybody. `value`: numbers of the returns are added up. `grouped`: the values of the first
    start are told. `moments`: also those of the first start and of the last return, in milliseconds.
    """

    query: EventsQuery
    unit: Unit
    first: date
    at_least: int = 1
    before: bool = False
    returns: bool = False
    ordered: bool = False
    begins: bool = False
    holds: bool = False
    value: bool = False
    grouped: bool = False
    moments: bool = False
    every: int = 1
    person: int = 0
    at_most: int = 0

    @property
    def needs_order(self) -> bool:
        """Whether rows of a period have to be told apart."""
        return self.ordered or self.holds or self.grouped or self.moments

    @property
    def needs_time(self) -> bool:
        """Whether the day of a row is not enough."""
        return self.needs_order or self.unit == "hour"

    @property
    def only_who(self) -> bool:
        """Whether nothing is asked but who started and who returned, by however few events."""
        return len(dict(_columns(self))) == 2 and self.at_least == 1 and not self.at_most

    @property
    def of_first(self) -> str:
        """SQL of whether a row is the first event."""
        return "true" if len(self.query.events) == 1 else "c0"

    @property
    def of_return(self) -> str:
        """SQL of whether a row is a return."""
        return "c1" if self.returns else self.of_first


def statement(asked: Pairs, moved: Moved, *, tail: bool) -> Statement:
    """What the rows are read by."""
    named = "name IN {names:Array(String)}"
    if not all(one.events for one in asked.query.events):
        named = f"({named} OR {ANY_NAME})" if asked.query.named else ANY_NAME
    besides = BESIDES if asked.needs_time else _DAY
    return Statement(asked.query, moved, tail, besides=besides, named=named)


def pairs(asked: Pairs, made: Statement) -> str:
    """Person and period, and what is asked of both: `started`, `returned` and the like are 0 or 1."""
    columns = dict(_columns(asked))
    told = [name for name in columns if not name.startswith("_")]
    return f"""
SELECT {", ".join(["person", "period", *told])}
FROM
(
    SELECT person, period, {", ".join(f"{value} AS {name}" for name, value in columns.items())}
    FROM
    {_rows(asked, made)}
    GROUP BY person, period
)
LIMIT {MOST_PAIRS + 1}
"""


def _rows(asked: Pairs, made: Statement) -> str:
    """The rows that count, with their periods."""
    place = f", {_PLACE} AS place_of_row" if asked.needs_order else ""
    any_of = " OR ".join(f"c{n}" for n in range(len(asked.query.events)))
    some = [] if asked.before else ["on >= {first:Date}"]
    some += [f"({any_of})"] if len(asked.query.events) > 1 else []
    some += [f"person = {asked.person:d}"] if asked.person else []
    where = f"\n        WHERE {' AND '.join(some)}" if some else ""
    return made.table(
        around=f"SELECT *, {_period(asked)} AS period{place} FROM ({{}}\n        ){where}"
    )


def sets(asked: Pairs, made: Statement) -> str:
    """Where it is `only_who` that is asked: of each period lists of those who started and of those who returned, each
    person once: far less than pairs, to make and to hand over. A period may come once of each shard. Lists are empty
    where there are more pairs than are looked at; `pairs` says how many there are.
    """
    start, back = asked.of_first, asked.of_return
    made_of, every = {"started": start}, "started"
    if back != start:
        made_of["returned"], every = back, "bitmapOr(started, returned)"
    states = ", ".join(
        f"groupBitmapStateIf(person, {value}) AS {name}" for name, value in made_of.items()
    )
    lists = ", ".join(
        f"if(pairs > {MOST_PAIRS}, CAST([], 'Array(UInt32)'), bitmapToArray({name})) AS who_{name}"
        for name in made_of
    )
    return f"""
SELECT period, sum(bitmapCardinality({every})) OVER () AS pairs, {lists}
FROM
(
    SELECT period, {states}
    FROM
    {_rows(asked, made)}
    GROUP BY period
)
"""


def stretches(asked: Pairs, made: Statement) -> str:
    """Person and stretch of {length:Int64} milliseconds since 1970, and the moments of the first and the last return in
    it: of these alone it can be told which blocks of that length, wherever they begin, hold one."""
    some = [*([] if asked.before else ["on >= {first:Date}"]), asked.of_return]
    some += [f"person = {asked.person:d}"] if asked.person else []
    return f"""
SELECT person, intDiv(at, {{length:Int64}}) AS stretch, min(at) AS least, max(at) AS most
FROM
{made.table()}
WHERE {" AND ".join(some)}
GROUP BY person, stretch
LIMIT {MOST_PAIRS + 1}
"""


def _period(asked: Pairs) -> str:
    """SQL of how many periods behind the first one a day lies; -1 where it lies before it."""
    if asked.unit == "hour":
        hours = f"intDiv(toInt64(at) - {{first_ms:Int64}}, {3_600_000 * asked.every})"
        return f"toInt32(if(toInt64(at) < {{first_ms:Int64}}, -1, {hours}))"
    number = {
        "day": "toInt32(on) - toInt32({first:Date})",
        "week": "intDiv(toInt32(on) - toInt32({first:Date}), 7)",
        "month": "toInt32(toYear(on) * 12 + toMonth(on)) - toInt32(toYear({first:Date}) * 12 + toMonth({first:Date}))",
    }[asked.unit]
    if asked.every > 1:
        number = f"intDiv({number}, {asked.every:d})"
    return f"toInt32(if(on < {{first:Date}}, -1, {number}))"


def _columns(asked: Pairs) -> Iterator[tuple[str, str]]:
    """Names and SQL; those that begin with a line below only serve others."""
    start, back = asked.of_first, asked.of_return
    yield "started", f"toUInt8(max({start}))"
    yield "returned", f"toUInt8({_enough(asked)})"
    if asked.needs_order:
        yield "_first", f"minIf(place_of_row, {start})"
    if asked.moments:
        yield "start_at", f"minIf(toInt64(at), {start})"
        yield "back_at", f"maxIf(toInt64(at), {back})"
    begin = f"c{len(asked.query.events) - 1}"
    if asked.begins:
        yield "begun", f"toUInt8(max({begin}))"
    if asked.holds:
        yield "holds", f"toUInt8(started AND minIf(place_of_row, {begin}) = _first)"
    if asked.value:
        yield from _halves(f"sumIf({_MILLIONTHS}, {back})", "added")
    if asked.ordered:
        yield from _behind(asked, back)
    if asked.grouped:
        names = [f"g{n}" for n in range(len(asked.query.groups))]
        yield "_groups", f"argMinIf(tuple({', '.join(names)}), place_of_row, {start})"
        yield from ((f"group{n}", f"tupleElement(_groups, {n + 1})") for n in range(len(names)))


def _enough(asked: Pairs) -> str:
    """SQL of whether there are returns, as many as are asked for."""
    if asked.at_most:
        return f"countIf({asked.of_return}) BETWEEN {asked.at_least:d} AND {asked.at_most:d}"
    if asked.at_least == 1:
        return f"max({asked.of_return})"
    return f"countIf({asked.of_return}) >= {asked.at_least:d}"


def _behind(asked: Pairs, back: str) -> Iterator[tuple[str, str]]:
    """What of the returns came behind the first start of the period."""
    if asked.at_least == 1 and not asked.value:
        yield "again", f"toUInt8(started AND maxIf(place_of_row, {back}) > _first)"
        return
    number = _MILLIONTHS if asked.value else "toInt128(0)"
    yield "_returns", f"groupArrayIf((place_of_row, {number}), {back})"
    yield "_later", "arrayFilter(x -> started AND x.1 > _first, _returns)"
    yield "again", f"toUInt8(length(_later) >= {asked.at_least:d})"
    if asked.value:
        yield from _halves("arraySum(x -> x.2, _later)", "added_again")


def _halves(total: str, name: str) -> Iterator[tuple[str, str]]:
    yield f"_{name}", total
    yield f"{name}_high", f"toInt64(intDiv(_{name}, {HALF}))"
    yield f"{name}_low", f"toInt64(_{name} % {HALF})"
