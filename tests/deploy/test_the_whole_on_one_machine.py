"""The cluster of deploy/cluster without containers: servers told as there, hosts with the settings of the manifests.

Two that load and one that receives, two ClickHouse servers, a PostgreSQL: they work, are backed up, lost, and had back.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from minilens.warehouse.engine import Engine
from tests.backup.test_a_cluster_is_backed_up import STATEMENT, tell
from tests.deploy import manifests
from tests.deploy.servers import of_deploy
from tests.serve.hosts import wait_until
from tests.serve.postgres_server import Postgres, postgres_server
from tests.serve.server import Server, key_of
from tests.warehouse.clickhouse_node import Nodes, running

pytestmark = [pytest.mark.long, pytest.mark.serial]
GIVEN = {
    "CLICKHOUSE_PASSWORD": "one",
    "POSTGRES_PASSWORD": "two",
    "MINILENS_SECRET": "sixty-four letters, here less",
}
#: What is otherwise on this machine.
NOT_HERE = ("DATA", "CACHE", "PUBLIC_URL", "RECORDS", "WAREHOUSE", "RECEIVER_URL")


@dataclass
class Whole:
    """All of it at work."""

    nodes: Nodes
    postgres: Postgres
    folder: Path

    @property
    def warehouse(self) -> str:
        return self.nodes.named("minilens").replace("cluster=nodes", "cluster=minilens")

    def host(self, pod: str, data: str = "") -> Server:
        """A host that is not started, with the settings of its pod."""
        container = manifests.templates()[pod.partition("-")[0]]["spec"]["containers"][0]
        said = manifests.environment(container, pod, GIVEN)
        kept = {k: v for k, v in said.items() if k.startswith("MINILENS_")}
        for name in NOT_HERE:
            kept.pop(f"MINILENS_{name}", None)
        if pod.startswith("loader"):
            kept["MINILENS_WAREHOUSE"] = self.warehouse
        one = Server(self.folder / (data or pod), **kept, MINILENS_RECORDS=self.postgres.dsn)
        one.environment["MINILENS_RECEIVER_URL"] = one.url
        return one

    def loaded(self) -> list[int]:
        """Events, and sums of the ledger: received, loaded, double."""
        engine = Engine(self.warehouse)
        try:
            sums = "SELECT (SELECT count() FROM events), sum(received), sum(loaded), sum(duplicate) FROM ledger"
            return [int(one) for one in engine.rows(sums)[0]]
        finally:
            engine.close()

    def lose(self) -> None:
        """All events and all records."""
        for address in self.nodes:
            engine = Engine(f"{address}/default")
            engine.run("DROP DATABASE IF EXISTS minilens SYNC")
            engine.run("DROP DATABASE minilens_shard SYNC")
            engine.close()
        with psycopg.connect(self.postgres.dsn.replace("+psycopg", ""), autocommit=True) as open:
            open.execute("DROP SCHEMA public CASCADE")
            open.execute("CREATE SCHEMA public")


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        if postgres is None:
            pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
        told = of_deploy(tmp_path / "disks")
        nodes = stack.enter_context(running(tmp_path / "nodes", 2, told=told))
        yield Whole(nodes, postgres, tmp_path)


def send(receiver: Server, key: str, count: int) -> None:
    """Events that are acknowledged."""
    now = time.time_ns() // 1_000_000
    events = [
        {"id": str(uuid.uuid4()), "n": "page_view", "t": now - 100 + n, "s": "s", "p": f"pages/{n}"}
        for n in range(count)
    ]
    batch = {"v": 1, "k": key, "sent": now, "d": str(uuid.uuid4()), "ev": events}
    answer = httpx.post(f"{receiver.url}/v1/collect", json=batch, timeout=30)
    assert answer.json()["accepted"] == count


def probed(one: Server, name: str) -> None:
    """Whatever the probes of its pod ask is answered."""
    container = manifests.templates()[name]["spec"]["containers"][0]
    paths = {
        container[probe]["httpGet"]["path"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    assert len(paths) == 2
    for path in paths:
        wait_until(lambda path=path: httpx.get(f"{one.url}{path}").status_code == 200)  # type: ignore[misc]


def test_it_works_and_comes_back_from_its_backup(whole: Whole, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first, second, receiver = (
            whole.host(pod) for pod in ("loader-0", "loader-1", "receiver-0")
        )
        first.inside_this_process("apps", "create", "shop")
        first.inside_this_process("owner", "owner@example.org")
        for one in (first, second, receiver):
            stack.callback(one.stop)
            one.start()
        key = key_of(first)
        for one, name in ((first, "loader"), (second, "loader"), (receiver, "receiver")):
            probed(one, name)
        send(receiver, key, 20)
        wait_until(lambda: whole.loaded() == [20, 20, 20, 0])
        backups = tmp_path / "backups"
        first.command("backup", str(backups), "--keep", "7")
        (refused,) = second.commands(["backup", str(backups), "--keep", "7"])
        assert refused[0] != 0
        assert "loader-0" in refused[2]
        send(receiver, key, 10)
        wait_until(lambda: whole.loaded() == [30, 30, 30, 0])
    whole.lose()
    (file,) = backups.glob("*.tar")
    again = whole.host("loader-0", "again")
    said = again.command("restore", str(file), "--data", str(again.data))
    tell(whole.nodes, STATEMENT.findall(said))
    with ExitStack() as stack:
        stack.callback(again.stop)
        again.start()
        assert whole.loaded() == [20, 20, 20, 0]
        stack.callback(receiver.stop)
        receiver.start()
        wait_until(lambda: 'receiver="receiver-0"' in again.inside("metrics")["text"])
        again.command("replay")
        wait_until(
            lambda: whole.loaded() == [30, 30, 30, 0], told=lambda: again.command("receivers")
        )
