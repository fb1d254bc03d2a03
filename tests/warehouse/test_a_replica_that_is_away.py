"""A shard of two replicas, of which one is away: the other is asked in its place. Both have the same rows by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minilens.serve.doctor.shards import servers
from minilens.warehouse.engine import Engine
from tests.deploy.servers import of_deploy
from tests.warehouse.clickhouse_node import Nodes, running

pytestmark = pytest.mark.waits
#: What the process does that loads and answers.
ASKS = """
import asyncio, sys
from minilens.serve import engine
from minilens.warehouse.engine import Engine
engine.LOOK_EVERY = 0.1
cluster = Engine(sys.argv[1]).cluster
print("it asks", flush=True)
asyncio.run(engine._while_asked(cluster))
"""


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    with running(tmp_path, 2, told=of_deploy(tmp_path / "backups", replicas=True)) as nodes:
        for address in nodes:
            one = Engine(f"{address}/default")
            for name in ("minilens", "minilens_shard"):
                one.run(f"CREATE DATABASE {name}")
            one.run(
                "CREATE TABLE minilens_shard.days ENGINE = MergeTree ORDER BY n AS SELECT number AS n FROM numbers(9)"
            )
            one.run(
                "CREATE TABLE minilens.days AS minilens_shard.days ENGINE = Distributed(minilens, minilens_shard, days)"
            )
            one.close()
        yield nodes


def asked(engine: Engine) -> list[str]:
    """The server that is asked, and that of each shard."""
    return [engine.server, *(one.server for one in engine.shards())]


def test_the_other_is_asked_in_its_place(nodes: Nodes) -> None:
    dsn = nodes.named("minilens", cluster="minilens")
    first, second = (address.rpartition("@")[2] for address in nodes)
    engine = Engine(dsn)
    assert engine.cluster is not None
    assert asked(engine) == [first, first]
    assert not engine.cluster.answers_elsewhere()
    words = [sys.executable, "-c", ASKS, dsn]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"it asks\n"
        nodes.kill(0)
        assert process.wait(60) == 0, "it ends, to be started again"
        assert process.stderr is not None
        assert b"starting again with another" in process.stderr.read()
    assert engine.cluster.answers_elsewhere()
    assert [one.server for one in engine.shards()] == [second]
    engine.on_each_shard("DELETE FROM days WHERE n < 4")
    assert engine.rows_of_shards("SELECT count() FROM days") == [(5,)]
    assert [(one.replica, bool(one.away)) for one in servers(engine.cluster)] == [
        (1, True),
        (2, False),
    ]
    later = Engine(dsn)  # as the process does that starts again
    assert asked(later) == [second, second]
    assert later.one("SELECT count() FROM days") == 5
    nodes.start_all()
    assert not engine.cluster.answers_elsewhere()
    assert [one.server for one in engine.shards()] == [second], "it stays as long as that answers"
    nodes.kill(1)
    assert [one.server for one in engine.shards()] == [first]
    nodes.kill(0)
    assert not engine.cluster.answers_elsewhere(), "nobody answers"
    engine.close()
    later.close()
