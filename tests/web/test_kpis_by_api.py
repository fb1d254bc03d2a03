"""KPIs by the API: made of measures, questions, ratios and times; how they stand, who may, and what is refused."""

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
from tests.measure.events.test_by_hand import paid
from tests.pipeline import Happening, House, at
from tests.web.sites import site

#: A Monday and the days of its week that something happens on.
DAY, NEXT = "2026-11-16", "2026-11-18"
BEFORE = "2026-11-10"
PAYMENTS = {"kind": "events", "events": [{"event": "pay_success"}],
            "measures": [{"aggregate": "total"}, {"aggregate": "sum", "property": "amount"}]}  # fmt: skip
BUYERS = {
    "kind": "events",
    "events": [{"event": "pay_success"}],
    "measures": [{"aggregate": "persons"}],
}
OF_PAYMENTS = {"kind": "events", "question": PAYMENTS}
VISITORS = {"kind": "measure", "measure": "visitors"}
Asking = tuple[Any, str, dict[str, str]]


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Asking]:
    """In the week of DAY a, b and c visit; a asks for a ticket and has it solved after 2 h, b after 4 h; a pays 10 and
    30, b pays 20; carts are filled for 8 yuan and for 5 dollars. In the week before a visits and pays 5."""
    house, other = new_app(), new_app()
    house.load([
        *(Happening(at(f"{DAY} 09:00"), device=who, session=f"{who}1") for who in "abc"),
        Happening(at(f"{BEFORE} 09:00"), device="a", session="a0"),
        *(Happening(at(f"{DAY} 10:00"), "ticket_created", device=who) for who in "abc"),
        Happening(at(f"{DAY} 12:00"), "return_approved", device="a"),
        Happening(at(f"{DAY} 14:00"), "return_approved", device="b"),
        paid(f"{DAY} 10:30", amount=10), paid(f"{DAY} 11:00", "b", amount=20), paid(f"{NEXT} 10:00", amount=30),
        paid(f"{BEFORE} 10:00", amount=5),
        Happening(at(f"{DAY} 10:00"), "add_to_cart", value="8", currency="CNY"),
        Happening(at(f"{DAY} 10:01"), "add_to_cart", value="5", currency="USD"),
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
        yield client, f"/api/v1/apps/{house.app.name}/kpis", tokens


@pytest.fixture(autouse=True)
def none_of_before(asking: Asking) -> None:
    """A module shares the app, a test begins without KPIs."""
    for one in get(asking).json()["kpis"]:
        assert post(asking, f"/{one['id']}/remove", None).status_code == 200


def post(asking: Asking, path: str, body: object, who: str = "admin", lang: str = "en") -> Any:
    client, address, tokens = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(f"{address}{path}?lang={lang}", content=json.dumps(body), headers=headers)


def get(asking: Asking, query: str = "", who: str = "reader") -> Any:
    client, address, tokens = asking
    return client.get(address + query, headers={"Authorization": f"Bearer {tokens[who]}"})


def defined(source: object, target: float = 3, **more: object) -> dict[str, object]:
    return {
        "definition": {"source": source, "target": target, "period": "week", **more},
        "en": "One",
    }


SOURCES: dict[str, tuple[object, float, float | None, str]] = {
    "a measure": (VISITORS, 3, 1, "count"),
    "a measure under a filter": (VISITORS | {"filter": ["province:is:nowhere"]}, 0, 0, "count"),
    "a count": (OF_PAYMENTS, 3, 1, "count"),
    "a sum": (OF_PAYMENTS | {"measure": "m2"}, 60, 5, "number"),
    "a ratio of two": (
        {"kind": "ratio", "over": {"kind": "events", "question": BUYERS}, "under": VISITORS}, 2 / 3, 1, "ratio",
    ),
    "money by person": ({"kind": "ratio", "over": OF_PAYMENTS | {"measure": "m2"}, "under": VISITORS}, 20, 5, "number"),
    "a time": ({"kind": "time", "from": "ticket_created", "to": "return_approved"}, 10_800, None, "seconds"),
    "a time within hours": (
        {"kind": "time", "from": "ticket_created", "to": "return_approved", "window": "3h"}, 7_200, None, "seconds",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_each_source(asking: Asking, name: str) -> None:
    source, value, before, unit = SOURCES[name]
    made = post(asking, "", defined(source))
    assert made.status_code == 201, made.text
    (one,) = get(asking, f"?day={NEXT}").json()["kpis"]
    assert (one["value"], one["unit"]) == (pytest.approx(value), unit)
    assert (one["from"], one["to"]) == (DAY, "2026-11-22")
    assert one["end"] == one["value"]  # it is over
    course = {row["day"]: row["value"] for row in one["course"]}
    assert course[DAY] == pytest.approx(value)
    assert course["2026-11-09"] == (before if before is None else pytest.approx(before))
    assert one["definition"]["source"] == source


def test_amounts_in_a_currency_without_a_rate_are_left_out_and_said(asking: Asking) -> None:
    carts = {
        "kind": "events",
        "events": [{"event": "add_to_cart"}],
        "measures": [{"aggregate": "sum", "field": "value"}],
    }
    of_carts = {"kind": "events", "question": carts}
    for source, value in (
        (of_carts, 8),
        ({"kind": "ratio", "over": of_carts, "under": VISITORS}, 8 / 3),
    ):
        made = post(asking, "", defined(source)).json()
        (one,) = get(asking, f"?day={NEXT}&lang=en").json()["kpis"]
        assert one["value"] == pytest.approx(value)
        assert one["notes"] == ["Amounts are in CNY; left out for want of a rate: USD (1 event)"]
        assert post(asking, f"/{made['id']}/remove", None).status_code == 200


def test_whether_a_target_is_reached(asking: Asking) -> None:
    for n, (target, better, state) in enumerate(
        ((3, "more", "reached"), (4, "more", "behind"), (3, "less", "reached"))
    ):
        body = defined(OF_PAYMENTS, target, better=better) | {"en": f"N{n}"}
        assert post(asking, "", body).status_code == 201
        assert get(asking, f"?day={DAY}").json()["kpis"][n]["state"] == state
    one = post(asking, "", defined(OF_PAYMENTS))
    assert (one.status_code, one.json()["code"]) == (422, "too_many")


def test_changed_and_removed(asking: Asking) -> None:
    number = post(asking, "", defined(VISITORS)).json()["id"]
    changed = post(asking, f"/{number}", defined(OF_PAYMENTS, 100) | {"zh": "支付"})
    assert (changed.status_code, changed.json()["zh"], changed.json()["en"]) == (200, "支付", "One")
    assert post(asking, f"/{number}/remove", None).json() == {"removed": number}
    assert get(asking).json() == {"kpis": []}
    assert post(asking, f"/{number}", defined(VISITORS)).status_code == 404


WRONG: list[tuple[object, str]] = [
    (defined({"kind": "measure", "measure": "visitor"}), "definition.source.measure"),
    (defined({"kind": "measure", "measure": "online"}), "definition.source.measure"),
    (defined(VISITORS | {"filter": ["nothing:is:1"]}), "definition.source.filter"),
    (defined(VISITORS | {"currency": "USD"}), "definition.source.currency"),
    (defined({"kind": "measure", "measure": "roas", "filter": ["scene:is:1"]}), "definition.source.filter"),
    (defined(OF_PAYMENTS | {"measure": "m9"}), "definition.source.measure"),
    (defined({"kind": "events", "question": PAYMENTS | {"events": []}}), "definition.source.question.events"),
    (defined({"kind": "ratio", "over": VISITORS, "under": {"kind": "measure", "measure": "x"}}),
     "definition.source.under.measure"),
    (defined({"kind": "time", "from": "a", "to": "b", "window": "9y"}), "definition.source.window"),
    (defined({"kind": "nothing"}), "definition.source.kind"),
    (defined(VISITORS, 1e300), "definition.target"),
    (defined(VISITORS, period="year"), "definition.period"),
    (defined(VISITORS) | {"owner": 999_999}, "owner"),
    (defined(VISITORS) | {"en": ""}, "zh"),
    ({"en": "One"}, "definition"),
    ([], "body"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_what_is_wrong_is_named(asking: Asking, body: object, field: str) -> None:
    for lang in ("en", "zh"):
        found = post(asking, "", body, lang=lang)
        assert found.status_code in (400, 409, 422), found.text
        assert found.json()["field"].removeprefix("$.") == field, found.text
    assert get(asking).json() == {"kpis": []}


def test_who_may(asking: Asking) -> None:
    assert post(asking, "", defined(VISITORS), "reader").status_code == 403
    assert post(asking, "", defined(VISITORS), "stranger").status_code == 404
    assert get(asking, who="stranger").status_code == 404
    assert get(asking, "?day=2099-01-01").json()["field"] == "day"
    assert get(asking, "?day=soon").json()["field"] == "day"
