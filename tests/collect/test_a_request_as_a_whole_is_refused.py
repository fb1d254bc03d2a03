"""A request that cannot be taken at all: which status, code and field, in the one error shape.

400, 413 and 422 are for good; 401 and 403 stop the sender; 408, 429 and 503 ask it to come again.
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from minilens.collect.access import Limits
from minilens.period import now, now_ms
from minilens.spool.turned_away import turned_away
from tests.collect.receiving import APPID, House, event


def said(answer: httpx.Response, status: int, code: str, field: str = "") -> dict[str, Any]:
    """The problem of an answer, which must have the one shape."""
    found: dict[str, Any] = answer.json()
    assert (answer.status_code, found["code"], found.get("field", "")) == (status, code, field)
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["status"] == status
    assert found["message"]
    assert "{" not in found["message"]
    assert "`" not in found["message"]
    assert found["request_id"] == answer.headers["x-request-id"]
    return found


@pytest.mark.parametrize(
    "body", [b"", b"{", b"not json", b"{} {}", b'{"k":"\xff"}', b'{"ev":' + b"[" * 50_000]
)
def test_what_is_no_json(door: House, body: bytes) -> None:
    said(door.send(body), 400, "bad_json", "body")
    zh = said(door.send(body, accept_language="zh-CN"), 400, "bad_json", "body")["message"]
    assert zh.startswith("请求体不是合法的 JSON：")
    assert not zh.partition("：")[2].isascii()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", "body"),
        (b"5", "body"),
        (b'{"ev":{}}', "ev"),
        (b'{"ev":[],"d":5}', "d"),
        (b'{"ev":[],"sent":"now"}', "sent"),
        (b'{"ev":[],"ids":["x"]}', "ids"),
        (b'{"ev":[],"v":"1"}', "v"),
    ],
)
def test_what_has_another_shape(door: House, body: bytes, field: str) -> None:
    found = said(door.send(body), 422, "wrong_type", field)
    assert field in found["message"]


def test_a_device_id_without_end(door: House) -> None:
    said(door.send(door.envelope(event(), d="x" * 256)), 422, "too_long", "d")


def test_a_newer_protocol_whatever_it_looks_like(door: House) -> None:
    said(door.send(door.envelope(event(), v=2)), 422, "newer_protocol", "v")
    said(door.send(b'{"v":10000000000000000000000,"ev":[]}'), 422, "newer_protocol", "v")
    zh = said(
        door.send(b'{"v":2,"ev":{"new":1}}', accept_language="zh"), 422, "newer_protocol", "v"
    )
    assert "2" in zh["message"]
    assert "升级" in zh["message"]


def test_more_than_fifty_events(door: House) -> None:
    assert door.send(door.envelope(*[event()] * 50)).json()["accepted"] == 50
    assert (
        "50 events"
        in said(door.send(door.envelope(*[event()] * 51)), 413, "too_large", "ev")["message"]
    )


def test_more_than_64_kb_as_sent_and_512_kb_unpacked(door: House) -> None:
    body = msgspec.json.encode(door.envelope(event()))
    assert door.send(body + b" " * ((64 << 10) - len(body))).status_code == 200
    long = body + b" " * ((64 << 10) + 1 - len(body))
    assert "64 KB" in said(door.send(long), 413, "too_large", "body")["message"]
    assert door.send(gzip.compress(body + b" " * ((512 << 10) - len(body)))).status_code == 200
    packed = gzip.compress(body + b" " * ((512 << 10) + 1 - len(body)))
    assert "512 KB" in said(door.send(packed), 413, "too_large", "body")["message"]


def test_a_gzip_bomb(door: House) -> None:
    zh = said(
        door.send(gzip.compress(bytes(10 << 20)), accept_language="zh"), 413, "too_large", "body"
    )
    assert zh["message"] == "请求体超过上限 512 KB"


@pytest.mark.parametrize("wrong", ["cut", "changed", "more", "nothing"])
def test_broken_gzip(door: House, wrong: str) -> None:
    good = gzip.compress(msgspec.json.encode(door.envelope(event())))
    bad = {
        "cut": good[:-10],
        "changed": good[:30] + b"\x00\xff\x00" + good[33:],
        "more": good + b"more",
        "nothing": good[:2],
    }
    said(door.send(bad[wrong]), 400, "bad_gzip")


def test_a_key_that_is_missing_or_wrong(door: House) -> None:
    answer = door.send(door.envelope(event(), k=""))
    said(answer, 401, "no_key", "k")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    said(door.send(door.envelope(event(), k="mk_wrong")), 401, "wrong_key", "k")
    assert not door.batches()


def test_a_rotated_key_is_good_until_it_retires(door: House) -> None:
    old = door.key
    new = door.records.keys.create(door.app.id, now=now(), retire_others_after=timedelta(hours=1))
    assert door.send(door.envelope(event(), k=old)).status_code == 200
    assert door.send(door.envelope(event(), k=new)).status_code == 200
    assert [batch.key for batch in door.batches()] == [1, 2]


def test_a_retired_key_is_refused_and_a_new_one_is_known_at_once(door: House) -> None:
    old = door.key
    door.records.keys.create(door.app.id, now=now(), retire_others_after=timedelta(0))
    said(door.send(door.envelope(event(), k=old)), 401, "wrong_key", "k")
    assert door.send(door.envelope(event())).status_code == 200


def referer(appid: str, version: str) -> str:
    """As WeChat sets it."""
    return f"https://servicewechat.com/{appid}/{version}/page-frame.html"


def test_a_request_of_another_mini_program(door: House) -> None:
    body = door.envelope(event())
    found = said(
        door.send(body, referer=referer("wxother", "3")), 403, "foreign_referer", "Referer"
    )
    assert "wxother" in found["message"]
    assert APPID in found["message"]
    (batch,) = door.batches()
    assert (batch.received, batch.refused, batch.events) == (1, {"foreign_referer": 1}, [])


def test_who_was_turned_away_is_kept_for_the_owner(door: House) -> None:
    door.receiver.turned_away.folder = door.folder
    door.send(door.envelope(event()), referer=referer("wx00000000000000aa", "3"))
    door.receiver.turned_away._written = 0
    door.send(door.envelope(event(), k="mk_wrong_and_long"))
    found = turned_away(door.folder.parent, now_ms())
    assert found.appids[door.app.id]["wx00000000000000aa"].batches == 1
    assert found.keys["mk_wro…"].batches == 1


@pytest.mark.parametrize(
    ("version", "env"), [("58", "release"), ("0", "trial"), ("devtools", "develop")]
)
def test_the_referer_tells_the_environment(door: House, version: str, env: str) -> None:
    door.send(door.envelope(event()), referer=referer(APPID, version))
    assert door.batches()[0].env == env


def test_the_environment_and_robots_are_flagged_not_refused(door: House) -> None:
    door.send(door.envelope(event(), ctx={"env": "trial"}))
    door.send(door.envelope(event(), ctx={"env": "strange"}))
    door.send(door.envelope(event()), user_agent="Mozilla/5.0 (compatible; Baiduspider/2.0)")
    assert [batch.env for batch in door.batches()] == ["trial", "release", "release"]
    assert [bool(batch.robot) for batch in door.batches()] == [False, False, True]


def test_a_limit_asks_to_come_again_within_a_minute(door: House) -> None:
    door.receiver.limits = Limits(per_key=15, per_device=10)
    assert door.send(door.envelope(*[event()] * 10)).status_code == 200
    answer = door.send(door.envelope(event()))
    assert "10 " in said(answer, 429, "rate_limited")["message"]
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert door.send(door.envelope(*[event()] * 5, d="phone-2")).status_code == 200
    assert (
        "15 "
        in said(door.send(door.envelope(event(), d="phone-3")), 429, "rate_limited")["message"]
    )
    assert sum(len(batch.events) for batch in door.batches()) == 15


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/v1/collect", "/v1/events"])
def test_another_method_than_post(door: House, method: str, path: str) -> None:
    answer = door.run(door.client.request(method, path))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        said(answer, 405, "method_not_allowed", "method")


def test_a_receiver_that_stops(door: House) -> None:
    door.receiver.stopping = True
    answer = door.send(door.envelope(event()))
    said(answer, 503, "stopping")
    assert answer.headers["retry-after"] == "5"


def test_what_fails_inside_is_logged_under_the_number_that_is_told(
    door: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(door.receiver, "places", lambda _: 1 / 0)
    found = said(door.send(door.envelope(event())), 500, "internal")
    assert found["request_id"] in found["message"]
    ours = [record for record in caplog.records if record.name.startswith("minilens")]
    assert [record.__dict__["request_id"] for record in ours] == [found["request_id"]]
