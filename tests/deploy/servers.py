"""The configuration of deploy/cluster/clickhouse as servers of this machine take it: one a shard, without Keeper."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from collections.abc import Callable
from pathlib import Path

from tests.architecture.source import TOP

FOLDER = TOP / "deploy" / "cluster" / "clickhouse"
#: What takes Keeper, or is otherwise here.
NOT_HERE = ("zookeeper", "distributed_ddl", "interserver_http_credentials", "listen_host", "logger")


def of_deploy(
    backups: Path, *, replicas: bool = False
) -> Callable[[int, list[int], str], dict[str, str]]:
    """What each server is told; its disk is a folder of its own in `backups`. `replicas`: two, of one shard."""

    def told(n: int, ports: list[int], password: str) -> dict[str, str]:
        cluster = Xml.parse(FOLDER / "cluster.xml").getroot()
        users = Xml.parse(FOLDER / "users.xml").getroot()
        for name in NOT_HERE:
            cluster.remove(_one(cluster, name))
        _thin(_one(cluster, "remote_servers/minilens"), replicas=replicas)
        kept = cluster.findall("remote_servers/minilens/shard/replica")
        for replica, port in zip(kept, ports, strict=True):
            _one(replica, "host").text, _one(replica, "port").text = "127.0.0.1", str(port)
        _one(cluster, "remote_servers").attrib.clear()  # the cluster of the tests stays
        folder = backups / f"server-{n}"
        folder.mkdir(parents=True)
        _one(cluster, "storage_configuration/disks/backups/path").text = f"{folder}/"
        everyone = _one(users, "users")
        everyone.remove(_one(everyone, "default"))  # starts them here
        given = {"CLICKHOUSE_PASSWORD": password, "SHARD": str(n), "HOSTNAME": f"server-{n}"}
        for one in (*cluster.iter(), *users.iter()):
            if name := one.attrib.pop("from_env", ""):
                one.text = given[name]
        return {
            "cluster.xml": Xml.tostring(cluster, "unicode"),
            "users.xml": Xml.tostring(users, "unicode"),
        }

    return told


def _thin(servers: Xml.Element, *, replicas: bool) -> None:
    """Leave one of each shard, or all of one shard."""
    shards = servers.findall("shard")
    for shard in shards[1:] if replicas else ():
        servers.remove(shard)
    for shard in () if replicas else shards:
        for other in shard.findall("replica")[1:]:
            shard.remove(other)


def _one(tree: Xml.Element, path: str) -> Xml.Element:
    found = tree.find(path)
    assert found is not None, path
    return found
