"""Every sending to a channel: due, claimed by whoever sends it, and what became of it. The queue is nowhere else.

Those of a channel that are due together are claimed together and stay so: one `batch`, by the number of its first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)  # fmt: skip

from minilens.errors import NotFound
from minilens.period import Range
from minilens.records.database import Database, maybe_utc, utc
from minilens.records.tables import METADATA

#: `unknown`: no answer came, and it is not sent again. `skipped`: a later one of the same subscription came first.
State = Literal["due", "claimed", "sent", "unknown", "failed", "skipped"]
STATES: tuple[State, ...] = get_args(State)
LONGEST_ANSWER = 500

SENDS = sa.Table(
    "sends",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("channel_id", Integer, nullable=False),  # it may be gone since
    Column("subscription_id", Integer),  # null: put in by others; it may be gone since
    Column("key", String(120), nullable=False),  # what is sent once
    Column("content", String(400), nullable=False),
    Column("first_day", Date),  # the days it is of, where it is of days
    Column("last_day", Date),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("put", DateTime(timezone=True), nullable=False),  # since when it is in the queue
    Column("at", DateTime(timezone=True), nullable=False),  # when it is tried next
    Column("alone", Boolean, nullable=False),  # becomes no part of a message of several
    Column("late", Boolean, nullable=False),  # the server was down when it was due
    Column("twice", Boolean, nullable=False),  # no answer came once: it may have arrived
    Column("state", String(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("code", String(40), nullable=False),  # why it is not sent
    Column("answer", String(LONGEST_ANSWER), nullable=False),  # of the channel, to the last try
    Column("batch", Integer),
    Column("worker", String(64), nullable=False),  # who has claimed it
    Column("claimed", DateTime(timezone=True)),
    Column("begun", DateTime(timezone=True)),  # when the channel was asked last
    Column("settled", DateTime(timezone=True)),  # since when it is as it is
    UniqueConstraint("key"),
    Index("ix_sends_state", "state", "at"),
    Index("ix_sends_app_id", "app_id", "due"),
    Index("ix_sends_batch", "batch"),
)

SENT_MESSAGES = sa.Table(
    "sent_messages",
    METADATA,
    Column("send_id", ForeignKey("sends.id"), primary_key=True),  # the first of a batch
    Column("body", sa.Text, nullable=False),  # JSON
)


@dataclass(frozen=True)
class NewSend:
    """One to be put in. `key`: whatever has it already is not put in again. `body`: its message where it is made
    already. `late`, `skipped`: it was due long ago; it is not sent any more."""

    app: int
    channel: int
    key: str
    content: str
    due: datetime
    over: Range | None = None
    subscription: int | None = None
    body: str = ""
    alone: bool = False
    late: bool = False
    skipped: bool = False


@dataclass(frozen=True)
class Send:
    """One of them. `put`: since when it is in the queue; `at`: when it is tried next, where it is due. `code`: of the
    sentence why it was not sent (see `deliver.outcome`), `answer` what the channel said. `batch`: the number of the
    first of those it is sent with, None before anybody tried."""

    id: int
    app: int
    channel: int
    subscription: int | None
    key: str
    content: str
    over: Range | None
    due: datetime
    put: datetime
    at: datetime
    alone: bool
    late: bool
    twice: bool
    state: State
    tries: int
    code: str
    answer: str
    batch: int | None
    begun: datetime | None
    settled: datetime | None


class Sends:
    """Claimed and settled by conditional updates: of several workers one has it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, some: Sequence[NewSend], *, now: datetime) -> int:
        """Those whose keys are new; how many that were. What is due of the same subscription before is skipped."""
        with self._database.write(alone=True) as connection:
            return put(connection, some, now=now)

    def due(self, until: datetime) -> list[Send]:
        """Those that are to be tried up to a moment, the earliest first."""
        order = (SENDS.c.at, SENDS.c.id)
        return self._those(SENDS.c.state == "due", SENDS.c.at <= until, order=order)

    def of(self, app: int, *, most: int = 100, subscription: int | None = None) -> list[Send]:
        """The newest of an app, or of one subscription."""
        of = [] if subscription is None else [SENDS.c.subscription_id == subscription]
        order = (SENDS.c.due.desc(), SENDS.c.id.desc())
        return self._those(SENDS.c.app_id == app, *of, order=order, most=most)

    def get(self, app: int, send: int) -> Send:
        """The one of that number; NotFound where the app has none such."""
        found = self._those(SENDS.c.id == send, SENDS.c.app_id == app)
        if not found:
            raise NotFound("unknown_send", "send", got=str(send))
        return found[0]

    def batch(self, batch: int) -> list[Send]:
        """Those that are sent together, the first first."""
        return self._those(SENDS.c.batch == batch, order=(SENDS.c.id,))

    def keys(self, some: Sequence[str]) -> set[str]:
        """Which of these keys are there."""
        with self._database.read() as connection:
            found = connection.execute(sa.select(SENDS.c.key).where(SENDS.c.key.in_(some)))
            return {row.key for row in found}

    def message(self, send: Send) -> str | None:
        """What was sent, as JSON; None where nothing was yet, or it is kept no longer."""
        first = send.id if send.batch is None else send.batch
        with self._database.read() as connection:
            found = sa.select(SENT_MESSAGES.c.body).where(SENT_MESSAGES.c.send_id == first)
            body: str | None = connection.execute(found).scalar_one_or_none()
            return body

    def claim(self, some: Sequence[int], worker: str, *, now: datetime) -> int | None:
        """Those of these numbers that are still due, as one batch: its number; None where another was quicker. The
        first decides: whoever has it takes of the rest what is left."""
        first, rest = some[0], list(some[1:])
        claimed = {"state": "claimed", "worker": worker, "claimed": now, "begun": None}
        with self._database.write() as connection:
            for those in ([first], rest):
                free = (SENDS.c.id.in_(those), SENDS.c.state == "due")
                same = sa.or_(SENDS.c.batch.is_(None), SENDS.c.batch == first)
                taken = sa.update(SENDS).where(*free, same).values(**claimed, batch=first)
                if those and not connection.execute(taken).rowcount and those == [first]:
                    return None
        return first

    def begin(self, batch: int, worker: str, body: str, *, now: datetime) -> bool:
        """Keep the message, and that the channel is asked now; False where the claim was lost."""
        held = (SENDS.c.batch == batch, SENDS.c.state == "claimed", SENDS.c.worker == worker)
        begun = sa.update(SENDS).where(*held).values(begun=now, tries=SENDS.c.tries + 1)
        with self._database.write() as connection:
            if not connection.execute(begun).rowcount:
                return False
            kept = sa.update(SENT_MESSAGES).where(SENT_MESSAGES.c.send_id == batch)
            if not connection.execute(kept.values(body=body)).rowcount:
                connection.execute(sa.insert(SENT_MESSAGES).values(send_id=batch, body=body))
        return True

    def settle(
        self, batch: int, worker: str, state: State, answer: str, *, now: datetime, code: str = "",
        at: datetime | None = None, twice: bool = False,
    ) -> bool:  # fmt: skip
        """What became of it; `due` is tried again `at` a moment; `twice`: it may have arrived. False: claim lost."""
        held = (SENDS.c.batch == batch, SENDS.c.state == "claimed", SENDS.c.worker == worker)
        told = {"answer": answer[:LONGEST_ANSWER], "code": code}
        new: dict[str, object] = {"state": state, "settled": now, **told}
        new |= {"at": at} if at else {}
        new |= {"twice": True} if twice else {}
        with self._database.write() as connection:
            return bool(connection.execute(sa.update(SENDS).where(*held).values(**new)).rowcount)

    def begun_since(self, moment: datetime) -> dict[int, datetime]:
        """Channel → when it was asked last, of those that were asked since a moment."""
        last = sa.func.max(SENDS.c.begun)
        query = sa.select(SENDS.c.channel_id, last).where(SENDS.c.begun >= moment)
        with self._database.read() as connection:
            found = connection.execute(query.group_by(SENDS.c.channel_id))
            return {int(channel): utc(at) for channel, at in found}

    def abandoned(self, before: datetime, worker: str = "") -> list[Send]:
        """First ones of batches that were claimed before a moment and never settled: of any worker, or of one."""
        of = [SENDS.c.worker == worker] if worker else []
        held = (SENDS.c.state == "claimed", SENDS.c.claimed < before, SENDS.c.id == SENDS.c.batch)
        return self._those(*held, *of)

    def take_over(self, batch: int, worker: str, before: datetime, *, now: datetime) -> bool:
        """Claim what another has left; False where somebody else did so first."""
        held = (SENDS.c.batch == batch, SENDS.c.state == "claimed", SENDS.c.claimed < before)
        taken = sa.update(SENDS).where(*held).values(worker=worker, claimed=now)
        with self._database.write() as connection:
            return bool(connection.execute(taken).rowcount)

    def forget(self, messages: datetime, rows: datetime) -> None:
        """Let go of messages that were sent before a moment, and of all that is known of those before another."""
        over = SENDS.c.state.not_in(("due", "claimed"))
        with self._database.write() as connection:
            for moment in (messages, rows):
                old = sa.select(SENDS.c.id).where(over, SENDS.c.due < moment)
                gone = SENT_MESSAGES.c.send_id.in_(old)
                connection.execute(sa.delete(SENT_MESSAGES).where(gone))
            kept = sa.select(SENT_MESSAGES.c.send_id)
            old_ones = (over, SENDS.c.due < rows, SENDS.c.id.not_in(kept))
            connection.execute(sa.delete(SENDS).where(*old_ones))

    def _those(
        self, *which: sa.ColumnElement[bool], order: Sequence[sa.ColumnElement[object]] = (),
        most: int | None = None,
    ) -> list[Send]:  # fmt: skip
        found = sa.select(SENDS).where(*which).order_by(*(order or (SENDS.c.id,))).limit(most)
        with self._database.read() as connection:
            return [_send(row) for row in connection.execute(found)]


def put(connection: sa.Connection, some: Sequence[NewSend], *, now: datetime) -> int:
    """As `Sends.put`, within a transaction that lets nobody else put."""
    keys = [one.key for one in some]
    found = connection.execute(sa.select(SENDS.c.key).where(SENDS.c.key.in_(keys)))
    held, number = {row.key for row in found}, 0
    for one in some:
        if one.key in held:
            continue
        held.add(one.key)
        if one.subscription is not None and not one.alone:
            before = (SENDS.c.subscription_id == one.subscription, SENDS.c.due < one.due)
            untried = (SENDS.c.state == "due", SENDS.c.alone.is_(False), SENDS.c.batch.is_(None))
            skipped = sa.update(SENDS).where(*before, *untried)
            connection.execute(skipped.values(state="skipped", settled=now))
        made = sa.insert(SENDS).values(**_row(one, now)).returning(SENDS.c.id)
        send = connection.execute(made).scalar_one()
        if one.body:
            connection.execute(sa.insert(SENT_MESSAGES).values(send_id=send, body=one.body))
        number += 1
    return number


def _row(one: NewSend, now: datetime) -> dict[str, object]:
    over = one.over
    return {
        "app_id": one.app, "channel_id": one.channel, "subscription_id": one.subscription, "key": one.key,
        "content": one.content, "first_day": over and over.start, "last_day": over and over.end, "due": one.due,
        "put": now, "at": one.due, "alone": one.alone, "late": one.late, "twice": False,
        "state": "skipped" if one.skipped else "due", "tries": 0, "code": "", "answer": "", "worker": "",
        "settled": now if one.skipped else None,
    }  # fmt: skip


def _send(row: sa.Row[tuple[object, ...]]) -> Send:
    over = Range(row.first_day, row.last_day) if row.first_day else None
    return Send(
        row.id, row.app_id, row.channel_id, row.subscription_id, row.key, row.content, over, utc(row.due), utc(row.put),
        utc(row.at), row.alone, row.late, row.twice, row.state, row.tries, row.code, row.answer, row.batch,
        maybe_utc(row.begun), maybe_utc(row.settled),
    )  # fmt: skip
