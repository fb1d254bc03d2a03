"""The locks hold every package by its checksum and name no host and no path."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import TOP

LOCKS = sorted((TOP / "requirements").glob("*.txt"))


def pinned(lock: Path) -> dict[str, str]:
    """name → version of a lock; of several for several Pythons, the last."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==(\S+)", lock.read_text(), re.MULTILINE))


def test_there_is_a_lock_for_each_use() -> None:
    assert [lock.stem for lock in LOCKS] == ["bench", "build", "image", "run", "test"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_host_and_no_path(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"https?:|file:|--index-url|--find-links|/home/|/root/|/tmp/", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_of_a_lock_has_a_checksum(lock: Path) -> None:
    entries = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]
    assert entries
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_locks_agree_with_each_other() -> None:
    run, test, bench, image = (
        pinned(TOP / "requirements" / f"{name}.txt") for name in ("run", "test", "bench", "image")
    )
    assert run.items() <= image.items() <= test.items()
    assert run.items() <= test.items()
    assert run.items() <= bench.items()


def test_every_dependency_is_in_the_lock_and_has_its_line_in_the_decisions() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]
    names = {re.split(r"[\[<>=]", line)[0] for line in wanted}
    assert names <= set(pinned(TOP / "requirements" / "test.txt"))
    said = (TOP / "docs" / "decisions" / "0002-libraries.md").read_text()
    assert not [name for name in sorted(names) if f"`{name}`" not in said]
