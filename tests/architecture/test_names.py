"""Rooms and files are named after what is in them, and every module begins by saying it."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import TOP, all_python, python

SAY_NOTHING = {
    "util", "utils", "common", "core", "service", "services", "helper", "helpers", "manager",
    "managers", "misc", "lib", "base", "stuff", "tools",
}  # fmt: skip


def empty_names(path: str) -> set[str]:
    """The parts of a path that say nothing."""
    return SAY_NOTHING & set(PurePosixPath(path).with_suffix("").parts)


def test_no_room_has_a_name_that_says_nothing() -> None:
    found = [source.name for source in all_python() if empty_names(source.name)]
    assert not found


@pytest.mark.parametrize("path", ["src/minilens/utils/text.py", "tests/helpers.py"])
def test_a_name_that_says_nothing_is_seen(path: str) -> None:
    assert empty_names(path)


def test_every_module_says_what_is_in_it() -> None:
    found = [source.name for source in python() if not ast.get_docstring(source.tree)]
    assert not found


def test_every_room_of_the_package_is_on_the_map() -> None:
    """ARCHITECTURE.md shows the tree as it is."""
    page = (TOP / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {source.path.parent.name for source in python() if source.path.name == "__init__.py"}
    rooms -= {"minilens"}
    missing = {room for room in rooms if f"{room}/" not in page}
    nested = {"versions", "migrations", "schema"}  # folders of migrations, named with their room
    assert not missing - nested
