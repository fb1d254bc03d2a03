"""`POST /v1/login`: WeChat says who it is, the server keeps it as verified, and nothing of the session key."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from minilens.collect.login import OF_A_DEVICE, Logins
from minilens.identity.actor import actor
from minilens.period import now
from minilens.serve.frontdoor.logins import asks_wechat
from minilens.wechat.session import PATIENCE, WeChat
from tests.collect.receiving import SECRET, House, event
from tests.wechat.standin import APP_SECRET, SESSION_KEY, StandIn, openid, unionid, wechat


@pytest.fixture(scope="module")
def there() -> Iterator[StandIn]:
    with wechat() as one:
        yield one


@pytest.fixture
def asked(door: House, there: StandIn, request: pytest.FixtureRequest) -> Iterator[House]:
    """A receiver whose app has an AppSecret; its parameter: for how long it waits for WeChat."""
    there.asked.clear()
    door.records.app_secrets.set(door.app.id, APP_SECRET, SECRET, now=now())
    client = WeChat(there.url, getattr(request, "param", PATIENCE))
    door.receiver.logins = Logins(asks_wechat(client, door.records, SECRET))
    yield door
    door.run(client.__aexit__(None, None, None))


def login(door: House, code: str, **facts: Any) -> httpx.Response:
    """Sign in on a phone."""
    return door.post("/v1/login", {"k": door.key, "code": code, "d": "phone-1"} | facts)


def noted(door: House) -> int:
    """Why WeChat refuses the app's credentials, as the receiver remembers it."""
    return next((one.wechat for one in door.receiver.arrivals._now().values() if one.wechat_at), 0)


def test_openid_and_unionid_are_told_and_kept(asked: House) -> None:
    answer = login(asked, "good-li", lib="mp/1.0.0")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["openid"], said["unionid"]) == (openid("good-li"), unionid("good-li"))
    assert sorted(said) == ["openid", "ts", "unionid"]
    assert answer.headers["cache-control"] == "no-store"
    (batch,) = asked.batches()
    app = asked.app.id
    assert (batch.via, batch.lib, batch.received, batch.device) == (
        "login", "mp/1.0.0", 2, actor(app, "device", "phone-1"),
    )  # fmt: skip
    assert [(one.actor, one.actor_type, one.kind) for one in batch.events] == [
        (actor(app, "applet-wechat", openid("good-li")), "applet-wechat", "profile"),
        (actor(app, "wechat-unionid", unionid("good-li")), "wechat-unionid", "profile"),
    ]


def test_without_a_unionid_there_is_none(asked: House) -> None:
    assert sorted(login(asked, "plain-li").json()) == ["openid", "ts"]
    assert len(asked.batches()[0].events) == 1


def test_the_device_is_that_of_its_other_events(asked: House) -> None:
    asked.send(asked.envelope(event(), ep=2))
    login(asked, "good-ep", ep=2)
    tracked, signed = asked.batches()
    assert tracked.device == signed.device != actor(asked.app.id, "device", "phone-1")


def test_the_session_key_is_nowhere(asked: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpx").setLevel(logging.WARNING)  # as `serve.logs` has it
        answers = [login(asked, code).text for code in ("good-a", "odd", "risky-a", "broken-a")]
    kept = b"".join(
        file.read_bytes() for file in asked.folder.parent.parent.rglob("*") if file.is_file()
    )
    for secret in (SESSION_KEY, APP_SECRET):
        assert secret not in "".join(answers) + caplog.text
        assert secret.encode() not in kept
    assert openid("good-a").encode() not in b"".join(
        path.read_bytes() for path in asked.folder.glob("*.seg")
    )


def test_a_code_works_once(asked: House, there: StandIn) -> None:
    assert login(asked, "good-once").status_code == 200
    again = login(asked, "good-once")
    assert (again.status_code, again.json()["code"]) == (409, "used_code")
    assert there.asked["good-once"] == 1, "WeChat isn't asked about it again"
    assert len(asked.batches()) == 1


def test_of_two_at_once_one_is_refused(asked: House) -> None:
    body = json.dumps({"k": asked.key, "code": "slow-0.2", "d": "phone-1"}).encode()

    async def both() -> list[int]:
        posts = (asked.client.post("/v1/login", content=body) for _ in range(2))
        return sorted(answer.status_code for answer in await asyncio.gather(*posts))

    assert asked.run(both()) == [200, 409]
    assert len(asked.batches()) == 1


@pytest.mark.parametrize("asked", [0.5], indirect=True)
def test_what_wechat_never_looked_at_may_be_tried_again(asked: House, there: StandIn) -> None:
    first = login(asked, "slow-2")
    assert (first.status_code, first.json()["code"]) == (503, "wechat_down")
    assert int(first.headers["retry-after"]) == 5
    assert asked.batches() == []


def test_a_busy_wechat_is_asked_once_more(asked: House, there: StandIn) -> None:
    assert login(asked, "down-li").status_code == 503
    assert login(asked, "down-li").json()["code"] == "wechat_down"
    assert there.asked["down-li"] == 4
    assert asked.batches() == []


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"code": ""}, "missing", "code"),
        ({"code": None}, "wrong_type", "code"),
        ({"code": 7}, "wrong_type", "code"),
        ({"code": "x" * 256}, "too_long", "code"),
        ({"d": ""}, "missing", "d"),
        ({"d": "undefined"}, "blocked_identity", "d"),
        ({"ep": -1}, "wrong_type", "ep"),
        ({"k": ""}, "no_key", "k"),
        ({"k": "mk_of_nobody"}, "wrong_key", "k"),
    ],
)
def test_a_body_that_is_wrong_says_where(
    asked: House, body: dict[str, Any], code: str, field: str
) -> None:
    said = login(asked, **{"code": "good-x"} | body).json()
    assert (said["code"], said["field"]) == (code, field)
    assert asked.batches() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"[]", 422, "wrong_type"),
        (b"", 400, "bad_json"),
        (b"\xff\xfe{}", 400, "bad_json"),
        (b"[" * 3000, 422, "wrong_type"),
        (b'{"code": ' + b"[" * 3000, 422, "wrong_type"),
        (b'{"code": "' + b"x" * 5000 + b'"}', 413, "too_large"),
    ],
)
def test_any_bytes_get_an_answer(asked: House, body: bytes, status: int, code: str) -> None:
    answer = asked.post("/v1/login", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_app_without_a_secret_says_so(door: House, there: StandIn) -> None:
    client = WeChat(there.url)
    door.receiver.logins = Logins(asks_wechat(client, door.records, SECRET))
    assert login(door, "good-li").json()["code"] == "not_set_up"
    # and where the server's own secret has become another one
    door.records.app_secrets.set(door.app.id, APP_SECRET, b"the one before", now=now())
    assert login(door, "good-wang").json()["code"] == "not_set_up"
    door.run(client.__aexit__(None, None, None))
    assert door.batches() == []


def test_a_secret_that_was_changed_holds_at_once(asked: House) -> None:
    wrong = APP_SECRET.replace("0", "f")
    asked.records.app_secrets.set(asked.app.id, wrong, SECRET, now=now())
    refused = login(asked, "good-1")
    assert (refused.status_code, refused.json()["code"]) == (502, "wechat_refuses")
    asked.records.app_secrets.set(asked.app.id, APP_SECRET, SECRET, now=now())
    assert noted(asked) == 40125, "for the owner"
    assert login(asked, "odd-2").json()["code"] == "bad_code"
    assert noted(asked) == 40125, "what a phone sent says nothing of the credentials"
    assert login(asked, "good-2").status_code == 200
    assert noted(asked) == 0
    asked.records.app_secrets.remove(asked.app.id, now=now())
    assert login(asked, "good-3").json()["code"] == "not_set_up"


def test_a_device_may_sign_in_so_often(asked: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minilens.collect.endpoint.now_ms", lambda: 1_800_000_000_000)
    for n in range(OF_A_DEVICE):
        assert login(asked, f"odd-{n}").status_code == 422
    slowed = login(asked, "odd-more")
    assert (slowed.status_code, slowed.json()["code"]) == (429, "too_many_sign_ins")
    assert int(slowed.headers["retry-after"]) > 0
    assert login(asked, "good-other", d="phone-2").status_code == 200


def test_another_mini_program_is_refused(asked: House) -> None:
    body = {"k": asked.key, "code": "good-foreign", "d": "phone-1"}
    foreign = "https://servicewechat.com/wxffffffffffffffff/7/page-frame.html"
    answer = asked.post("/v1/login", body, referer=foreign)
    assert answer.json()["code"] == "foreign_referer"
    trial = f"https://servicewechat.com/{asked.app.appid}/0/page-frame.html"
    assert asked.post("/v1/login", body, referer=trial).status_code == 200
    assert asked.batches()[0].env == "trial"


def test_only_post(asked: House) -> None:
    answer = asked.run(asked.client.get("/v1/login"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
