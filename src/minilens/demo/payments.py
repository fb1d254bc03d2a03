"""What the payment system tells of the orders of the history: nearly all of them, now and then twice, or with another
amount; refunds some days later; and orders of phones that were closed before they could tell."""

from __future__ import annotations

import hashlib
import heapq
import hmac
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from zlib import crc32

from minilens.collect.payments.signed import SIGNATURE, TIMESTAMP
from minilens.demo.growth import DAY
from minilens.demo.live import Envelope
from minilens.records.payments import PAID, REFUNDED, ChannelContent
from minilens.spool.record import Batch, Event

#: Of a thousand orders: never told; told with one yuan less; told twice under two numbers; given back, every second of
#: these by half; and those beside which there is one that the phone did not tell.
UNTOLD, LESS, TWICE, BACK, UNSEEN = (
    range(0, 8),
    range(8, 14),
    range(14, 19),
    range(19, 44),
    range(44, 60),
)
#: How notifications of the demo are read: whoever paid is known by the openid.
CHANNEL = ChannelContent(identity="applet-wechat")
_MINUTE = 60_000
_IDS = uuid.UUID(int=0x6D696E696C656E73 << 64)


class Notifications:
    """They arrive shortly after what they are about; `last`: none is told behind that moment."""

    def __init__(self, app: int, last: int) -> None:
        self.app, self.last = app, last
        self._seen: set[str] = set()
        self._waiting: list[tuple[int, int, Batch]] = []
        self._numbers = count()

    def behind(self, batch: Batch) -> Iterator[Batch]:
        """What is told up to the moment of a request of the tracker; its own orders later."""
        while self._waiting and self._waiting[0][0] <= batch.at:
            yield heapq.heappop(self._waiting)[2]
        if batch.env != "release" or batch.robot:
            return
        for event in batch.events:
            if event.name == PAID and event.id not in self._seen:
                self._seen.add(event.id)
                self._order(event, batch.at)

    def rest(self) -> Iterator[Batch]:
        """What is told at last."""
        while self._waiting:
            yield heapq.heappop(self._waiting)[2]

    def _order(self, paid: Event, since: int) -> None:
        """What is told of an order, none of it before `since`."""
        lot, value = crc32(paid.target_id.encode()) % 1000, Decimal(paid.value or "0")
        order, at = paid.target_id, paid.ts + 1500 + crc32(paid.id.encode()) % 2000
        if lot in UNTOLD:
            return
        self._tell(paid, PAID, order, order, (at, since), value - (lot in LESS))
        if lot in TWICE:
            self._tell(paid, PAID, order, f"{order}-2", (at + _MINUTE, since), value)
        if lot in BACK:
            part = value if lot % 2 else (value / 2).quantize(Decimal("0.01"))
            self._tell(paid, REFUNDED, order, f"{order}-R", (at + DAY * (1 + lot % 4), since), part)
        if lot in UNSEEN:
            self._tell(paid, PAID, f"{order}9", f"{order}9", (at + 3 * _MINUTE, since), value)

    def _tell(
        self, paid: Event, name: str, order: str, number: str, when: tuple[int, int], value: Decimal
    ) -> None:
        """A payment or refund of an order, under the number that it has in the payment system; `when` it was, and
        before when it is not told."""
        at, told = when[0], max(when[0] + 300, when[1] + 1)
        if told > self.last:
            return
        props = {"order_id": order, "refund_id" if name == REFUNDED else "transaction_id": number}
        event = Event(
            i=0, id=str(uuid.uuid5(_IDS, f"{name} {number}")), name=name, ts=at, actor=paid.actor,
            actor_type=paid.actor_type, target_name="order", target_id=order, value=f"{value:.2f}",
            currency=paid.currency, props=json.dumps(props), late=told - at > DAY,
        )  # fmt: skip
        batch = Batch(at=told, app=self.app, via="server", lib="server", received=1, events=[event])
        heapq.heappush(self._waiting, (batch.at, next(self._numbers), batch))


def signed(envelope: Envelope, secret: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Bodies and headers by which the payment system tells of the orders of a request that goes on arriving."""
    for event in envelope["ev"]:
        if event["n"] != PAID:
            continue
        told = {
            "kind": "payment", "id": event["ti"], "order": event["ti"], "amount": event["val"], "currency": "CNY",
            "time": datetime.fromtimestamp(event["t"] / 1000, UTC).isoformat(),
            "user": envelope["ids"].get(CHANNEL.identity, ""),
        }  # fmt: skip
        body, stamp = json.dumps(told).encode(), str(envelope["sent"] // 1000)
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        yield body, {TIMESTAMP: stamp, SIGNATURE: f"sha256={digest}"}
