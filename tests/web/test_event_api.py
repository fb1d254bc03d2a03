"""Event management by API: the same rules and sentences as the form, rights by scope, two writers told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from tests.web.cast import CAFE, Theatre

Client = TestClient[Litestar]
API = "/api/v1/apps/cafe/events"
READER = {"authorization": "Bearer reader", "accept-language": "en"}
TEA = {
    "name": "tea_order", "zh": "点茶",
    "actions": [{"trigger": "click", "action": "once", "element": "#o", "data": [{"field": "cups", "value": "cups"}]}],
    "fields": [{"name": "cups", "zh": "杯数", "type": "number"}],
}  # fmt: skip


@pytest.fixture
def writer(theatre: Theatre) -> dict[str, str]:
    made = theatre.records.tokens.create(CAFE.id, ("admin",), now=now(), name="w", by=1)
    return {"authorization": f"Bearer {made}", "accept-language": "en"}


def draft(**change: Any) -> dict[str, Any]:
    return {name: value for name, value in {**TEA, **change}.items() if name not in ("name", "zh")}


def test_from_a_draft_to_phones_and_off_them(
    stranger: Client, theatre: Theatre, writer: dict[str, str]
) -> None:
    made = stranger.post(API, json=TEA, headers=writer)
    assert (made.status_code, made.json()["number"], made.json()["status"]) == (201, 1, "draft")
    assert made.json()["by"] == "Owner"
    (field,) = made.json()["fields"]
    assert (field["state"], field["open"]) == ("new", ["zh", "type", "note"])
    done = stranger.post(f"{API}/tea_order/publish", json={"revision": 1}, headers=writer).json()
    assert (done["status"], done["version"], done["fields"][0]["state"]) == (
        "published",
        1,
        "existing",
    )
    plan = theatre.records.plans.find(CAFE.id)
    assert plan
    assert plan.body["events"][0]["name"] == "tea_order"
    saved = stranger.put(f"{API}/1", json=draft(note="n", revision=2), headers=writer).json()
    assert (saved["status"], saved["draft"]["note"]) == ("changed", "n")
    assert stranger.post(f"{API}/1/publish", json={}, headers=writer).json()["version"] == 2
    assert (
        stranger.post(f"{API}/1/back", json={"version": 1}, headers=writer).json()["version"] == 1
    )
    assert stranger.post(f"{API}/1/retire", json={}, headers=writer).json()["status"] == "retired"
    assert (
        stranger.post(f"{API}/1/restore", json={}, headers=writer).json()["status"] == "published"
    )
    listed = stranger.get(API, headers=READER).json()["events"]
    assert [(one["name"], one["version"]) for one in listed] == [("tea_order", 1)]
    assert [
        one["version"] for one in stranger.get(f"{API}/1", headers=READER).json()["versions"]
    ] == [2, 1]


def test_the_later_of_two_is_told(stranger: Client, writer: dict[str, str]) -> None:
    stranger.post(API, json=TEA, headers=writer)
    assert (
        stranger.put(f"{API}/1", json=draft(note="mine", revision=1), headers=writer).status_code
        == 200
    )
    for late in (
        stranger.put(f"{API}/1", json=draft(note="yours", revision=1), headers=writer),
        stranger.put(f"{API}/1", json=draft(note="yours"), headers=writer),
        stranger.post(f"{API}/1/publish", json={"revision": 1}, headers=writer),
    ):
        assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    assert stranger.get(f"{API}/1", headers=READER).json()["draft"]["note"] == "mine"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": "Tea"}, "name", "Invalid event name Tea"),
        ({"zh": ""}, "zh", "zh is required"),
        ({"actions": []}, "actions", "actions is required"),
        (
            {"actions": [{"trigger": "click", "action": "once"}]},
            "actions[0].element",
            "is required",
        ),
        ({"actions": [{"trigger": "tap", "action": "once"}]}, "actions[0].trigger", "can't be tap"),
        ({"fields": []}, "fields[0].zh", "fields[0].zh is required"),
        (
            {"fields": [{"name": "cups", "zh": "杯", "type": "int"}]},
            "fields[0].type",
            "can't be int",
        ),
        ({"way": "api"}, "actions", "an event reported by API has no actions"),
    ],
    ids=["name", "zh", "no actions", "element", "trigger", "unsaid field", "type", "way"],
)
def test_what_is_wrong_is_named_with_its_place(
    stranger: Client, writer: dict[str, str], change: dict[str, Any], field: str, message: str
) -> None:
    answer = stranger.post(API, json=TEA | change, headers=writer)
    assert answer.status_code == 422, answer.text
    assert (answer.json()["field"], message in answer.json()["message"]) == (field, True), (
        answer.json()
    )
    assert stranger.get(API, headers=READER).json()["events"] == []


def test_hostile_bodies_change_nothing(stranger: Client, writer: dict[str, str]) -> None:
    deep = b'{"actions":' + b"[" * 3000 + b"]" * 3000 + b"}"
    huge = json.dumps({"name": "a", "note": "x" * (600 << 10)}).encode()
    for body in (
        b"",
        b"7",
        b"[]",
        b'{"name": 7}',
        b'{"x": 1}',
        b'{"actions": {"a": 1}}',
        b"\xff",
        deep,
        huge,
    ):
        answer = stranger.post(
            API, content=body, headers=writer | {"content-type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, (body[:40], answer.status_code)
        assert answer.json()["code"] != "internal"
    odd = TEA | {"actions": [{"trigger": ["click"], "action": {"a": 1}, "data": [7], "page": None}]}
    assert stranger.post(API, json=odd, headers=writer).status_code == 422
    assert stranger.get(API, headers=READER).json()["events"] == []
    for where in ("9", "none", "%00", "x" * 300):
        assert stranger.get(f"{API}/{where}", headers=READER).status_code == 404


def test_a_reader_reads_and_strangers_see_nothing(stranger: Client, writer: dict[str, str]) -> None:
    stranger.post(API, json=TEA, headers=writer)
    assert stranger.get(f"{API}/1", headers=READER).status_code == 200
    for headers, status in ((READER, 403), ({"authorization": "Bearer neighbour"}, 404), ({}, 401)):
        assert stranger.post(API, json=TEA, headers=headers).status_code == status
        assert stranger.post(f"{API}/1/retire", json={}, headers=headers).status_code == status
    assert stranger.get(API, headers={"authorization": "Bearer neighbour"}).status_code == 404
