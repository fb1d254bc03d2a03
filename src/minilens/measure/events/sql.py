"""SQL of a question about events: rows of what happened, and figures over them.

Actions as builds keep them lie together by event, which is what makes a question about one of many events cheap; what
came after the newest build is read from the events. What actions do not know (the phone, time on a page, …) has
the events of all these days read instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from minilens.identity.moves import Moved, person_of
from minilens.measure.days.day_rows import CURRENT, LATER
from minilens.measure.dimensions import Dimension
from minilens.measure.events import conversion_sql, formula, told_once
from minilens.measure.events.calls import LEVELS, Call, How
from minilens.measure.events.condition_sql import NOTHING, Bound, Place, Rows
from minilens.measure.events.kept import asks_newness, is_kept
from minilens.measure.events.marks import any_of, marks
from minilens.measure.events.one_table import Read
from minilens.measure.events.operand import Operand
from minilens.measure.events.periods import BEGINS
from minilens.measure.events.query import Counted, EventsQuery, Figure, Formula, Pair
from minilens.measure.events.row_order import BESIDES
from minilens.measure.virtual import sql as virtual
from minilens.period import milliseconds
from minilens.reference.events import TECHNICAL
from minilens.warehouse.sharding import OWN, of_each_shard

#: The rows of a question.
_FIRST = "{start:Date}"
DAYS = f"day BETWEEN {_FIRST} AND {{end:Date}}"
OVER = f"app = {{app:UInt32}} AND {DAYS} AND traffic = {{traffic:String}}"
#: What people do, not what phones report of themselves: any activity.
ANY_NAME = f"name NOT IN {TECHNICAL}"
#: Who is new, as the days were made.
_NEW = f"""SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
            WHERE {OVER} AND dimension = '' AND {CURRENT}"""


def column(measure: str) -> str:
    """What a measure is called in a statement: not as a column of events is."""
    return f"m_{measure}"


def _once(some: Iterable[Operand | None]) -> list[Operand]:
    return list(dict.fromkeys(one for one in some if one is not None))


@dataclass
class Statement:
    """The statements of one question; `bound` has what they name besides days and builds.

    `besides`: columns of rows besides those that measures and groups need. `named`: SQL of which events are read.
    `only`: rows that are none of the events are left out of all rows, too. `marks`: each says in bits which it is, with
    "alone" in no other way. `tail`: what came after the newest build counts, with "alone" nothing that is kept.
    `back`: rows begin so many days before the range. `shares`: the bound values of a statement that this is part of.
    `more`: by the keys of rows SQL of rows besides these, with the columns `names`.
    """

    query: EventsQuery
    moved: Moved
    tail: bool | Literal["alone"]
    besides: Mapping[Place, Sequence[str]] = field(default_factory=dict)
    named: str = "name IN {names:Array(String)}"
    only: bool = False
    marks: bool | Literal["alone"] = False
    back: int = 0
    shares: Bound | None = None
    more: Callable[[Sequence[str]], list[str]] | None = None

    def __post_init__(self) -> None:
        self.bound = self.shares or Bound({"names": list(self.query.named)})
        self._pairs, until = self.query.pairs, self.query.until
        self._until = self.bound(milliseconds(until), "Int64") if until else ""
        self._single = len(self.query.events) == 1 and not self._pairs
        figures = self.query.figures
        looked = [(one.operand, one.aggregate == "distinct") for one in figures]
        self._numbers = _once(of for of, distinct in looked if not distinct)
        self._texts = _once(of for of, distinct in looked if distinct)
        self._states: dict[Call, int] = {}
        self._groups = [f"g{n}" for n in range(len(self.query.groups))]

    def whole(self) -> str:
        """All of the range at once, and with a length of time each period. Rows: whether it is the whole, the period,
        measures.
        """
        if self.query.grain == "whole":
            return f"""
SELECT 1 AS of_all, {self._measures()}
FROM
(
    {self._made(self._figures("direct"), [])}
)
"""
        return f"""
SELECT of_all, bucket, {self._measures()}
FROM
(
    SELECT grouping(bucket) AS of_all, bucket, {self._figures("merge")}
    FROM
    ({self._parts(["bucket"])}
    )
    GROUP BY GROUPING SETS ((bucket), ())
)
ORDER BY of_all, bucket
"""

    def groups(self) -> str:
        """All of the range at once, then the groups with the most of the leading measure, then all others together.

        Rows: whether it is the whole, how many groups it holds, its place (one behind the last for all others), the
        values of a group, the measures.
        """
        order = "ASC" if self.query.ascending else "DESC"
        last, groups = self.bound(self.query.top + 1, "UInt32"), ", ".join(self._groups)
        values = ", ".join(f"any({name}) AS {name}" for name in self._groups)
        return f"""
SELECT of_all, found, line, {groups}, {self._measures()}
FROM
(
    SELECT grouping(line) AS of_all, count() AS found, line, {values},
    {self._figures("merge")}
    FROM
    (
        SELECT *, least(row_number() OVER (ORDER BY leads {order} NULLS LAST, {groups}), {last}) AS line
        FROM
        (
            SELECT *, {self._finished(self._leads)} AS leads
            FROM
            ({self._parts(self._groups)}
            )
        )
    )
    GROUP BY GROUPING SETS ((line), ())
)
ORDER BY of_all DESC, line
"""

    def by_period(self) -> str:
        """All of the range at once, then each period of the groups with the most of the leading measure, then those of
        all others together: read once, where there are few periods.

        Rows: whether it is the whole, how many groups there are, the place of the group (one behind the last for all
        others), the period, the values of the group, the measures.
        """
        order = "ASC" if self.query.ascending else "DESC"
        last, groups = self.bound(self.query.top + 1, "UInt32"), ", ".join(self._groups)
        values = ", ".join(f"any({name}) AS {name}" for name in self._groups)
        return f"""
SELECT of_all, found, line, bucket, {groups}, {self._measures()}
FROM
(
    SELECT grouping(line) AS of_all, max(place) AS found, line, bucket, {values},
    {self._figures("merge")}
    FROM
    (
        SELECT *, dense_rank() OVER (ORDER BY leads {order} NULLS LAST, {groups}) AS place, least(place, {last}) AS line
        FROM
        (
            SELECT *, {self._finished(self._leads, "beside")} AS leads
            FROM
            ({self._parts(["bucket", *self._groups])}
            )
        )
    )
    GROUP BY GROUPING SETS ((line, bucket), ())
)
ORDER BY of_all DESC, line, bucket
"""

    @property
    def _leads(self) -> Figure | Pair | Formula:
        """The measure that groups are sorted by."""
        return next(one for one in self.query.measures if one.name == self.query.leading)

    def shown(self, values: Sequence[tuple[str, ...]]) -> str:
        """The periods of some groups, and of all others together. Rows: whether it is all others, period, values,
        measures.
        """
        keys = ", ".join(["rest", "bucket", *self._groups])
        return f"""
SELECT {keys}, {self._measures()}
FROM
(
    {self._made(f"{keys}, {self._figures('direct')}", ["bucket", *self._groups], self._told(values))}
    GROUP BY {keys}
)
ORDER BY {keys}
"""

    def every_row(self) -> str:
        """Each row with its person, what stands besides, its groups, and whether it is each of the events."""
        return self._rows(self._groups)

    def table(self, keys: Sequence[str] | None = None, around: str = "{}") -> str:
        """These rows, or every row, as a table, of each shard where none hangs on another; `around`: made of them."""
        rows = around.replace("{}", self._rows(self._groups if keys is None else keys))
        return f"({rows}\n)" if self._pairs or self.more else of_each_shard(rows)

    def value_of(self, of: Operand, *, distinct: bool) -> str:
        """What its rows call a value that a figure is made of, NULL where it has no part in that."""
        return f"t{self._texts.index(of)}" if distinct else f"v{self._numbers.index(of)}"

    @property
    def values(self) -> list[str]:
        """What its rows call the values that figures are made of."""
        looked = (("v", self._numbers), ("t", self._texts))
        return [f"{name}{n}" for name, some in looked for n in range(len(some))]

    def names(self, keys: Sequence[str]) -> list[str]:
        """The columns of rows with these keys, in order, where there are several events."""
        besides = [one.rsplit(" AS ", 1)[1] for one in self.besides.get("events", ())]
        groups = self._groups if self._groups and self._groups[0] in keys else []
        events = [f"c{n}" for n in range(len(self.query.events))]
        time = ["bucket"] if "bucket" in keys else []
        return [*time, "person", *besides, *groups, *self.values, *events]

    def _parts(self, keys: list[str]) -> str:
        """What the measures are made of, by some keys: read once, and put together as often as is needed."""
        self._figures("merge")  # so that every state is known
        states = ", ".join(f"{call('State')} AS s{n}" for call, n in self._states.items())
        named = ", ".join(keys)
        return f"""
        {self._made(f"{named}, {states}", keys)}
        GROUP BY {named}"""

    def _made(self, select: str, keys: Sequence[str], around: str = "{}") -> str:
        """What is made of rows that are of any event: where one table has them, right there."""
        narrowed = not self._single and any(one.narrowed for one in self.query.events)
        some = " OR ".join(f"c{n}" for n in range(len(self.query.events))) if narrowed else ""
        as_they_are = around == "{}" and not (self._pairs or self.more or self.back)
        read = self._read(keys) if as_they_are else []
        if len(read) == 1 and read[0].alone:
            return read[0].made(select, [f"({some})"] if some else [])
        return (
            f"SELECT {select}\n    FROM\n    {self.table(keys, around)}{some and f' WHERE {some}'}"
        )

    def _told(self, values: Sequence[tuple[str, ...]]) -> str:
        """Made of rows: whether they are of a group that is shown; those of all others lose their values."""
        kinds = ", ".join("String" for _ in self._groups)
        told = self.bound(list(values), f"Array(Tuple({kinds}))")
        names = ", ".join(f"if(rest, '', {name}) AS {name}" for name in self._groups)
        return f"""
        SELECT * EXCEPT ({", ".join(self._groups)}), {names}
        FROM (SELECT *, tuple({", ".join(self._groups)}) NOT IN {told} AS rest FROM ({{}}
        ))"""

    def _measures(self) -> str:
        """The measures over columns that are figures."""
        return ", ".join(
            column(one.name)
            if not isinstance(one, Formula)
            else f"{formula.sql(one.node, column, self.bound)} AS {column(one.name)}"
            for one in self.query.measures
        )

    def _figures(self, how: How) -> str:
        return ", ".join(
            f"{self._figure(one, how)} AS {column(one.name)}"
            for one in self.query.measures
            if not isinstance(one, Formula)
        )

    def _finished(self, one: Figure | Pair | Formula, how: How = "finish") -> str:
        """A measure of one row of parts, or of those of its group."""
        if not isinstance(one, Formula):
            return self._figure(one, how)
        named = {other.name: other for other in self.query.measures}
        return formula.sql(one.node, lambda name: self._finished(named[name], how), self.bound)

    def _figure(self, one: Figure | Pair, how: How) -> str:
        """A figure over the rows of its event, or over states of its aggregates."""

        def of(name: str, *values: str, level: str = "", among: str = f"c{one.of}") -> str:
            behind = () if self._single else (among,)
            call = Call(name, (*values, *behind), level, combined="" if self._single else "If")
            if how == "direct":
                return call()
            place = self._states.setdefault(call, len(self._states))
            if how == "finish":
                return f"finalizeAggregation(s{place})"
            merged = call("Merge", f"s{place}")
            beside = f" OVER (PARTITION BY {', '.join(self._groups)})" if how == "beside" else ""
            return f"{merged}{beside}"

        if not isinstance(one, Figure):
            return conversion_sql.share(self._pairs.index(one), one, of)
        total, persons = of("count"), of("groupBitmap", "person")
        if one.aggregate in ("total", "persons"):
            return total if one.aggregate == "total" else persons
        if one.aggregate == "per_person":
            return f"{total} / nullIf({persons}, 0)"
        assert one.operand is not None
        if one.aggregate == "distinct":
            return of("uniqExact", f"t{self._texts.index(one.operand)}")
        v = f"v{self._numbers.index(one.operand)}"
        if one.aggregate in ("min", "max"):
            return of(one.aggregate, v)
        if one.aggregate in LEVELS:
            return of("quantileExactInclusive", v, level=f"({LEVELS[one.aggregate]})")
        # of whole millionths, so that it is the same in any order
        added = f"ifNull(toFloat64({of('sum', f'toInt128(round({v} * 1000000))')}) / 1000000, 0)"
        under = {"sum_per_person": persons, "mean": of("count", v)}.get(one.aggregate)
        return f"{added} / nullIf({under}, 0)" if under else added

    def _rows(self, keys: Sequence[str]) -> str:
        """What counts, with the columns that these keys and the measures need."""
        since = f"{_FIRST} - {self.back}" if self.back else _FIRST
        found = [one.rows().replace(_FIRST, since) for one in self._read(keys)]
        rows = "\n        UNION ALL".join(found + (self.more(keys) if self.more else []))
        return conversion_sql.marked(rows, self._pairs, self._until) if self._pairs else rows

    def _read(self, keys: Sequence[str]) -> list[Read]:
        """The same of each table that is read."""
        if not is_kept(self.query):
            return [self._of(OVER, "events", keys)]
        kept = [self._of(f"{OVER} AND {CURRENT}", "actions", keys)] if self.tail != "alone" else []
        later = [f"{half} AND {DAYS}" for half in LATER if self.tail]
        return [*kept, *(self._of(one, "events", keys) for one in later)]

    def _of(self, over: str, place: Place, keys: Sequence[str]) -> Read:
        """What of one place counts."""
        person, join = ("person", "") if place == "actions" else person_of(self.moved)
        rows = Rows(place, person, self.query.timezone, self.bound)
        columns = [f"{BEGINS[self.query.grain]} AS bucket"] if "bucket" in keys else []
        columns.append(f"{person} AS person")
        columns += BESIDES[place] if self._pairs else self.besides.get(place, ())
        for n, one in enumerate(self._pairs):
            columns += [
                f"{self._group(rows, each)} AS {conversion_sql.held(n, k)}"
                for k, each in enumerate(getattr(one, "held", ()))
            ]
        if self._groups and self._groups[0] in keys:
            columns += [
                f"{self._group(rows, one)} AS g{n}" for n, one in enumerate(self.query.groups)
            ]
        columns += [f"{rows.form(one, 'number')} AS v{n}" for n, one in enumerate(self._numbers)]
        columns += [f"{self._text(rows, one)} AS t{n}" for n, one in enumerate(self._texts)]
        columns += self._which(rows)
        asked = [over, self.named]
        if self._until and not self._pairs:
            asked.append(f"toUnixTimestamp64Milli(ts) < {self._until}")
        asked += ["kind != 'profile'"] if place == "events" else []
        asked += [f"({rows.all_of(self.query.where)})"] if self.query.where.parts else []
        if once := self.query.once_told:
            asked.append(told_once.counts(place, once, self.bound))
        if self._single:
            asked += self._own(rows, self.query.events[0])
        elif self.only and any(one.narrowed for one in self.query.events):
            asked.append(any_of(self.query.events, partial(self._is, rows), self.bound))
        known = f"WITH (day, {person}) GLOBAL IN ({_NEW}) AS is_new\n        "
        known = known if asks_newness(self.query) else ""
        table = f"{OWN}actions" if place == "actions" else f"{OWN}events AS e{join}"
        return Read(columns, table, asked, known)

    def _which(self, rows: Rows) -> list[str]:
        """Columns of which of the events a row is."""
        is_one, events = partial(self._is, rows), self.query.events
        bare = self._single or self.marks == "alone"
        told = [] if bare else [f"{is_one(n)} AS c{n}" for n in range(len(events))]
        return [*told, f"{marks(events, is_one, self.bound)} AS marks"] if self.marks else told

    def _is(self, rows: Rows, n: int) -> str:
        """Whether a row is one of the events of that place."""
        one = self.query.events[n]
        if one.takes_back is not None:
            return "false"  # they are among the rows besides
        named = f"name IN {self.bound(list(one.events), 'Array(String)')}"
        return " AND ".join([named if one.events else ANY_NAME, *self._own(rows, one)])

    def _own(self, rows: Rows, one: Counted) -> list[str]:
        """What an event must be besides its name."""
        found = [f"({rows.all_of(one.where)})"] if one.where.parts else []
        if one.virtual:
            asked = dict(one.virtual.asked)
            found.append(
                virtual.condition(
                    one.virtual.meaning,
                    dict(one.virtual.others),
                    self.bound,
                    lambda each: rows.holds(asked[each]),
                )
            )
        return found

    def _group(self, rows: Rows, of: Operand) -> str:
        value = rows.form(of, "text")
        return f"toString({value})" if isinstance(of, Dimension) else f"ifNull({value}, {NOTHING})"

    def _text(self, rows: Rows, of: Operand) -> str:
        value = rows.form(of, "text")
        if not isinstance(of, Dimension):
            return value
        none = ", ".join(f"'{one}'" for one in of.unknown)
        return f"if(toString({value}) IN ({none}), NULL, toString({value}))"
