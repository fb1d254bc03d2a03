"""Payments and refunds as somebody who counts by hand writes them down, and how they are loaded."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from minilens.identity.actor import actor
from minilens.measure.payments.query import Group, PaymentsQuery, Show
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import frame
from tests.pipeline import CREATED, LATER, House

TOLD = ("order_paid", "pay_success")
_numbers = itertools.count()


@dataclass(frozen=True)
class Told:
    """`via` tracker, server or import. `amount`: decimal text, "" for none; `by`: where order and amount stand."""

    via: str
    order: str
    at: int
    amount: str = "10"
    coin: str = "CNY"
    name: str = "pay_success"
    who: str = "li"
    by: str = "property"
    id: str = field(default_factory=lambda: str(uuid.UUID(int=next(_numbers) + (1 << 101))))

    def event(self, app: int) -> Event:
        """As it is received."""
        props = {"order_id": self.order} if self.by == "property" and self.order else {}
        if self.by != "property" and self.amount:
            props["amount"] = self.amount
        return Event(
            i=0, id=self.id, name=self.name, ts=self.at, actor=actor(app, "c_memberid", self.who), kind="track",
            actor_type="c_memberid", props=json.dumps(props), currency=self.coin,
            target_id=self.order if self.by != "property" else "", target_name="order",
            value=self.amount or None if self.by == "property" else None,
        )  # fmt: skip


def refund(order: str, at: int, amount: str = "10", coin: str = "CNY", via: str = "server") -> Told:
    return Told(via, order, at, amount, coin, "refund_success")


def load(house: House, some: Iterable[Told]) -> None:
    """All in one chunk, a request each."""
    batches = [
        Batch(at=one.at + 1000, app=house.app.id, via=one.via, received=1, events=[one.event(house.app.id)])
        for one in some
    ]  # fmt: skip
    send(house, *batches)


def send(house: House, *batches: Batch) -> None:
    """Acknowledge requests, and load them as one chunk."""
    house.writer.write(b"".join(frame(encode(one)) for one in batches))
    assert house.pipeline.loader.step()


def ask(
    house: House, over: Range, show: Show = "groups", group: Group = "server_only", top: int = 100
) -> Table:
    zone = house.app.timezone
    query = PaymentsQuery(house.app.id, over, zone, show, group, TOLD, top=top)
    return run(house.pipeline.engine, query, AsOf(LATER, CREATED, house.pipeline.loader.through))
