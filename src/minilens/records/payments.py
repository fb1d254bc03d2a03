"""How payment notifications of an app are read, one channel a provider: its secret sealed, and never shown again."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String, Text

from minilens.errors import Refused, did_you_mean
from minilens.records.database import Database, record_audit, utc
from minilens.records.payment_keys import named_key
from minilens.records.sealed import opened, seal
from minilens.records.tables import ACCOUNTS, METADATA
from minilens.reference.events import lawful

#: WeChat Pay v3, and any other that signs with HMAC-SHA-256.
Provider = Literal["wechat", "hmac"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)
#: What the secret of each is called.
SECRETS: dict[Provider, str] = {"wechat": "api_v3_key", "hmac": "signing_secret"}
#: Of amounts in notifications of `hmac`.
Unit = Literal["yuan", "fen"]
UNITS: tuple[Unit, ...] = get_args(Unit)
#: What a payment is called unless somebody chooses another name.
PAID, REFUNDED = "pay_success", "refund_success"
SHORTEST, LONGEST = 16, 200
MOST_KEYS = 5
_API_V3_KEY = re.compile(r"[!-~]{32}").fullmatch
_MERCHANT = re.compile(r"[0-9]{6,32}|").fullmatch
_IDENTITY = re.compile(r"[a-z][a-z0-9_-]{0,63}").fullmatch

PAYMENT_CHANNELS = sa.Table(
    "payment_channels",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("provider", String(16), primary_key=True),
    Column("content", Text, nullable=False),  # JSON
    Column("sealed", Text, nullable=False),  # APIv3 key or HMAC secret, under the server's secret
    Column("since", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)


class ChannelContent(msgspec.Struct, frozen=True, kw_only=True):
    """`event`: what a payment becomes. WeChat Pay: the merchant's number ("" is any) and its public keys, number → PEM.
    Others: the unit of amounts, and what `user` is."""

    event: str = PAID
    merchant: str = ""
    keys: dict[str, str] = {}
    unit: Unit = "yuan"
    identity: str = "c_memberid"


@dataclass(frozen=True)
class PaymentChannel:
    """One of them as it is kept. `by` is empty for the command line."""

    app: int
    provider: Provider
    content: ChannelContent
    sealed: str
    since: datetime
    by: str = ""

    def secret(self, key: bytes) -> str | None:
        """APIv3 key or HMAC secret; None where it was sealed with another secret of the server."""
        return opened(self.sealed, key, _of(self.app, self.provider))


class PaymentChannels:
    """`key` is the server's secret. Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, app: int | None = None) -> list[PaymentChannel]:
        """Of one app or of all."""
        query = (
            sa.select(PAYMENT_CHANNELS, ACCOUNTS.c.name.label("name"))
            .outerjoin(ACCOUNTS, PAYMENT_CHANNELS.c.by_id == ACCOUNTS.c.id)
            .order_by(PAYMENT_CHANNELS.c.app_id, PAYMENT_CHANNELS.c.provider)
        )
        if app is not None:
            query = query.where(PAYMENT_CHANNELS.c.app_id == app)
        with self._database.read() as connection:
            return [
                PaymentChannel(
                    row.app_id, row.provider, msgspec.json.decode(row.content, type=ChannelContent), row.sealed,
                    utc(row.since), row.name or "",
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def find(self, app: int, provider: Provider) -> PaymentChannel | None:
        """That of a provider."""
        return next((one for one in self.all(app) if one.provider == provider), None)

    def set(
        self, app: int, provider: Provider, content: ChannelContent, secret: str, key: bytes, *, now: datetime,
        by: int | None = None,
    ) -> str:  # fmt: skip
        """Keep it in place of the one before; without a secret that one's stays. What was made up where `hmac` has
        none yet, to be shown once, else "". Refused, naming the field."""
        secret, held = secret.strip(), self.find(app, provider)
        made = ""
        if not secret and held is None and provider == "hmac":
            made = secret = secrets.token_urlsafe(32)
        checked(provider, content)
        if not secret and held is None:
            raise Refused("missing", SECRETS[provider])
        sealed = _sealed(app, provider, secret, key) if secret or held is None else held.sealed
        row = {
            "content": msgspec.json.encode(content).decode(),
            "sealed": sealed,
            "since": now,
            "by_id": by,
        }
        of = (PAYMENT_CHANNELS.c.app_id == app, PAYMENT_CHANNELS.c.provider == provider)
        with self._database.write(alone=True) as connection:
            connection.execute(sa.delete(PAYMENT_CHANNELS).where(*of))
            connection.execute(
                sa.insert(PAYMENT_CHANNELS).values(app_id=app, provider=provider, **row)
            )
            record_audit(connection, "payments.set", now=now, by=by, app=app, target=provider)
        return made

    def remove(
        self, app: int, provider: Provider, *, now: datetime, by: int | None = None
    ) -> None:  # fmt: skip
        """Forget it; nothing where there is none."""
        of = (PAYMENT_CHANNELS.c.app_id == app, PAYMENT_CHANNELS.c.provider == provider)
        with self._database.write() as connection:
            if connection.execute(sa.delete(PAYMENT_CHANNELS).where(*of)).rowcount:
                record_audit(
                    connection, "payments.remove", now=now, by=by, app=app, target=provider
                )


def provider_named(text: str) -> Provider:
    """The provider; Refused with a hint."""
    for one in PROVIDERS:
        if one == text:
            return one
    hint = did_you_mean(text, PROVIDERS)
    raise Refused("unknown_choice", "provider", got=text[:40], hint=hint)


def with_key(content: ChannelContent, pem: str, number: str) -> ChannelContent:
    """The content with one more public key, or the same key anew."""
    name, text = named_key(pem, number)
    keys = {**{one: pem for one, pem in content.keys.items() if one != name}, name: text}
    if len(keys) > MOST_KEYS:  # those of before the last change of keys are over
        keys = dict(list(keys.items())[-MOST_KEYS:])
    return msgspec.structs.replace(content, keys=keys)


def checked(provider: Provider, content: ChannelContent) -> None:
    """Refused, naming the field, where a provider cannot be read like this."""
    if not lawful(content.event):
        raise Refused("bad_name", "event", got=content.event[:64])
    if content.event == REFUNDED:
        raise Refused("unknown_choice", "event", got=REFUNDED)
    if provider == "wechat":
        if not _MERCHANT(content.merchant):
            reason = "应为 6 位以上数字", "must be digits, six at least"
            raise Refused("bad_shape", "merchant", reason=reason)
        if not content.keys:
            raise Refused("missing", "key")
    elif not _IDENTITY(content.identity) or content.identity in ("device", "session", "shared"):
        raise Refused("unknown_choice", "identity", got=content.identity[:64])


def _sealed(app: int, provider: Provider, secret: str, key: bytes) -> str:
    if provider == "wechat" and not _API_V3_KEY(secret):
        raise Refused("bad_api_v3_key", SECRETS[provider])
    if len(secret) < SHORTEST:
        raise Refused("short_secret", SECRETS[provider], least=SHORTEST)
    if len(secret) > LONGEST:
        raise Refused("too_long", SECRETS[provider], limit=LONGEST)
    return seal(secret, key, _of(app, provider))


def _of(app: int, provider: str) -> str:
    return f"payments {provider} {app}"
