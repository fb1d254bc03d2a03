"""Settings, Payments: how notifications of payment systems are verified and read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.measure.ledger.names import REASONS
from minilens.period import now
from minilens.records.payments import (
    PROVIDERS,
    UNITS,
    ChannelContent,
    Provider,
    Unit,
    provider_named,
    with_key,
)
from minilens.spool.turned_away import Sender
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import PAYMENTS, Answer, Wrong, tried
from minilens.web.admin.settings_page import AppSettings
from minilens.web.admin.tracker_file import server_of


@dataclass(frozen=True)
class Turned:
    """So many notifications of a provider that were refused, why, and when the last came."""

    provider: str
    why: str
    count: int
    last: datetime


@get("/a/{app:str}/settings/payments", include_in_schema=False, needs="keys:write")
async def payments_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is set up, the addresses, and a form for each payment system."""
    return await shown(settings)


@post(
    "/a/{app:str}/settings/payments/wechat",
    include_in_schema=False, status_code=200, needs="keys:write",
)  # fmt: skip
async def save_wechat_pay(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Merchant, APIv3 key and a public key; what is left empty stays as it was."""

    def content() -> ChannelContent:
        found = msgspec.structs.replace(
            _held(settings, "wechat"), merchant=data.get("merchant", "").strip(), event=_event(data)
        )
        pem = data.get("key", "")
        if not pem.strip():
            if data.get("number", "").strip():
                raise Refused("missing", "key")
            return found
        return with_key(found, pem, data.get("number", ""))

    def save() -> str:
        return settings.records.payment_channels.set(
            settings.app.id, "wechat", content(), data.get("api_v3_key", ""), settings.console.secret,
            now=now(), by=settings.me.id,
        )  # fmt: skip

    return await _saved(settings, "wechat", save, data)


@post(
    "/a/{app:str}/settings/payments/hmac",
    include_in_schema=False, status_code=200, needs="keys:write",
)  # fmt: skip
async def save_signed(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Unit, type of user and secret; the first is made up where none is typed, and shown once."""

    def save() -> str:
        content = msgspec.structs.replace(
            _held(settings, "hmac"), event=_event(data), unit=_unit(data.get("unit", "")),
            identity=data.get("identity", "").strip(),
        )  # fmt: skip
        return settings.records.payment_channels.set(
            settings.app.id, "hmac", content, data.get("signing_secret", ""), settings.console.secret,
            now=now(), by=settings.me.id,
        )  # fmt: skip

    return await _saved(settings, "hmac", save, data)


@post(
    "/a/{app:str}/settings/payments/remove",
    include_in_schema=False, status_code=303, needs="keys:write",
)  # fmt: skip
async def remove_payments(settings: NamedDependency[AppSettings], data: Form) -> Redirect:
    """Take no more of them."""
    provider = data.get("provider", "")
    await asyncio.to_thread(
        settings.records.payment_channels.remove, settings.app.id, provider_named(provider), now=now(),
        by=settings.me.id,
    )  # fmt: skip
    return Redirect(PAYMENTS.at(settings.app, "removed"), status_code=303)


async def _saved(
    settings: AppSettings, provider: Provider, save: Callable[[], str], data: Mapping[str, str]
) -> Answer:
    made = await tried(provider, settings.reader, save)
    if isinstance(made, Wrong):
        return await shown(settings, made, typed=data)
    if made:
        return settings.onward(PAYMENTS, made)
    return Redirect(PAYMENTS.at(settings.app, "saved"), status_code=303)


def _held(settings: AppSettings, provider: Provider) -> ChannelContent:
    found = settings.records.payment_channels.find(settings.app.id, provider)
    return found.content if found else ChannelContent()


def _event(data: Mapping[str, str]) -> str:
    return data.get("event", "").strip()


def _unit(text: str) -> Unit:
    for one in UNITS:
        if one == text:
            return one
    raise Refused("unknown_choice", "unit", got=text[:20])


async def shown(
    settings: AppSettings, error: Wrong | None = None, *, typed: Mapping[str, str] | None = None
) -> Response[str]:
    """The page, with what was typed; secrets are typed again."""
    language = settings.reader.language
    server = await asyncio.to_thread(server_of, settings.console, settings.app)
    channels = await asyncio.to_thread(settings.records.payment_channels.all, settings.app.id)
    arrived = await asyncio.to_thread(settings.console.arrived, settings.app)
    return await settings.page(
        PAYMENTS,
        error=error,
        held={one.provider: one for one in channels},
        addresses={one: f"{server}/v1/payments/{settings.app.name}/{one}" for one in PROVIDERS},
        refused=_refused(arrived.payments, language),
        typed=dict(typed or {}),
        typed_in=error.form if error else "",
    )


def _refused(payments: Mapping[str, Sender], language: Language) -> list[Turned]:
    """Notifications that were not believed, the newest first."""
    told = []
    for name, one in payments.items():
        provider, _, code = name.partition(" ")
        last = datetime.fromtimestamp(one.last / 1000, UTC)
        told.append(Turned(provider, REASONS.shown(code, language), one.batches, last))
    return sorted(told, key=lambda one: one.last, reverse=True)


ROUTES = (payments_page, save_wechat_pay, save_signed, remove_payments)
