"""`POST /v1/payments/APP/hmac`: payments of any other system, signed with HMAC-SHA-256."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from minilens.identity.actor import actor
from minilens.period import now, now_ms
from minilens.records.payments import ChannelContent
from minilens.spool.record import Event
from tests.collect.payments import HMAC_SECRET, iso, sign, tell
from tests.collect.receiving import SECRET, House


@pytest.fixture
def shop(door: House) -> House:
    set_up(door)
    return door


def set_up(door: House, **facts: Any) -> None:
    door.records.payment_channels.set(
        door.app.id, "hmac", ChannelContent(**facts), HMAC_SECRET, SECRET, now=now()
    )


def payment(**facts: Any) -> dict[str, Any]:
    return {"order": "A1", "amount": "199.00", "time": iso(), "user": "M1"} | facts


def events(door: House) -> list[Event]:
    return [event for batch in door.batches() for event in batch.events]


def test_a_payment_and_its_refunds(shop: House) -> None:
    answer = tell(shop, payment(props={"channel": "alipay", "order_id": "mine"}))
    assert answer.status_code == 200
    assert answer.json() == {"accepted": 1, "refused": [], "ts": answer.json()["ts"], "cfg": ""}
    tell(shop, payment(kind="refund", amount=50, user=""))
    tell(shop, payment(kind="refund", amount="-20.5", user="", id="R2"))
    paid, first, second = events(shop)
    whose = actor(shop.app.id, "c_memberid", "M1"), "c_memberid"
    assert {(one.actor, one.actor_type) for one in (paid, first, second)} == {whose}
    assert [(one.name, one.value, one.currency) for one in (paid, first, second)] == [
        ("pay_success", "199.00", "CNY"),
        ("refund_success", "50", "CNY"),
        ("refund_success", "20.5", "CNY"),
    ]
    assert json.loads(second.props)["refund_id"] == "R2"
    assert json.loads(paid.props) == {"channel": "alipay", "order_id": "A1", "amount": 199.0}


def test_told_again_it_is_the_same_event(shop: House) -> None:
    said = payment(time=iso())
    refund = said | {"kind": "refund", "amount": "10"}
    for told in (said, said, said | {"amount": "200"}, refund, refund):
        tell(shop, told)
    first, again, other, back, twice = (one.id for one in events(shop))
    assert first == again == other  # an order is paid once
    assert back == twice != first
    tell(shop, said | {"id": "P2"})
    tell(shop, refund | {"amount": "11"})
    assert len({one.id for one in events(shop)}) == 4


def test_amounts_in_fen_times_as_numbers_and_names_that_are_set(door: House) -> None:
    set_up(door, unit="fen", identity="mobile", event="order_paid")
    at = now_ms() // 1000
    tell(door, payment(amount=19900, time=at, user="13912345678"))
    answer = tell(
        door, payment(amount="100", currency="jpy", time=at * 1000, order="A2", openid="li")
    )
    assert answer.status_code == 200, answer.text
    paid, yen = events(door)
    assert (paid.name, paid.value, paid.ts, paid.actor_type) == (
        "order_paid", "199.00", at * 1000, "mobile",
    )  # fmt: skip
    assert (yen.value, yen.currency, yen.ts) == ("100", "JPY", at * 1000)
    assert yen.actor == actor(door.app.id, "applet-wechat", "li")


@pytest.mark.parametrize(
    ("facts", "status", "code", "field"),
    [
        ({"order": ""}, 422, "missing", "order"),
        ({"amount": None}, 422, "missing", "amount"),
        ({"amount": "1,000"}, 422, "bad_value", "amount"),
        ({"amount": "nan"}, 422, "bad_value", "amount"),
        ({"amount": -5}, 422, "bad_value", "amount"),
        ({"amount": True}, 422, "wrong_type", "amount"),
        ({"time": "yesterday"}, 422, "bad_time", "time"),
        ({"time": "2026-11-22T10:00:00"}, 422, "bad_time", "time"),
        ({"time": iso(-2 * 86_400)}, 422, "future", ""),
        ({"time": iso(8 * 86_400)}, 422, "late", "time"),
        ({"kind": "gift"}, 422, "unknown_choice", "kind"),
        ({"currency": "yuan"}, 422, "bad_shape", "currency"),
        ({"user": "x" * 300}, 422, "too_long", "user"),
        ({"id": "x" * 300}, 422, "too_long", "id"),
        ({"order": "x" * 300}, 422, "too_long", "order"),
        ({"props": [1]}, 422, "wrong_type", "props"),
        ({"props": {"a": {"b": {"c": {"d": 1}}}}}, 422, "too_deep", "props.a"),
    ],
)
def test_what_is_wrong_is_named(
    shop: House, facts: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = tell(shop, payment(**facts))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert not field or answer.json()["field"].startswith(field)
    assert events(shop) == []


def test_who_is_nobody_is_known_by_the_order(shop: House) -> None:
    tell(shop, payment(user="undefined"))
    (event,) = events(shop)
    assert (event.actor_type, event.actor) == ("session", actor(1, "session", "order A1"))


def test_fen_are_whole(door: House) -> None:
    set_up(door, unit="fen")
    for amount in ("199.00", 1.5, "-1", "9" * 20):
        answer = tell(door, payment(amount=amount))
        assert (answer.status_code, answer.json()["field"]) == (422, "amount")


def test_only_whoever_has_the_secret_is_believed(shop: House) -> None:
    body = json.dumps(payment()).encode()
    good = sign(body)
    for headers in (
        {},
        good | {"Minilens-Signature": ""},
        good | {"Minilens-Signature": "sha256=" + "0" * 64},
        good | {"Minilens-Signature": good["Minilens-Signature"][7:]},
        good | {"Minilens-Timestamp": str(int(good["Minilens-Timestamp"]) + 1)},
        good | {"Minilens-Timestamp": ""},
        good | {"Minilens-Timestamp": "９" * 10},
        sign(body, secret="a secret of somebody else"),
        sign(body + b" "),
    ):
        named = {name.encode(): text.encode() for name, text in headers.items()}
        answer = shop.run(shop.client.post("/v1/payments/coffee/hmac", content=body, headers=named))
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    for late in (301, -330):
        assert tell(shop, payment(), late=late).json()["code"] == "old_signature"
    assert shop.batches() == []


def test_half_a_body_says_so(shop: House) -> None:
    assert tell(shop, b'{"order": "A1", "am').json()["code"] == "bad_json"
    assert tell(shop, b"[" * 3000).status_code in (400, 422)
    assert tell(shop, b'"text"').json()["code"] == "wrong_type"
    assert tell(shop, b"\xff\xfe").status_code == 400


def test_a_stranger_is_told_nothing(shop: House) -> None:
    for app in ("tea", "coffee/hmac/x"):
        assert tell(shop, payment(), app=app).status_code == 404
    answer = shop.run(shop.client.get("/v1/payments/coffee/hmac"))
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_too_many_a_minute_are_asked_to_come_again(shop: House) -> None:
    shop.receiver.limits.per_key = 2
    said = [tell(shop, payment(order=f"A{n}")).status_code for n in range(3)]
    assert said == [200, 200, 429]


def test_what_was_changed_holds_within_a_second(shop: House) -> None:
    tell(shop, payment())
    channels = shop.records.payment_channels
    channels.set(shop.app.id, "hmac", ChannelContent(), "another secret now", SECRET, now=now())
    shop.receiver.access._look()
    assert tell(shop, payment()).json()["code"] == "bad_signature"
    assert tell(shop, payment(), secret="another secret now").status_code == 200
    channels.remove(shop.app.id, "hmac", now=now())
    shop.receiver.access._look()
    assert tell(shop, payment(), secret="another secret now").status_code == 404
    assert msgspec.json.decode(shop.batches()[0].events[0].props)
