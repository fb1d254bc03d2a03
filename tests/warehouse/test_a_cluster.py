"""The whole loop on a cluster of two real servers gives the figures of the embedded engine, whatever is killed."""

from __future__ import annotations

import contextlib
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minilens.errors import CannotStart, EngineFailed, MinilensError, ShardAway
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.load.sections import SECTION_BYTES
from minilens.serve.doctor.doctor import diagnose
from minilens.serve.doctor.text import as_text
from minilens.settings import load
from minilens.spool.writer import Writer
from minilens.warehouse import shards
from minilens.warehouse.cluster import Cluster, Node
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate, migrate_back, pending, steps
from minilens.warehouse.sharding import SHARDED
from minilens.warehouse.step import VERSIONS, Step
from minilens.warehouse.watch import BELIEVED
from tests.deploy.servers import of_deploy
from tests.examples import at_length
from tests.pipeline import OF_TREND, Happening, House, at, days, new_house, spool_writer
from tests.warehouse.clickhouse_node import Nodes, running
from tests.warehouse.test_over_http import OVER, lived, some_visits

pytestmark = pytest.mark.waits
COLUMNS = """
SELECT database, table, name, type FROM system.columns
WHERE database IN ({d:String}, {d:String} || '_shard') AND table IN {tables:Array(String)}
"""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    folder = tmp_path_factory.mktemp("nodes")
    with running(folder, 2, told=of_deploy(folder / "backups")) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, nodes: Nodes
) -> Iterator[tuple[Pipeline, Writer]]:
    """The product's own pipeline with its warehouse on the cluster."""
    folder = tmp_path_factory.mktemp("data")
    said = {"MINILENS_DATA": str(folder), "MINILENS_WAREHOUSE": nodes.named("minilens")}
    settings = load(said)
    pipeline, writer = open_pipeline(settings), spool_writer(settings.spool)
    yield pipeline, writer
    writer.close()
    pipeline.close()


@pytest.fixture
def there(opened: tuple[Pipeline, Writer]) -> House:
    """An app on the cluster."""
    return new_house(*opened)


def parts(house: House, table: str) -> list[int]:
    """How many rows of an app each shard has."""
    sql = f"SELECT count() FROM {table} WHERE app = {house.app.id}"
    return [int(row[0]) for row in house.pipeline.engine.rows_of_shards(sql)]


def test_a_cluster_gives_the_embedded_figures(house: House, there: House) -> None:
    assert lived(there) == lived(house)
    for table in (
        "events",
        "person_map",
        "sessions",
        "day_page_views",
        "days",
        "builds",
        "persons",
    ):
        assert min(parts(there, table)) > 0, table


def test_every_table_says_where_its_rows_lie(pipeline: Pipeline) -> None:
    made = pipeline.engine.rows(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
    )
    assert {row[0] for row in made} - {"schema_version"} == set(SHARDED)


def test_a_chunk_that_died_half_way_is_in_each_shard_once(there: House) -> None:
    engine, app = there.pipeline.engine, there.app.id
    block = engine.native(
        f"SELECT toUInt32({app}) AS app, toUInt128(number) AS id, number AS origin, toDate('2026-11-01') AS received "
        "FROM numbers(1000)"
    )
    engine.insert("ids", block, token="one")
    first = parts(there, "ids")
    assert sum(first) == 1000
    assert min(first) > 400
    engine.insert("ids", block, token="one")
    assert parts(there, "ids") == first
    # only the second shard had come to write its part
    engine.shards()[0].run("TRUNCATE TABLE ids")
    engine.insert("ids", block, token="one")
    assert parts(there, "ids") == first
    engine.insert("ids", block, token="two")
    assert sum(parts(there, "ids")) == 2000


class Killed(Exception):
    """Stands for kill -9: nothing after it runs."""


def killed(n: int) -> Callable[[Cluster, Node, str], None]:
    """What takes a statement to a server, of an upgrade that ends at its n-th."""
    whole, count = shards._on, itertools.count(1)

    def counted(cluster: Cluster, node: Node, text: str) -> None:
        if next(count) == n:
            raise Killed
        whole(cluster, node, text)

    return counted


def made(engine: Engine, name: str) -> set[tuple[object, ...]]:
    """The columns of all tables of a warehouse, of a shard and over all."""
    rows = engine.rows(COLUMNS, {"d": name, "tables": list(SHARDED)})
    return {(row[0].removeprefix(name), *row[1:]) for row in rows}


def test_an_upgrade_that_is_killed_anywhere_ends_the_same(
    opened: tuple[Pipeline, Writer], nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(nodes.named("killed"))
    for n in range(3, 200, 7) if at_length() else (4, 9, 60, 101):
        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(shards, "_on", killed(n))
            migrate(engine)
    migrate(engine)
    assert not pending(engine)
    assert made(engine, "killed") == made(opened[0].engine, "minilens")
    assert taken_by_each(engine) == [len(steps())] * 2
    engine.close()


def taken_by_each(engine: Engine) -> list[int]:
    """How many steps each server has taken."""
    return [
        row[0] for row in engine.rows_of_shards("SELECT uniqExact(version) FROM schema_version")
    ]


def test_a_way_back_that_is_killed_ends_the_same_and_so_does_the_way_forward(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the test above, whose warehouse this is."""
    engine, to = Engine(nodes.named("killed")), len(steps()) - 3
    migrate(engine)
    whole = made(engine, "killed")
    engine.run(
        "INSERT INTO events (app, day, actor) SELECT 1, '2026-11-01', number FROM numbers(100)"
    )
    there = [row[0] for row in engine.rows_of_shards("SELECT count() FROM events")]
    assert min(there) > 0
    for n in range(1, 40, 2) if at_length() else (2, 6):
        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(shards, "_on", killed(n))
            migrate_back(engine, to)
        if n % 4 == 1:
            migrate(engine)
            assert made(engine, "killed") == whole
        migrate_back(engine, to)
        assert taken_by_each(engine) == [to] * 2
        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(shards, "_on", killed(n + 1))
            migrate(engine)
        migrate(engine)
        assert made(engine, "killed") == whole
        assert [row[0] for row in engine.rows_of_shards("SELECT count() FROM events")] == there
    engine.close()


@pytest.mark.parametrize("after", [0, 1])
def test_a_table_that_is_made_anew_keeps_the_rows_of_a_shard_that_lags(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """A kill while it is written down that a step was taken: by none of the servers, or by one."""
    engine = Engine(nodes.named(f"anew{after}"))
    plain = Step(
        1, "plain", ("CREATE TABLE days (app UInt32, day Date) ENGINE = MergeTree ORDER BY app",)
    )
    anew = Step(2, "anew", (
        "DROP TABLE IF EXISTS builds",
        "CREATE TABLE builds (app UInt32, day Date) ENGINE = MergeTree ORDER BY day",
        "INSERT INTO builds SELECT * FROM days",
        "EXCHANGE TABLES days AND builds",
        "DROP TABLE builds",
    ))  # fmt: skip
    assert engine.cluster is not None
    shards.migrate(engine, engine.cluster, [plain])
    engine.run("INSERT INTO days SELECT 1, toDate('2026-01-01') + number FROM numbers(100)")
    there = [row[0] for row in engine.rows_of_shards("SELECT count() FROM days")]
    assert min(there) > 0
    with monkeypatch.context() as patch:
        # on both: the table of versions, four statements about tables; then what is written down
        patch.setattr(shards, "_on", killed(2 * (1 + 4) + 1 + after))
        with pytest.raises(Killed):
            shards.migrate(engine, engine.cluster, [plain, anew])
    shards.migrate(engine, engine.cluster, [plain, anew])
    assert [row[0] for row in engine.rows_of_shards("SELECT count() FROM days")] == there
    assert taken_by_each(engine) == [2, 2]
    engine.close()


def test_a_shard_that_is_away_is_named_and_nothing_wrong_is_shown(
    there: House, nodes: Nodes, tmp_path: Path
) -> None:
    visits, leaves = some_visits()
    there.load(visits + leaves)
    there.build()
    right = there.figures(OVER)
    nodes.kill(1)
    try:
        with pytest.raises(ShardAway) as away:
            there.figures(OVER)
        port = nodes[1].rpartition(":")[2]
        assert f"Shard 2 (127.0.0.1:{port}) isn't responding" in away.value.message("en")
        assert f"分片 2（127.0.0.1:{port}）没有响应" in away.value.message("zh")
        told = diagnose(said(nodes, tmp_path))
        assert [one.facts["shard"] for one in told.findings if one.code == "shard_away"] == [2]
        assert [bool(one.away) for one in told.servers] == [False, True]
        there.receive(visits[:1])
        with pytest.raises(EngineFailed):
            there.step()
        with pytest.raises(CannotStart, match=r"Shard 2 .* all shards are running"):
            migrate(there.pipeline.engine)
    finally:
        nodes.start_all()
    assert there.figures(OVER) == right
    there.step()
    there.build()
    assert there.figures(OVER) == right


def test_a_server_that_stands_still_is_named_and_goes_on_where_it_was(
    there: House, nodes: Nodes
) -> None:
    visits, _ = some_visits()
    there.load(visits[:-1])
    there.build()
    engine, before = there.pipeline.engine, there.figures(OVER)
    there.receive(visits[-1:])
    for n in (0, 1):
        with nodes.asleep(n):
            with pytest.raises(ShardAway, match=rf"Shard {n + 1} .*{nodes[n].rpartition(':')[2]}"):
                there.figures(OVER)
            with pytest.raises(ShardAway, match=f"Shard {n + 1} "):
                there.step()
        time.sleep(BELIEVED)
        assert there.figures(OVER) == before
    slowly = "SELECT count() FROM numbers(3) WHERE NOT sleepEachRow(0.5)"
    assert engine.query(slowly, max_block_size=1).rows == [[3]]  # none is away: it may take as long
    there.step()
    there.build()
    assert there.rows("SELECT count(), uniqExact(id) FROM events WHERE app = {app:UInt32}") == [
        (len(visits), len(visits))
    ]


def test_servers_that_are_killed_lose_and_double_nothing(there: House, nodes: Nodes) -> None:
    """In the long runs fifty times, by turns whole chunks and sections on both; the moments are others each time."""
    chance, rounds = random.Random() if at_length() else random.Random(17), 50 if at_length() else 2
    pipeline = there.pipeline
    for n in range(rounds):
        visits = [
            Happening(at("2026-11-15 12:00") + k, device=f"d{n}-{k % 50}", session=f"s{n}-{k % 70}")
            for k in range(300)
        ]
        there.receive(visits)
        pipeline.loader.chunk_bytes = SECTION_BYTES if n % 4 > 1 else 12_000
        timer = threading.Timer(chance.uniform(0, 1.5), nodes.kill, [n % 2])
        timer.start()
        try:
            with contextlib.suppress(MinilensError):
                pipeline.drain()
        finally:
            timer.join()
            nodes.start_all()
        drain(pipeline, nodes)
    pipeline.loader.chunk_bytes = SECTION_BYTES
    counted = (
        "SELECT count(), uniqExact(id), uniqExact(person) FROM events WHERE app = {app:UInt32}"
    )
    assert there.rows(counted) == [(300 * rounds, 300 * rounds, 50 * rounds)]
    ledger = (
        "SELECT sum(received), sum(loaded), sum(duplicate) FROM ledger WHERE app = {app:UInt32}"
    )
    assert there.rows(ledger) == [(300 * rounds, 300 * rounds, 0)]
    day = dict(zip(OF_TREND, there.figures(days("2026-11-15"))[0][1:], strict=False))
    assert (day["visits"], day["visitors"]) == (300 * rounds, 50 * rounds)


def drain(pipeline: Pipeline, nodes: Nodes) -> None:
    """Load and make all that waits, while none is killed; one that ends by itself all the same is started again."""
    for _ in range(9):
        with contextlib.suppress(EngineFailed):
            return pipeline.drain()
        nodes.start_all()
        time.sleep(1)
    pipeline.drain()


def said(nodes: Nodes, folder: Path) -> dict[str, str]:
    """The settings of the pipeline, but for its folder."""
    return {"MINILENS_DATA": str(folder), "MINILENS_WAREHOUSE": nodes.named("minilens")}


def test_the_doctor_shows_each_server(there: House, nodes: Nodes, tmp_path: Path) -> None:
    there.load(some_visits()[0])
    told = diagnose(said(nodes, tmp_path))
    assert [(one.shard, one.replica, one.away, one.replicated) for one in told.servers] == [
        (1, 1, "", False), (2, 1, "", False),
    ]  # fmt: skip
    assert all(one.version and one.schema and one.rows and one.parts for one in told.servers)
    assert all(abs(one.off) < 1000 for one in told.servers)
    assert not [one for one in told.findings if one.code.startswith("shard_")]
    assert f"127.0.0.1:{nodes[1].rpartition(':')[2]}, ClickHouse " in as_text(told, "zh")


def test_a_cluster_that_is_not_there(nodes: Nodes) -> None:
    with pytest.raises(CannotStart, match=r"no cluster named other; those it knows: .*nodes"):
        Engine(nodes.named("minilens").replace("cluster=nodes", "cluster=other"))


def test_tables_of_a_shard_that_keeper_keeps_on_several_servers() -> None:
    made = shards.replicated(
        "CREATE TABLE IF NOT EXISTS persons (a UInt32)\nENGINE = ReplacingMergeTree(version)\nORDER BY a\n"
        "SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1",
        "minilens_shard",
    )
    assert made == (
        "CREATE TABLE IF NOT EXISTS persons (a UInt32)\nENGINE = ReplicatedReplacingMergeTree("
        "'/clickhouse/tables/minilens_shard/{shard}/persons', '{replica}', version)\nORDER BY a\n"
        "SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, "
        "fsync_after_insert = 1"
    )
    for step in steps():
        for statement in step.statements:
            text = shards.replicated(statement, "minilens_shard")
            keeper = "ENGINE = Replicated" in text and "/{shard}/" in text
            assert keeper == text.startswith("CREATE TABLE")
    # how far its schema came each server remembers by itself
    assert VERSIONS.startswith("CREATE TABLE IF NOT EXISTS schema_version ")
    assert shards.replicated(VERSIONS, "minilens_shard") == VERSIONS
