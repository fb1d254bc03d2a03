"""Any other payment system: JSON that is signed with HMAC-SHA-256.

Minilens-Timestamp   seconds since 1970
Minilens-Signature   sha256= and the digest in hex, under the secret, of timestamp, "." and body

{"kind": "payment", "order": "A1", "amount": "199.00", "currency": "CNY", "time": "2026-11-22T10:00:00+08:00",
 "user": "M1", "id": "P1"}
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from minilens.collect.decode import UNREADABLE
from minilens.collect.payments.notice import Kind, Notice, check_clock, object_of, text_of, units
from minilens.collect.refusals import Worded, misfit, not_json
from minilens.errors import NotAllowed, Refused
from minilens.records.payments import Unit

TIMESTAMP, SIGNATURE = "Minilens-Timestamp", "Minilens-Signature"
_FEN = 10**15
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


def verify(headers: Mapping[str, str], body: bytes, secret: str, at: int) -> None:
    """NotAllowed unless whoever has the secret signed these bytes just now."""
    said, signature = (headers.get(name.lower(), "") for name in (TIMESTAMP, SIGNATURE))
    if not said:
        raise NotAllowed("bad_signature", TIMESTAMP)
    check_clock(said, at, TIMESTAMP)
    wanted = "sha256=" + hmac.new(secret.encode(), f"{said}.".encode() + body, "sha256").hexdigest()
    if not hmac.compare_digest(
        wanted.encode(), signature.strip().lower().encode("latin-1", "replace")
    ):
        raise NotAllowed("bad_signature", SIGNATURE)


def notice(body: bytes, unit: Unit) -> Notice:
    """What the body tells of; Refused, naming the field."""
    try:
        told = _decode(body)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (*UNREADABLE, ArithmeticError) as error:
        raise not_json(error, text=body) from None
    kind: Kind = "payment"
    if told.get("kind", "payment") != "payment":
        if told["kind"] != "refund":
            raise Refused("unknown_choice", "kind", got=str(told["kind"])[:40])
        kind = "refund"
    order = text_of(told.get("order"), "order")
    currency = text_of(told.get("currency", "CNY"), "currency").upper()
    amount, time = _amount(told.get("amount"), unit, currency), _time(told.get("time"))
    number = text_of(told.get("id"), "id", needed=False)
    own = {"refund_id" if kind == "refund" else "transaction_id": number} if number else {}
    if not number:  # an order is paid once, and refunded in parts
        number = order if kind == "payment" else f"{order} {amount} {time}"
    return Notice(
        kind, f"{kind} {number}", order, amount, currency, time,
        openid=text_of(told.get("openid"), "openid", needed=False),
        user=text_of(told.get("user"), "user", needed=False),
        props={**object_of(told.get("props"), "props"), **own},
    )  # fmt: skip


def _amount(found: object, unit: Unit, currency: str) -> str:
    """Decimal text in units of the currency."""
    text = text_of(found, "amount")
    if unit == "yuan":
        return text
    if not (text.isascii() and text.isdigit() and int(text) < _FEN):
        reason = "应为整数（分）", "must be a whole number of fen"
        raise Worded("wrong_type", "amount", reason=reason)
    return units(int(text), currency)


def _time(found: object) -> str:
    """ISO 8601; seconds since 1970 are written so."""
    text = text_of(found, "time")
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        ms = int(text) * (1000 if len(text) == 10 else 1)
        return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    return text
