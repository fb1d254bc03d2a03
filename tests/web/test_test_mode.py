"""The page of the test mode: a code with ways to a phone, and its events field by field as they arrive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.collect import test_codes as codes
from minilens.period import now, now_ms
from minilens.records.field_values import ValueName
from minilens.spool.arrivals import Reason
from minilens.spool.test_mode import EventInTest
from tests.web.cast import Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/settings/tracker/test"
EN = {"accept-language": "en"}
SECRET = b"a secret of the tests only"


class Stage:
    """Someone who is signed in, and what came with each code."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.came: dict[str, list[EventInTest]] = {}

    def begin(self, **form: str) -> str:
        """Start; the address that it leads to."""
        form["csrf"] = mark(self.client, "/account")
        answer = self.client.post(HERE, data=form, follow_redirects=False)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def text(self, path: str, **headers: str) -> str:
        """A page without its markup."""
        answer = self.client.get(path, headers=EN | headers)
        assert answer.status_code == 200, answer.text
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
def stage(theatre: Theatre) -> Iterator[Stage]:
    came: dict[str, list[EventInTest]] = {}
    console = replace(theatre.console(), events_in_test=lambda name: came.get(name, []))
    with site(console) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre)
        made = Stage(client)
        made.came = came
        yield made


def code_in(address: str) -> codes.TestCode:
    text = parse_qs(urlsplit(address).query)["code"][0]
    found = codes.read(SECRET, 1, text, now_ms())
    assert found
    return found


def test_a_code_is_made_and_its_ways_to_a_phone_are_shown(stage: Stage, theatre: Theatre) -> None:
    address = stage.begin(page="/pages/menu/menu")
    code = code_in(address)
    text = stage.text(address)
    assert f"ml_test={code.text}" in text
    assert f"pages/menu/menu?ml_test={code.text}" in text
    assert "Enter the AppID" in text
    assert "Waiting for the phone" in text
    theatre.records.apps.change(1, zh="a", en="a", appid="wx0123456789abcdef", now=now())
    page = stage.client.get(f"{address}&version=develop", headers=EN).text
    link = (
        "weixin://dl/business/?appid=wx0123456789abcdef&amp;path=pages/menu/menu"
        f"&amp;query=ml_test%3D{code.text}&amp;env_version=develop"
    )
    assert link in page
    assert "<svg" in page
    assert "env_version=trial" in stage.client.get(f"{address}&version=x").text


def test_its_events_are_shown_field_by_field(stage: Stage, theatre: Theatre) -> None:
    rows = [
        {"field": "price", "type": "number", "value": "p"}, {"field": "stock", "value": "s"},
    ]  # fmt: skip
    action = {"trigger": "click", "action": "once", "element": "#a", "data": rows}
    plan = {"events": [{"name": "goods_pick", "actions": [action]}]}
    theatre.records.plans.push(1, json.dumps(plan).encode(), now=now())
    theatre.records.field_values.set(1, "price", (ValueName("1", "一元", "One yuan"),), now=now())
    address, at = stage.begin(), now_ms()
    props = {"sku": 1, "price": "88元", "ok": True, "no": None, "tags": ["a"], "o": {"<b>": 1}}
    reason = Reason(at, "too_long", "pr.note", "pay", "太长", "pr.note is too long")
    stage.came[code_in(address).name] = [
        EventInTest(at, "goods_pick", rule="1@1", page="pages/a", props=json.dumps(props)),
        EventInTest(at, "page_view", duration=1500),
        EventInTest(at, "mp_click", "$MPClick"),
        EventInTest(at, "goods_pick", props='{"price": 1}'),
        EventInTest(at, "pay", refused=reason),
    ]
    for path in (address, address.replace("/test?", "/test/events?")):
        text = stage.text(path)
        first, second = text.split("page_view Page view")
        assert "goods_pick defined plan 1@1" in first
        assert "sku 1 number" in first
        assert "price 88元 text the plan says: number" in first
        assert "stock planned, but not there" in first
        assert "ok true yes or no" in first
        assert "no null nothing" in first
        assert "&lt;b&gt;" in first
        assert "1500 ms" in second
        assert "$MPClick not defined: would be quarantined" in second
        assert "kept as mp_click" in second
        assert "price 1 (One yuan) number" in second
        assert (
            second.count("planned, but") == 0
        )  # what a program sends by itself is not held against the plan
        assert "rejected" in second
        assert "pr.note · pr.note is too long" in second
    theatre.records.apps.set_undeclared(1, "open", now=now())
    assert "not defined: would count" in stage.text(address)
    assert "已定义" in stage.text(address, **{"accept-language": "zh"})


def test_a_code_that_is_none_leads_back(stage: Stage) -> None:
    for code in ("", "x", codes.create(SECRET, 2, now_ms()).text):
        answer = stage.client.get(f"{HERE}?code={code}", follow_redirects=False)
        assert answer.headers["location"] == "/a/cafe/settings/tracker"
        assert "This code has expired" in stage.text(f"{HERE}/events?code={code}")


def test_nobody_else_sees_them(theatre: Theatre) -> None:
    code: Any = codes.create(SECRET, 1, now_ms()).text
    with site(theatre.console()) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre, "viewer")
        assert client.get(f"{HERE}?code={code}").status_code == 403
        assert client.get(f"{HERE}/events?code={code}").status_code == 403
        form = {"csrf": mark(client, "/account")}
        assert client.post(HERE, data=form).status_code == 403
