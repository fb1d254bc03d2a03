"""The manifests fit together and with the program: labels, volumes, ports, settings, commands, who reaches whom."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from minilens.settings import TABLE, load
from minilens.spool.signing import PREFIX
from minilens.warehouse.address import address
from tests.deploy import manifests
from tests.deploy.manifests import (
    FOLDER,
    KUSTOMIZATION,
    Part,
    containers,
    of_kind,
    selected,
    templates,
)
from tests.deploy.test_files_of_deployment import called, known
from tests.deploy.test_files_of_the_cluster import KEEPERS, XML, shards, words

GIVEN = {"CLICKHOUSE_PASSWORD": "one", "POSTGRES_PASSWORD": "two", "MINILENS_SECRET": "three"}
OURS = [(name, one) for name, _, one in containers() if one["image"] == "minilens"]


def pods(name: str) -> list[str]:
    """The pods of a StatefulSet."""
    return [f"{name}-{n}" for n in range(of_kind("StatefulSet")[name]["spec"]["replicas"])]


def ports(name: str) -> set[int]:
    """The ports that pods listen on."""
    parts = templates()[name]["spec"]["containers"]
    return {port["containerPort"] for one in parts for port in one.get("ports", [])}


def test_every_file_is_applied() -> None:
    own = {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert own == set(manifests.FILES)
    assert (FOLDER / "../clickhouse").resolve().is_dir()
    assert KUSTOMIZATION["namespace"] in of_kind("Namespace")
    assert "NOT RUN BY US" in (FOLDER / "kustomization.yaml").read_text()


def test_whatever_selects_pods_finds_some() -> None:
    for name, one in of_kind("StatefulSet").items():
        assert selected(one["spec"]["selector"]["matchLabels"]) == {name}
        assert one["spec"]["serviceName"] in of_kind("Service")
    for name, one in of_kind("PodDisruptionBudget").items():
        assert selected(one["spec"]["selector"]["matchLabels"]), name
    for name, one in of_kind("Service").items():
        found = selected(one["spec"]["selector"]) if "selector" in one["spec"] else set()
        assert bool(found) == (name != "nowhere")
        for each in found:
            assert {port["port"] for port in one["spec"]["ports"]} <= ports(each)
    replicated = {n for n, one in of_kind("StatefulSet").items() if one["spec"]["replicas"] > 1}
    budgets = of_kind("PodDisruptionBudget").values()
    assert replicated == set().union(*(selected(b["spec"]["selector"]["matchLabels"]) for b in budgets))  # fmt: skip


def test_every_volume_that_is_mounted_is_there() -> None:
    claims = set(of_kind("PersistentVolumeClaim"))
    maps = manifests.config_maps()
    for name, template, container in containers():
        volumes: dict[str, Part] = {one["name"]: one for one in template["spec"]["volumes"]}
        own = of_kind("StatefulSet").get(name, {}).get("spec", {}).get("volumeClaimTemplates", [])
        kept = {one["metadata"]["name"] for one in own}
        for mount in container["volumeMounts"]:
            assert mount["name"] in volumes or mount["name"] in kept, (name, mount)
            volume = volumes.get(mount["name"], {})
            if "configMap" in volume:
                assert mount.get("subPath") in {None, *maps[volume["configMap"]["name"]]}
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims


def test_every_pod_is_shut_in() -> None:
    for name, template, container in containers():
        pod, own = template["spec"], container["securityContext"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False  # variables called as settings are
        assert own["readOnlyRootFilesystem"]
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert own["allowPrivilegeEscalation"] is False
        assert "memory" in container["resources"]["limits"]
        if container["image"] == "minilens":
            assert pod["terminationGracePeriodSeconds"] > 120
            assert pod["securityContext"]["runAsUser"] == 10001  # the image's


def test_probes_ask_ports_and_addresses_that_are_there() -> None:
    paths = {
        "clickhouse": {"/ping"}, "keeper": {"/ready"},
        "minilens": {"/healthz", "/readyz", "/readyz/receive"},
    }  # fmt: skip
    probed = set()
    for name, _, one in containers():
        named = {port["name"] for port in one.get("ports", [])}
        probes: list[Part] = [one[key] for key in one if key.endswith("Probe")]
        for probe in probes:
            if get := probe.get("httpGet") or probe.get("tcpSocket"):
                assert get["port"] in named
                assert get.get("path", "/ready") in paths.get(one["name"], {"/ready"})
        if probes:
            probed.add(name)
    assert probed == set(of_kind("StatefulSet"))


@pytest.mark.parametrize(("name", "container"), OURS, ids=[f"{n}-{c['name']}" for n, c in OURS])
def test_minilens_takes_its_settings(name: str, container: Part) -> None:
    assert set(manifests.SECRETS) == set(GIVEN)
    for pod in pods(name):
        given = manifests.environment(container, pod, GIVEN)
        said = {
            key.removeprefix("MINILENS_").lower() for key in given if key.startswith("MINILENS_")
        }
        assert said <= {row.name for row in TABLE}
        settings = load(given, make=False)
        assert settings.receiver == pod
        assert settings.receiver_url == f"http://{pod}.{name}:8000"
        assert settings.roles == (("receive",) if name == "receiver" else ("load", "console"))
        assert settings.secret == b"three"
        assert settings.records.endswith("@postgres:5432/minilens")
        if name == "loader":
            assert [settings.backup_disk] == words(XML["cluster"], "backups/allowed_disk")
            both = tuple((host, 8123) for host in shards()[0])
            assert address(settings.warehouse).hosts == both
        mounts = {Path(one["mountPath"]) for one in container["volumeMounts"]}
        # a folder in a volume, not the volume: that one is root's
        assert settings.data not in mounts
        assert settings.data.parent in mounts


def test_servers_are_those_that_the_configuration_names() -> None:
    hosts = [[f"{pod}.clickhouse" for pod in pods(f"clickhouse-{n}")] for n in (1, 2)]
    assert hosts == shards()
    assert [f"{pod}.keeper" for pod in pods("keeper")] == KEEPERS
    for n in (1, 2):
        template = templates()[f"clickhouse-{n}"]
        given = manifests.environment(template["spec"]["containers"][0], "pod", GIVEN)
        assert given == {"SHARD": str(n), "HOSTNAME": "pod", "CLICKHOUSE_PASSWORD": "one"}
        apart = template["spec"]["affinity"]["podAntiAffinity"]
        (rule,) = apart["requiredDuringSchedulingIgnoredDuringExecution"]
        assert selected(rule["labelSelector"]["matchLabels"]) == {f"clickhouse-{n}"}


def reached() -> dict[str, set[tuple[str, int]]]:
    """Who in here may reach what, on which port."""
    found: dict[str, set[tuple[str, int]]] = {name: set() for name in templates()}
    for policy in of_kind("NetworkPolicy").values():
        for rule in policy["spec"].get("ingress", []):
            for to in selected(policy["spec"]["podSelector"]["matchLabels"]):
                assert {port["port"] for port in rule["ports"]} <= ports(to)
                for one in rule["from"]:
                    some = (
                        selected(one["podSelector"]["matchLabels"])
                        if "podSelector" in one
                        else set()
                    )
                    for name in some:
                        found[name] |= {(to, port["port"]) for port in rule["ports"]}
    return found


def test_nobody_is_reached_by_more_than_need_it() -> None:
    assert of_kind("NetworkPolicy")["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}  # fmt: skip
    servers = {f"clickhouse-{n}" for n in (1, 2)}
    between = {(to, port) for to in servers for port in (9000, 9009)} | {("keeper", 9181)}
    assert reached() == {
        "receiver": {("loader", 8000), ("postgres", 5432)},
        "loader": {("loader", 8000), ("receiver", 8000), ("postgres", 5432), *((to, 8123) for to in servers)},
        **dict.fromkeys(servers, between),
        "keeper": {("keeper", 9234)},
        "postgres": set(),
        "postgres-backup": {("postgres", 5432)},
    }  # fmt: skip


def test_strangers_are_passed_on_to_receivers_and_not_to_what_hosts_tell_each_other() -> None:
    (rule,) = of_kind("Ingress")["minilens"]["spec"]["rules"]
    to: dict[str, Any] = {p["path"]: p["backend"]["service"]["name"] for p in rule["http"]["paths"]}
    assert to == {"/": "minilens", "/metrics": "nowhere", PREFIX: "nowhere"}
    assert selected(of_kind("Service")["minilens"]["spec"]["selector"]) == {"receiver"}
    assert f"https://{rule['host']}" == manifests.SETTINGS["MINILENS_PUBLIC_URL"]


def test_every_command_that_is_called_exists() -> None:
    found = [words for _, one in OURS for words in called(" ".join(one.get("command", [])))]
    assert [words[0] for words in found] == ["backup"]
    assert all(known(words) for words in found)


def test_kubectl_puts_them_together() -> None:
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not on this machine")
    words = ["kubectl", "kustomize", str(FOLDER)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    made = list(yaml.safe_load_all(done.stdout))
    assert len(made) == len(manifests.EVERY) + len(manifests.config_maps())
    assert {one["metadata"].get("namespace", "minilens") for one in made} == {"minilens"}
