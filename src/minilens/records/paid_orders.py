"""Who has paid an order: WeChat Pay tells of a refund without saying whose. Orders and persons are hashes."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy import Column, Date, ForeignKey, Index, String

from minilens.records.database import Database
from minilens.records.tables import METADATA

#: A refund comes within a year of its payment.
KEPT = timedelta(days=400)

PAID_ORDERS = sa.Table(
    "paid_orders",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("key", String(32), primary_key=True),  # a keyed hash of the order's number
    Column("actor", String(20), nullable=False),  # 64 bits without a sign, which no column has
    Column("kind", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Index("ix_paid_orders_day", "day"),
    Index("ix_paid_orders_app_id", "app_id", "actor"),
)


class PaidOrders:
    """Written by the receiver, before it acknowledges."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cleaned = date.min

    def keep(self, app: int, key: str, actor: int, kind: str, day: date) -> None:
        """Remember it; the last payment of an order counts. Once a day those that are over are forgotten."""
        of = (PAID_ORDERS.c.app_id == app, PAID_ORDERS.c.key == key)
        row = {"actor": str(actor), "kind": kind, "day": day}
        with self._database.write() as connection:
            if not connection.execute(sa.update(PAID_ORDERS).where(*of).values(**row)).rowcount:
                connection.execute(sa.insert(PAID_ORDERS).values(app_id=app, key=key, **row))
            if day > self._cleaned:
                connection.execute(sa.delete(PAID_ORDERS).where(PAID_ORDERS.c.day < day - KEPT))
        self._cleaned = max(self._cleaned, day)

    def find(self, app: int, key: str) -> tuple[int, str] | None:
        """Number and type of whoever paid."""
        query = sa.select(PAID_ORDERS.c.actor, PAID_ORDERS.c.kind).where(
            PAID_ORDERS.c.app_id == app, PAID_ORDERS.c.key == key
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return (int(row.actor), row.kind) if row else None

    def forget(self, app: int, actors: Collection[int]) -> None:
        """Those of persons who were erased."""
        named = [str(one) for one in actors]
        with self._database.write() as connection:
            for n in range(0, len(named), 500):
                connection.execute(
                    sa.delete(PAID_ORDERS).where(
                        PAID_ORDERS.c.app_id == app, PAID_ORDERS.c.actor.in_(named[n : n + 500])
                    )
                )


def order_key(app: int, order: str, secret: bytes) -> str:
    """By which an order is known."""
    text = f"minilens: order\x00{app}\x00{order}".encode()
    return hmac.digest(secret, text, "sha256")[:16].hex()
