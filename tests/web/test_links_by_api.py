"""Campaign links by API: made by a token that may, listed, and what a code stands for, which anybody may ask."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.reference.link_codes import ALPHABET
from tests.web.cast import Theatre

Client = TestClient[Litestar]
ONE = {"campaign": "Spring", "placement": "Door", "page": "pages/menu/menu", "query": "table=7"}


@pytest.fixture
def tokens(theatre: Theatre) -> dict[str, str]:
    make = theatre.records.tokens.create
    cafe, shop = (theatre.records.apps.named(name).id for name in ("cafe", "shop"))
    scopes = ("links:write", "report:read", "events:write")
    made = {scope: make(cafe, (scope,), now=now()) for scope in scopes}
    return made | {"shop": make(shop, ("report:read",), now=now())}


def send(client: Client, method: str, path: str, token: str, lang: str = "en", **more: Any) -> Any:
    headers = {"authorization": f"Bearer {token}", "accept-language": lang}
    return client.request(method, path, headers=headers, **more)


def test_made_listed_and_resolved(stranger: Client, tokens: dict[str, str]) -> None:
    given = {
        "links": [ONE, {**ONE, "query": "n=" + "x" * 200, "expires": "2020-01-01", "note": "own"}]
    }
    answer = send(stranger, "POST", "/v1/links", tokens["links:write"], json=given)
    assert answer.status_code == 201, answer.text
    short, long = answer.json()["links"]
    assert short["path"] == f"pages/menu/menu?table=7&lc={short['code']}"
    assert long["path"] == f"pages/menu/menu?scene={long['code']}"
    listed = send(stranger, "GET", "/v1/links?limit=1", tokens["report:read"]).json()
    assert ([one["code"] for one in listed["links"]], listed["next"]) == ([short["code"]], "1")
    rest = send(stranger, "GET", "/v1/links?limit=1&after=1", tokens["report:read"]).json()
    assert ([one["code"] for one in rest["links"]], rest["next"]) == ([long["code"]], None)
    as_file = send(stranger, "GET", "/v1/links?format=csv", tokens["report:read"])
    assert as_file.headers["content-type"].startswith("text/csv")
    assert as_file.text.count("\n") == 3
    assert send(stranger, "GET", "/v1/links", tokens["shop"]).json()["links"] == []
    told = stranger.get(f"/v1/links/{long['code']}").json()
    assert told["url"] == f"pages/menu/menu?n={'x' * 200}&lc={long['code']}"
    assert told["over"] is True
    assert "note" not in told


def test_who_may(stranger: Client, tokens: dict[str, str]) -> None:
    for token, status in (("", 401), (tokens["report:read"], 403), (tokens["events:write"], 403)):
        answer = send(stranger, "POST", "/v1/links", token, json={"links": [ONE]})
        assert answer.status_code == status
    assert send(stranger, "GET", "/v1/links", tokens["links:write"]).status_code == 403
    assert send(stranger, "GET", "/v1/links", tokens["report:read"]).json()["links"] == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"links": []}, 422, "links"),
        ({}, 422, "links"),
        ({"links": [ONE, {"campaign": "Spring"}]}, 422, "links[1].page"),
        ({"links": [{**ONE, "code": "2222222222"}]}, 422, "links[0].code"),
        ({"links": [{**ONE, "expires": "soon"}]}, 422, "links[0].expires"),
        ({"links": [{**ONE, "method": "fax"}]}, 422, "links[0].method"),
    ],
)
def test_a_mistake_is_named(
    stranger: Client, tokens: dict[str, str], body: object, status: int, field: str
) -> None:
    answer = send(stranger, "POST", "/v1/links", tokens["links:write"], json=body)
    assert (answer.status_code, answer.json().get("field")) == (status, field), answer.text


def test_what_is_no_json(stranger: Client, tokens: dict[str, str]) -> None:
    answer = send(stranger, "POST", "/v1/links", tokens["links:write"], content=b"{")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")


def test_a_wrong_character_is_refused_in_both_languages(
    stranger: Client, tokens: dict[str, str]
) -> None:
    made = send(stranger, "POST", "/v1/links", tokens["links:write"], json={"links": [ONE]}).json()
    code = made["links"][0]["code"]
    wrong = ALPHABET[(ALPHABET.index(code[0]) + 1) % 31] + code[1:]
    answers = {
        lang: stranger.get(f"/v1/links/{wrong}", headers={"accept-language": lang}) for lang in ("zh", "en")
    }  # fmt: skip
    assert {one.status_code for one in answers.values()} == {422}
    assert {one.json()["code"] for one in answers.values()} == {"wrong_check"}
    assert answers["zh"].json()["message"] != answers["en"].json()["message"]
    assert stranger.get("/v1/links/2222222222").status_code == 404
    assert stranger.get("/v1/links/..%2f..%2fetc").status_code in (404, 422)
