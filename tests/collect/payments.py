"""Payment systems of the tests: one that is as WeChat Pay v3, one that signs with HMAC."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from minilens.period import now, now_ms
from tests.collect.receiving import APPID, House

API_V3_KEY = "0123456789abcdef0123456789abcdef"
NUMBER = "PUB_KEY_ID_0114232134912410000000000000"
MERCHANT = "1900000109"
HMAC_SECRET = "a secret of the shop's own"


def iso(ago: float = 60.0) -> str:
    """So many seconds ago, as WeChat Pay writes it."""
    moment = datetime.fromtimestamp(now_ms() / 1000 - ago, UTC) + timedelta(hours=8)
    return moment.strftime("%Y-%m-%dT%H:%M:%S+08:00")


@dataclass(frozen=True)
class WeChatPay:
    """Its key, and what it sends."""

    api_v3_key: str = API_V3_KEY

    @cached_property
    def private(self) -> RSAPrivateKey:
        return generate_private_key(65537, 2048)

    @cached_property
    def pem(self) -> str:
        """The public key as the merchant platform hands it out."""
        form = Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(*form).decode()

    def certificate(self, serial: int) -> str:
        """A platform certificate of this key."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(serial)
            .not_valid_before(now() - timedelta(days=1))
            .not_valid_after(now() + timedelta(days=1))
            .sign(self.private, SHA256())
        )
        return made.public_bytes(Encoding.PEM).decode()

    def body(self, kind: str, told: Any, nonce: str = "0123456789ab") -> bytes:
        """A notification; what it tells is encrypted."""
        plain = told if isinstance(told, bytes) else json.dumps(told).encode()
        hidden = AESGCM(self.api_v3_key.encode()).encrypt(nonce.encode(), plain, b"transaction")
        resource = {
            "original_type": "transaction", "algorithm": "AEAD_AES_256_GCM", "nonce": nonce,
            "associated_data": "transaction", "ciphertext": base64.b64encode(hidden).decode(),
        }  # fmt: skip
        said = {"id": "EV-1", "create_time": iso(), "resource_type": "encrypt-resource"}
        return json.dumps(
            {**said, "event_type": kind, "summary": "", "resource": resource}
        ).encode()

    def headers(self, body: bytes, serial: str = NUMBER, late: int = 0) -> dict[str, str]:
        """The signature of these bytes; `late`: so many seconds ago."""
        stamp = str(now_ms() // 1000 - late)
        signed = f"{stamp}\nn0nce\n".encode() + body + b"\n"
        signature = base64.b64encode(self.private.sign(signed, PKCS1v15(), SHA256())).decode()
        return {
            "Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": "n0nce", "Wechatpay-Signature": signature,
            "Wechatpay-Serial": serial,
        }  # fmt: skip

    def send(
        self, door: House, kind: str, told: Any, app: str = "coffee", **how: Any
    ) -> httpx.Response:
        """Tell an app's address."""
        body = self.body(kind, told)
        return door.post(f"/v1/payments/{app}/wechat", body, **self.headers(body, **how))


def paid(order: str = "A1", fen: int = 19900, **facts: Any) -> dict[str, Any]:
    """What `TRANSACTION.SUCCESS` holds."""
    return {
        "appid": APPID, "mchid": MERCHANT, "out_trade_no": order, "transaction_id": f"42000{order}",
        "trade_type": "JSAPI", "trade_state": "SUCCESS", "bank_type": "CMC", "success_time": iso(),
        "payer": {"openid": "openid-li"},
        "amount": {"total": fen, "payer_total": fen, "currency": "CNY", "payer_currency": "CNY"},
    } | facts  # fmt: skip


def refunded(
    order: str = "A1", fen: int = 9900, number: str = "R1", **facts: Any
) -> dict[str, Any]:
    """What `REFUND.SUCCESS` holds: not whose it is."""
    return {
        "mchid": MERCHANT, "transaction_id": f"42000{order}", "out_trade_no": order, "refund_id": f"50000{number}",
        "out_refund_no": number, "refund_status": "SUCCESS", "success_time": iso(),
        "user_received_account": "招商银行信用卡0403",
        "amount": {"total": 19900, "refund": fen, "payer_total": 19900, "payer_refund": fen},
    } | facts  # fmt: skip


def sign(body: bytes, secret: str = HMAC_SECRET, late: int = 0) -> dict[str, str]:
    """The headers of a payment system that signs with HMAC."""
    stamp = str(now_ms() // 1000 - late)
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return {"Minilens-Timestamp": stamp, "Minilens-Signature": f"sha256={digest}"}


def tell(door: House, told: Any, app: str = "coffee", **how: Any) -> httpx.Response:
    """Send a payment so signed."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return door.post(f"/v1/payments/{app}/hmac", body, **sign(body, **how))
