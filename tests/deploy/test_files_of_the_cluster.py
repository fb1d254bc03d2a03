"""The files of deploy/cluster fit together: ClickHouse's configuration, Keeper's, and compose."""

from __future__ import annotations

import re
import xml.etree.ElementTree as Xml
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from minilens.warehouse.address import address
from tests.architecture.source import TOP

CLUSTER = TOP / "deploy" / "cluster"
XML = {file.stem: Xml.fromstring(file.read_text()) for file in CLUSTER.rglob("*.xml")}
COMPOSE: dict[str, Any] = yaml.safe_load((CLUSTER / "compose.yaml").read_text())["services"]


def words(tree: Xml.Element, path: str) -> list[str]:
    """The texts of a path of tags."""
    return [one.text or "" for one in tree.findall(path)]


def shards() -> list[list[str]]:
    """The hosts of each shard."""
    found = XML["cluster"].findall("remote_servers/minilens/shard")
    return [words(shard, "replica/host") for shard in found]


KEEPERS = words(XML["cluster"], "zookeeper/node/host")


def aliases(service: dict[str, Any]) -> list[str]:
    """Names of a service beside its own."""
    names: list[str] = service["networks"]["default"]["aliases"]
    return names


def of_image(word: str) -> dict[str, dict[str, Any]]:
    """Services of an image."""
    return {name: one for name, one in COMPOSE.items() if word in one["image"]}


def test_every_file_is_of_clickhouse() -> None:
    assert set(XML) == {"cluster", "keeper", "users"}
    assert {tree.tag for tree in XML.values()} == {"clickhouse"}


def test_each_shard_is_kept_twice_and_rows_are_written_to_both() -> None:
    assert [len(hosts) for hosts in shards()] == [2, 2]
    assert words(XML["users"], "profiles/minilens/insert_quorum") == ["2"]
    assert words(XML["users"], "profiles/minilens/load_balancing") == ["in_order"]
    assert words(XML["users"], "users/minilens/profile") == ["minilens"]
    assert words(XML["cluster"], ".//internal_replication") == ["true", "true"]


def test_keepers_are_a_majority_of_three_and_agree_on_their_numbers() -> None:
    raft = XML["keeper"].find("keeper_server/raft_configuration")
    assert raft is not None
    hosts = words(raft, "server/hostname")
    assert hosts == KEEPERS
    assert len(KEEPERS) == 3
    port = words(XML["keeper"], "keeper_server/tcp_port")
    assert port * 3 == words(XML["cluster"], "zookeeper/node/port")
    keepers = of_image("keeper").values()
    numbers = {aliases(one)[0]: one["environment"]["KEEPER_ID"] for one in keepers}
    assert numbers == dict(zip(hosts, words(raft, "server/id"), strict=True))


def test_servers_of_compose_are_those_of_the_cluster() -> None:
    found: dict[str, list[str]] = {"1": [], "2": []}
    for name, service in of_image("clickhouse-server").items():
        assert service["hostname"] == name  # the macro `replica`
        assert aliases(service) == [f"{name}.clickhouse"]
        found[service["environment"]["SHARD"]] += aliases(service)
    assert list(found.values()) == shards()


def test_every_variable_that_a_configuration_takes_is_given() -> None:
    def taken(*names: str) -> set[str]:
        every = [one for name in names for one in XML[name].iter()]
        return {one.attrib["from_env"] for one in every if "from_env" in one.attrib} - {"HOSTNAME"}

    for service in of_image("clickhouse-server").values():
        assert taken("cluster", "users") <= set(service["environment"])
    for service in of_image("keeper").values():
        assert taken("keeper") <= set(service["environment"])


@pytest.mark.parametrize("name", ["minilens-1", "minilens-2"])
def test_minilens_of_compose_asks_either_replica_of_the_first_shard(name: str) -> None:
    said = COMPOSE[name]["environment"]["MINILENS_WAREHOUSE"]
    there = address(re.sub(r"\$\{.*?\}", "password", said))
    assert there.hosts == tuple((host, 8123) for host in shards()[0])
    assert there.user in {one.tag for one in XML["users"].findall("users/*")}
    assert there.cluster in {one.tag for one in XML["cluster"].findall("remote_servers/*")}


def test_backups_go_to_a_disk_that_is_there_and_outlives_the_container() -> None:
    allowed = words(XML["cluster"], "backups/allowed_disk")
    disks = XML["cluster"].findall("storage_configuration/disks/*")
    assert [disk.tag for disk in disks] == allowed
    path = Path(words(disks[0], "path")[0])
    kept = [one["volumes"] for one in of_image("clickhouse-server").values()]
    assert len({v for all in kept for v in all if v.endswith(f":{path}")}) == 4
