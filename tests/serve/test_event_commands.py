"""`minilens events`: definitions saved from files, listed, shown, published, retired, without a server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from minilens.cli.main import main

ACTION = {
    "trigger": "enterPage",
    "action": "once",
    "page": "pages/a",
    "data": [{"field": "sku", "value": "$QUERY.sku"}],
}
TEA: dict[str, Any] = {
    "name": "tea", "zh": "选茶", "actions": [ACTION], "fields": [{"name": "sku", "zh": "商品", "type": "text"}],
}  # fmt: skip


class Shell:
    """Commands on a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        others = {name: None for name in os.environ if name.startswith("MINILENS_")}
        self.environment = {**others, "MINILENS_DATA": str(folder / "data"), "LANG": "en_US.UTF-8"}

    def run(self, *words: str, given: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=given, env=self.environment)

    def events(self, *words: str) -> str:
        done = self.run("events", *words, "--app", "shop")
        assert done.exit_code == 0, done.output
        return done.stdout

    def file(self, content: object) -> str:
        path = self.folder / "event.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    done = made.run("apps", "create", "shop")
    assert done.exit_code == 0, done.output
    return made


def listed(shell: Shell) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shell.events("list", "--format", "json"))
    return found


def test_from_a_file_to_phones_and_off_them(shell: Shell) -> None:
    assert "number 1" in shell.events("save", shell.file(TEA))
    (one,) = listed(shell)
    assert (one["name"], one["version"], one["changed"], one["by"]) == (
        "tea",
        None,
        True,
        "command line",
    )
    shell.events("publish", "tea")
    assert (listed(shell)[0]["version"], listed(shell)[0]["changed"]) == (1, False)
    shown = json.loads(shell.events("show", "1"))
    assert (shown["name"], shown["actions"], shown["fields"][0]["type"]) == (
        "tea",
        [ACTION],
        "text",
    )
    shell.events("save", shell.file(shown | {"note": "another"}))  # what is shown can be saved
    shell.events("publish", "1")
    assert json.loads(shell.events("show", "tea", "--version", "1"))["note"] == ""
    assert "Version 1" in shell.events("back", "tea", "1")
    shell.events("retire", "tea")
    assert listed(shell)[0]["retired"]
    plan = shell.run("plan", "show", "--app", "shop")
    assert json.loads(plan.stdout)["events"] == []
    shell.events("restore", "tea")
    assert (
        json.loads(shell.run("plan", "show", "--app", "shop").stdout)["events"][0]["name"] == "tea"
    )


def test_what_is_wrong_is_said_as_in_the_form(shell: Shell) -> None:
    shell.events("save", shell.file(TEA))
    for content, said in (
        (TEA | {"name": "Tea"}, "Invalid event name Tea"),
        (TEA | {"zh": "别的"}, "zh can't be changed once saved: 选茶"),
        (TEA | {"actions": [ACTION | {"trigger": "tap"}]}, "actions[0].trigger can't be tap"),
        (TEA | {"actoins": []}, "actoins"),
        ([], "must be an object"),
    ):
        done = shell.run("events", "save", shell.file(content), "--app", "shop")
        assert done.exit_code != 0
        assert said in done.stderr, done.stderr
    for words in (
        ("show", "none"),
        ("publish", "none"),
        ("show", "tea", "--version", "7"),
        ("back", "tea", "7"),
    ):
        done = shell.run("events", *words, "--app", "shop")
        assert done.exit_code != 0
        assert "There is no" in done.stderr
    assert len(listed(shell)) == 1
