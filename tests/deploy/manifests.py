"""The Kubernetes manifests of deploy/cluster as values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tests.architecture.source import TOP

FOLDER = TOP / "deploy" / "cluster" / "kubernetes"
Part = dict[str, Any]


def pairs(file: Path) -> dict[str, str]:
    """A file of NAME=value."""
    lines = (line for line in file.read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.partition("=")[::2] for line in lines)


KUSTOMIZATION: Part = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
FILES = [name for name in KUSTOMIZATION["resources"] if name.endswith(".yaml")]
EVERY: list[Part] = [
    one for name in FILES for one in yaml.safe_load_all((FOLDER / name).read_text())
]
SETTINGS = pairs(FOLDER / "settings.env")
SECRETS = pairs(FOLDER / "secrets.env.example")


def config_maps() -> dict[str, set[str]]:
    """The keys of each ConfigMap that is generated."""
    made = {"settings": set(SETTINGS)}
    base: Part = yaml.safe_load((FOLDER / ".." / "clickhouse" / "kustomization.yaml").read_text())
    for one in base["configMapGenerator"]:
        for file in one["files"]:
            assert (FOLDER / ".." / "clickhouse" / file.rpartition("=")[2]).is_file()
        made[one["name"]] = {file.partition("=")[0] for file in one["files"]}
    return made


def of_kind(kind: str) -> dict[str, Part]:
    """The manifests of a kind, by name."""
    return {one["metadata"]["name"]: one for one in EVERY if one["kind"] == kind}


def templates() -> dict[str, Part]:
    """The template of the pods of whatever starts some."""
    sets = {name: one["spec"]["template"] for name, one in of_kind("StatefulSet").items()}
    jobs = of_kind("CronJob").items()
    return sets | {name: one["spec"]["jobTemplate"]["spec"]["template"] for name, one in jobs}


def containers() -> Iterator[tuple[str, Part, Part]]:
    """Every container, with the name and the template of what starts it."""
    for name, template in templates().items():
        for one in template["spec"]["containers"]:
            yield name, template, one


def selected(labels: dict[str, str]) -> set[str]:
    """What starts pods of these labels."""
    return {
        name
        for name, template in templates().items()
        if labels.items() <= template["metadata"]["labels"].items()
    }


def environment(container: Part, pod: str, secrets: dict[str, str]) -> dict[str, str]:
    """What a container of a pod is given, as Kubernetes makes it: a variable may name earlier ones of the list."""
    found = dict(SETTINGS) if container.get("envFrom") else {}
    own: dict[str, str] = {}
    for one in container.get("env", []):
        if "value" in one:
            own[one["name"]] = re.sub(r"\$\((\w+)\)", lambda m: own[m[1]], one["value"])
        elif "secretKeyRef" in one["valueFrom"]:
            assert one["valueFrom"]["secretKeyRef"]["name"] == "minilens"
            own[one["name"]] = secrets[one["valueFrom"]["secretKeyRef"]["key"]]
        else:
            assert one["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
            own[one["name"]] = pod
    return found | own
