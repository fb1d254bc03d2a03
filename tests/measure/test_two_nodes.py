"""Two real ClickHouse nodes give the figures of one embedded engine, however the rows lie on them.

Random histories are loaded and made by the embedded engine; their rows are spread over the nodes, once as the product
spreads them, with all events of an actor on one node, once with any row anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.identity import cohort_members
from minilens.load import merges
from minilens.measure.persons.everybody import everybody
from minilens.period import Range
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
from tests.examples import at_length, costly
from tests.measure.histories import DAY, History, histories
from tests.measure.plans import MOVED, Plans, watched
from tests.measure.questions import questions
from tests.measure.remembering import remembering
from tests.measure.shares.questions import with_cards
from tests.measure.test_filters_against_brute_force import scattered
from tests.measure.test_two_shards import happenings
from tests.pipeline import Happening, House, around, days
from tests.warehouse.anywhere import by_all_of_a_row, columns
from tests.warehouse.clickhouse_node import running

pytestmark = [pytest.mark.waits, pytest.mark.embedded("it is compared with two nodes")]
Placement = Literal["actor", "chance"]
PLACEMENTS: tuple[Placement, ...] = ("actor", "chance")
#: Few rows have neither: neighbouring days of one build lie apart.
DAYS = "toUInt32(day) + build"

#: Those with rows of apps that a question may read.
TABLES = """
SELECT table FROM system.columns WHERE database = 'actor_shard' AND name = 'app' AND table NOT IN ('ids', 'dirty')
ORDER BY table
"""


@dataclass(frozen=True)
class Cluster:
    """Engines that look at the same two nodes; `by[placement]` reads and writes tables that are on both."""

    by: dict[Placement, Engine]
    tables: tuple[str, ...]

    def take(self, house: House) -> None:
        """The rows that the embedded engine has of an app."""
        for table in self.tables:
            block = house.pipeline.engine.native(
                f"SELECT * FROM {table} WHERE app = {{app:UInt32}}", {"app": house.app.id}
            )
            if block:
                for engine in self.by.values():
                    engine.insert(table, block)

    def spread(self, placement: Placement, house: House) -> dict[str, tuple[int, int]]:
        """Of each table the rows of an app, and on how many nodes they are."""
        sql = "SELECT count(), uniqExact(_shard_num) FROM {} WHERE app = {{app:UInt32}}"
        ask = self.by[placement].rows
        rows = {t: ask(sql.format(t), {"app": house.app.id})[0] for t in self.tables}
        return {table: (int(row[0]), int(row[1])) for table, row in rows.items()}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two nodes with the present schema, as the product makes it, and tables whose rows lie by chance."""
    with running(tmp_path_factory.mktemp("nodes"), 2) as nodes:
        made = Engine(nodes.named("actor"))
        migrate(made)
        tables = tuple(row[0] for row in made.rows(TABLES))
        assert {"events", "sessions", "days", "builds", "persons"} < set(tables)
        engines = [Engine(node) for node in nodes]
        for engine in engines:
            engine.run("CREATE DATABASE chance")
            engine.run("CREATE DATABASE chance_shard")
            for table in tables:
                engine.run(f"CREATE TABLE chance_shard.{table} AS actor_shard.{table}")
                engine.run(
                    f"CREATE TABLE chance.{table} AS chance_shard.{table} "
                    f"ENGINE = Distributed(nodes, chance_shard, {table}, {by_chance(engine, table)})"
                )
        by: dict[Placement, Engine] = {"actor": made, "chance": Engine(nodes.named("chance"))}
        yield Cluster(by, tables)
        for engine in (*engines, *by.values()):
            engine.close()


def by_chance(engine: Engine, table: str) -> str:
    """What the node of a row is chosen by so that it hangs on nothing."""
    made = columns(engine, "actor_shard", table)
    if "build" in made and not {"actor", "person"} & set(made):
        return DAYS
    return by_all_of_a_row(made)


def lived(
    new_app: Callable[..., House], some: tuple[History, ...]
) -> Iterator[tuple[House, Range]]:
    """Apps of every state: with people who were joined and a tail; at length also made, never made, without events."""
    for history, live in zip(some, STAGES[: len(some)], strict=True):
        house = new_app(history.zone)
        live(house, history)
        yield house, around(history.arrived if at_length() else weeks(history), history.zone)
    if at_length():
        yield new_app(), days("2026-11-01", "2026-11-09")


def weeks(history: History) -> list[Happening]:
    """What happened within twelve days of the event in the middle. Years would ask the same of many more cells."""
    moments = sorted(one.ts for one in history.arrived)
    middle = moments[len(moments) // 2]
    return [one for one in history.arrived if abs(one.ts - middle) <= 12 * DAY]


def made(house: House, history: History) -> None:
    for chunk in history.chunks:
        house.load(chunk)
    house.build()


PEOPLE = "SELECT DISTINCT person FROM person_map WHERE app = {app:UInt32} ORDER BY person"


def joined_and_parted(house: House, history: History) -> None:
    """Two merges, one of them undone before all was made again, and a tail."""
    pipeline, app = house.pipeline, house.app.id
    events = sorted(history.arrived, key=lambda h: h.ts)
    house.load(events[: len(events) * 2 // 3])
    house.build()
    people = [int(str(row[0])) for row in house.rows(PEOPLE)]
    for gone, into in pairwise(people[:3]):
        version = merges.merge(
            pipeline.engine,
            pipeline.pending,
            pipeline.counter,
            app,
            gone=gone,
            into=into,
            cause="push",
        )
        house.build()
    if len(people) > 2:
        merges.undo(pipeline.engine, pipeline.pending, pipeline.counter, app, version=version)
    house.load(events[len(events) * 2 // 3 :])


def not_made(house: House, history: History) -> None:
    house.load(history.arrived)


#: One app has what was made, what came after it, and people who were joined and parted: where there is no time it is
#: the only one.
STAGES = (joined_and_parted, made, not_made)
#: Not the few events that examples begin with.
FULL = histories().map(scattered).map(with_cards).filter(lambda history: len(history.arrived) > 20)


@costly(1, 60)
@given(some=st.tuples(*[FULL] * (len(STAGES) if at_length() else 1)))
def test_every_question_has_the_same_answer(
    new_app: Callable[..., House], cluster: Cluster, some: tuple[History, ...]
) -> None:
    """At length all of every app by both; else each question of one app, by actor or by chance in turn. Whatever
    several questions ask alike, each engine is asked once. Nor are events moved to the asking node as they are, but by
    what is declared."""
    apps = list(lived(new_app, some))
    for house, _ in apps:
        engine, app = house.pipeline.engine, house.app.id
        cohort_members.write(engine, app, 1, 1, everybody(engine, app)[::2])
        cluster.take(house)
    plans = {placement: Plans(engine) for placement, engine in cluster.by.items()}
    asked = [list(questions(house.app.id, house.app.timezone, over)) for house, over in apps]
    undeclared: dict[str, list[str]] = {}
    for (house, _), every in zip(apps, asked, strict=True):
        here = remembering(house.pipeline.engine)
        there = {placement: watched(engine) for placement, engine in cluster.by.items()}
        for n, (name, ask) in enumerate(every):
            right = ask(here)
            for placement in PLACEMENTS if at_length() else PLACEMENTS[n % 2 :][:1]:
                assert ask(there[placement]) == right, f"{name}, rows by {placement}"
                moved = plans[placement].moved(there[placement])
                if moved and not name.startswith(MOVED):
                    undeclared[name] = moved
    assert not undeclared


def test_both_nodes_hold_something_and_nothing_twice(
    new_app: Callable[..., House], cluster: Cluster
) -> None:
    house = new_app()
    house.load(happenings(1, 15, 18))
    house.build()
    cluster.take(house)
    for placement in PLACEMENTS:
        spread = cluster.spread(placement, house)
        for table in ("events", "sessions", "days", "builds", "persons", "person_map"):
            rows, nodes = spread[table]
            assert nodes == 2, (table, placement)
            assert (
                rows == house.rows(f"SELECT count() FROM {table} WHERE app = {{app:UInt32}}")[0][0]
            )
