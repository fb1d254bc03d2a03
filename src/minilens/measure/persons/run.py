"""Answers who stands behind a figure, whatever kind of question it is of."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.campaigns.query import CampaignQuery, CourseQuery
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events.query import EventsQuery
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.paths.query import PathsQuery
from minilens.measure.persons import (
    activity,
    attribution,
    campaigns,
    days,
    events,
    funnels,
    launches,
    ltv,
    paths,
    returning,
    shares,
)
from minilens.measure.persons.query import MOST_PERSONS, Found, PersonsQuery, Place
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.session import cost
from minilens.measure.shares.query import SharesQuery
from minilens.measure.table import Column, Cost, Row, Table
from minilens.text import Text
from minilens.warehouse.engine import Answer, Engine


@dataclass(frozen=True)
class Kind:
    """What a type of question says of the persons behind its figures: who they are, and whether there is such a figure
    (Refused, naming the part, where there is none)."""

    behind: Callable[[Engine, Any, Place, AsOf, Answer], Found]
    check: Callable[[Any, Place], None]


#: Type of question → what it says.
KINDS: dict[type[Any], Kind] = {
    EventsQuery: Kind(events.behind, events.check),
    FunnelQuery: Kind(funnels.behind, funnels.check),
    LtvQuery: Kind(ltv.behind, ltv.check),
    AttributionQuery: Kind(attribution.behind, attribution.check),
    PathsQuery: Kind(paths.behind, paths.check),
    Query: Kind(days.behind, days.check),
    DistributionQuery: Kind(launches.behind, launches.check),
    RetentionQuery: Kind(returning.behind, returning.check),
    ReturnsQuery: Kind(activity.behind, activity.check),
    StickinessQuery: Kind(activity.behind, activity.check),
    LifecycleQuery: Kind(activity.behind, activity.check),
    CampaignQuery: Kind(campaigns.behind, campaigns.check),
    CourseQuery: Kind(campaigns.behind_course, campaigns.check_course),
    SharesQuery: Kind(shares.behind, shares.check),
}
_TIMES = Text(
    "该数字涉及的事件、尝试或路径数", "Events, attempts or paths that the figure is made of"
)
_FIRST = Text(
    "其中最早一次的时间；漏斗为进入第 1 步的时间，路径为起点的时间",
    "Of these the first; of a funnel the entry, of paths their start",
)
_LAST = Text(
    "其中最后一次的时间；漏斗为到达最后一步的时间，路径为起点的时间",
    "Of these the last; of a funnel the last step reached, of paths their start",
)
COLUMNS = (
    Column("person", Text("用户", "Person"), "text"),
    Column("times", Text("次数", "Times"), "count", _TIMES),
    Column("first", Text("首次时间", "First"), "moment", _FIRST),
    Column("last", Text("末次时间", "Last"), "moment", _LAST),
)


def prepare(engine: Engine, query: PersonsQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on; no list of persons is kept."""
    KINDS[type(query.of)].check(query.of, query.place)
    made = engine.query(BUILDS, {"app": query.app})
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=None,
        cost=cost([made]),
    )


def found(engine: Engine, query: PersonsQuery, as_of: AsOf) -> Found:
    """All of them."""
    KINDS[type(query.of)].check(query.of, query.place)
    made = engine.query(BUILDS, {"app": query.app})
    return KINDS[type(query.of)].behind(engine, query.of, query.place, as_of, made)


def answer(engine: Engine, query: PersonsQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a person; `total_rows` is how many stand behind the figure, whatever the limit."""
    began = time.perf_counter()
    every = KINDS[type(query.of)].behind(engine, query.of, query.place, as_of, made)
    took = (time.perf_counter() - began) * 1000
    if query.limit is None and len(every.person) > MOST_PERSONS:
        raise Refused("too_many", "persons", limit=MOST_PERSONS)
    over = query.days
    return Table(
        columns=COLUMNS,
        rows=tuple(_rows(every, query, ZoneInfo(query.timezone))),
        start=over.start, end=over.end, as_of=as_of.as_of,
        cost=Cost(made.read_rows, made.read_bytes, made.milliseconds + took),
        total_rows=len(every.person), today=as_of.today,
    )  # fmt: skip


def _rows(every: Found, query: PersonsQuery, zone: ZoneInfo) -> list[Row]:
    start = int(every.person.searchsorted(query.after, "right"))
    end = len(every.person) if query.limit is None else start + query.limit
    persons = every.person[start:end].tolist()
    if every.times is None:
        return [(f"p{person}", None, None, None) for person in persons]
    times = every.times[start:end].tolist()
    if every.first is None or every.last is None:
        return [(f"p{person}", n, None, None) for person, n in zip(persons, times, strict=True)]
    moments = (column[start:end].tolist() for column in (every.first, every.last))
    return [
        (f"p{person}", n, _moment(first, zone), _moment(last, zone))
        for person, n, first, last in zip(persons, times, *moments, strict=True)
    ]


def _moment(ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)
