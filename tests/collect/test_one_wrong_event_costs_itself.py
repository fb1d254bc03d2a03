"""What is wrong with one event is told with its place, id, code and field; its neighbours go in."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from minilens.period import now_ms
from tests.collect.receiving import House, event

IN_2100 = 4_102_444_800_000

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"id": ""}, "missing", "id"),
    ({"id": 5}, "wrong_type", "id"),
    ({"id": "x" * 256}, "too_long", "id"),
    ({"n": ""}, "missing", "n"),
    ({"n": None}, "missing", "n"),
    ({"n": "n" * 129}, "too_long", "n"),
    ({"t": "yesterday"}, "wrong_type", "t"),
    ({"t": -1}, "wrong_type", "t"),
    ({"t": 10**400}, "wrong_type", "t"),
    ({"t": 1000}, "late", "t"),
    ({"t": IN_2100}, "future", "t"),
    ({"du": -5}, "wrong_type", "du"),
    ({"du": 1.5}, "wrong_type", "du"),
    ({"q": -1}, "wrong_type", "q"),
    ({"o": 1}, "bad_shape", "o"),
    ({"o": -1}, "bad_shape", "o"),
    ({"val": "1e3"}, "bad_value", "val"),
    ({"val": "1_000"}, "bad_value", "val"),
    ({"val": "１２"}, "bad_value", "val"),
    ({"val": " 1"}, "bad_value", "val"),
    ({"val": "NaN"}, "bad_value", "val"),
    ({"val": 10**400}, "bad_value", "val"),
    ({"val": 1e15}, "bad_value", "val"),
    ({"val": "99999999999999.99999"}, "bad_value", "val"),
    ({"val": True}, "wrong_type", "val"),
    ({"val": 1, "cur": "RMB¥"}, "bad_shape", "cur"),
    ({"pr": [1]}, "wrong_type", "pr"),
    ({"pr": {"a": 10**19}}, "wrong_type", "pr.a"),
    ({"pr": {"a": [10**400]}}, "wrong_type", "pr.a"),
    ({"pr": {"": 1}}, "bad_shape", "pr"),
    ({"pr": {"k" * 65: 1}}, "too_long", f"pr.{'k' * 64}…"),
    ({"pr": {"a": "x" * 2001}}, "too_long", "pr.a"),
    ({"pr": {f"k{n}": 1 for n in range(65)}}, "too_many", "pr"),
    ({"pr": {f"k{n}": "x" * 1999 for n in range(10)}}, "too_long", "pr"),
    ({"pr": {"a": {"b": {"c": {}}}}}, "too_deep", "pr.a"),
    ({"pr": {"a": list(range(65))}}, "too_many", "pr.a"),
    ({"ids": {"mobile": 5}}, "wrong_type", "ids[...]"),
    ({"ids": {f"c_{n}": "x" for n in range(17)}}, "too_many", "ids"),
    ({"ids": {"c" * 65: "x"}}, "too_long", f"ids.{'c' * 64}…"),
]


@pytest.mark.parametrize(("wrong", "code", "field"), WRONG, ids=lambda x: str(x)[:30])
def test_it_is_refused_by_place_and_id_and_its_neighbours_go_in(
    door: House, wrong: dict[str, Any], code: str, field: str
) -> None:
    bad = event(id="bad-one") | wrong
    body = door.envelope(event(), bad, event(), src=[{"scene": 1001}])
    answer = door.send(body).json()
    assert answer["accepted"] == 2
    (refusal,) = answer["refused"]
    assert (refusal["index"], refusal["code"], refusal["field"]) == (1, code, field)
    assert refusal["id"] == (bad["id"][:255] if isinstance(bad["id"], str) else "")
    (batch,) = door.batches()
    assert (len(batch.events), batch.received, batch.refused) == (2, 3, {code: 1})
    assert [e.i for e in batch.events] == [0, 2]


@pytest.mark.parametrize(("wrong", "code", "field"), WRONG, ids=lambda x: str(x)[:30])
def test_the_reason_is_chinese_for_those_who_read_chinese(
    door: House, wrong: dict[str, Any], code: str, field: str
) -> None:
    body = door.envelope(event(id="bad-one") | wrong, src=[{}])
    zh = door.send(body, accept_language="zh-CN,zh;q=0.9").json()["refused"][0]["message"]
    en = door.send(body, accept_language="en").json()["refused"][0]["message"]
    assert re.search("[\u4e00-\u9fff]", zh)
    assert not re.search("[\u4e00-\u9fff]", en)
    assert not re.search(r"[{}`]|Expected|got", zh + en)


def test_a_missing_field_is_named(door: House) -> None:
    for name in ("id", "n", "t"):
        bad = {k: v for k, v in event().items() if k != name}
        answer = door.send(door.envelope(bad, event())).json()
        assert [(r["code"], r["field"]) for r in answer["refused"]] == [("missing", name)]
        assert answer["accepted"] == 1


def test_what_is_no_object_is_refused_alone(door: House) -> None:
    answer = door.send(door.envelope(event(), None, "x", [], 5)).json()  # type: ignore[arg-type]
    assert answer["accepted"] == 1
    assert [(r["index"], r["code"]) for r in answer["refused"]] == [
        (n, "wrong_type") for n in range(1, 5)
    ]


def test_without_device_and_identity_nobody_did_it(door: House) -> None:
    body = door.envelope(
        event(), event(ids={"applet-wechat": "o"}), event(ids={"device": "x"}), d=""
    )
    answer = door.send(body).json()
    assert answer["accepted"] == 1
    assert [(r["index"], r["code"], r["field"]) for r in answer["refused"]] == [
        (0, "missing", "d"),
        (2, "missing", "d"),
    ]


def test_half_an_emoji_costs_no_event(door: House) -> None:
    cut = (
        b'{"id":"%s","n":"tap","t":%d,"tn":"\\ud83d","ti":"\\\\ud83d","pr":{"a":"\\ud83d\\ude00"}}'
    )
    text = msgspec.json.encode(door.envelope(event())).replace(
        b'"ev":[', b'"ev":[' + cut % (b"e-1", now_ms()) + b","
    )
    assert door.send(text).json()["accepted"] == 2
    (batch,) = door.batches()
    assert (batch.events[0].target_name, batch.events[0].target_id) == ("\ufffd", "\\ud83d")
    assert batch.events[0].props == '{"a":"😀"}'


def test_bytes_that_are_no_utf_8_cost_their_event(door: House) -> None:
    text = msgspec.json.encode(door.envelope(event(), event(tn="MARK"), event()))
    answer = door.send(text.replace(b"MARK", b"\xff\xfe")).json()
    assert answer["accepted"] == 2
    assert [(r["index"], r["code"]) for r in answer["refused"]] == [(1, "bad_json")]


def test_null_is_the_same_as_nothing(door: House) -> None:
    one = event(s=None, q=None, p=None, pr=None, val=None, ids={"mobile": None}, ty=None)
    body = door.envelope(one, u=None, ids={"mobile": None}, ctx=None, src=None, lost=None, lib=None)
    assert door.send(body).json() | {"ts": 0} == {"accepted": 1, "refused": [], "ts": 0, "cfg": ""}
    assert door.batches()[0].events[0].actor_type == "device"


def test_a_wrong_fact_of_the_phone_is_left_out_and_costs_no_event(door: House) -> None:
    ctx = {"osv": 14, "brand": ["x"], "model": "m" * 300, "w": "390", "h": "tall", "net": "wifi"}
    src = [{"scene": "1047", "path": 5, "source": "s" * 300}, 7, {"scene": 10**400, "lc": "x1"}]
    body = door.envelope(event(o=2), ctx=ctx, src=src, lost="many")
    assert door.send(body).json()["accepted"] == 1
    (batch,) = door.batches()
    assert (batch.brand, batch.model, batch.network) == ("", "m" * 255, "wifi")
    assert (batch.width, batch.height, batch.lost) == (390, 0, 0)
    assert [s.scene for s in batch.sources] == [1047, 0, 0]
    assert (batch.sources[0].source, batch.sources[2].link) == ("s" * 255, "x1")


@pytest.mark.parametrize("width", ["NaN", "Infinity", "-Infinity", -1, 10**30])
def test_a_width_that_is_no_length_costs_no_event(door: House, width: object) -> None:
    body = door.envelope(event(), ctx={"w": width, "brand": 1, "net": "wifi"})
    assert door.send(body).json()["accepted"] == 1
    (batch,) = door.batches()
    assert batch.width in (0, 65535)
    assert batch.network == "wifi"
