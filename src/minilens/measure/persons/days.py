"""Who stands behind a figure about days or moments: the set that its measure declares, from the rows it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure import regions
from minilens.measure.days import sql
from minilens.measure.days.columns import BEHIND, columns
from minilens.measure.days.run import answer
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.events.columns import OTHERS
from minilens.measure.measures import Measure
from minilens.measure.persons.query import Found, Place, once
from minilens.measure.plan import Plan, Tail, plan
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.span import Span
from minilens.measure.table import Cell
from minilens.measure.values import People
from minilens.period import Range, milliseconds, next_bucket
from minilens.warehouse.engine import Answer, Engine

#: Sets that days know of launches alone: of other rows sessions tell who launched.
_OF_LAUNCHES = ("openers", "new_openers")
_NOBODY = np.zeros(0, np.int64)


def behind(engine: Engine, query: Query, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whose rows a figure is made of."""
    asked = _Asked.of(regions.as_told(engine, query), place)
    over = asked.over()
    known = (
        as_of.as_of.astimezone(ZoneInfo(query.timezone or "UTC"))
        if asked.by_moment
        else as_of.today
    )
    if asked.unanswered or (asked.bucket is not None and asked.bucket > known):
        return once(_NOBODY)
    told = _Told()
    where = _where(asked, told, lambda: _shown(engine, asked, as_of, made))
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    best = asked.plan(over)
    named = snapshot.values(best.query, [over])
    text = _statement(best, snapshot.tail(best, named), where)
    found = engine.arrow(text, named | told.values)
    return once(np.asarray(found.column("number").to_numpy(), np.int64))


def check(query: Query, place: Place) -> None:
    """Refused, naming the part, where there is no such figure, or nobody behind it."""
    asked = _Asked.of(query, place)
    known = [*(one.name for one in query.values), *_time(asked.query)]
    for name in place.keys:
        if name not in known:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, known))
    asked.over()


def _time(query: Query) -> tuple[str, ...]:
    """The key that tells its rows apart by time."""
    if query.time in ("hour", "minutes") or query.moments:
        return ("moment",)
    return ("day",) if query.time else ()


@dataclass(frozen=True)
class _Asked:
    """A measure of a question and the row of it, as far as one is named."""

    query: Query
    measure: Measure
    keys: dict[str, Cell]

    @staticmethod
    def of(query: Query, place: Place) -> _Asked:
        """The question beside nothing else; Refused where the measure is none of it, or nobody's."""
        every = {one.name: one for one in query.measures}
        name = place.measure or query.measures[0].name
        if name not in every:
            raise Refused(
                "unknown_choice", "measure", got=name[:40], hint=did_you_mean(name, every)
            )
        if not every[name].has_persons:
            raise Refused("no_persons_behind", "measure", got=name)
        moments = replace(query.moments, compare=None) if query.moments else None
        alone = replace(query, compare=None, cutoff=None, sort_by="value", moments=moments)
        if not (query.values or query.moments or query.time):
            alone = replace(alone, dimensions=("day",))
        return _Asked(alone, every[name], place.keys)

    @property
    def by_moment(self) -> bool:
        """Whether its rows are told apart by moments."""
        return self.query.time in ("hour", "minutes")

    @property
    def bucket(self) -> date | None:
        """The day or moment of the row; None where it has none. Refused where it is none."""
        (name,) = _time(self.query) or ("",)
        if self.query.time is None or self.keys.get(name) is None:
            return None
        said = str(self.keys[name])
        try:
            found = datetime.fromisoformat(said)
        except ValueError:
            raise Refused("bad_date", f"row.{name}", got=said[:40]) from None
        if not self.by_moment:
            return found.date()
        return (
            found if found.tzinfo else found.replace(tzinfo=ZoneInfo(self.query.timezone or "UTC"))
        )

    @property
    def unanswered(self) -> bool:
        """Whether the figure is unknown, whatever happened."""
        return self.measure in plan(self.query).unavailable

    def over(self) -> Range | Span:
        """The days or the span of its rows."""
        query, first = self.query, self.bucket
        if query.moments:
            return (
                query.moments.span if query.time or not query.values else query.moments.counted[0]
            )
        if first is None:
            return query.range
        if isinstance(first, datetime):
            day = first.astimezone(ZoneInfo(query.timezone or "UTC")).date()
            start, end = day, day
        else:
            grain = query.grain
            start = max(first, query.range.start)
            end = min(next_bucket(first, grain) - timedelta(days=1), query.range.end)
        if start > end or not query.range.start <= start <= query.range.end:
            raise Refused("day_outside", "row.day", got=str(first)[:40])
        return Range(start, end)

    def plan(self, over: Range | Span) -> Plan:
        """Where the rows of the figure are read from, such that they know whose they are."""
        query, people = self.query, self.measure.value.persons
        apart = query.dimensions if self._told_apart else ()
        time = query.time if self.bucket is not None else None
        dimensions = tuple(one for one in apart if one == time or one in query.values)
        if not query.values and time:
            dimensions = (time,)
        elif not query.values and not query.moments:
            dimensions = ("day",)
        narrow = replace(query, dimensions=dimensions, sort=None, search="")
        narrow = replace(narrow, range=over) if isinstance(over, Range) else narrow
        found = plan(replace(narrow, measures=(self.measure,)))
        set_of = replace(self.measure, value=People(people), share_of="")
        found = replace(found, query=replace(narrow, measures=(set_of,)), unavailable=frozenset())
        if found.source == "order":
            return replace(found, dimension="")
        if found.of_touch:  # days say how many they were, and not who
            return replace(found, source="touches", dimension="")
        launched = any(one.of_launches for one in query.values) or any(
            one.dimension.of_launches for clause in query.filters for one in clause
        )
        apart_from_days = people in BEHIND or (people in _OF_LAUNCHES and not launched)
        if found.source == "days" and apart_from_days:
            return replace(found, source="visits", dimension="")
        return found

    @property
    def _told_apart(self) -> bool:
        """Whether values tell rows apart: of all together they do where nothing but a page has the figure."""
        named = any(one.name in self.keys for one in self.query.values)
        return named or self.measure.scope in ("pages", "order") or self.query.time is not None


@dataclass(frozen=True)
class _Told:
    """Values that the statement names besides."""

    values: dict[str, object] = field(default_factory=dict)

    def __call__(self, value: object, kind: str) -> str:
        """What stands for a value in the statement."""
        name = f"row_{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"


def _where(asked: _Asked, told: _Told, shown: object) -> list[str]:
    """Conditions on the rows: their part, their bucket, their values."""
    found = ["n = 0"]
    query, first = asked.query, asked.bucket
    if first is not None:
        time = sql.BUCKETS[str(query.time)]
        sign = "<=" if asked.measure.scope == "everyone" else "="
        if isinstance(first, datetime):
            found.append(f"{time} {sign} {told(milliseconds(first.astimezone(UTC)), 'Int64')}")
        else:
            found.append(f"{time} {sign} {told(first, 'Date')}")
    some = {
        name: asked.keys[one.name] for name, one in query.columns.items() if one.name in asked.keys
    }
    if OTHERS in some.values():
        assert callable(shown)
        names = ", ".join(f"toString({name})" for name in query.columns)
        rows = [
            f"tuple({', '.join(str(told(str(cell), 'String')) for cell in row)})" for row in shown()
        ]
        return [*found, *([f"tuple({names}) NOT IN ({', '.join(rows)})"] if rows else [])]
    for name, value in some.items():
        unknown = query.columns[name].unknown
        values = list(unknown) if value is None or value in unknown else [str(value)]
        found.append(f"toString({name}) IN {told(values, 'Array(String)')}")
    return found


def _shown(engine: Engine, asked: _Asked, as_of: AsOf, made: Answer) -> Iterable[tuple[Cell, ...]]:
    """The values that have a row of their own."""
    keys = len(asked.query.values)
    table = answer(engine, asked.query, today=as_of.today, as_of=as_of.as_of, made=made)
    return dict.fromkeys(row[:keys] for row in table.rows)


def _statement(best: Plan, tail: Tail, where: list[str]) -> str:
    """SQL of the persons of a set, in order."""
    (measure,) = best.query.measures
    (people,) = measure.value.people
    return f"""
SELECT toInt64(arrayJoin(bitmapToArray(groupBitmapMergeState({people})))) AS number
FROM
    ({sql.rows(best, columns((measure,)), tail)}
    )
WHERE {" AND ".join(where)}
ORDER BY number
"""
