"""Imports go down only. The rule itself stands in pyproject.toml, [tool.importlinter]."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import TOP

LAYERS: list[str] = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"][0]["layers"]
#: those in parentheses have no work yet
ROOMS = [
    room for layer in LAYERS for room in re.split(r" [|:] ", layer) if not room.startswith("(")
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the package `minilens` that lies in `folder` by the rule of this checkout."""
    call = (
        "import sys; from importlinter import cli; "
        "sys.exit(cli.lint_imports(sys.argv[1], no_cache=True, no_logo=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", call, str(TOP / "pyproject.toml")],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def toy(folder: Path, **code: str) -> Path:
    """A package with every room empty but those given."""
    for room in {*ROOMS, *code}:
        (folder / "minilens" / room).mkdir(parents=True)
        (folder / "minilens" / room / "__init__.py").write_text(code.get(room, ""))
    (folder / "minilens" / "__init__.py").touch()
    return folder


def test_the_package_keeps_the_rule() -> None:
    answer = lint(TOP / "src")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_page_on_architecture_shows_the_rule_as_it_is() -> None:
    page = (TOP / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rule = "\n".join(re.sub(r"[():]", "", layer).replace("  ", " ") for layer in LAYERS)
    assert f"```\n{rule}\n```" in page


def test_a_package_that_only_imports_downwards_passes(tmp_path: Path) -> None:
    code = {"cli": "import minilens.web", "web": "import minilens.render, minilens.records"}
    answer = lint(toy(tmp_path, **code))
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("warehouse", "measure"),
        ("measure", "reports"),
        ("web", "demo"),
        ("measure", "load"),
        ("warehouse", "records"),
        ("period", "reference"),
        ("deliver", "web"),
        ("wechat", "collect"),
        ("collect", "warehouse"),
        ("collect", "chdb"),
    ],
)
def test_an_import_against_the_rule_is_seen(tmp_path: Path, importer: str, imported: str) -> None:
    name = imported if imported == "chdb" else f"minilens.{imported}"
    answer = lint(toy(tmp_path, **{importer: f"import {name}"}))
    assert answer.returncode == 1
    assert f"minilens.{importer} -> {name}" in answer.stdout, answer.stdout


def test_a_room_that_the_rule_does_not_name_is_seen(tmp_path: Path) -> None:
    answer = lint(toy(tmp_path, attic=""))
    assert answer.returncode == 1
    assert "attic" in answer.stdout


def test_the_engine_starts_without_what_is_seldom_needed() -> None:
    """Each import is paid by every start of a server, and by every command that opens the folder."""
    call = "import sys; import minilens.serve.engine; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", call], capture_output=True, text=True, timeout=60, check=True
    )
    assert not {"alembic", "segno", "chdb"} & set(loaded.stdout.split())
