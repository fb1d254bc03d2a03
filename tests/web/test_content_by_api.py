"""Official Account figures by API: days replaced by a token that may, listed, and what is wrong named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now, today
from tests.web.cast import Theatre
from tests.web.test_costs_by_api import send

Client = TestClient[Litestar]
DAY = today("Asia/Shanghai", now()) - timedelta(days=3)
TEA = {"published": str(DAY), "title": "Tea", "opens": 12, "completion": "0.455", "account": "a"}
MENU = {"day": str(DAY), "item": "Shop", "clicks": 3}


@pytest.fixture
def tokens(theatre: Theatre) -> dict[str, str]:
    make = theatre.records.tokens.create
    cafe, shop = (theatre.records.apps.named(name).id for name in ("cafe", "shop"))
    scopes = ("content:write", "report:read", "costs:write")
    made = {scope: make(cafe, (scope,), now=now()) for scope in scopes}
    return made | {"shop": make(shop, ("report:read",), now=now())}


def test_put_put_again_corrected_and_listed(stranger: Client, tokens: dict[str, str]) -> None:
    def put(**some: object) -> Any:
        answer = send(stranger, "POST", "/v1/content", tokens["content:write"], json=some)
        assert answer.status_code == 200, answer.text
        return answer.json()

    follows = {"day": str(DAY), "gained": 5, "lost": 2, "followers": 100}
    assert put(articles=[TEA], followers=[follows], menu=[MENU])["added"] == 3
    assert put(followers=[follows], articles=[TEA])["unchanged"] == 2
    corrected = put(articles=[{**TEA, "opens": 13}])
    assert corrected["days"] == [
        {
            "kind": "articles", "account": "a", "day": str(DAY), "state": "replaced", "rows_before": 1, "rows": 1,
            "before": {"opens": 12, "readers": 0}, "after": {"opens": 13, "readers": 0},
        }
    ]  # fmt: skip
    assert put(articles=[{**TEA, "day": str(DAY)}], replaces="articles")["added"] == 1
    read = tokens["report:read"]
    page = send(stranger, "GET", "/v1/content?limit=1", read).json()
    assert (page["kind"], page["next"]) == ("articles", "1")
    assert (page["content"][0]["completion"], page["content"][0]["day"]) == ("0.455", str(DAY))
    rest = send(stranger, "GET", f"/v1/content?after=1&from={DAY}&to={DAY}", read).json()
    assert ([one["day"] for one in rest["content"]], rest["next"]) == ([None], None)
    as_file = send(stranger, "GET", "/v1/content?format=csv&kind=menu", read)
    assert as_file.headers["content-type"].startswith("text/csv")
    assert f"{DAY},,,Shop,3," in as_file.text
    assert send(stranger, "GET", "/v1/content?kind=menu", tokens["shop"]).json()["content"] == []
    assert send(stranger, "GET", "/v1/content?kind=cats", read).status_code == 422


def test_who_may(stranger: Client, tokens: dict[str, str]) -> None:
    for token, status in (("", 401), (tokens["report:read"], 403), (tokens["costs:write"], 403)):
        answer = send(stranger, "POST", "/v1/content", token, json={"menu": [MENU]})
        assert answer.status_code == status
    assert send(stranger, "GET", "/v1/content", tokens["content:write"]).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "articles"),
        ({"articles": [TEA, {"title": "a", "opens": 1}]}, "articles[1].published"),
        ({"articles": [{**TEA, "opens": 1.5}]}, "articles[0].opens"),
        ({"articles": [{**TEA, "completion": 45}]}, "articles[0].completion"),
        ({"followers": [{"day": "soon", "gained": 1}]}, "followers[0].day"),
        ({"menu": [MENU, MENU]}, "menu[1]"),
        ({"menu": [{**MENU, "clicks": -1}]}, "menu[0].clicks"),
        ({"menu": [MENU], "replaces": "all"}, "replaces"),
    ],
)
def test_a_mistake_is_named(
    stranger: Client, tokens: dict[str, str], body: object, field: str
) -> None:
    answer = send(stranger, "POST", "/v1/content", tokens["content:write"], json=body)
    assert (answer.status_code, answer.json().get("field")) == (422, field), answer.text
    for kind in ("articles", "followers", "menu"):
        listed = send(stranger, "GET", f"/v1/content?kind={kind}", tokens["report:read"])
        assert listed.json()["content"] == []
