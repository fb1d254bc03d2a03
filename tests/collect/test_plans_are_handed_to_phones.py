"""`GET /v1/config`: the newest plan from memory, 304 to who has it, the last good one while the records are away."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from minilens.collect.access import Limits
from minilens.errors import CannotStart
from minilens.period import now
from minilens.records.plans import Plans
from tests.collect.receiving import House, event

Later = Callable[[float], None]


def ask(
    door: House, path: str | None = None, method: str = "GET", **headers: str
) -> httpx.Response:
    path = f"/v1/config?k={door.key}&rev=" if path is None else path
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = door.run(door.client.request(method, path, headers=named))
    assert isinstance(answer, httpx.Response)
    return answer


def publish(door: House, *names: str, **more: Any) -> None:
    action = {"trigger": "launch", "action": "once"}
    plan = {"events": [{"name": name, "actions": [action]} for name in names], **more}
    door.records.plans.push(door.app.id, json.dumps(plan).encode(), now=now())


def test_an_app_without_a_plan(door: House) -> None:
    answer = ask(door)
    assert (answer.status_code, answer.json()) == (200, {"rev": "0"})
    assert ask(door, f"/v1/config?k={door.key}&rev=0").status_code == 304
    assert door.send(door.envelope(event())).json()["cfg"] == ""


def test_a_published_plan_reaches_phones_and_receipts_name_it(door: House, later: Later) -> None:
    assert ask(door).json()["rev"] == "0"
    publish(door, "tea", sample=0.5)
    later(1)
    answer = ask(door)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["rev"], found["sample"], found["events"][0]["name"]) == ("1", 0.5, "tea")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert door.send(door.envelope(event())).json()["cfg"] == "1"
    for same in (
        ask(door, f"/v1/config?k={door.key}&rev=1"),
        ask(door, if_none_match='"1"'),
        ask(door, if_none_match='"7", W/"1"'),
    ):
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == '"1"'
    assert ask(door, f"/v1/config?k={door.key}&rev=7").status_code == 200
    head = ask(door, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(answer.content)


def test_the_switch_is_sent_with_the_next_revision(door: House, later: Later) -> None:
    publish(door, "tea")
    door.records.plans.switch(door.app.id, off=True, now=now())
    later(1)
    found = ask(door).json()
    assert (found["rev"], found["off"]) == ("2", True)
    door.records.plans.switch(door.app.id, off=False, now=now())
    later(1)
    assert "off" not in ask(door).json()


def test_a_long_plan_is_packed_for_who_unpacks_it(door: House) -> None:
    publish(door, *(f"event_{n}" for n in range(50)))
    plain, packed = ask(door, accept_encoding="identity"), ask(door, accept_encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.json() == plain.json()
    assert gzip.decompress(gzip.compress(plain.content)) == packed.content


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/config", 401, "no_key"),
        ("/v1/config?k=", 401, "no_key"),
        ("/v1/config?k=wk_unknown&rev=1", 401, "wrong_key"),
        ("/v1/config?" + "&".join(f"a{n}=1" for n in range(50)), 401, "no_key"),
        ("/v1/config?k=%ff%00" + "x" * 3000, 401, "wrong_key"),
    ],
)
def test_who_has_no_key_gets_no_plan(door: House, path: str, status: int, code: str) -> None:
    answer = ask(door, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_others_methods_and_mini_programs_are_refused(door: House) -> None:
    answer = ask(door, method="POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    other = "https://servicewechat.com/wxffffffffffffffff/1/page-frame.html"
    assert ask(door, referer=other).json()["code"] == "foreign_referer"


def test_requests_are_limited_apart_from_events(door: House) -> None:
    door.receiver.config_limits = Limits(3, 1)
    answers = [ask(door) for _ in range(4)]
    # a minute may end among them
    assert [one.status_code for one in answers].count(200) >= 3
    door.receiver.config_limits = Limits(0, 0)
    ask(door)
    busy = ask(door)
    if busy.status_code != 429:
        busy = ask(door)
    assert busy.status_code == 429
    assert int(busy.headers["retry-after"]) > 0
    assert door.send(door.envelope(event())).status_code == 200


def test_the_last_good_plan_stays_while_the_records_are_away(
    door: House, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(door, "tea")
    assert ask(door).json()["rev"] == "1"

    def away(*_: object) -> None:
        raise CannotStart("away", "away")

    publish(door, "tea", "more")
    with monkeypatch.context() as records:
        records.setattr(Plans, "newest", away)
        later(10)
        assert ask(door).json()["rev"] == "1"
    later(10)
    assert ask(door).json()["rev"] == "2"


def test_a_plan_spoilt_in_the_records_leaves_the_last_good_one(
    door: House, later: Later, tmp_path: Path
) -> None:
    publish(door, "tea")
    assert ask(door).json()["rev"] == "1"
    publish(door, "other")
    with door.records.database.write() as connection:
        connection.exec_driver_sql("UPDATE plans SET body = '{\"events' WHERE revision = 2")
    later(10)
    assert ask(door).json()["rev"] == "1"
    assert door.send(door.envelope(event())).json()["cfg"] == "1"


def test_another_apps_plan_is_another(door: House, later: Later) -> None:
    publish(door, "tea")
    other = door.records.apps.create("shop", timezone="Asia/Shanghai", now=now())
    later(1)
    key = door.records.keys.of(other.id)[0].key
    assert ask(door, f"/v1/config?k={key}").json() == {"rev": "0"}
    assert ask(door).json()["rev"] == "1"
