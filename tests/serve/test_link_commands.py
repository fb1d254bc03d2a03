"""`minilens link`: made of a file, listed, found by a code; what is wrong is said with its row."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.serve.test_event_commands import Shell

ROWS = "campaign,placement,page\nSpring,Door,pages/a\nSpring,Table,pages/a\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    assert made.run("apps", "create", "shop").exit_code == 0
    return made


def test_made_listed_found(shell: Shell, tmp_path: Path) -> None:
    path, out = tmp_path / "links.csv", tmp_path / "made.csv"
    path.write_text(ROWS, encoding="utf-8")
    done = shell.run("link", "add", str(path), "--app", "shop", "-o", str(out))
    assert (done.exit_code, "2 links made" in done.output) == (0, True), done.output
    made = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert [row["placement"] for row in made] == ["Door", "Table"]
    listed = shell.run("link", "list", "--app", "shop", "--format", "csv").stdout
    assert listed == out.read_text(encoding="utf-8-sig")
    assert made[0]["code"] in shell.run("link", "list", "--app", "shop").stdout
    told = json.loads(shell.run("link", "find", made[1]["code"], "--format", "json").stdout)
    assert (told[0]["app"], told[0]["url"]) == ("shop", made[1]["url"])
    again = shell.run("link", "add", str(out), "--app", "shop")
    assert again.exit_code == 0, again.output


def test_a_mistake_is_said_with_its_row(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text(ROWS + "Spring,Cup,\n", encoding="utf-8")
    done = shell.run("link", "add", str(path), "--app", "shop")
    assert (done.exit_code != 0, "links[4].page" in done.output) == (True, True), done.output
    assert shell.run("link", "list", "--app", "shop", "--format", "json").stdout.strip() == "[]"
    wrong = shell.run("link", "find", "abc")
    assert (wrong.exit_code != 0, "10 lowercase" in wrong.output) == (True, True), wrong.output
