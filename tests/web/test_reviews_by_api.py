"""What changed and what people made of it, by the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import paid
from tests.pipeline import Happening, House, at
from tests.web.sites import site

#: Mondays of the week of the story and of the one before, and one of a week without anything.
DAY, BEFORE, EMPTY = "2026-11-16", "2026-11-09", "2026-10-05"
Asking = tuple[Any, str, dict[str, str]]


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Asking]:
    """Three of Guangdong and one of Shanghai visit in the week of DAY, and two pay; of the week before one of either,
    and one pays."""
    house, other = new_app(), new_app()
    house.load([
        *(seen(DAY, who, "广东") for who in "abc"), seen(DAY, "d", "上海"),
        seen(BEFORE, "a", "广东"), seen(BEFORE, "d", "上海"),
        paid(f"{DAY} 10:30", "a"), paid(f"{DAY} 11:00", "b"), paid(f"{BEFORE} 10:00", "a"),
    ])  # fmt: skip
    house.build()
    made = {
        "admin": (house.app.id, "admin"), "reader": (house.app.id, "report:read"),
        "stranger": (other.app.id, "admin"),
    }  # fmt: skip
    tokens = {
        name: pipeline.records.tokens.create(app, (scope,), now=now())
        for name, (app, scope) in made.items()
    }
    with (
        site(console(pipeline, settings, questions(pipeline, settings))) as app,
        TestClient(app) as client,
    ):
        yield client, f"/api/v1/apps/{house.app.name}", tokens


def seen(day: str, who: str, province: str) -> Happening:
    one = Happening(at(f"{day} 09:00"), device=who, session=f"{who}{day}")
    return replace(one, province=province)


def get(asking: Asking, path: str, who: str = "reader") -> Any:
    client, address, tokens = asking
    return client.get(address + path, headers={"Authorization": f"Bearer {tokens[who]}"})


def post(asking: Asking, path: str, body: object, who: str = "admin", lang: str = "en") -> Any:
    client, address, tokens = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(f"{address}{path}?lang={lang}", content=json.dumps(body), headers=headers)


def of_week(first: str) -> str:
    return f"from={first}&to={date.fromisoformat(first) + timedelta(days=6)}"


def test_what_changed(asking: Asking) -> None:
    found = get(asking, f"/changes?figure=visitors&{of_week(DAY)}").json()
    assert (found["now"], found["then"], found["change"], found["unit"]) == (4, 2, 2, "count")
    assert (found["compare_from"], found["compare_to"]) == (BEFORE, "2026-11-15")
    by = {one["dimension"]: one for one in found["dimensions"]}
    assert set(by) == {"scene_source", "page", "campaign", "province", "app_version", "newness"}
    assert by["province"] == {"dimension": "province", "rest": 0, "values": [
        {"value": "广东", "now": 3, "then": 1, "contribution": 2, "rate": None, "mix": None},
    ]}  # fmt: skip
    assert {one["value"]: one["contribution"] for one in by["newness"]["values"]} == {
        "returning": 2
    }
    assert all(
        sum(one["contribution"] for one in each["values"]) + each["rest"] == 2
        for each in by.values()
    )


def test_what_changed_of_payments_and_of_a_kpi(asking: Asking) -> None:
    """The KPI is payments ÷ visitors, 1/2 in both weeks: what mix and rate come to is nothing."""
    found = get(asking, f"/changes?figure=payments&by=province&{of_week(DAY)}").json()
    assert (found["now"], found["then"]) == (2, 1)
    payments = {
        "kind": "events",
        "question": {"kind": "events", "events": [{"event": "pay_success"}]},
    }
    visitors = {"kind": "measure", "measure": "visitors"}
    source = {"kind": "ratio", "over": payments, "under": visitors}
    kpi = {"definition": {"source": source, "target": 0.5, "period": "week"}, "en": "Paid"}
    number = post(asking, "/kpis", kpi).json()["id"]
    found = get(asking, f"/changes?figure=kpi.{number}&{of_week(DAY)}").json()
    assert (found["en"], found["unit"], found["change"]) == ("Paid", "ratio", 0)
    (province,) = (one for one in found["dimensions"] if one["dimension"] == "province")
    assert sum(one["contribution"] for one in province["values"]) == pytest.approx(
        -province["rest"]
    )
    assert post(asking, f"/kpis/{number}/remove", None).status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        (f"figure=visitor&{of_week(DAY)}", "figure", "unknown_choice"),
        (of_week(DAY), "figure", "missing"),
        (f"figure=visitors&by=mood&{of_week(DAY)}", "by", "unknown_choice"),
        (f"figure=visitors&from={DAY}", "to", "missing"),
        (f"figure=visitors&from={DAY}&to={BEFORE}", "from", "bad_range"),
        (f"figure=visitors&{of_week(DAY)}&compare_to=2026-01-01", "compare_from", "missing"),
        ("figure=visitors&from=2024-01-01&to=2026-01-01", "to", "too_many"),
    ],
)
def test_what_is_refused(asking: Asking, query: str, field: str, code: str) -> None:
    for lang in ("zh", "en"):
        answer = get(asking, f"/changes?lang={lang}&{query}")
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
            422,
            code,
            field,
        )


def test_strangers_are_told_nothing(asking: Asking) -> None:
    assert get(asking, f"/changes?figure=visitors&{of_week(DAY)}", "stranger").status_code == 404
