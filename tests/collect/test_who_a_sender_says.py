"""What names nobody makes nobody: the event is of the next identity, or refused with the field."""

from __future__ import annotations

import gzip
import json

import pytest

from minilens.collect.endpoint import bare_address
from minilens.collect.steps import skew
from minilens.identity.actor import actor
from tests.collect.receiving import House, event

NOBODY = ["undefined", "null", "0", "[object Object]", "0000"]


def actors(door: House) -> list[tuple[int, str]]:
    return [(one.actor, one.actor_type) for batch in door.batches() for one in batch.events]


@pytest.mark.parametrize("value", NOBODY)
def test_an_identity_that_is_nobody_leaves_the_device(door: House, value: str) -> None:
    door.send(door.envelope(event(), d="phone-1", u=value, ids={"wechat-unionid": value}))
    assert actors(door) == [(actor(door.app.id, "device", "phone-1"), "device")]


@pytest.mark.parametrize("value", NOBODY)
def test_a_device_that_is_nobody_leaves_the_identity(door: House, value: str) -> None:
    door.send(door.envelope(event(), d=value, u="m-77"))
    assert actors(door) == [(actor(door.app.id, "c_memberid", "m-77"), "c_memberid")]
    assert door.batches()[0].device == 0


@pytest.mark.parametrize("value", NOBODY)
def test_where_nobody_is_left_the_event_is_refused_by_its_field(door: House, value: str) -> None:
    receipt = door.send(door.envelope(event(), d=value)).json()
    assert receipt["accepted"] == 0
    assert [(one["code"], one["field"]) for one in receipt["refused"]] == [
        ("blocked_identity", "d")
    ]
    receipt = door.send(door.envelope(event(), d="", u=value)).json()
    assert [(one["code"], one["field"]) for one in receipt["refused"]] == [
        ("blocked_identity", "ids.c_memberid")
    ]


def test_a_long_path_and_referrer_are_cut(door: House) -> None:
    long = "pages/a?" + "x=1&" * 2000
    receipt = door.send(door.envelope(event(p=long, rf=long))).json()
    assert receipt["accepted"] == 1
    (one,) = door.batches()[0].events
    assert (one.page, one.referrer) == ("pages/a", "pages/a")
    assert one.query.startswith("x=1&")


def test_numbers_that_are_not_finite_are_refused_by_name(door: House) -> None:
    sound = door.envelope(
        event(pr={"amount": 7}), event(pr={"a": {"b": [7]}}), event(pr={"a": 7.5})
    )
    text = (
        json.dumps(sound)
        .encode()
        .replace(b'"amount": 7}', b'"amount": 1e999}')
        .replace(b"[7]", b"[-1e999]")
    )
    receipt = door.send(text).json()
    assert [(found["index"], found["code"]) for found in receipt["refused"]] == [
        (0, "wrong_type"), (1, "wrong_type"),
    ]  # fmt: skip
    assert all(found["field"].startswith("pr") for found in receipt["refused"])
    assert receipt["accepted"] == 1


def test_a_byte_order_mark_and_several_gzip_members(door: House) -> None:
    body = json.dumps(door.envelope(event())).encode()
    assert door.send(b"\xef\xbb\xbf" + body).status_code == 200
    half = len(body) // 2
    packed = gzip.compress(body[:half]) + gzip.compress(body[half:])
    assert door.send(packed).status_code == 200
    broken = door.send(packed[:-4])
    assert (broken.status_code, broken.json()["code"]) == (400, "bad_gzip")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("1.2.3.4", "1.2.3.4"), ("1.2.3.4:5678", "1.2.3.4"), ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"), ("::ffff:1.2.3.4", "1.2.3.4"), ("[::ffff:1.2.3.4]:1", "1.2.3.4"), ("", ""),
    ],
)  # fmt: skip
def test_an_address_as_proxies_write_it(text: str, address: str) -> None:
    assert bare_address(text) == address


def test_skew_is_measured_at_the_arrival() -> None:
    assert skew(100_000, 100_000 - 4_000) == 0
    assert skew(100_000, 40_000) == 60_000
