"""The same SQL over tables that lie on two shards gives the same figures.

Each table of a second database is read from two disjoint halves in a plan of two stages, as a cluster
would: once with a person's events on one shard, once with any row anywhere. Before landing two real nodes are asked
more than this (`test_two_nodes`); this asks where no node can be had.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from minilens.load import merges
from minilens.load.pipeline import Pipeline
from minilens.measure.days.run import answer
from minilens.measure.query import Query
from minilens.measure.span import widened
from minilens.measure.table import Table
from minilens.period import EVERY_GRAIN, Range
from minilens.warehouse.engine import Engine
from tests import by_name
from tests.pipeline import (
    CREATED,
    LATER,
    OF_TREND,
    Happening,
    House,
    at,
    build_together,
    days,
    load_together,
)

pytestmark = pytest.mark.long
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)
Rows = list[tuple[object, ...]]
OVER = days("2026-11-14", "2026-11-22")
PAGES = ("visits", "visitors", "visit_share", "entries", "exits", "bounce_rate")
TABLES = (
    "events",
    "sessions",
    "day_page_views",
    "day_visitors",
    "day_values",
    "days",
    "builds",
    "persons",
    "person_map",
    "person_moves",
)
#: Which half a row is on.
BY_ACTOR = {
    "events": "cityHash64(actor)", "person_map": "cityHash64(actor)", "person_moves": "cityHash64(actor)",
    "sessions": "cityHash64(person)", "day_page_views": "cityHash64(person)", "persons": "cityHash64(person)",
    "day_visitors": "cityHash64(person)",
}  # fmt: skip
BY_CHANCE = {
    "events": "cityHash64(id)", "person_map": "cityHash64(actor, version)",
    "person_moves": "cityHash64(actor, version)", "sessions": "cityHash64(day, session, build)",
    "persons": "cityHash64(person, version)", "day_page_views": "cityHash64(day, page, person, build)",
    "day_visitors": "cityHash64(day, person, build)",
}  # fmt: skip
#: Few rows: by chance all could be on one half; so neighbouring days of one build lie apart.
ANY = {
    "days": "(toUInt32(day) + build)",
    "builds": "(toUInt32(day) + build)",
    "day_values": "(toUInt32(day) + build)",
}


@pytest.fixture(scope="module", params=["by actor", "by chance"])
def halves(request: pytest.FixtureRequest, pipeline: Pipeline) -> Iterator[Engine]:
    """The engine, looking at the tables through two shards."""
    keys = ANY | (BY_ACTOR if request.param == "by actor" else BY_CHANCE)
    engine = Engine(pipeline.engine.dsn)
    engine.run("CREATE DATABASE halves")
    for table in TABLES:
        half = f"{keys[table]} % 2 = shardNum() - 1"
        rows = f"view(SELECT * FROM default.{table} WHERE {half})"
        engine.run(f"CREATE TABLE halves.{table} AS remote('127.0.0.1,localhost', {rows})")
    engine.run("USE halves")
    yield engine
    engine.run("DROP DATABASE halves")
    engine.close()


def happenings(seed: int, first: int, last: int) -> list[Happening]:
    """What thirty people do between two days of November."""
    dice = random.Random(seed)
    found = []
    for n in range(300):
        who = dice.randrange(30)
        moment = at(
            f"2026-11-{dice.randint(first, last)} {dice.randrange(24):02}:{dice.randrange(60):02}"
        )
        found.append(
            Happening(
                moment,
                dice.choice(("page_view", "page_view", "app_show", "page_leave", "share")),
                device=f"d{who}", page=dice.choice(("pages/index", "pages/cart")), scene=dice.choice((1001, 1011)),
                identity=("c_memberid", f"m{who % 20}") if who % 3 else None,
                session=f"s{who}-{n // 60}" if n % 4 else "", duration=dice.choice((None, 500, 9000)),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Stories:
    """Four apps, loaded and made together; each question is asked of the whole tables once."""

    made: House
    tail: House
    never_made: House
    merged: House

    def whole(self, query: Query, as_of: datetime) -> Table:
        """What the engine says that looks at the tables themselves."""
        return _whole(self.made.pipeline.engine, query, as_of)


@functools.cache
def _whole(engine: Engine, query: Query, as_of: datetime) -> Table:
    return answer(engine, query, today=LATER, as_of=as_of)


@pytest.fixture(scope="module")
def stories(new_app: Callable[..., House]) -> Stories:
    """Days that were made, with a tail, never made, and of people of whom two became one."""
    made, tail, never_made, merged = houses = [new_app() for _ in range(4)]
    load_together(
        {0: happenings(2, 15, 18), 1: happenings(3, 15, 18), 3: happenings(6, 15, 18)}, houses
    )
    build_together(houses)
    pipeline = merged.pipeline
    merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, merged.app.id,
        gone=merged.person("device", "d0"), into=merged.person("c_memberid", "m1"), cause="push",
    )  # fmt: skip
    merged.build()
    load_together(
        {1: happenings(4, 18, 20), 2: happenings(5, 15, 18), 3: happenings(7, 18, 20)}, houses
    )
    return Stories(made, tail, never_made, merged)


def both(stories: Stories, house: House, halves: Engine) -> None:
    """Every grain, and three ranges by day, by both engines, with a comparison."""
    counted = 0
    others = (Range(OVER.end, OVER.end), days("2026-11-01", "2026-11-15"))
    for over, grain in [
        *((OVER, grain) for grain in EVERY_GRAIN),
        *((over, "day") for over in others),
    ]:
        query = by_name.query(
            house.app.id,
            OF_TREND,
            over,
            (grain,),
            compare=over.before(),
            timezone=house.app.timezone,
        )
        one = stories.whole(query, LONG_AFTER)
        two = answer(halves, query, today=LATER, as_of=LONG_AFTER)
        assert (two.rows, two.compared) == (one.rows, one.compared)
        counted += sum(int(str(n)) for n in one.column("visits"))
    assert counted > 100


def both_filtered(stories: Stories, halves: Engine) -> None:
    """Every way of answering, by both engines. Slow, so only for the story that has everything in it."""
    shown = 0
    for query in filtered(stories.merged.app.id):
        one = stories.whole(query, CREATED)
        two = answer(halves, query, today=LATER, as_of=CREATED)
        assert (two.rows, two.compared, two.totals, two.other) == (
            one.rows,
            one.compared,
            one.totals,
            one.other,
        )
        shown += len(one.rows)
    assert shown > 10


def filtered(app: int) -> list[Query]:
    """Every way of answering: one kept field, several fields, a day cut short, lists of pages."""
    scene, page = (
        by_name.condition("scene", "is", ("1001", "1047")),
        by_name.condition("page", "contains", ("index",)),
    )
    new = by_name.condition("newness", "is", ("new",))
    noon = datetime(2026, 11, 15, 4, tzinfo=UTC)
    pages = by_name.query(
        app, PAGES, OVER, dimensions=("page",), compare=OVER.before(), top=1, include_other=True
    )
    return [
        by_name.query(app, OF_TREND, OVER, filters=((scene,),)),
        by_name.query(app, OF_TREND, OVER, ("week",), filters=((scene,), (new, page))),
        by_name.query(app, OF_TREND, OVER, compare=days("2026-11-15"), cutoff=noon),
        pages,
        replace(pages, filters=((scene,), (new,))),
    ]


def test_both_halves_hold_something_and_nothing_twice(stories: Stories, halves: Engine) -> None:
    house = stories.made
    for table in TABLES[:-1]:  # nobody moved
        sql = f"SELECT count(), uniqExact(_shard_num) FROM {table} WHERE app = {{app:UInt32}}"
        rows, shards = halves.rows(sql, {"app": house.app.id})[0]
        assert shards == 2, table
        assert rows == house.rows(f"SELECT count() FROM {table} WHERE app = {{app:UInt32}}")[0][0]


def test_made_days(stories: Stories, halves: Engine) -> None:
    both(stories, stories.made, halves)


def test_with_a_tail(stories: Stories, halves: Engine) -> None:
    both(stories, stories.tail, halves)


def test_before_anything_was_made(stories: Stories, halves: Engine) -> None:
    both(stories, stories.never_made, halves)


def test_a_merged_person_on_both_halves(stories: Stories, halves: Engine) -> None:
    both(stories, stories.merged, halves)
    both_filtered(stories, halves)


def test_live_figures(stories: Stories, halves: Engine) -> None:
    house = stories.tail
    start, end = (datetime(2026, 11, day, tzinfo=UTC) for day in (17, 20))
    over = widened(start, end, 30, house.app.timezone)
    of = functools.partial(by_name.live, house.app.id, house.app.timezone)
    now, other = end - timedelta(hours=5), over.from_(over.start - over.length)
    newcomers = ((by_name.condition("newness", "is", ("new",)),),)
    asked = [
        of("visits", over, now, compare=other),
        of("pages", over, now, compare=other, include_other=True, top=1),
        of("visits", over, now, compare=other, filters=newcomers),
        of("online", over, datetime(2026, 11, 18, 4, tzinfo=UTC)),
    ]
    counted = 0
    for one in asked:
        here, there = (
            answer(engine, one, today=LATER, as_of=CREATED)
            for engine in (house.pipeline.engine, halves)
        )
        assert (there.rows, there.compared, there.totals, there.other, there.total_rows) == (
            here.rows, here.compared, here.totals, here.other, here.total_rows,
        )  # fmt: skip
        counted += sum(int(str(row[1] or 0)) for row in here.rows)
    assert counted > 100
