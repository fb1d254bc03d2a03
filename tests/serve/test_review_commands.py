"""`minilens reviews`, as a running server answers it: listed, written, shown, with the checklist."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.serve.review_commands import answered
from minilens.serve.wiring import questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY, STORY
from tests.pipeline import House


def test_what_commands_are_answered(pipeline: Pipeline, settings: Settings, house: House) -> None:
    house.load(STORY)
    house.build()
    executor = questions(pipeline, settings)

    def ask(do: str, **more: str) -> dict[str, Any]:
        return answered(pipeline, executor, {"app": house.app.name, "do": do, **more})

    text = {"insight": "Tables work", "change": "Ask once", "figure": "payments"}
    made = ask("write", day=DAY, body=json.dumps(text))
    assert (made["insight"], made["figure"], made["by"]) == ("Tables work", "payments", None)
    assert [one["change"] for one in ask("list")["reviews"]] == ["Ask once"]
    assert ask("list", grain="month") == {"reviews": [], "snapshots": []}
    found = ask("show", day=DAY)
    assert found["written"]["change"] == "Ask once"
    assert {one["figure"]: one["now"] for one in found["changes"]}["payments"] == 5
    with pytest.raises(Refused) as error:
        ask("show", day="2026-13-01")
    assert error.value.field == "day"
    done = {one["name"]: one["done"] for one in ask("checklist")["items"]}
    assert (done["review"], done["kpis"]) == (True, False)
    assert not ask("put-away")["shown"]
    assert ask("bring-back")["shown"]
