"""Tables as they are made where there is Keeper: a server with ZooKeeper, whose language Keeper speaks, takes them.

The server of the tests has no port between servers, so that rows are never fetched: replicas stay empty here.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import steps
from minilens.warehouse.shards import replicated
from minilens.warehouse.step import VERSIONS, Step
from tests.warehouse.clickhouse_node import free_ports, running

pytestmark = pytest.mark.long
JAR = Path("/usr/share/java/zookeeper.jar")
TOLD = """<clickhouse>
    <zookeeper><node><host>127.0.0.1</host><port>{port}</port></node></zookeeper>
    <macros><shard replace="replace">1</shard><replica>server-{n}</replica></macros>
</clickhouse>"""


@pytest.fixture
def zookeeper(tmp_path: Path) -> Iterator[int]:
    """The port of one on this machine."""
    java = shutil.which("java")
    if not (java and JAR.exists()):
        pytest.skip("ZooKeeper is not installed: apt-get install zookeeper")
    (port,) = free_ports(1)
    file = tmp_path / "zoo.cfg"
    where = f"dataDir={tmp_path / 'kept'}\nclientPort={port}\nclientPortAddress=127.0.0.1\n"
    file.write_text(f"tickTime=2000\n{where}admin.enableServer=false\n")
    main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
    words = [java, "-Xmx256m", "-cp", str(JAR), main, str(file)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        yield port
    finally:
        server.kill()
        server.wait()


def made(step: Step) -> list[str]:
    """The statements of a step that make tables, for where there is Keeper."""
    some = [one.rstrip(";") for one in step.statements if one.startswith("CREATE TABLE")]
    return [replicated(one, "minilens_shard") for one in some]


def test_every_table_is_taken_by_two_replicas(zookeeper: int, tmp_path: Path) -> None:
    def told(n: int, ports: list[int], password: str) -> dict[str, str]:
        return {"zookeeper.xml": TOLD.format(port=zookeeper, n=n)}

    with running(tmp_path / "nodes", 2, told=told) as nodes:
        for address in nodes:
            Engine(f"{address}/default").run("CREATE DATABASE minilens_shard")
            one = Engine(f"{address}/minilens_shard")
            one.run(replicated(VERSIONS, "minilens_shard"))
            for text in (text for step in steps() for text in made(step)):
                one.run(text)
        found = one.rows("SELECT table, total_replicas, zookeeper_path FROM system.replicas")
        assert {row[0] for row in found} >= {"events", "ids", "days"}
        assert {row[1] for row in found} == {2}
        assert all(row[2] == f"/clickhouse/tables/minilens_shard/1/{row[0]}" for row in found)
        every = "SELECT count() FROM system.tables WHERE database = 'minilens_shard'"
        # how far its schema came each server remembers by itself
        assert one.one(every) == len(found) + 1
        assert one.one(f"{every} AND name = 'schema_version' AND engine = 'MergeTree'") == 1
