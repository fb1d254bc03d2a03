"""Costs of advertising by API: days replaced by a token that may, listed, and what is wrong named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now, today
from tests.web.cast import Theatre

Client = TestClient[Litestar]
DAY = today("Asia/Shanghai", now()) - timedelta(days=3)
ONE = {"day": str(DAY), "campaign": "Spring", "cost": "12.34", "clicks": 5}


@pytest.fixture
def tokens(theatre: Theatre) -> dict[str, str]:
    make = theatre.records.tokens.create
    cafe, shop = (theatre.records.apps.named(name).id for name in ("cafe", "shop"))
    made = {
        scope: make(cafe, (scope,), now=now())
        for scope in ("costs:write", "report:read", "links:write")
    }
    return made | {"shop": make(shop, ("report:read",), now=now())}


def send(client: Client, method: str, path: str, token: str, **more: Any) -> Any:
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    return client.request(method, path, headers=headers, **more)


def test_put_put_again_corrected_and_listed(stranger: Client, tokens: dict[str, str]) -> None:
    def put(*some: object, **more: object) -> Any:
        answer = send(
            stranger, "POST", "/v1/costs", tokens["costs:write"], json={"costs": some, **more}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    other = {**ONE, "campaign": "Summer", "cost": 0.5, "currency": "usd"}
    first = put(ONE, other)
    assert (first["added"], first["days"][0]["after"]) == (1, {"CNY": "12.34", "USD": "0.5"})
    assert put(other, ONE)["unchanged"] == 1
    corrected = put({**ONE, "cost": 13}, replaces="campaigns")
    assert corrected["days"] == [
        {
            "source": "", "day": str(DAY), "state": "replaced", "rows_before": 1, "rows": 1,
            "before": {"CNY": "12.34"}, "after": {"CNY": "13"},
        }
    ]  # fmt: skip
    read = tokens["report:read"]
    page = send(stranger, "GET", "/v1/costs?limit=1", read).json()
    assert ([one["cost"] for one in page["costs"]], page["next"]) == (["13"], "1")
    rest = send(stranger, "GET", f"/v1/costs?after=1&from={DAY}&to={DAY}", read).json()
    assert ([one["campaign"] for one in rest["costs"]], rest["next"]) == (["Summer"], None)
    as_file = send(stranger, "GET", "/v1/costs?format=csv", read)
    assert as_file.headers["content-type"].startswith("text/csv")
    assert f"{DAY},,Summer,,,,USD,0.5,,5,," in as_file.text
    assert send(stranger, "GET", "/v1/costs?to=2020-01-01", read).json()["costs"] == []
    assert send(stranger, "GET", "/v1/costs", tokens["shop"]).json()["costs"] == []


def test_who_may(stranger: Client, tokens: dict[str, str]) -> None:
    for token, status in (("", 401), (tokens["report:read"], 403), (tokens["links:write"], 403)):
        answer = send(stranger, "POST", "/v1/costs", token, json={"costs": [ONE]})
        assert answer.status_code == status
    assert send(stranger, "GET", "/v1/costs", tokens["costs:write"]).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"costs": []}, 422, "costs"),
        ({}, 422, "costs"),
        ({"costs": [ONE, {"day": str(DAY)}]}, 422, "costs[1].cost"),
        ({"costs": [{**ONE, "cost": "1,234"}]}, 422, "costs[0].cost"),
        ({"costs": [{**ONE, "cost": -1}]}, 422, "costs[0].cost"),
        ({"costs": [{**ONE, "day": "soon"}]}, 422, "costs[0].day"),
        ({"costs": [{**ONE, "clicks": 1.5}]}, 422, "costs[0].clicks"),
        ({"costs": [{**ONE, "landing": "moon"}]}, 422, "costs[0].landing"),
        ({"costs": [ONE, ONE]}, 422, "costs[1]"),
        ({"costs": [ONE], "replaces": "all"}, 422, "replaces"),
    ],
)
def test_a_mistake_is_named(
    stranger: Client, tokens: dict[str, str], body: object, status: int, field: str
) -> None:
    answer = send(stranger, "POST", "/v1/costs", tokens["costs:write"], json=body)
    assert (answer.status_code, answer.json().get("field")) == (status, field), answer.text
    assert send(stranger, "GET", "/v1/costs", tokens["report:read"]).json()["costs"] == []


def test_rates_are_set_as_a_whole_and_read(stranger: Client, tokens: dict[str, str]) -> None:
    path, write, read = "/v1/rates", tokens["costs:write"], tokens["report:read"]
    one = {"currency": "usd", "from": "2026-01-01", "rate": 7.05}
    kept = {
        "currency": "CNY",
        "rates": [{"currency": "USD", "from": "2026-01-01", "rate": "7.05"}],
    }
    done = send(stranger, "POST", path, write, json={"currency": "cny", "rates": [one]})
    assert (done.status_code, done.json()) == (200, kept), done.text
    assert send(stranger, "GET", path, read).json() == kept
    assert send(stranger, "GET", path, tokens["shop"]).json() == {"currency": "CNY", "rates": []}
    assert send(stranger, "POST", path, read, json=kept).status_code == 403
    for wrong, field in (
        ({**one, "rate": 0}, "rates[0].rate"),
        ({**one, "from": "x"}, "rates[0].from"),
    ):
        refused = send(stranger, "POST", path, write, json={"currency": "CNY", "rates": [wrong]})
        assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text
