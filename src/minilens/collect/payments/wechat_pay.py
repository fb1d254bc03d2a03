"""WeChat Pay v3: the signature of a notification is verified, its resource decrypted, and what it tells of read.

Wechatpay-Signature   RSA with SHA-256 over "timestamp\\nnonce\\nbody\\n", base64
Wechatpay-Serial      of the platform certificate, or the number of the public key
resource              AES-256-GCM under the APIv3 key, with its nonce and associated data
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.collect.decode import UNREADABLE
from minilens.collect.payments.notice import Notice, check_clock, object_of, text_of, units
from minilens.collect.refusals import misfit, not_json
from minilens.errors import NotAllowed, Refused
from minilens.records.payment_keys import known_as, public_key

TIMESTAMP, NONCE, SIGNATURE, SERIAL = (
    "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial",
)  # fmt: skip
ALGORITHM = "AEAD_AES_256_GCM"
PAID, REFUNDED = "TRANSACTION.SUCCESS", "REFUND.SUCCESS"


class Resource(msgspec.Struct):
    """What is encrypted."""

    ciphertext: str
    nonce: str
    algorithm: str = ALGORITHM
    associated_data: str | None = None


class Notification(msgspec.Struct):
    """The body of a notification."""

    event_type: str
    resource: Resource


def verify(headers: Mapping[str, str], body: bytes, keys: Mapping[str, str], at: int) -> None:
    """NotAllowed unless WeChat Pay has signed these bytes just now, by one of the keys (number → PEM)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    said = {
        name: headers.get(name.lower(), "") for name in (TIMESTAMP, NONCE, SIGNATURE, SERIAL)
    }  # fmt: skip
    for name, text in said.items():
        if not text:
            raise NotAllowed("bad_signature", name)
    check_clock(said[TIMESTAMP], at, TIMESTAMP)
    known = {known_as(number): pem for number, pem in keys.items()}
    pem = known.get(known_as(said[SERIAL]))
    if pem is None:
        raise NotAllowed("unknown_serial", SERIAL, got=said[SERIAL][:80])
    signed = f"{said[TIMESTAMP]}\n{said[NONCE]}\n".encode("latin-1", "replace") + body + b"\n"
    try:
        signature = base64.b64decode(said[SIGNATURE], validate=True)
        public_key(pem).verify(signature, signed, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotAllowed("bad_signature", SIGNATURE) from None


def opened(body: bytes, api_v3_key: str) -> tuple[str, dict[str, Any]]:
    """The type of a notification and what its resource holds; Refused where it cannot be read or decrypted."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        found = msgspec.json.decode(body, type=Notification)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except UNREADABLE as error:
        raise not_json(error, text=body) from None
    resource = found.resource
    if resource.algorithm != ALGORITHM:
        raise Refused("unknown_choice", "resource.algorithm", got=resource.algorithm[:40])
    try:
        plain = AESGCM(api_v3_key.encode()).decrypt(
            resource.nonce.encode(),
            base64.b64decode(resource.ciphertext, validate=True),
            (resource.associated_data or "").encode(),
        )
        told = msgspec.json.decode(plain, type=dict[str, Any])
    except (InvalidTag, binascii.Error, *UNREADABLE):
        raise Refused("not_decrypted", "resource.ciphertext") from None
    return found.event_type, told


def notices(kind: str, told: dict[str, Any], appid: str, merchant: str) -> list[Notice]:
    """What a notification tells of: nothing where no money has moved (a refund that failed, a signed contract …).

    NotAllowed where it is another mini program's or merchant's.
    """
    if kind not in (PAID, REFUNDED):
        return []
    _check_owner(told, appid, merchant)
    if kind == REFUNDED:
        return [_refund(told)] if told.get("refund_status", "SUCCESS") == "SUCCESS" else []
    if "sub_orders" in told:  # several orders that were paid at once
        openid = text_of(
            object_of(told.get("combine_payer_info"), "combine_payer_info").get("openid"), "openid", needed=False,
        )  # fmt: skip
        orders = told["sub_orders"]
        if not isinstance(orders, list):
            raise Refused("wrong_type", "sub_orders", reason=("应为列表", "must be a list"))
        parts = [object_of(one, "sub_orders") for one in orders]
        return [_payment(one, openid) for one in parts if _went_through(one)]
    payer = object_of(told.get("payer"), "payer")
    whose = payer.get("openid") or payer.get("sub_openid") or payer.get("sp_openid")
    openid = text_of(whose, "payer.openid", needed=False)
    return [_payment(told, openid)] if _went_through(told) else []


def _went_through(told: Mapping[str, object]) -> bool:
    return told.get("trade_state", "SUCCESS") == "SUCCESS"


def _check_owner(told: Mapping[str, object], appid: str, merchant: str) -> None:
    """A notification names its mini program and merchant, of a service provider also those that it serves."""
    of_app = ("appid", "sub_appid", "sp_appid", "combine_appid")
    of_merchant = ("mchid", "sub_mchid", "sp_mchid", "combine_mchid")
    for names, ours in ((of_app, appid), (of_merchant, merchant)):
        said = {name: str(told[name]) for name in names if told.get(name)}
        if ours and said and ours not in said.values():
            name, got = next(iter(said.items()))
            raise NotAllowed("foreign_payment", name, got=got[:40])


def _payment(told: Mapping[str, object], openid: str) -> Notice:
    amount = object_of(told.get("amount"), "amount")
    currency = text_of(amount.get("currency", "CNY"), "amount.currency")
    number = text_of(told.get("transaction_id"), "transaction_id")
    total = amount.get("total", amount.get("total_amount"))
    props: dict[str, object] = {"transaction_id": number, "method": "wechat"}
    if told.get("trade_type"):
        props["trade_type"] = told["trade_type"]
    paid = amount.get("payer_total", amount.get("payer_amount"))
    if isinstance(paid, int) and paid != total:
        props["payer_amount"] = float(units(paid, currency))
    return Notice(
        "payment",
        f"wechat-pay {number}",
        text_of(told.get("out_trade_no"), "out_trade_no"),
        units(_whole(total, "amount.total"), currency),
        currency,
        text_of(told.get("success_time"), "success_time"),
        openid=openid,
        props=props,
    )


def _refund(told: Mapping[str, object]) -> Notice:
    amount = object_of(told.get("amount"), "amount")
    currency = text_of(amount.get("currency", "CNY"), "amount.currency")
    number = text_of(told.get("refund_id"), "refund_id")
    return Notice(
        "refund",
        f"wechat-refund {number}",
        text_of(told.get("out_trade_no"), "out_trade_no"),
        units(_whole(amount.get("refund"), "amount.refund"), currency),
        currency,
        text_of(told.get("success_time"), "success_time"),
        props={"refund_id": number, "method": "wechat"},
    )


def _whole(found: object, name: str) -> int:
    if found is None:
        raise Refused("missing", name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 10**15:
        raise Refused(
            "wrong_type", name, reason=("应为整数（分）", "must be a whole number of fen")
        )
    return found
