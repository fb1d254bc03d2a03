"""What is sent of an app, to which channel, and when: a content by its name, each day, week or month at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.database import Database, record_audit, utc
from minilens.records.sends import SENDS, NewSend, put
from minilens.records.tables import METADATA

Cadence = Literal["day", "week", "month"]
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
#: Of one app.
MOST = 500
#: As a day of the month: its last.
LAST = 0
LATEST_DAY = 28
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d").fullmatch

SUBSCRIPTIONS = sa.Table(
    "subscriptions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("channel_id", Integer, nullable=False),  # it may be gone since
    Column("content", String(400), nullable=False),
    Column("cadence", String(8), nullable=False),
    Column("at", String(5), nullable=False),  # 09:00, in the app's zone
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("month_day", Integer, nullable=False),  # 1 to 28; 0 the last
    Column("paused", Boolean, nullable=False),
    Column("through", DateTime(timezone=True), nullable=False),  # up to when all is in the queue
    Column("by_id", ForeignKey("people.id")),  # null: the command line
    Index("ix_subscriptions_app_id", "app_id"),
)


@dataclass(frozen=True)
class Schedule:
    """When: each day, on a `weekday` (0 is Monday), or on a day of the month (1 to 28, `LAST` the last of it), at a
    time of day in the app's zone, such as 09:00, at the earliest."""

    cadence: Cadence
    at: str = "09:00"
    weekday: int = 0
    month_day: int = 1


@dataclass(frozen=True)
class Subscription:
    """`through`: all that was due up to then is in the queue, or was never to be sent."""

    id: int
    app: int
    channel: int
    content: str
    schedule: Schedule
    paused: bool
    through: datetime


class Subscriptions:
    """They belong to the app. Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[Subscription]:
        """Those of an app, the oldest first."""
        return self._those(SUBSCRIPTIONS.c.app_id == app)

    def running(self) -> list[Subscription]:
        """Those of all apps that are not paused."""
        return self._those(SUBSCRIPTIONS.c.paused.is_(False))

    def get(self, app: int, subscription: int) -> Subscription:
        """The one of that number; NotFound where the app has none such."""
        found = self._those(SUBSCRIPTIONS.c.id == subscription, SUBSCRIPTIONS.c.app_id == app)
        if not found:
            raise NotFound("unknown_subscription", "subscription", got=str(subscription))
        return found[0]

    def create(
        self, app: int, channel: int, content: str, schedule: Schedule, *, now: datetime, by: int | None
    ) -> Subscription:  # fmt: skip
        """Send it from now on; Refused, naming the field."""
        checked(schedule)
        with self._database.write(alone=True) as connection:
            of_app = sa.select(sa.func.count()).where(SUBSCRIPTIONS.c.app_id == app)
            if connection.execute(of_app).scalar_one() >= MOST:
                raise Refused("too_many", "subscriptions", limit=MOST)
            made = {"app_id": app, "paused": False, "by_id": by, "through": now}
            row = made | _row(channel, content, schedule)
            added = sa.insert(SUBSCRIPTIONS).values(**row).returning(SUBSCRIPTIONS)
            saved = _saved(connection.execute(added).one())
            _audit(connection, "create", saved, now, by)
        return saved

    def change(
        self, app: int, subscription: int, channel: int, content: str, schedule: Schedule, *, now: datetime,
        by: int | None,
    ) -> Subscription:  # fmt: skip
        """Send something else, elsewhere or at another time from now on; NotFound, or Refused as when it is made."""
        checked(schedule)
        row = _row(channel, content, schedule)
        return self._changed("change", app, subscription, row, now, by)

    def pause(self, app: int, subscription: int, *, now: datetime, by: int | None) -> Subscription:
        """Send nothing more of it, not even what is due; NotFound."""
        return self._changed("pause", app, subscription, {"paused": True}, now, by)

    def resume(self, app: int, subscription: int, *, now: datetime, by: int | None) -> Subscription:
        """Send it again from now on; NotFound."""
        return self._changed("resume", app, subscription, {"paused": False}, now, by)

    def remove(self, app: int, subscription: int, *, now: datetime, by: int | None) -> None:
        """Take it away with what is due of it; what was sent stays. NotFound where there is none."""
        found = self.get(app, subscription)
        with self._database.write() as connection:
            _withdraw(connection, subscription)
            connection.execute(sa.delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription))
            _audit(connection, "remove", found, now, by)

    def advance(
        self, one: Subscription, through: datetime, some: Sequence[NewSend], *, now: datetime
    ) -> bool:
        """Put what is due up to a moment into the queue; False where another did so, or it was changed meanwhile."""
        same = (SUBSCRIPTIONS.c.id == one.id, SUBSCRIPTIONS.c.through == one.through)
        moved = sa.update(SUBSCRIPTIONS).where(*same, SUBSCRIPTIONS.c.paused.is_(False))
        with self._database.write(alone=True) as connection:
            if not connection.execute(moved.values(through=through)).rowcount:
                return False
            put(connection, some, now=now)
        return True

    def _changed(
        self, action: str, app: int, subscription: int, new: dict[str, object], now: datetime, by: int | None
    ) -> Subscription:  # fmt: skip
        self.get(app, subscription)
        with self._database.write() as connection:
            _withdraw(connection, subscription)
            changed = sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription)
            row = connection.execute(changed.values(**new, through=now).returning(SUBSCRIPTIONS))
            saved = _saved(row.one())
            _audit(connection, action, saved, now, by)
        return saved

    def _those(self, *which: sa.ColumnElement[bool]) -> list[Subscription]:
        with self._database.read() as connection:
            found = sa.select(SUBSCRIPTIONS).where(*which).order_by(SUBSCRIPTIONS.c.id)
            return [_saved(row) for row in connection.execute(found)]


def checked(schedule: Schedule) -> None:
    """Refused, naming the field, where there is no such time."""
    if schedule.cadence not in CADENCES:
        hint = did_you_mean(schedule.cadence, CADENCES)
        raise Refused("unknown_choice", "cadence", got=str(schedule.cadence)[:40], hint=hint)
    if not _TIME(schedule.at):
        raise Refused("bad_time", "at", got=schedule.at[:40])
    if not 0 <= schedule.weekday <= 6:
        raise Refused("unknown_choice", "weekday", got=str(schedule.weekday)[:40])
    if not LAST <= schedule.month_day <= LATEST_DAY:
        raise Refused("unknown_choice", "month_day", got=str(schedule.month_day)[:40])


def _withdraw(connection: sa.Connection, subscription: int) -> None:
    """What is due of it and nobody has begun to send."""
    of_it = (SENDS.c.subscription_id == subscription, SENDS.c.state == "due", SENDS.c.tries == 0)
    connection.execute(sa.delete(SENDS).where(*of_it, SENDS.c.batch.is_(None)))


def _row(channel: int, content: str, schedule: Schedule) -> dict[str, object]:
    return {
        "channel_id": channel, "content": content, "cadence": schedule.cadence, "at": schedule.at,
        "weekday": schedule.weekday, "month_day": schedule.month_day,
    }  # fmt: skip


def _audit(
    connection: sa.Connection, action: str, one: Subscription, now: datetime, by: int | None
) -> None:
    named = {"name": one.content, "channel": one.channel}
    action = f"subscription.{action}"
    record_audit(connection, action, now=now, by=by, app=one.app, target=one.id, **named)


def _saved(row: sa.Row[tuple[object, ...]]) -> Subscription:
    when = Schedule(row.cadence, row.at, row.weekday, row.month_day)
    return Subscription(
        row.id, row.app_id, row.channel_id, row.content, when, row.paused, utc(row.through)
    )
