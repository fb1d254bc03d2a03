"""Settings, Payments: forms for both kinds of payment systems; secrets are kept sealed and never shown again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.spool.turned_away import Sender
from minilens.web.console import Arrived
from tests.collect.payments import API_V3_KEY, MERCHANT, NUMBER, WeChatPay
from tests.web.cast import Theatre, sign_in
from tests.web.sites import site
from tests.web.test_settings_of_an_app import EN, HERE, deeds, send

Client = TestClient[Litestar]
PAGE = f"{HERE}/payments"


@pytest.fixture(scope="module")
def pem() -> str:
    return WeChatPay().pem


def form(pem: str, **facts: Any) -> dict[str, Any]:
    return {
        "merchant": MERCHANT, "api_v3_key": API_V3_KEY, "number": NUMBER, "key": pem, "event": "pay_success",
    } | facts  # fmt: skip


def test_wechat_pay_is_set_up_changed_and_removed(
    owner: Client, theatre: Theatre, pem: str
) -> None:
    first = owner.get(PAGE, headers=EN).text
    assert "/v1/payments/cafe/wechat" in first
    done = send(owner, f"{PAGE}/wechat", **form(pem))
    assert done.headers["location"] == f"{PAGE}?done=saved"
    held = theatre.records.payment_channels.find(1, "wechat")
    assert held
    assert held.secret(theatre.console().secret) == API_V3_KEY
    assert held.content.keys == {NUMBER: pem.strip()}
    page = owner.get(f"{PAGE}?done=saved", headers=EN).text
    assert all(text in page for text in ("Saved 20", MERCHANT, NUMBER))
    assert API_V3_KEY not in page
    send(
        owner,
        f"{PAGE}/wechat",
        merchant="",
        api_v3_key="",
        number="",
        key="",
        event="paid_by_wechat",
    )
    changed = theatre.records.payment_channels.find(1, "wechat")
    assert changed
    assert (changed.content.event, changed.content.merchant) == ("paid_by_wechat", "")
    assert changed.content.keys == held.content.keys
    assert changed.secret(theatre.console().secret) == API_V3_KEY
    gone = send(owner, f"{PAGE}/remove", provider="wechat")
    assert gone.headers["location"] == f"{PAGE}?done=removed"
    assert theatre.records.payment_channels.all(1) == []
    assert [one for one, _ in deeds(theatre)][:3] == [
        "payments.remove", "payments.set", "payments.set",
    ]  # fmt: skip
    assert "set up payment notifications" in owner.get(f"{HERE}/audit", headers=EN).text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"api_v3_key": "short"}, "32 characters"),
        ({"api_v3_key": ""}, "Enter a value"),
        ({"key": "", "number": ""}, "Enter a value"),
        ({"key": ""}, "Enter a value"),
        (
            {"key": "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----"},
            "no RSA public key",
        ),
        ({"key": "nonsense"}, "Public key or certificate is no RSA"),
        ({"number": ""}, "Enter a value"),
        ({"number": "12"}, "must begin with PUB_KEY_ID_"),
        ({"merchant": "the shop"}, "must be digits"),
        ({"event": "Pay Success"}, "Invalid event name"),
        ({"event": "refund_success"}, "Event can"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    owner: Client, theatre: Theatre, pem: str, facts: dict[str, str], said: str
) -> None:
    answer = send(owner, f"{PAGE}/wechat", **form(pem, **facts))
    assert answer.status_code == 422
    assert said in answer.text
    assert API_V3_KEY not in answer.text
    assert theatre.records.payment_channels.all(1) == []


def test_a_signing_secret_is_made_and_shown_once(owner: Client, theatre: Theatre) -> None:
    asked = {"unit": "fen", "identity": "mobile", "event": "order_paid", "signing_secret": ""}
    sent = send(owner, f"{PAGE}/hmac", **asked)
    answer = owner.get(sent.headers["location"], headers=EN)
    assert answer.headers["cache-control"] == "no-store"
    held = theatre.records.payment_channels.find(1, "hmac")
    assert held
    secret = held.secret(theatre.console().secret)
    assert secret
    assert secret in answer.text
    assert secret not in owner.get(PAGE).text
    assert (held.content.unit, held.content.identity) == ("fen", "mobile")
    assert send(owner, f"{PAGE}/hmac", **asked | {"signing_secret": "short"}).status_code == 422
    assert send(owner, f"{PAGE}/hmac", **asked | {"unit": "li"}).status_code == 422
    wrong = send(owner, f"{PAGE}/hmac", **asked | {"identity": "device"}, language="zh")
    assert wrong.status_code == 422
    assert "user 的标识类型" in wrong.text


def test_who_may_not_manage_keys_finds_no_such_page(theatre: Theatre) -> None:
    for who in ("analyst", "viewer"):
        client = theatre.client(who, raise_server_exceptions=False)
        assert client.get(PAGE).status_code == 403
        assert send(client, f"{PAGE}/remove", provider="hmac").status_code == 403


def test_what_was_rejected_is_told(theatre: Theatre) -> None:
    turned = {"wechat bad_signature": Sender(3, 1, 1_700_000_000_000)}
    console = replace(theatre.console(), arrived=lambda app: Arrived(payments=turned))
    with site(console) as app, TestClient(app) as client:
        sign_in(client, theatre)
        page = re.sub(r"<[^>]+>", "", client.get(PAGE, headers=EN).text)
    assert "WeChat Pay · Wrong signature × 3" in page
