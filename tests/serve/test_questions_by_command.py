"""Questions as commands ask them: virtual events and types of pages mean there what they mean on pages."""

from __future__ import annotations

import csv
import io
import json

import pytest

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.records.page_types import read as read_types
from minilens.reports.virtual import read
from minilens.serve.wiring import asked, questions, report
from minilens.settings import Settings
from tests.measure.funnels.asking import happened
from tests.pipeline import Happening, House, at

BUY = {
    "conditions": [
        {"event": "click", "filters": [{"field": "os", "operator": "is", "values": ["iOS"]}]}
    ]
}
ASKED = {
    "kind": "events", "events": [{"event": "buy"}], "groups": [{"field": "page_type"}], "grain": "whole",
    "from": "2026-11-19", "to": "2026-11-19",
}  # fmt: skip


def test_what_the_app_says_is_known(pipeline: Pipeline, settings: Settings, house: House) -> None:
    records, app = pipeline.records, house.app
    records.virtual_events.create(app.id, "buy", read(BUY), zh="购买", en="Buy", now=now())
    records.page_types.set(app.id, read_types({"product": ["pages/goods/*"]}), now=now())
    noon = at("2026-11-19 12:00")
    house.load(
        [
            Happening(noon, "click", device="a", page="pages/goods/1", os="iOS"),
            Happening(noon + 1, "click", device="b", page="pages/goods/1", os="Android"),
            Happening(noon + 2, "click", device="a", page="pages/me", os="iOS"),
        ]
    )
    house.build()
    executor = questions(pipeline, settings)
    given = [("app", app.name), ("question", json.dumps(ASKED)), ("format", "csv"), ("lang", "en")]
    rows = list(csv.reader(io.StringIO(asked(pipeline, executor, given).decode())))
    assert sorted(rows[1:]) == [["", "1"], ["product", "1"]]
    days = [("from", "2026-11-19"), ("to", "2026-11-19"), ("format", "csv"), ("lang", "zh")]
    ready = [("app", app.name), ("name", "question.key_actions"), *days]
    names, figures = csv.reader(io.StringIO(report(pipeline, executor, ready).decode()))
    assert dict(zip(names, figures, strict=True))["add_to_cart"] == "0"


FUNNEL = {
    "kind": "funnel", "window": "1h", "from": "2026-11-19", "to": "2026-11-19",
    "steps": [{"event": "add_favorite"}, {"event": "add_to_cart"}, {"event": "pay_success"}],
}  # fmt: skip


def test_why_a_user_is_counted(pipeline: Pipeline, settings: Settings, house: House) -> None:
    """As a text or as JSON, in both languages."""
    house.load(happened("A: v0 c5 p130"))
    house.build()
    executor = questions(pipeline, settings)

    def told(**more: str) -> str:
        given = {
            "app": house.app.name,
            "question": json.dumps(FUNNEL),
            "person": "device=A",
            **more,
        }
        return asked(pipeline, executor, list(given.items())).decode()

    person, why, _, *events = told(lang="en").splitlines()
    assert person.endswith("Got to step 2 of 3")
    assert why.endswith("after step 1 (Add to favorites); the window is 1 hour.")
    assert [line.split("  ")[1] for line in events] == ["1", "2", "-"]
    assert "超出了 1 小时的窗口期" in told(lang="zh")
    assert json.loads(told(lang="en", format="json"))["reasons"][0]["rules"] == ["window"]
    with pytest.raises(Refused):
        told(format="xlsx")
