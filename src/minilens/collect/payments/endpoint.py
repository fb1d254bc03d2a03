"""`POST /v1/payments/APP/PROVIDER`: a payment system says that an order was paid or refunded.

It is verified, read, and goes the way of events of servers. Told twice it is one event. WeChat Pay tells a refund
without saying whose: it is of whoever paid the order.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from functools import partial

import msgspec

from minilens.collect import wire
from minilens.collect.decode import Receive
from minilens.collect.endpoint import Asked, Receiver, Scope, Send, refuse
from minilens.collect.flat.batching import BatchBuilder
from minilens.collect.flat.event import SHORT, Flat
from minilens.collect.flat.event_ids import EventIds
from minilens.collect.flat.json_rows import Objects
from minilens.collect.flat.mapping import understood
from minilens.collect.payments import signed, wechat_pay
from minilens.collect.payments.notice import Notice
from minilens.collect.refusals import misfit
from minilens.collect.steps import DAY, decimal
from minilens.errors import Busy, CannotStart, Refused
from minilens.period import now_ms, today
from minilens.records.paid_orders import order_key
from minilens.records.payments import REFUNDED
from minilens.records.store import App, PaymentChannel
from minilens.spool.record import Event, encode
from minilens.spool.writer import frame
from minilens.text import Language

PREFIX = "/v1/payments/"
MOST_BYTES = 64 << 10
OPENID = "applet-wechat"
SUCCESS = b'{"code":"SUCCESS"}'
#: What the fields of a row are called in a notification.
_NAMES = {
    "value": "amount", "ts": "time", "event_id": "id", "user_id": "user", "session_id": "order",
}  # fmt: skip


async def answer(receiver: Receiver, scope: Scope, receive: Receive, send: Send) -> None:
    """Take a notification, and answer as its sender expects: WeChat Pay comes again until it reads SUCCESS."""
    app, _, provider = scope["path"].removeprefix(PREFIX).partition("/")
    handle = partial(_take, receiver, app, provider)
    if provider == "wechat":
        await receiver.answer(
            scope, receive, send, handle, MOST_BYTES, lambda receipt: SUCCESS, _failed
        )
    else:
        await receiver.answer(scope, receive, send, handle, MOST_BYTES)


async def _failed(send: Send, error: Refused, language: Language, number: str) -> None:
    """As WeChat Pay reads it."""
    said = {"code": "FAIL", "message": error.message(language)[:256]}
    await refuse(send, error, language, number, msgspec.json.encode(said))


async def _take(receiver: Receiver, name: str, provider: str, asked: Asked) -> wire.Receipt:
    app, channel = receiver.access.payment_channel(name, provider)
    secret, at = channel.secret(receiver.secret), now_ms()
    if secret is None:
        raise Busy("sealed_otherwise", 60)
    try:
        notices = await asyncio.to_thread(_notices, app, channel, secret, asked, at)
    except Refused as error:
        receiver.turned_away.payment(app.id, provider, error.code, at)
        raise
    receiver.limits.spend(f"payments {app.id}", 0, len(notices), at)
    return await _Taking(receiver, app, channel, at).all(notices)


def _notices(
    app: App, channel: PaymentChannel, secret: str, asked: Asked, at: int
) -> list[Notice]:  # fmt: skip
    """What the notification tells of, once it is known who sent it."""
    content = channel.content
    if channel.provider == "hmac":
        signed.verify(asked.headers, asked.body, secret, at)
        return [signed.notice(asked.body, content.unit)]
    wechat_pay.verify(asked.headers, asked.body, content.keys, at)
    kind, told = wechat_pay.opened(asked.body, secret)
    try:
        return wechat_pay.notices(kind, told, app.appid, content.merchant)
    except msgspec.ValidationError as error:
        raise misfit(error, "resource") from None


class _Taking:
    """The payments of one notification on their way to the disk."""

    def __init__(self, receiver: Receiver, app: App, channel: PaymentChannel, at: int) -> None:
        self._receiver, self._app, self._channel, self._at = receiver, app, channel, at
        self._blocked = receiver.access.blocked(app.id)
        self._builder = BatchBuilder(app.id, at)

    async def all(self, notices: list[Notice]) -> wire.Receipt:
        """All of them; Refused, once the others are on the disk, where one cannot be taken."""
        failed: Refused | None = None
        for one in notices:
            try:
                event = self._event(one)
            except Refused as error:
                self._builder.refuse(error.code)
                error.field = _NAMES.get(error.field, error.field)
                error.facts["field"] = error.field
                failed = error
            else:
                await self._known(one, event)
                self._builder.add(event, None, ())
        batches = self._builder.take()
        for batch in batches:
            batch.via = batch.lib = "server"
        if batches:
            await self._receiver.spool.append(b"".join([frame(encode(one)) for one in batches]))
        if failed is not None:
            raise failed
        return wire.Receipt(sum(len(one.events) for one in batches), [], self._at)

    def _event(self, one: Notice) -> Event:
        """The event of a server that says the same."""
        identity = OPENID if one.openid else self._channel.content.identity
        flat = Flat(
            self._app.id, self._receiver.secret, self._at, identity, understood(None), EventIds(self._app.id),
            self._blocked,
        )  # fmt: skip
        if len(one.order) > SHORT:
            raise Refused("too_long", "order", limit=SHORT)
        amount = decimal(one.amount, "amount")
        if amount.startswith("-"):
            if one.kind == "payment":
                raise Refused("bad_value", "amount", got=amount)
            amount = amount[1:]
        row = {
            "event_name": REFUNDED if one.kind == "refund" else self._channel.content.event,
            "user_id": one.openid or one.user,
            "session_id": f"order {one.order}",  # who it is where nobody is named
            "value": amount, "currency": one.currency, "ts": one.time, "event_id": one.id,
            "props": {**one.props, "order_id": one.order, "amount": Decimal(amount)},
        }  # fmt: skip
        event, _, _ = Objects(flat).taken(row)
        event.target_name, event.target_id = "order", one.order
        event.session = 0  # an order is no visit
        event.late = event.ts < self._at - DAY
        if event.ts < self._at - self._receiver.late_days * DAY:
            raise Refused("late", "ts", days=self._receiver.late_days)
        return event

    async def _known(self, one: Notice, event: Event) -> None:
        """Remember who paid an order; a refund that names nobody is theirs."""
        orders, app = self._receiver.access.paid_orders, self._app.id
        key = order_key(app, one.order, self._receiver.secret)
        try:
            if one.kind == "payment" and event.actor_type != "session":
                await asyncio.to_thread(
                    orders.keep, app, key, event.actor, event.actor_type, today("UTC")
                )
            elif one.kind == "refund" and event.actor_type == "session":
                found = await asyncio.to_thread(orders.find, app, key)
                if found and found[0] not in self._blocked:
                    event.actor, event.actor_type = found
        except CannotStart as error:
            raise Busy("starting", 5) from error
