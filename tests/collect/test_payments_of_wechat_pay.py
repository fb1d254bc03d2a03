"""`POST /v1/payments/APP/wechat`: verified, decrypted, counted once; what cannot be believed is refused."""

from __future__ import annotations

import json

import msgspec
import pytest

from minilens.collect.payments.endpoint import MOST_BYTES
from minilens.identity.actor import actor
from minilens.period import now
from minilens.records.payments import ChannelContent, with_key
from minilens.spool.record import Event
from tests.collect.payments import MERCHANT, NUMBER, WeChatPay, iso, paid, refunded
from tests.collect.receiving import APPID, SECRET, House


@pytest.fixture(scope="module")
def pay() -> WeChatPay:
    return WeChatPay()


@pytest.fixture
def shop(door: House, pay: WeChatPay) -> House:
    """A receiver whose app is paid by WeChat Pay."""
    content = with_key(ChannelContent(merchant=MERCHANT), pay.pem, NUMBER)
    set_up(door, content, pay.api_v3_key)
    return door


def set_up(door: House, content: ChannelContent, secret: str) -> None:
    door.records.payment_channels.set(
        door.app.id, "wechat", content, secret, SECRET, now=now()
    )  # fmt: skip


def events(door: House) -> list[Event]:
    return [event for batch in door.batches() for event in batch.events]


def test_a_payment_is_an_event_of_whoever_paid(shop: House, pay: WeChatPay) -> None:
    answer = pay.send(shop, "TRANSACTION.SUCCESS", paid())
    assert (answer.status_code, answer.json()) == (200, {"code": "SUCCESS"})
    (batch,) = shop.batches()
    assert (batch.via, batch.app, batch.received, batch.env) == (
        "server",
        shop.app.id,
        1,
        "release",
    )
    (event,) = batch.events
    assert (event.name, event.value, event.currency) == ("pay_success", "199.00", "CNY")
    assert (event.actor, event.actor_type) == (
        actor(shop.app.id, "applet-wechat", "openid-li"), "applet-wechat",
    )  # fmt: skip
    assert (event.target_name, event.target_id, event.session) == ("order", "A1", 0)
    assert json.loads(event.props) == {
        "order_id": "A1", "amount": 199.0, "transaction_id": "42000A1", "method": "wechat", "trade_type": "JSAPI",
    }  # fmt: skip


def test_told_again_it_is_the_same_event(shop: House, pay: WeChatPay) -> None:
    for _ in range(3):
        assert pay.send(shop, "TRANSACTION.SUCCESS", paid()).status_code == 200
    pay.send(shop, "TRANSACTION.SUCCESS", paid("A2"))
    found = [event.id for event in events(shop)]
    assert len(found) == 4
    assert len(set(found)) == 2


def test_a_refund_that_names_nobody_is_of_whoever_paid(shop: House, pay: WeChatPay) -> None:
    pay.send(shop, "TRANSACTION.SUCCESS", paid())
    pay.send(shop, "REFUND.SUCCESS", refunded())
    pay.send(shop, "REFUND.SUCCESS", refunded(number="R2", fen=1))
    payment, first, second = events(shop)
    assert (first.name, first.value, first.target_id) == ("refund_success", "99.00", "A1")
    assert second.value == "0.01"
    assert (first.actor, first.actor_type) == (payment.actor, "applet-wechat")
    assert len({payment.id, first.id, second.id}) == 3


def test_the_refund_of_an_unknown_order_is_counted_apart(shop: House, pay: WeChatPay) -> None:
    pay.send(shop, "REFUND.SUCCESS", refunded("B7"))
    (event,) = events(shop)
    assert (event.actor, event.actor_type) == (
        actor(shop.app.id, "session", "order B7"),
        "session",
    )


def test_an_erased_payer_is_forgotten(shop: House, pay: WeChatPay) -> None:
    pay.send(shop, "TRANSACTION.SUCCESS", paid())
    shop.records.paid_orders.forget(shop.app.id, [events(shop)[0].actor])
    pay.send(shop, "REFUND.SUCCESS", refunded())
    assert events(shop)[1].actor_type == "session"


def test_orders_that_were_paid_at_once_are_payments_each(shop: House, pay: WeChatPay) -> None:
    parts = [
        {
            "mchid": MERCHANT, "out_trade_no": f"C{n}", "transaction_id": f"T{n}", "success_time": iso(),
            "trade_state": "SUCCESS", "amount": {"total_amount": 100 * n, "payer_amount": 90, "currency": "CNY"},
        }
        for n in (1, 2)
    ]  # fmt: skip
    told = {
        "combine_appid": APPID, "combine_mchid": MERCHANT, "combine_out_trade_no": "C",
        "combine_payer_info": {"openid": "openid-li"}, "sub_orders": parts,
    }  # fmt: skip
    assert pay.send(shop, "TRANSACTION.SUCCESS", told).status_code == 200
    assert [(one.target_id, one.value) for one in events(shop)] == [("C1", "1.00"), ("C2", "2.00")]
    assert json.loads(events(shop)[0].props)["payer_amount"] == 0.9


def test_a_service_provider_names_whom_it_serves(shop: House, pay: WeChatPay) -> None:
    told = paid() | {
        "appid": None, "mchid": None, "sp_appid": "wxffffffffffffffff", "sub_appid": APPID, "sp_mchid": "1",
        "sub_mchid": MERCHANT, "payer": {"sp_openid": "theirs", "sub_openid": "openid-li"},
    }  # fmt: skip
    assert pay.send(shop, "TRANSACTION.SUCCESS", told).status_code == 200
    assert events(shop)[0].actor == actor(shop.app.id, "applet-wechat", "openid-li")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("REFUND.ABNORMAL", refunded(refund_status="ABNORMAL")),
        ("REFUND.CLOSED", refunded(refund_status="CLOSED")),
        ("PAYSCORE.USER_PAID", {"whatever": 1}),
        ("TRANSACTION.SUCCESS", paid(trade_state="USERPAYING")),
    ],
)
def test_where_no_money_moved_nothing_is_counted(
    shop: House, pay: WeChatPay, kind: str, told: dict[str, object]
) -> None:
    assert pay.send(shop, kind, told).json() == {"code": "SUCCESS"}
    assert shop.batches() == []


def test_a_certificate_is_known_by_its_serial(door: House, pay: WeChatPay) -> None:
    serial = "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567"
    content = with_key(ChannelContent(), pay.certificate(int(serial, 16)), "")
    set_up(door, content, pay.api_v3_key)
    assert pay.send(door, "TRANSACTION.SUCCESS", paid(), serial=serial).status_code == 200
    assert (
        pay.send(door, "TRANSACTION.SUCCESS", paid(), serial=serial.lower()).status_code == 200
    )  # fmt: skip


def refused(
    shop: House, pay: WeChatPay, body: bytes, status: int, said: str, **headers: str
) -> None:
    """Refused with FAIL, and nothing of it on the disk."""
    answer = shop.post("/v1/payments/coffee/wechat", body, **pay.headers(body) | headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["code"] == "FAIL"
    assert said in answer.json()["message"]
    assert not any(batch.events for batch in shop.batches())


def test_what_wechat_pay_has_not_signed_is_refused(shop: House, pay: WeChatPay) -> None:
    body = pay.body("TRANSACTION.SUCCESS", paid())
    other = pay.headers(pay.body("TRANSACTION.SUCCESS", paid("A2")))
    signature = {"Wechatpay-Signature": other["Wechatpay-Signature"]}
    refused(shop, pay, body, 401, "signature", **signature)
    refused(shop, pay, body, 401, "signature", **{"Wechatpay-Signature": "not base64!"})
    refused(shop, pay, body, 401, "signature", **{"Wechatpay-Signature": ""})
    refused(shop, pay, body, 401, "Wechatpay-Nonce", **{"Wechatpay-Nonce": ""})
    refused(shop, pay, body, 401, "signature", **{"Wechatpay-Nonce": "another"})
    refused(shop, pay, body, 401, "PUB_KEY_ID_2", **{"Wechatpay-Serial": "PUB_KEY_ID_2"})
    refused(shop, pay, body, 401, "Timestamp", **{"Wechatpay-Timestamp": "soon"})
    stranger = WeChatPay().headers(body)
    refused(shop, pay, body, 401, "signature", **stranger)
    told = shop.receiver.turned_away._now().payments[shop.app.id]
    assert told["wechat bad_signature"].batches == 7
    assert told["wechat unknown_serial"].batches == 1


def test_an_old_signature_is_refused(shop: House, pay: WeChatPay) -> None:
    body = pay.body("TRANSACTION.SUCCESS", paid())
    for late in (301, -330, 86_400):
        refused(shop, pay, body, 401, "5 minutes", **pay.headers(body, late=late))
    assert pay.send(shop, "TRANSACTION.SUCCESS", paid(), late=270).status_code == 200


def test_another_key_does_not_decrypt(shop: House, pay: WeChatPay) -> None:
    other = WeChatPay("f" * 32)
    body = other.body("TRANSACTION.SUCCESS", paid())
    refused(shop, pay, body, 422, "APIv3")
    altered = msgspec.json.decode(pay.body("TRANSACTION.SUCCESS", paid()))
    altered["resource"]["associated_data"] = "refund"
    refused(shop, pay, json.dumps(altered).encode(), 422, "APIv3")
    altered["resource"]["nonce"] = ""
    refused(shop, pay, json.dumps(altered).encode(), 422, "APIv3")
    refused(shop, pay, pay.body("TRANSACTION.SUCCESS", b'{"half'), 422, "APIv3")
    refused(shop, pay, pay.body("TRANSACTION.SUCCESS", b"[1]"), 422, "APIv3")


def test_what_is_no_notification_says_where(shop: House, pay: WeChatPay) -> None:
    refused(shop, pay, b'{"event_type":"TRANSA', 400, "JSON")
    refused(shop, pay, b"[]", 422, "body")
    refused(shop, pay, b'{"event_type": "TRANSACTION.SUCCESS"}', 422, "resource")
    for told, said in (
        (paid(amount={"total": "199"}), "amount.total"),
        (paid(amount=[1]), "amount"),
        (paid(transaction_id=None), "transaction_id"),
        (paid(out_trade_no=""), "out_trade_no"),
        (paid(success_time="soon"), "time"),
        (paid(payer={"openid": ["x"]}), "payer.openid"),
        (paid(sub_orders={"a": 1}), "sub_orders"),
    ):
        refused(shop, pay, pay.body("TRANSACTION.SUCCESS", told), 422, said)


def test_the_payment_of_another_mini_program_is_refused(shop: House, pay: WeChatPay) -> None:
    for told in (paid(appid="wxffffffffffffffff"), paid(mchid="1900000999")):
        refused(shop, pay, pay.body("TRANSACTION.SUCCESS", told), 403, "isn't this app's")
    refused(shop, pay, pay.body("REFUND.SUCCESS", refunded(mchid="7")), 403, "mchid")


def test_an_app_without_it_has_no_such_address(shop: House, pay: WeChatPay) -> None:
    shop.records.apps.create("tea", timezone="Asia/Shanghai", now=now())
    for app in ("tea", "nobody", "", "coffee/wechat"):
        answer = pay.send(shop, "TRANSACTION.SUCCESS", paid(), app=app)
        assert (answer.status_code, answer.json()["code"]) == (
            404,
            "FAIL" if app != "coffee/wechat" else "not_found",
        )
    shop.records.payment_channels.remove(shop.app.id, "wechat", now=now())


def test_a_huge_body_is_not_read(shop: House, pay: WeChatPay) -> None:
    refused(shop, pay, b" " * (MOST_BYTES + 1), 413, "64 KB")


def test_an_old_payment_is_in_the_ledger_as_refused(shop: House, pay: WeChatPay) -> None:
    body = pay.body("TRANSACTION.SUCCESS", paid(success_time=iso(8 * 86_400)))
    refused(shop, pay, body, 422, "7 days")
    (batch,) = shop.batches()
    assert (batch.via, batch.received, batch.refused) == ("server", 1, {"late": 1})


def test_a_key_of_another_server_secret_asks_for_it_again(shop: House, pay: WeChatPay) -> None:
    shop.receiver.secret = b"another"
    answer = pay.send(shop, "TRANSACTION.SUCCESS", paid())
    assert (answer.status_code, answer.json()["code"]) == (503, "FAIL")
    assert "retry-after" in answer.headers
