"""What a virtual event would count, looked at before it is saved: of released traffic, as it lies in events now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from minilens.identity.moves import HAS_MOVED, Moved, person_of
from minilens.measure.ledger.samples import masked
from minilens.measure.virtual.sql import Bound, condition, names, of_one
from minilens.records.virtual_content import Meaning
from minilens.warehouse.engine import Engine

#: Days whose matches are counted one by one; days whose conditions are looked at; and samples.
DAYS, BACK, MOST_SAMPLES = 7, 30, 5
#: An event that did not come for so long, though its page was visited, is told of.
SILENT = timedelta(hours=72)
#: So many other virtual events are held against it.
MOST_OTHERS = 50

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


@dataclass(frozen=True)
class Asked:
    """Whose preview, of what, on which day and at which moment. `others`: the other virtual events of the app."""

    app: int
    meaning: Meaning
    others: Mapping[str, Meaning]
    today: date
    now: datetime


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


def _bounds(asked: Asked, days: int, bind: Bound) -> dict[str, object]:
    since = asked.today - timedelta(days=days - 1)
    return {"app": asked.app, "since": since, "today": asked.today, **bind.values}


def _matching(asked: Asked, bind: Bound) -> str:
    of, others = asked.meaning, asked.others
    return f"{_OF} AND {names(of, others, bind)} AND {condition(of, others, bind)}"


def _days(engine: Engine, asked: Asked) -> tuple[tuple[date, int], ...]:
    bind = Bound()
    sql = f"SELECT day, count() FROM events AS e WHERE {_matching(asked, bind)} GROUP BY day"
    found = {row[0]: row[1] for row in engine.rows(sql, _bounds(asked, DAYS, bind))}
    days = [asked.today - timedelta(days=n) for n in reversed(range(DAYS))]
    return tuple((day, int(found.get(day, 0))) for day in days)


def _persons(engine: Engine, asked: Asked) -> int:
    bind = Bound()
    person, join = person_of(Moved(int(engine.one(HAS_MOVED, {"app": asked.app}))))
    sql = (
        f"SELECT uniqExact({person}) FROM (SELECT actor, person, ts FROM events AS e WHERE {_matching(asked, bind)}) "
        f"AS e{join}"
    )
    return int(engine.one(sql, _bounds(asked, DAYS, bind)))


def _samples(engine: Engine, asked: Asked) -> tuple[MatchSample, ...]:
    bind = Bound()
    sql = (
        "SELECT toUnixTimestamp64Milli(ts), name, page, toJSONString(props) FROM events AS e "
        f"WHERE {_matching(asked, bind)} ORDER BY ts DESC LIMIT {MOST_SAMPLES}"
    )
    return tuple(
        MatchSample(
            _moment(at),
            name,
            page,
            masked(json.dumps({"props": props})).removeprefix('{"props":').removesuffix("}"),
        )
        for at, name, page, props in engine.rows(sql, _bounds(asked, DAYS, bind))
    )


def _shared(engine: Engine, asked: Asked) -> dict[str, int]:
    bind = Bound()
    others = sorted(asked.others)[:MOST_OTHERS]
    if not others:
        return {}
    where = _matching(asked, bind)
    told = [f"countIf({condition(asked.others[name], asked.others, bind)})" for name in others]
    sql = f"SELECT {', '.join(told)} FROM events AS e WHERE {where}"
    counts = engine.rows(sql, _bounds(asked, DAYS, bind))[0]
    return {name: int(n) for name, n in zip(others, counts, strict=True) if n}


def _conditions(engine: Engine, asked: Asked) -> tuple[OfCondition, ...]:
    bind = Bound()
    of = asked.meaning
    parts = []
    for one in of.conditions:
        holds = of_one(one, asked.others, bind)
        first, last = (f"toUnixTimestamp64Milli({of}If(ts, {holds}))" for of in ("min", "max"))
        parts.append(f"countIf({holds}), {first}, {last}")
    sql = f"SELECT {', '.join(parts)} FROM events AS e WHERE {_OF} AND {names(of, asked.others, bind)}"
    row = engine.rows(sql, _bounds(asked, BACK, bind))[0]
    return tuple(
        OfCondition(
            int(row[n]),
            _moment(row[n + 1]) if row[n] else None,
            _moment(row[n + 2]) if row[n] else None,
        )
        for n in range(0, len(row), 3)
    )


def _visits(engine: Engine, asked: Asked) -> int:
    bind = Bound()
    on = []
    for one in asked.meaning.conditions:
        if one.pages == "exact":
            on.append(f"page = {bind(one.page, 'String')}")
        elif one.pages == "folder":
            on.append(f"startsWith(page, {bind(f'{one.page}/', 'String')})")
        else:
            on.append("true")
    since = int((asked.now - SILENT).timestamp() * 1000)
    sql = (
        f"SELECT count() FROM events AS e WHERE {_OF} AND name = 'page_view' "
        f"AND ts >= fromUnixTimestamp64Milli({bind(since, 'Int64')}, 'UTC') AND ({' OR '.join(on)})"
    )
    return int(engine.one(sql, _bounds(asked, 5, bind)))


def _every_tap(engine: Engine, asked: Asked) -> tuple[str, ...]:
    """Of pages with at least 20 taps."""
    bind = Bound()
    holds = condition(asked.meaning, asked.others, bind)
    sql = (
        f"SELECT page FROM events AS e WHERE {_OF} AND name = 'click' GROUP BY page "
        f"HAVING count() >= 20 AND countIf({holds}) = count() ORDER BY count() DESC LIMIT 5"
    )
    return tuple(str(row[0]) for row in engine.rows(sql, _bounds(asked, DAYS, bind)))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
