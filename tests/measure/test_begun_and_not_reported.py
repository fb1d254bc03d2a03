"""Starts of step-by-step events that no report followed, told by what is captured."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from minilens.measure.unreported import Steps, Unreported, starts, unreported
from minilens.period import milliseconds, now
from minilens.records.event_content import Content
from minilens.serve.unreported import UnreportedEvents
from tests.pipeline import Happening, House, at

MORNING = at("2026-03-02 09:00")
BEFORE = datetime(2026, 3, 1, tzinfo=UTC)


def content(trigger: str = "click", **more: Any) -> Content:
    start = {"trigger": trigger, "action": "start", **more}
    return Content(actions=(start, {"trigger": "launch", "action": "report"}))


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ({"element": "#pay", "page": "/pages/a"}, ("click", "exact", "pages/a", (("id", "pay"),))),
        ({"element": "@onPay"}, ("click", "any", "", (("handler", "onPay"),))),
        ({"element": '[data-item-id="7"]'}, ("click", "any", "", (("data.itemId", "7"),))),
        ({"element": ".pay"}, None),
        ({"trigger": "enterPage", "page": "pages/b"}, ("page_view", "exact", "pages/b", ())),
        ({"trigger": "leavePage", "page": "ANY_PAGE"}, ("page_leave", "any", "", ())),
        ({"trigger": "launch"}, ("app_launch", "any", "", ())),
        ({"trigger": "pageLoad", "page": "pages/b"}, None),
    ],
)
def test_what_a_start_is_captured_as(action: dict[str, Any], told: object) -> None:
    found = starts(content(**action))
    if found is None:
        assert told is None
    else:
        (one,) = found.conditions
        assert (one.event, one.pages, one.page, one.element) == told


def test_shares_differ_by_where_they_come_from_and_one_time_events_have_no_start() -> None:
    menu = starts(content("share"))
    assert menu is not None
    assert menu.conditions[0].filters[0].values == ("menu",)
    anyhow = starts(content("share", **{"from": "any"}))
    assert anyhow is not None
    assert anyhow.conditions[0].filters == ()
    assert starts(Content(actions=({"trigger": "launch", "action": "once"},))) is None
    two = (*content(element="#a").actions, *content(element=".a").actions)
    assert starts(Content(actions=two)) is None  # one of them cannot be told


BEGIN: tuple[str, dict[str, str]] = ("click", {"element": "pay"})
REPORT: tuple[str, dict[str, str]] = ("order", {})
LAUNCHES = {
    "both": [BEGIN, REPORT], "none": [BEGIN], "again": [BEGIN, BEGIN, REPORT, BEGIN],
    "without": [REPORT, REPORT], "other": [("click", {"element": "back"})],
}  # fmt: skip


def test_each_report_uses_up_one_start_of_its_launch(house: House) -> None:
    house.pipeline.records.events.declare(house.app.id, "order", "下单", now=BEFORE)
    house.load(
        [
            Happening(
                MORNING + n, name, device=launch, session=launch, page="pages/a", props=json.dumps(props),
                traffic="release",
            )
            for launch, some in LAUNCHES.items()
            for n, (name, props) in enumerate(some)
        ]
    )  # fmt: skip
    house.load(
        [
            Happening(
                MORNING,
                "click",
                device="t",
                session="t",
                props='{"element":"pay"}',
                traffic="trial",
            )
        ]
    )
    meaning = starts(content(element="#pay", page="pages/a"))
    assert meaning is not None

    def ask(since: datetime = BEFORE, day: int = 2) -> Unreported:
        every = {"order": Steps(meaning, since), "none": Steps(meaning, since)}
        found = unreported(house.pipeline.engine, house.app.id, every, date(2026, 3, day))
        assert found["none"].unreported == found["none"].begun
        return found["order"]

    assert ask() == Unreported(begun=5, unreported=3)
    assert ask(day=8) == Unreported(5, 3)
    assert ask(day=9) == Unreported(0, 0)
    assert ask(since=datetime(2026, 3, 3, tzinfo=UTC)) == Unreported(0, 0)
    assert unreported(house.pipeline.engine, house.app.id, {}, date(2026, 3, 2)) == {}


def test_it_is_told_of_what_is_published_and_looked_at_anew_when_that_changes(house: House) -> None:
    events, app = house.pipeline.records.events, house.app.id
    kept = events.create(app, "order", "下单", content(element="#pay"), now=BEFORE)
    door = UnreportedEvents(house.pipeline)
    assert door.of(house.app) == {}
    moment = now()
    events.publish(app, "order", revision=kept.one.revision, now=moment - timedelta(days=2))
    tap = json.dumps({"element": "pay"})
    happened = milliseconds(moment - timedelta(days=1))
    house.load([Happening(happened, "click", device="d", session="s", props=tap)])
    assert door.of(house.app) == {"order": Unreported(1, 1)}
    house.load([Happening(happened + 1, "click", device="e", session="e", props=tap)])
    assert door.of(house.app) == {"order": Unreported(1, 1)}  # kept for some minutes
    revision = events.find(app, "order").one.revision
    events.retire(app, "order", revision=revision, now=moment)
    assert door.of(house.app) == {}
    assert UnreportedEvents(house.pipeline).of(house.app) == {}
