"""The systemd units of deploy/cluster: systemd takes them, the program takes what they give it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from minilens.settings import load
from minilens.warehouse.address import address
from tests.architecture.source import TOP
from tests.deploy.manifests import pairs
from tests.deploy.test_files_of_deployment import called, known
from tests.deploy.test_files_of_the_cluster import shards

FOLDER = TOP / "deploy" / "cluster" / "systemd"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])


def lines(file: str, key: str) -> list[str]:
    """What a unit says under a key, as often as it says it."""
    return re.findall(rf"(?m)^{key}=(.+)$", (FOLDER / file).read_text())


def given(file: str, role: str) -> dict[str, str]:
    """The variables of a unit on the host `one`."""

    def meant(text: str) -> str:
        return text.replace("%i", role).replace("%H", "one")

    found: dict[str, str] = {}
    for line in lines(file, "Environment"):
        found |= [meant(line).partition("=")[::2]]
    for path in lines(file, "EnvironmentFile"):
        found |= pairs(FOLDER / Path(meant(path)).name)
    return found


@pytest.mark.parametrize("role", ["loader", "receiver"])
def test_minilens_takes_its_settings(role: str) -> None:
    settings = load(given("minilens@.service", role), make=False)
    assert settings.receiver == f"one-{role}"
    assert settings.receiver_url == f"http://one:{settings.port}"
    assert settings.roles == (("receive",) if role == "receiver" else ("load", "console"))
    assert settings.data.name == role
    if role == "loader":
        there = address(settings.warehouse)
        assert (there.hosts[0][0], there.cluster) == (shards()[0][0], "minilens")
    assert int(lines("minilens@.service", "TimeoutStopSec")[0]) > 120


def test_a_backup_is_made_of_the_host_that_loads() -> None:
    backup = load(given("minilens-backup.service", "loader"), make=False)
    server = load(given("minilens@.service", "loader"), make=False)
    assert (backup.data, backup.records) == (server.data, server.records)


def test_every_command_that_is_called_exists() -> None:
    some = [line for file in UNITS for line in lines(file.name, "ExecStart")]
    found = [words for words in called("\n".join(some)) if known(words)]
    assert sorted(words[0] for words in found) == ["backup", "serve"]


def test_every_timer_starts_something() -> None:
    timers = sorted(FOLDER.glob("*.timer"))
    assert len(timers) == 2
    assert all(file.with_suffix(".service").exists() for file in timers)


def test_systemd_takes_them(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not on this machine")
    for file in UNITS:  # the program itself is not installed here
        text = file.read_text().replace("/opt/minilens/bin/minilens", "/bin/true")
        (tmp_path / file.name.replace("@", "@loader")).write_text(text)
    some = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        [analyze, "verify", "--man=no", *some],
        capture_output=True, text=True, timeout=60, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )  # fmt: skip
    said = [
        line for line in done.stderr.splitlines() if any(Path(one).name in line for one in some)
    ]
    assert not said, said
    assert done.returncode == 0, done.stderr
