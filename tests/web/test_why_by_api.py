"""Why a person is counted by a funnel, or not, by the API and on its page, for whoever may look up persons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY
from tests.measure.funnels.asking import happened
from tests.pipeline import House
from tests.web.sites import site

FUNNEL: dict[str, Any] = {
    "kind": "funnel", "window": "1h", "from": DAY, "to": DAY,
    "steps": [{"event": "add_favorite"}, {"event": "add_to_cart", "title": "Basket"}, {"event": "pay_success"}],
    "excluded": [{"event": "refund_request", "after": 2}], "hold": [{"property": "sku"}],
}  # fmt: skip
EVENTS = {
    "kind": "events", "events": [{"event": "pay_success"}], "measures": [{"aggregate": "total"}],
    "groups": [{"property": "sku"}], "grain": "day", "from": DAY, "to": DAY,
}  # fmt: skip
RETURNS = {
    "kind": "retention", "first": {"event": "add_favorite"}, "return": {"event": "pay_success"}, "periods": 1,
    "from": DAY, "to": DAY,
}  # fmt: skip
OFTEN = {"kind": "stickiness", "activity": {"event": "pay_success"}, "from": DAY, "to": DAY}
STAGES = {"kind": "lifecycle", "activity": {"event": "pay_success"}, "from": DAY, "to": DAY}
PATHS: dict[str, Any] = {
    "kind": "paths", "pages": "none", "events": [{"event": "add_favorite"}, {"event": "add_to_cart"}],
    "anchor": {"event": "add_favorite"}, "from": DAY, "to": DAY,
}  # fmt: skip
SHARES = {"kind": "shares"}
STORY = "A: vX0 cX5 pX20. B: vX0 cX5 rX7 pX9. C: vX0 cX5 pX130. D: vX0 cX5 pY9. E: vX0 cX5. F: v0 c5. G: p9"


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Any, str, dict[str, str], House]]:
    """A site, the address, tokens by what they may, and the app."""
    house, other = new_app(), new_app()
    house.load(happened(STORY, DAY))
    house.build()
    made = {
        "admin": (house.app.id, "admin"), "reader": (house.app.id, "report:read"),
        "stranger": (other.app.id, "admin"),
    }  # fmt: skip
    tokens = {
        name: pipeline.records.tokens.create(app, (scope,), now=now())
        for name, (app, scope) in made.items()
    }
    executor = questions(pipeline, settings)
    with site(console(pipeline, settings, executor)) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{house.app.name}/ask/why", tokens, house


def why(asking: Any, device: str, who: str = "admin", lang: str = "en", **more: Any) -> Any:
    client, address, tokens, _ = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    body = {"question": FUNNEL, "person": f"device={device}"} | more
    return client.post(f"{address}?lang={lang}", content=json.dumps(body), headers=headers)


@pytest.mark.parametrize(
    ("device", "reached", "rules", "en", "zh"),
    [
        ("A", 3, [], "", ""),
        ("B", 2, [], "“Refund request” at", "中断了该次尝试"),
        ("C", 2, [["window"]], "came 2h 10m 0s after step 1", "1 小时"),
        ("D", 2, [["held"]], "sku differs: X at the entry, Y at", "sku 不一致：进入时为 X"),
        ("E", 2, [], "didn't happen after step 2 (Basket).", "之后未发生"),
        ("F", 0, [["held"]], "sku has no value at the entry", "sku"),
        ("G", 0, [], "didn't happen in the period.", "未发生"),
    ],
)
def test_rule_by_rule(
    asking: Any, device: str, reached: int, rules: list[list[str]], en: str, zh: str
) -> None:
    found = why(asking, device).json()
    assert (found["reached"], found["steps"], [one["rules"] for one in found["reasons"]]) == (
        reached,
        3,
        rules,
    )
    assert en in " ".join(found["said"])
    assert zh in " ".join(why(asking, device, lang="zh").json()["said"])


def test_the_events_and_the_attempt_are_told(asking: Any) -> None:
    found = why(asking, "B").json()
    assert [(one["event"], one["step"], one["excluded"]) for one in found["events"]] == [
        ("add_favorite", 1, False), ("add_to_cart", 2, False), ("refund_request", None, True),
        ("pay_success", None, False),
    ]  # fmt: skip
    (attempt,) = found["attempts"]
    assert (attempt["ended_by"], attempt["ended"]) == ("refund_request", f"{DAY}T10:07:00+08:00")
    assert attempt["steps"] == [f"{DAY}T10:00:00+08:00", f"{DAY}T10:05:00+08:00"]


def test_what_is_shown_makes_no_difference(asking: Any) -> None:
    for more in (
        {"show": "times", "step": 2},
        {"show": "next"},
        {"show": "trend"},
        {"show": "compare", "compared": "previous"},
    ):
        assert why(asking, "C", question=FUNNEL | more).json()["reached"] == 2


@pytest.mark.parametrize(
    ("question", "row", "device", "times", "rules", "en", "zh"),
    [
        (EVENTS, {}, "A", 1, [], "Counted, with 1 event", "计入"),
        (EVENTS, {"property.sku": "X"}, "D", 0, [["group"]], "is in the group “Y”", "属于分组“Y”"),
        (EVENTS, {}, "E", 0, [], "didn't happen, not even in the month", "未发生过"),
        (OFTEN, {"active_days": 1}, "A", 1, [], "Active days: 1.", "活跃天数：1。"),
        (OFTEN, {"active_days": 1}, "E", 0, [], "didn't happen", "未发生过"),
        (STAGES, {"day": DAY}, "A", 1, [], "New: ", "新增："),
        (PATHS, {}, "A", 1, [], "Counted here", "计入"),
        (PATHS, {"step": 1, "kind": "end"}, "A", 0, [["way"]], "asks for “No further action”", "要求“无后续行为”"),
        (PATHS, {}, "G", 0, [], "Add to favorites didn't happen", "未发生过"),
        (RETURNS, {"day": DAY, "days_later": 0}, "A", 1, [], "Returned: Day 0", "回访：第 0 天"),
        (RETURNS, {"day": DAY, "days_later": 0}, "E", 0, [], "didn't happen in the period", "未发生"),
        (RETURNS, {"day": DAY, "days_later": 0}, "G", 0, [], "The start, “Add to favorites”", "起始行为"),
    ],
)  # fmt: skip
def test_figures_of_all_but_funnels(
    asking: Any, question: Any, row: Any, device: str, times: int, rules: list[list[str]], en: str, zh: str
) -> None:  # fmt: skip
    measure = "retained_users" if question is RETURNS else ""
    found = why(asking, device, question=question, row=row, measure=measure).json()
    reasons = [one["rules"] for one in found["reasons"]]
    assert (found["times"], found["counted"], reasons) == (times, times > 0, rules)
    assert en in " ".join([found["verdict"], *found["said"]])
    told = why(asking, device, lang="zh", question=question, row=row, measure=measure).json()
    assert zh in " ".join([told["verdict"], *told["said"]])


def test_cohorts_of_a_person_by_the_cell(asking: Any) -> None:
    found = why(asking, "A", question=RETURNS, measure="cohort_users").json()
    (cohort,) = found["cohorts"]
    assert cohort == {
        "period": DAY,
        "start": f"{DAY}T10:00:00+08:00",
        "cells": {"0": True, "1": False},
    }
    assert [(one["event"], one["counted"], one["steps"]) for one in found["events"]] == [
        ("add_favorite", True, [1]), ("pay_success", True, [2]),
    ]  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [("en", "They did not come"), ("zh", "没有访问")])
def test_a_cell_of_a_report(asking: Any, lang: str, said: str) -> None:
    """Nobody of these has a page view, so nobody came."""
    client, address, tokens, _ = asking
    body = {
        "report": "traffic.retention", "parameters": {"from": DAY, "to": DAY}, "person": "device=A",
        "measure": "retained_users", "row": {"day": DAY, "days_later": 1},
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {tokens['admin']}"}
    answer = client.post(f"{address}?lang={lang}", content=json.dumps(body), headers=headers)
    found = answer.json()
    assert (answer.status_code, found["counted"], found["events"]) == (200, False, [])
    assert said in " ".join(found["said"])
    for wrong in ({"report": "overview.trend"}, {"report": ""}, {"row": {"days": 1}}):
        refused = client.post(address, content=json.dumps(body | wrong), headers=headers)
        assert refused.status_code == 422, wrong


def test_the_paths_of_a_person(asking: Any) -> None:
    row = {"step": 1, "kind": "event", "node": "add_to_cart"}
    (path,) = why(asking, "A", question=PATHS, row=row).json()["paths"]
    begin, then = f"{DAY}T10:00:00+08:00", f"{DAY}T10:05:00+08:00"
    assert path == {
        "begin": begin, "counted": True, "leaves_at": None,
        "nodes": [
            {"kind": "event", "node": "add_favorite", "time": begin},
            {"kind": "event", "node": "add_to_cart", "time": then},
            {"kind": "end", "node": "(end)", "time": None},
        ],
    }  # fmt: skip


def test_sensitive_values_are_masked(asking: Any) -> None:
    *_, house = asking
    house.pipeline.records.sensitive.set(house.app.id, "sku", now=now())
    try:
        said = " ".join(why(asking, "D").json()["said"])
        assert "X at the entry" not in said
    finally:
        house.pipeline.records.sensitive.set(house.app.id, "", now=now())


def test_whoever_may_not_look_up_persons_is_refused(asking: Any) -> None:
    assert why(asking, "A", "reader").status_code == 403
    assert why(asking, "A", "stranger").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"person": ""}, 422, "person"),
        ({"person": "device=nobody"}, 404, "person"),
        ({"person": "nonsense"}, 422, "person"),
        ({"question": {"kind": "nothing"}}, 422, "kind"),
        ({"question": SHARES}, 422, "question.kind"),
        ({"measure": "total"}, 422, "measure"),
        ({"row": {"day": DAY}}, 422, "row"),
        ({"question": EVENTS, "measure": "tota"}, 422, "measure"),
        ({"question": EVENTS, "row": {"days": DAY}}, 422, "row"),
        ({"question": RETURNS, "row": {"day": "2020-01-01"}}, 422, "row.day"),
        ({"question": FUNNEL | {"steps": [{"event": "a"}]}}, 422, "steps"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    asking: Any, lang: str, more: dict[str, Any], status: int, field: str
) -> None:
    found = why(asking, "A", lang=lang, **more)
    assert (found.status_code, found.json()["field"]) == (status, field)
