"""What a virtual event would count, looked at before it is saved: of released traffic, as it lies in events now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

from minilens.identity.moves import HAS_MOVED, Moved, person_of
from minilens.measure.days.day_rows import BUILDS, CURRENT
from minilens.measure.dimensions import Dimension
from minilens.measure.events.condition_sql import Rows
from minilens.measure.events.query import Condition
from minilens.measure.ledger.samples import masked
from minilens.measure.virtual.questions import Asks
from minilens.measure.virtual.sql import Bound, condition, names, of_one
from minilens.records.virtual_content import Filter, Matching, Meaning
from minilens.warehouse.engine import Engine

Row = tuple[Any, ...]
#: Days whose matches are counted one by one; days whose conditions are looked at; and samples.
DAYS, BACK, MOST_SAMPLES = 7, 30, 5
#: An event that did not come for so long, though its page was visited, is told of.
SILENT = timedelta(hours=72)
#: So many other virtual events are held against it.
MOST_OTHERS = 50

#: Who is new, as the days were made.
_NEW = f"""SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days WHERE app = {{app:UInt32}}
    AND day BETWEEN {{since:Date}} AND {{today:Date}} AND traffic = 'release' AND dimension = '' AND {CURRENT}"""
_OF = "app = {app:UInt32} AND day BETWEEN {since:Date} AND {today:Date} AND traffic = 'release' AND kind != 'profile'"


@dataclass(frozen=True)
class OfCondition:
    """What one condition matched in the last 30 days."""

    matches: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class MatchSample:
    """One of the newest matches, masked."""

    at: datetime
    name: str
    page: str
    text: str


@dataclass(frozen=True)
class Preview:
    """`days`: each of the last seven with its matches. `shared`: other virtual events → how many of the matches they
    have. `conditions`: in their order. `visits`: of its pages in the last 72 hours. `every_tap`: pages of which it has
    every tap."""

    days: tuple[tuple[date, int], ...]
    persons: int
    samples: tuple[MatchSample, ...]
    shared: Mapping[str, int]
    conditions: tuple[OfCondition, ...]
    visits: int
    every_tap: tuple[str, ...]

    @property
    def matches(self) -> int:
        """Of the seven days."""
        return sum(n for _, n in self.days)

    @property
    def last(self) -> datetime | None:
        """The newest match of the last 30 days."""
        return max((one.last for one in self.conditions if one.last), default=None)


def _no_more(one: Filter) -> NoReturn:
    raise TypeError(one)


@dataclass(frozen=True)
class Asked:
    """Whose preview, of what, on which day and at which moment. `others`: the other virtual events of the app; `asks`:
    what filters about a launch or a person ask, which is known of what the days were made of."""

    app: int
    meaning: Meaning
    others: Mapping[str, Meaning]
    today: date
    now: datetime
    asks: Asks = _no_more


@dataclass
class _Statement:
    """A statement over the events of some days up to today: its parts first, then `ask`."""

    engine: Engine
    asked: Asked
    days: int
    bind: Bound = field(default_factory=Bound)

    def __post_init__(self) -> None:
        moved = Moved(int(self.engine.one(HAS_MOVED, {"app": self.asked.app})))
        self.person, self._join = person_of(moved)
        self._rows = Rows("events", self.person, "UTC", self.bind)
        self._more: list[Condition] = []

    def told(self, one: Filter) -> str:
        """SQL of a filter about a launch or a person."""
        found = self.asked.asks(one)
        self._more.append(found)
        return self._rows.holds(found)

    def holds(self, meaning: Meaning) -> str:
        """SQL of whether an event is one of them."""
        return condition(meaning, self.asked.others, self.bind, self.told)

    def of_one(self, one: Matching) -> str:
        """SQL of one condition."""
        return of_one(one, self.asked.others, self.bind, self.told)

    def named(self) -> str:
        """SQL that leaves only events that can match at all."""
        return f"{_OF} AND {names(self.asked.meaning, self.asked.others, self.bind)}"

    def matching(self) -> str:
        """SQL that leaves the matches."""
        return f"{self.named()} AND {self.holds(self.asked.meaning)}"

    def ask(self, select: str, where: str, rest: str = "", *, joined: bool = False) -> list[Row]:
        """Its rows. `joined`: it names the person."""
        since = self.asked.today - timedelta(days=self.days - 1)
        values = {"app": self.asked.app, "since": since, "today": self.asked.today}
        known = ""
        if self._more:
            values |= self._builds(since)
        if any(
            isinstance(o := one.operand, Dimension) and o.name == "newness" for one in self._more
        ):
            known = f"WITH (day, {self.person}) GLOBAL IN ({_NEW}) AS is_new "
        join = self._join if joined or self._more else ""
        sql = f"{known}SELECT {select} FROM events AS e{join} WHERE {where} {rest}"
        return [tuple(row) for row in self.engine.rows(sql, values | self.bind.values)]

    def _builds(self, since: date) -> dict[str, object]:
        """What is known of launches and of who is new; a launch may have begun the day before."""
        made = self.engine.rows(BUILDS, {"app": self.asked.app})
        current = [
            (r[0], r[1]) for r in made if since - timedelta(days=1) <= r[0] <= self.asked.today
        ]
        return {"start": since, "end": self.asked.today, "traffic": "release", "current": current}


def preview(engine: Engine, asked: Asked) -> Preview:
    """All of it."""
    return Preview(
        days=_days(engine, asked),
        persons=_persons(engine, asked),
        samples=_samples(engine, asked),
        shared=_shared(engine, asked),
        conditions=_conditions(engine, asked),
        visits=_visits(engine, asked),
        every_tap=_every_tap(engine, asked),
    )


def _days(engine: Engine, asked: Asked) -> tuple[tuple[date, int], ...]:
    of = _Statement(engine, asked, DAYS)
    found = {row[0]: row[1] for row in of.ask("day, count()", of.matching(), "GROUP BY day")}
    days = [asked.today - timedelta(days=n) for n in reversed(range(DAYS))]
    return tuple((day, int(found.get(day, 0))) for day in days)


def _persons(engine: Engine, asked: Asked) -> int:
    of = _Statement(engine, asked, DAYS)
    return int(of.ask(f"uniqExact({of.person})", of.matching(), joined=True)[0][0])


def _samples(engine: Engine, asked: Asked) -> tuple[MatchSample, ...]:
    of = _Statement(engine, asked, DAYS)
    select = "toUnixTimestamp64Milli(ts), name, page, toJSONString(props)"
    found = of.ask(select, of.matching(), f"ORDER BY ts DESC LIMIT {MOST_SAMPLES}")
    return tuple(
        MatchSample(
            _moment(at),
            name,
            page,
            masked(json.dumps({"props": props})).removeprefix('{"props":').removesuffix("}"),
        )
        for at, name, page, props in found
    )


def _shared(engine: Engine, asked: Asked) -> dict[str, int]:
    of = _Statement(engine, asked, DAYS)
    others = sorted(asked.others)[:MOST_OTHERS]
    if not others:
        return {}
    where = of.matching()
    told = [f"countIf({of.holds(asked.others[name])})" for name in others]
    (counts,) = of.ask(", ".join(told), where)
    return {name: int(n) for name, n in zip(others, counts, strict=True) if n}


def _conditions(engine: Engine, asked: Asked) -> tuple[OfCondition, ...]:
    of = _Statement(engine, asked, BACK)
    parts = []
    for one in asked.meaning.conditions:
        holds = of.of_one(one)
        first, last = (f"toUnixTimestamp64Milli({how}If(ts, {holds}))" for how in ("min", "max"))
        parts.append(f"countIf({holds}), {first}, {last}")
    (row,) = of.ask(", ".join(parts), of.named())
    return tuple(
        OfCondition(
            int(row[n]),
            _moment(row[n + 1]) if row[n] else None,
            _moment(row[n + 2]) if row[n] else None,
        )
        for n in range(0, len(row), 3)
    )


def _visits(engine: Engine, asked: Asked) -> int:
    of = _Statement(engine, asked, 5)
    on = []
    for one in asked.meaning.conditions:
        if one.pages == "exact":
            on.append(f"page = {of.bind(one.page, 'String')}")
        elif one.pages == "folder":
            on.append(f"startsWith(page, {of.bind(f'{one.page}/', 'String')})")
        else:
            on.append("true")
    since = int((asked.now - SILENT).timestamp() * 1000)
    where = (
        f"{_OF} AND name = 'page_view' "
        f"AND ts >= fromUnixTimestamp64Milli({of.bind(since, 'Int64')}, 'UTC') AND ({' OR '.join(on)})"
    )
    return int(of.ask("count()", where)[0][0])


def _every_tap(engine: Engine, asked: Asked) -> tuple[str, ...]:
    """Of pages with at least 20 taps."""
    of = _Statement(engine, asked, DAYS)
    holds = of.holds(asked.meaning)
    rest = f"GROUP BY page HAVING count() >= 20 AND countIf({holds}) = count() ORDER BY count() DESC LIMIT 5"
    return tuple(str(row[0]) for row in of.ask("page", f"{_OF} AND name = 'click'", rest))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
