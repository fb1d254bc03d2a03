"""Payments by the API and in the console: every form says the same; orders are for those who may see persons."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.measure.payments.columns import columns
from minilens.period import now
from minilens.records.payments import ChannelContent
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.payments.story import load
from tests.measure.payments.test_payments_by_hand import story
from tests.pipeline import House
from tests.web.cast import Theatre
from tests.web.sites import site
from tests.web.test_ask import answer, called

DAYS = {"kind": "payments", "from": "2026-06-01", "to": "2026-06-03"}
EN = {"accept-language": "en"}


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[Any, str, dict[str, str]]]:
    """A site, the address to ask at, and tokens by what they may."""
    house = new_app()
    load(house, story())
    content = ChannelContent(event="order_paid")
    pipeline.records.payment_channels.set(
        house.app.id, "hmac", content, "", settings.secret, now=now()
    )
    token = pipeline.records.tokens.create
    tokens = {
        "reader": token(house.app.id, ("report:read",), now=now()),
        "admin": token(house.app.id, ("report:read", "admin"), now=now()),
    }
    with (
        site(console(pipeline, settings, questions(pipeline, settings))) as app,
        TestClient(app) as client,
    ):
        yield client, f"/api/v1/apps/{house.app.name}/ask", tokens


def test_every_form_says_the_same(asking: Any) -> None:
    told = answer(asking, DAYS).json()
    assert told["question"] == DAYS
    assert [(row["group"], row["currency"], row["orders"]) for row in told["rows"]][:4] == [
        ("matched", "CNY", 3), ("matched", "USD", 1), ("differing", "CNY", 1), ("server_only", "CNY", 1),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(answer(asking, DAYS, "csv").text)))
    assert [row["orders"] for row in rows][:4] == ["3", "1", "1", "1"]
    days = answer(asking, DAYS | {"show": "days"}).json()["rows"]
    assert [row["missing_orders"] for row in days] == [0, 1, 0]
    only = answer(asking, DAYS | {"told": ["pay_success"]}).json()["rows"]
    assert [row["orders"] for row in only if row["group"] == "tracker_only"] == [2]


def test_orders_are_for_those_who_may_see_persons(asking: Any) -> None:
    client, address, tokens = asking
    orders = DAYS | {"show": "orders"}
    heads = {one: {"authorization": f"Bearer {token}"} for one, token in tokens.items()}
    refused = client.post(address, json=orders, headers=heads["reader"])
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_right")
    told = client.post(address, json=orders, headers=heads["admin"]).json()
    assert [(row["order"], row["payments"], row["seen"]) for row in told["rows"]] == [("C", 1, 0)]
    assert told["rows"][0]["person"].startswith("p")
    assert told["rows"][0]["paid"].startswith("20")


def test_no_two_columns_have_one_name() -> None:
    for show in ("groups", "days", "orders"):
        names = [one.name for of in columns(show) for one in of]
        assert len(set(names)) == len(names), show


def test_it_is_saved_and_asked_again(asking: Any) -> None:
    made = called(asking, "POST", "questions", {"question": DAYS, "zh": "核对", "en": "Money"})
    assert made.status_code == 201, made.text
    found = called(asking, "GET", f"reports/question.{made.json()['id']}")
    assert found.json()["rows"][0]["orders"] == 3


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"show": "tree"}, "show"), ({"group": "lost"}, "group"), ({"top": 0}, "top"), ({"to": "x"}, "to"),
        ({"x": 1}, "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(asking: Any, more: dict[str, object], field: str) -> None:
    for lang in ("zh", "en"):
        found = answer(asking, DAYS | more, lang=lang)
        assert found.status_code in (400, 422), found.text
        assert found.json()["field"] == field


def test_the_page_leads_to_the_orders_of_each_group(owner: TestClient[Litestar]) -> None:
    page = owner.get("/a/cafe/payments", headers=EN).text
    places = [page.index(f'id="payments-{one}"') for one in ("groups", "days", "orders")]
    assert places == sorted(places)
    assert all(text in page for text in ("Server only", "Set up", "Refunded"))
    assert "/a/cafe/payments" in owner.get("/a/cafe/quality", headers=EN).text
    asked = owner.get('/a/cafe/payments?question={"kind":"payments","group":"double"}', headers=EN)
    assert 'aria-current="true">Paid or sent twice' in asked.text
    assert owner.get("/a/cafe/payments?question=nothing").status_code == 200


def test_a_viewer_has_no_orders(theatre: Theatre) -> None:
    page = theatre.client("viewer").get("/a/cafe/payments", headers=EN).text
    assert 'id="payments-orders"' not in page
    assert "members who may view individual users" in page
