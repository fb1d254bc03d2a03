"""The samples of deploy/ and the Dockerfile name settings, commands and files that exist, and can be parsed."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from minilens.cli.commands import at
from minilens.cli.main import main
from minilens.settings import TABLE, load
from tests.architecture.source import TOP

DEPLOY = TOP / "deploy"
COMPOSE = [DEPLOY / "compose.yaml", DEPLOY / "cluster" / "compose.yaml"]
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
EVERY = [TOP / "Dockerfile", *sorted(path for path in DEPLOY.rglob("*") if path.is_file())]
WRITTEN = {file: file.read_text(encoding="utf-8") for file in EVERY}
#: MINILENS_CONFIG is no setting: it names the file of all.
KNOWN = {row.name for row in TABLE} | {"config"}


def name(path: Path) -> str:
    """As it stands in the checkout."""
    return path.relative_to(TOP).as_posix()


def services(file: Path) -> dict[str, Any]:
    """What a compose file starts."""
    found: dict[str, Any] = yaml.safe_load(WRITTEN[file])["services"]
    return found


def unit(file: Path) -> configparser.ConfigParser:
    """A unit; of a key that stands there more than once, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(WRITTEN[file])
    return parser


@pytest.mark.parametrize("file", EVERY, ids=name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    found = {word.lower().removesuffix("_file") for word in re.findall(r"MINILENS_(\w+)", WRITTEN[file])}  # fmt: skip
    assert found <= KNOWN


@pytest.mark.parametrize("file", COMPOSE, ids=name)
def test_a_compose_file_is_whole(file: Path) -> None:
    whole = yaml.safe_load(WRITTEN[file])
    for title, service in whole["services"].items():
        volumes = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        named = {volume for volume in volumes if not volume.startswith(".")}
        assert named <= set(whole["volumes"]), title
        files = [volume for volume in volumes if volume.startswith(".")]
        assert all((file.parent / path).is_file() for path in files), title
        if "build" in service:
            assert (file.parent / service["build"] / "Dockerfile").is_file()
        waited = service.get("depends_on", {})
        assert set(waited) <= set(whole["services"])
        assert service["restart"] in ("always", "unless-stopped")
        assert not any(port.partition(":")[0] != "127.0.0.1" for port in service.get("ports", []))


def test_every_minilens_of_a_compose_file_is_shut_in_and_has_time_to_end() -> None:
    ours = [s for file in COMPOSE for s in services(file).values() if s["image"] == "minilens"]
    assert len(ours) == 6
    for service in ours:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "/tmp" in service["tmpfs"][0]
        if "command" not in service:
            assert int(service["stop_grace_period"].removesuffix("s")) > 120


def test_hosts_of_the_cluster_are_told_apart_and_reach_each_other() -> None:
    every = services(COMPOSE[1]).items()
    ours = {n: s for n, s in every if s["image"] == "minilens" and "command" not in s}
    for title, service in ours.items():
        said = service["environment"]
        assert said["MINILENS_RECEIVER"] == title
        assert said["MINILENS_RECEIVER_URL"] == f"http://{title}:8000"
        assert "MINILENS_RECORDS" in said
        assert "MINILENS_SECRET" in said
    assert len({volume for service in ours.values() for volume in service["volumes"]}) == len(ours)


def test_what_is_not_run_is_said() -> None:
    assert "have not been run by us" in " ".join(WRITTEN[COMPOSE[1]].replace("#", " ").split())
    for language, words in (
        ("en", "not tested: our test servers"),
        ("zh", "没有测：测试用的服务器"),
    ):
        assert words in (TOP / "docs" / "guide" / language / "cluster.md").read_text()


CALL = re.compile(r"(?<![\w/.-])(?:/opt/minilens/bin/)?minilens ((?:--config|[a-z]+)[^#;\n\]]*)")


def called(text: str) -> Iterator[list[str]]:
    """The words after every call of the program."""
    for line in CALL.findall(text):
        words = line.split()
        yield words[2:] if words[0] == "--config" else words


def known(words: list[str]) -> bool:
    """Whether there is such a command, with these options."""
    command = at(main, words[0])
    assert command is not None, words
    options = {option for parameter in command.params for option in parameter.opts}
    return {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("file", [*UNITS, *COMPOSE], ids=name)
def test_every_command_that_is_called_exists(file: Path) -> None:
    lines = WRITTEN[file].splitlines()
    some = [x for x in lines if x.lstrip().startswith(("command:", "ExecStart="))]
    assert all(known(words) for words in called("\n".join(some)))


@pytest.mark.parametrize("file", UNITS, ids=name)
def test_a_unit_names_what_is_there(file: Path) -> None:
    found = unit(file)
    assert found.has_section("Unit")
    if file.suffix == ".timer":
        assert (DEPLOY / f"{file.stem}.service").exists()
        return
    assert "/etc/minilens/minilens.toml" in found["Service"]["ExecStart"]
    assert found["Service"]["User"] == "minilens"
    if file.stem == "minilens":
        assert int(found["Service"]["TimeoutStopSec"]) > 120
        assert found["Service"]["Restart"] == "always"


def test_the_sample_of_settings_is_taken(tmp_path: Path) -> None:
    file = DEPLOY / "minilens.toml"
    names = set(tomllib.loads(WRITTEN[file]))
    variables = {"MINILENS_CONFIG": str(file), "MINILENS_SECRET": "x", "MINILENS_DATA": str(tmp_path)}  # fmt: skip
    settings = load(variables)
    assert names <= KNOWN
    assert settings.public_url == "https://stats.example.com"
    assert "127.0.0.1" in settings.trusted_proxies


@pytest.mark.parametrize("file", [DEPLOY / "nginx.conf", DEPLOY / "Caddyfile"], ids=name)
def test_a_proxy_passes_streams_and_bodies_on(file: Path) -> None:
    text = WRITTEN[file]
    assert text.count("{") == text.count("}")
    assert re.search(r"proxy_buffering off|flush_interval -1", text)
    assert re.search(r"client_max_body_size 6m|max_size 6MB", text)
    assert "127.0.0.1:8000" in text
    if file.suffix == ".conf":
        assert re.search(r"location ~ \^/a/\[\^/\]\+/stream\$", text)
        assert "X-Forwarded-Proto $scheme" in text


def whole(sample: str, folder: Path) -> Path:
    """nginx's sample within a whole file: sockets for ports, no certificate, all in a folder."""
    text = re.sub(r"(?m)^ *(?:ssl_certificate.*|listen \[::\].*)$", "", sample)
    text = text.replace("listen 80;", f"listen unix:{folder}/80;")
    text = text.replace("listen 443 ssl http2;", f"listen unix:{folder}/443;")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    file = folder / "nginx.conf"
    head = f"pid {folder}/pid; error_log {folder}/error.log; events {{}}"
    file.write_text(f"{head} http {{ access_log off; {places} {text} }}")
    return file


@pytest.mark.parametrize(
    ("program", "words", "file"),
    [
        ("nginx", ["-t", "-c"], DEPLOY / "nginx.conf"),
        ("caddy", ["validate", "--adapter", "caddyfile", "--config"], DEPLOY / "Caddyfile"),
    ],
)
def test_a_proxy_takes_its_sample(program: str, words: list[str], file: Path, tmp_path: Path) -> None:  # fmt: skip
    if not shutil.which(program):
        pytest.skip(f"{program} is not on this machine")
    if program == "nginx":
        file = whole(WRITTEN[file], tmp_path)
    done = subprocess.run([program, *words, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not on this machine")
    for file in UNITS:  # the program itself is not installed here
        text = WRITTEN[file].replace("/opt/minilens/bin/minilens", "/bin/true")
        (tmp_path / file.name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / file.name) for file in UNITS)],
        capture_output=True, text=True, timeout=60, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if any(f.name in line for f in UNITS)]
    assert not said, said
    assert done.returncode == 0, done.stderr


def test_the_dockerfile_ends_with_a_user_and_a_check() -> None:
    last = WRITTEN[TOP / "Dockerfile"].rpartition("\nFROM ")[2]
    words = [line.split()[0] for line in last.splitlines()[1:] if re.match(r"[A-Z]+ ", line)]
    assert {"USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL"} <= set(words)
    assert "USER 10001:10001" in last
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", WRITTEN[TOP / "Dockerfile"], re.MULTILINE)
    kept = (TOP / ".dockerignore").read_text()
    for path in " ".join(copied).split():
        assert (TOP / path).exists()
        assert f"!{path}\n" in kept
