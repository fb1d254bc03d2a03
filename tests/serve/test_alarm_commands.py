"""`minilens alarms`: what it is answered, and by command."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from minilens.cli.alarms import alarms
from minilens.errors import NotFound, Refused
from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.records.channel_content import ChannelContent
from minilens.reports.alarm_facts import MissingFacts, encoded
from minilens.serve.alarm_commands import answered
from tests.pipeline import House

SLOW = {
    "kind": "threshold",
    "source": {"kind": "measure", "measure": "load_time"},
    "side": "above",
    "value": 3,
}


def test_what_commands_are_answered(pipeline: Pipeline, house: House) -> None:
    records, app = pipeline.records, house.app

    def ask(do: str, **more: str) -> dict[str, Any]:
        return answered(pipeline, {"app": app.name, "do": do, **more})

    assert [one["en"] for one in ask("usual")["rules"]] == [
        "Missing data", "KPIs out of their band", "Release guard",
    ]  # fmt: skip
    made = ask("add", zh="慢", en="Slow", body=json.dumps(SLOW))
    assert (made["en"], made["enabled"], made["definition"]["kind"]) == ("Slow", True, "threshold")
    assert not ask("off", rule="Slow")["enabled"]
    assert ask("on", rule="慢")["enabled"]
    assert (
        ask("set", rule="慢", zh="很慢", body=json.dumps(SLOW | {"value": 5}))["definition"][
            "value"
        ]
        == 5
    )
    with pytest.raises(Refused) as error:
        ask("add", zh="B", body='{"kind": "alarm"}')
    assert error.value.field == "kind"
    assert ask("remove", rule="很慢") == {"removed": made["id"]}
    facts, rule = (
        encoded(MissingFacts(0, 9, 9, 8, weekly=True)),
        records.alarm_rules.of(app.id)[0].id,
    )
    records.alarms.found(app.id, rule, "missing", facts, now(), now=now())
    (alarm,) = ask("list")["alarms"]
    assert ("No data is coming in" in alarm["en"], "没有收到数据" in alarm["zh"]) == (True, True)
    assert ask("acknowledge", alarm=str(alarm["id"]), note="known")["note"] == "known"
    with pytest.raises(NotFound):
        ask("acknowledge", alarm="x")
    content = ChannelContent("webhook", "ops", "zh", "https://example.com/hook", None)
    channel, _ = records.channels.create(app.id, content, b"a secret", now=now())
    told = ask("send", channels="ops", quiet="22:00-08:00")
    assert told == {"channels": [channel.id], "quiet_from": "22:00", "quiet_to": "08:00"}
    assert ask("send") == {"channels": [], "quiet_from": "", "quiet_to": ""}


def test_the_commands_there_are() -> None:
    said = CliRunner().invoke(alarms, ["--help"]).output
    for one in (
        "list",
        "acknowledge",
        "rules",
        "usual",
        "add",
        "set",
        "on",
        "off",
        "remove",
        "send",
    ):
        assert one in said
