"""Servers told as deploy/cluster tells them: events and records backed up at one moment, dropped, and had back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from minilens.cli.main import main
from minilens.errors import EngineFailed
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.records.store import App
from minilens.settings import Settings, load
from minilens.warehouse.backups import Backups
from minilens.warehouse.engine import Engine
from tests.deploy.servers import of_deploy
from tests.pipeline import House, new_house, spool_writer
from tests.warehouse.clickhouse_node import Nodes, running
from tests.warehouse.test_over_http import OVER, some_visits

pytestmark = pytest.mark.waits
#: A line that says what to tell a server.
STATEMENT = re.compile(r"(?m)^(\S+)  (RESTORE .+)$")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    folder = tmp_path_factory.mktemp("nodes")
    with running(folder, 2, told=of_deploy(folder / "backups")) as nodes:
        yield nodes


@pytest.fixture
def settings(nodes: Nodes, tmp_path: Path) -> Settings:
    """Of a folder whose events are on the cluster as deploy/cluster names it."""
    dsn = nodes.named("minilens").replace("cluster=nodes", "cluster=minilens")
    return load(variables(dsn, tmp_path))


def variables(dsn: str, folder: Path, data: str = "data") -> dict[str, str]:
    """The settings of a folder, whose records are not in it."""
    return {
        "MINILENS_DATA": str(folder / data),
        "MINILENS_WAREHOUSE": dsn,
        "MINILENS_RECORDS": f"sqlite:///{folder / data}.sqlite",
        "MINILENS_BACKUP_DISK": "backups",
    }


@contextmanager
def opened(settings: Settings, app: App | None = None) -> Iterator[House]:
    """An app in a folder; a new one where none is given."""
    pipeline, writer = open_pipeline(settings), spool_writer(settings.spool)
    try:
        yield House(pipeline, writer, app) if app else new_house(pipeline, writer)
    finally:
        writer.close()
        pipeline.close()


def all_of_it(pipeline: Pipeline, house: House) -> list[object]:
    """Load and make all that waits, and every figure."""
    pipeline.drain()
    sums = "SELECT sum(received), sum(loaded), sum(duplicate) FROM ledger WHERE app = {app:UInt32}"
    return [house.figures(OVER), house.rows(sums)]


def tell(nodes: Nodes, statements: list[tuple[str, str]]) -> None:
    """Give servers their events back."""
    for server, statement in statements:
        (address,) = [one for one in nodes if one.endswith(f"@{server}")]
        engine = Engine(f"{address}/default")
        assert engine.rows(statement)[0][1] == "RESTORED"
        engine.close()


@pytest.mark.long
def test_what_was_backed_up_is_all_there_again_and_nothing_later(
    settings: Settings, nodes: Nodes, tmp_path: Path
) -> None:
    visits, leaves = some_visits()
    with opened(settings) as house:
        app = house.app
        house.load(visits[:20] + leaves)
        house.build()
        house.receive(visits[20:30])  # waits
    file = tmp_path / "one.tar"
    before = variables(settings.warehouse, tmp_path)
    told = CliRunner(env=before).invoke(main, ["backup", str(file)])
    assert told.exit_code == 0, told.output
    with opened(settings, app) as house:
        right = all_of_it(house.pipeline, house)
        house.receive(visits[30:])  # later than the backup
        assert all_of_it(house.pipeline, house) != right
        for one in house.pipeline.engine.shards():
            one.run("DROP DATABASE minilens SYNC")
            one.run("DROP DATABASE minilens_shard SYNC")
    after = variables(settings.warehouse, tmp_path, "again")
    again = CliRunner(env=after).invoke(main, ["restore", str(file), "--data", after["MINILENS_DATA"]])  # fmt: skip
    assert again.exit_code == 0, again.output
    statements = STATEMENT.findall(again.output)
    assert statements == STATEMENT.findall(told.output)
    tell(nodes, statements)
    with opened(load(after), app) as house:
        assert all_of_it(house.pipeline, house) == right


def test_a_folder_whose_stores_are_elsewhere_is_worth_a_backup(tmp_path: Path) -> None:
    env = variables("clickhouse://minilens:x@127.0.0.1:1/minilens", tmp_path)
    told = CliRunner(env=env).invoke(main, ["backup", str(tmp_path / "one.tar")])
    assert "The warehouse cannot be opened" in told.output


def test_what_is_written_while_servers_copy_is_not_in_it(settings: Settings, nodes: Nodes) -> None:
    engine = Engine(settings.warehouse_dsn.replace("/minilens?", "/copied?"))
    servers = [Engine(f"{address}/default") for address in nodes]
    assert servers[0].one("SELECT getSetting('insert_quorum')") == 2
    for one in servers:
        one.run("CREATE DATABASE copied_shard")
        one.run("CREATE TABLE copied_shard.some (n UInt64) ENGINE = MergeTree ORDER BY n")
        one.run("INSERT INTO copied_shard.some SELECT rand64() FROM numbers(300000)")
    backups = Backups(engine, "backups", "while-it-runs")
    backups.begin()
    for one in servers:
        one.run("INSERT INTO copied_shard.some VALUES (1)")
    statements = backups.finish()
    for one in servers:
        one.run("DROP DATABASE copied_shard SYNC")
    tell(nodes, statements)
    assert engine.rows_of_shards("SELECT count() FROM copied_shard.some") == [(300000,)] * 2
    with pytest.raises(EngineFailed, match="already exists"):
        Backups(engine, "backups", "while-it-runs").begin()
    with pytest.raises(EngineFailed, match="BACKUP"):
        Backups(engine, "elsewhere", "one").begin()
    for one in (engine, *servers):
        one.close()


@pytest.mark.long
def test_a_replica_is_told_to_have_its_tables_and_how_far_its_schema_came(tmp_path: Path) -> None:
    """Without Keeper no row reaches the second; all that it is told is tried."""
    with running(tmp_path, 2, told=of_deploy(tmp_path / "backups", replicas=True)) as nodes:
        dsn = nodes.named("pair").replace("cluster=nodes", "cluster=minilens")
        servers = [Engine(f"{address}/default") for address in nodes]
        for one in servers:
            one.run("CREATE DATABASE pair_shard")
            for table in ("schema_version", "some"):
                one.run(f"CREATE TABLE pair_shard.{table} (n UInt64) ENGINE = MergeTree ORDER BY n")
                one.run(f"INSERT INTO pair_shard.{table} VALUES (1)")
        backups = Backups(Engine(dsn), "backups", "of-a-pair")
        backups.begin()
        statements = backups.finish()
        shutil.copytree(
            tmp_path / "backups/server-1", tmp_path / "backups/server-2", dirs_exist_ok=True
        )
        for one in servers:
            one.run("DROP DATABASE pair_shard SYNC")
        tell(nodes, statements)
        counts = "SELECT (SELECT count() FROM pair_shard.schema_version), (SELECT count() FROM pair_shard.some)"
        assert [tuple(one.rows(counts)[0]) for one in servers] == [(1, 1), (1, 0)]
