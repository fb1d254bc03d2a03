"""What is published and does not come, and what comes and nobody defined: on the list, by API, in a plan's check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.ledger.seen import EventsSeen
from minilens.measure.unreported import Unreported
from minilens.period import now
from minilens.records.event_content import Field
from minilens.web.console import Quarantine
from minilens.web.events.seen import absent
from tests.web.cast import Theatre, sign_in
from tests.web.sites import site

SEEN = EventsSeen({"wild": 9, "typo": 1}, {"gone": date(2026, 10, 1), "new": None, "old": None})

BEGUN = {"old": Unreported(1200, 3)}


@pytest.fixture
def client() -> Iterator[tuple[Theatre, TestClient[Litestar]]]:
    theatre = Theatre()
    long_ago = now() - timedelta(days=15)
    for name, zh, made in (("gone", "走", long_ago), ("old", "旧", long_ago), ("new", "新", now())):
        theatre.records.events.declare(1, name, zh, [Field(f"f_{name}", zh, "text")], now=made)
    console = replace(
        theatre.console(),
        quarantine=Quarantine(seen=lambda app: SEEN),
        unreported=lambda app: BEGUN,
    )
    with site(console) as app, TestClient(app, raise_server_exceptions=False) as asking:
        yield theatre, asking
    theatre.close()


def test_what_was_published_just_now_is_not_missed(client: tuple[Theatre, object]) -> None:
    every = client[0].records.events.of(1)
    assert [one.event for one in absent(every, SEEN, now())] == ["old", "gone"]
    held = next(kept for kept in every if kept.one.name == "gone")
    client[0].records.events.retire(1, "gone", revision=held.one.revision, now=now())
    assert [one.event for one in absent(client[0].records.events.of(1), SEEN, now())] == ["old"]


def test_programs_and_plans_are_told(client: tuple[Theatre, TestClient[Litestar]]) -> None:
    theatre, asking = client
    reader = {"authorization": "Bearer reader", "accept-language": "en"}
    told = asking.get("/api/v1/apps/cafe/events", headers=reader).json()
    assert told["not_seen"] == [
        {"event": "old", "last": None},
        {"event": "gone", "last": "2026-10-01"},
    ]
    assert told["undefined"] == [{"event": "wild", "events": 9}, {"event": "typo", "events": 1}]
    assert told["begun"] == [{"event": "old", "begun": 1200, "unreported": 3}]
    check, before = "/api/v1/apps/cafe/plan/check", theatre.records.plans.newest()
    body = {"file": "events: []\napi_events: []\n"}
    for language, word in (("en", "removed gone"), ("zh", "移除 gone")):
        found = asking.post(check, json=body, headers=reader | {"accept-language": language}).json()
        assert (found["same"], word in found["differences"]) == (False, True)
        assert [one["event"] for one in found["undefined"]] == ["wild", "typo"]
    assert theatre.records.plans.newest() == before
    assert not any(kept.one.retired for kept in theatre.records.events.of(1))
    same = asking.post(check, json={"file": "{}"}, headers=reader).json()
    assert (same["same"], same["differences"]) == (True, [])
    wrong = asking.post(check, json={"file": "events:\n  - {name: A}\n"}, headers=reader)
    assert (wrong.status_code, "line 2" in wrong.json()["message"]) == (422, True)
    assert asking.post(check, json={}, headers=reader).status_code == 422
    assert asking.post(check, json=body).status_code == 401
    stranger = {"authorization": "Bearer stranger"}
    assert asking.post(check, json=body, headers=stranger).status_code in (401, 404)


def test_the_list_and_the_event_say_it(client: tuple[Theatre, TestClient[Litestar]]) -> None:
    theatre, asking = client
    sign_in(asking, theatre)

    def text(path: str, language: str = "en") -> str:
        return asking.get(f"/a/cafe/events{path}", headers={"accept-language": language}).text

    listed = text("")
    assert listed.count("not seen for 14 days") == 2
    assert "Events that count although nobody defined them: wild, typo." in listed
    assert "begun, not reported: 3 of 1,200" in listed
    assert "开始未上报 3 / 1,200" in text("", "zh")
    number = theatre.records.events.find(1, "old").one.number
    assert "started 1,200 times, of these 3 without a report" in text(f"/manage/{number}")
    assert "started" not in text("/manage/new")
