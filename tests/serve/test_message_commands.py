"""`minilens messages`: scheduled, listed, paused, sent now, removed; what was sent can be printed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from minilens.deliver.queue import put
from minilens.records.store import Records
from minilens.render.message import Message, Section
from tests.serve.test_event_commands import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    assert made.run("apps", "create", "shop").exit_code == 0
    given = "https://hooks.example.com/x\n"
    assert made.run("channels", "add", "shop", "webhook", "team", given=given).exit_code == 0
    return made


def listed(shell: Shell, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        shell.run("messages", what, "shop", "--format", "json").stdout
    )
    return found


def test_scheduled_paused_sent_and_removed(shell: Shell) -> None:
    assert "report:overview.pages" in shell.run("messages", "contents", "shop").output
    for words in (
        ("kpis", "team", "--every", "week", "--on", "fri", "--at", "08:30"),
        ("report:overview.pages", "1", "--every", "month", "--on", "last"),
    ):
        made = shell.run("messages", "add", "shop", *words)
        assert made.exit_code == 0, made.output
    first, second = listed(shell, "list")
    assert (first["when"], first["channel"]) == ("Every Friday at 08:30", "team")
    assert second["when"] == "On the last day of each month at 09:00"
    assert shell.run("messages", "pause", "shop", "1").exit_code == 0
    assert [one["paused"] for one in listed(shell, "list")] == [True, False]
    assert shell.run("messages", "resume", "shop", "1").exit_code == 0
    assert shell.run("messages", "send", "shop", "1").exit_code == 0
    assert [one["state"] for one in listed(shell, "sent")] == ["due"]
    assert "is not made yet" in shell.run("messages", "show", "shop", "1").output
    assert shell.run("messages", "remove", "shop", "1", "--yes").exit_code == 0
    assert [one["number"] for one in listed(shell, "list")] == [2]


def test_a_message_is_printed(shell: Shell, tmp_path: Path) -> None:
    (path,) = tmp_path.rglob("records.sqlite")
    records = Records(f"sqlite:///{path}")
    message = Message("Shop · alarm", "", (Section(sentences=("Spend is up.",)),), "", "en")
    now = datetime(2026, 11, 30, tzinfo=UTC)
    assert put(records, message, app=1, channel=1, key="alarm:1", content="alarm", now=now)
    records.database.close()
    assert "Spend is up." in shell.run("messages", "show", "shop", "1").output


def test_how_often_is_as_suits_the_content(shell: Shell) -> None:
    for content in ("health", "funnels", "cohorts"):
        assert shell.run("messages", "add", "shop", content, "team").exit_code == 0
    often = [one["when"].split(" at ")[0] for one in listed(shell, "list")]
    assert often == ["Every day", "Every Monday", "Each month on day 1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kpi", "team"), "did you mean kpis"), (("kpis", "nobody"), "nobody"),
        (("kpis", "team", "--every", "week", "--on", "29"), "mon, tue"),
        (("kpis", "team", "--every", "month", "--on", "31"), "31"),
        (("kpis", "team", "--every", "day", "--on", "mon"), "mon"), (("kpis", "team", "--at", "9"), "9"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(shell: Shell, words: tuple[str, ...], said: str) -> None:
    refused = shell.run("messages", "add", "shop", *words)
    assert refused.exit_code != 0
    assert said in refused.output
