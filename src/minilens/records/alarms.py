"""What alarm rules found: open, acknowledged, resolved; and when nothing could be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, maybe_utc, plain, record_audit, utc
from minilens.records.sends import NewSend, put
from minilens.records.tables import ACCOUNTS, METADATA

LONGEST_NOTE = 400
#: Of the history of an app, the newest.
MOST_SHOWN = 200
#: Pauses are kept for as long as hours are learned from.
KEPT = timedelta(days=100)
#: A longer time without a sign of life is a time in which the server was down.
DOWN_AFTER = timedelta(minutes=5)

ALARMS = sa.Table(
    "alarms",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("rule_id", Integer),  # null: the rule is gone
    Column("subject", String(160), nullable=False),  # what it is about, within the rule
    Column("facts", sa.Text, nullable=False),  # JSON, as the reports have it
    Column("since", DateTime(timezone=True), nullable=False),  # the first hour or day that was wrong
    Column("opened", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),  # when it was still so
    Column("resolved", DateTime(timezone=True)),
    Column("acknowledged", DateTime(timezone=True)),
    Column("acknowledged_by", ForeignKey("people.id")),
    Column("note", String(LONGEST_NOTE), nullable=False),
    Column("sent", DateTime(timezone=True)),  # when channels were told of it
    Column("sent_resolved", DateTime(timezone=True)),  # and that it is over
    Index("ix_alarms_app_id", "app_id", "opened"),
    Index(
        "uq_alarms_open", "rule_id", "subject", unique=True,
        sqlite_where=sa.text("resolved IS NULL"), postgresql_where=sa.text("resolved IS NULL"),
    ),
)  # fmt: skip

ALARM_PAUSES = sa.Table(
    "alarm_pauses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("reason", String(16), nullable=False),  # down | behind; watching: up to when it goes on
    Column("started", DateTime(timezone=True), nullable=False),
    Column("ended", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Alarm:
    """One of them. `acknowledged_by`: what the account is called. Times are UTC."""

    id: int
    app: int
    rule: int | None
    subject: str
    facts: str
    since: datetime
    opened: datetime
    seen: datetime
    resolved: datetime | None
    acknowledged: datetime | None
    acknowledged_by: str
    note: str
    sent: datetime | None
    sent_resolved: datetime | None

    @property
    def open(self) -> bool:
        """Whether it is still so."""
        return self.resolved is None


@dataclass(frozen=True)
class Pause:
    """A time of which nothing is judged: the server was down, or loading was behind (`behind`)."""

    reason: str
    started: datetime
    ended: datetime


class Alarms:
    """Of a rule and a subject at most one is open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, app: int) -> list[Alarm]:
        """Those of an app that are open, the newest first."""
        return self._those(ALARMS.c.app_id == app, ALARMS.c.resolved.is_(None))

    def open_apps(self) -> dict[int, int]:
        """App → how many are open that nobody has acknowledged."""
        held = (ALARMS.c.resolved.is_(None), ALARMS.c.acknowledged.is_(None))
        query = sa.select(ALARMS.c.app_id, sa.func.count()).where(*held).group_by(ALARMS.c.app_id)
        with self._database.read() as connection:
            return {int(app): int(n) for app, n in connection.execute(query)}

    def history(self, app: int, most: int = MOST_SHOWN) -> list[Alarm]:
        """Those that are over, the newest first."""
        return self._those(ALARMS.c.app_id == app, ALARMS.c.resolved.is_not(None), most=most)

    def within(self, app: int, start: datetime, end: datetime) -> list[Alarm]:
        """Those of an app that were open at some time between two moments: first those that still are, then the
        newest."""
        lasted = sa.or_(ALARMS.c.resolved.is_(None), ALARMS.c.resolved >= start)
        found = self._those(ALARMS.c.app_id == app, ALARMS.c.opened < end, lasted, most=MOST_SHOWN)
        return sorted(found, key=lambda one: not one.open)

    def get(self, app: int, alarm: int) -> Alarm:
        """The one of that number; NotFound where there is none."""
        found = self._those(ALARMS.c.app_id == app, ALARMS.c.id == alarm)
        if not found:
            raise NotFound("unknown_alarm", "alarm", got=str(alarm))
        return found[0]

    def found(
        self, app: int, rule: int, subject: str, facts: str, since: datetime, *, now: datetime
    ) -> bool:
        """That it is so: whether that is news. One that is open is as these facts say from now on."""
        row = {
            "app_id": app, "rule_id": rule, "subject": subject, "facts": facts, "since": since, "opened": now,
            "seen": now, "note": "",
        }  # fmt: skip
        held = (ALARMS.c.rule_id == rule, ALARMS.c.subject == subject, ALARMS.c.resolved.is_(None))
        with self._database.write(alone=True) as connection:
            goes_on = connection.execute(
                sa.update(ALARMS).where(*held).values(seen=now, facts=facts)
            )
            if goes_on.rowcount:
                return False
            connection.execute(sa.insert(ALARMS).values(**row))
            return True

    def resolve(
        self, alarms: Sequence[int], *, now: datetime, facts: Mapping[int, str] = {}
    ) -> None:
        """These are over, with what they were at last, where it is known."""
        if not alarms:
            return
        with self._database.write() as connection:
            for number in alarms:
                held = (ALARMS.c.id == number, ALARMS.c.resolved.is_(None))
                last = {"facts": facts[number]} if number in facts else {}
                connection.execute(sa.update(ALARMS).where(*held).values(resolved=now, **last))

    def acknowledge(
        self, app: int, alarm: int, note: str, *, now: datetime, by: int | None
    ) -> Alarm:
        """Somebody looks after it and says what they know; again with another note. Refused where that is too long."""
        before = self.get(app, alarm)
        text = plain(note, "note", LONGEST_NOTE)
        if before.resolved is not None and not text:
            raise Refused("missing", "note")
        with self._database.write() as connection:
            told = {"acknowledged": now, "acknowledged_by": by, "note": text}
            connection.execute(sa.update(ALARMS).where(ALARMS.c.id == alarm).values(**told))
            record_audit(
                connection, "alarm.acknowledge", now=now, by=by, app=app, target=alarm, note=text
            )
        return self.get(app, alarm)

    def unsent(self) -> list[Alarm]:
        """What no channel was told of yet: open ones nobody has acknowledged, and the end of those that were told."""
        news = (
            ALARMS.c.sent.is_(None),
            ALARMS.c.resolved.is_(None),
            ALARMS.c.acknowledged.is_(None),
        )
        ends = (
            ALARMS.c.sent.is_not(None), ALARMS.c.resolved.is_not(None), ALARMS.c.sent_resolved.is_(None),
        )  # fmt: skip
        return self._those(sa.or_(sa.and_(*news), sa.and_(*ends)))

    def tell(self, alarms: Sequence[Alarm], sends: Sequence[NewSend], *, now: datetime) -> None:
        """Put in what channels are told of these as they are: all of it, and that they were told, or nothing. So no
        channel is left out where somebody acknowledges them just then."""
        with self._database.write(alone=True) as connection:
            put(connection, sends, now=now)
            for one in alarms:
                told = {"sent": now} if one.open else {"sent_resolved": now}
                connection.execute(sa.update(ALARMS).where(ALARMS.c.id == one.id).values(**told))

    def alive(self, now: datetime, *, behind: bool) -> None:
        """A sign of life, given each minute: a gap between two is a pause, and so is the time of loading behind."""
        with self._database.write(alone=True) as connection:
            last = _last(connection, "watching")
            if last is not None and now - last.ended > DOWN_AFTER:
                _pause(connection, "down", last.ended, now)
            if behind:
                _go_on(connection, "behind", now)
            _go_on(connection, "watching", now)
            connection.execute(sa.delete(ALARM_PAUSES).where(ALARM_PAUSES.c.ended < now - KEPT))

    def pauses(self) -> list[Pause]:
        """The oldest first."""
        query = (
            sa.select(ALARM_PAUSES)
            .where(ALARM_PAUSES.c.reason != "watching")
            .order_by(ALARM_PAUSES.c.started)
        )
        with self._database.read() as connection:
            return [_paused(row) for row in connection.execute(query)]

    def _those(self, *held: sa.ColumnElement[bool], most: int = 10_000) -> list[Alarm]:
        query = (
            sa.select(ALARMS, ACCOUNTS.c.name.label("by"))
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == ALARMS.c.acknowledged_by)
            .where(*held)
            .order_by(ALARMS.c.opened.desc(), ALARMS.c.id.desc())
            .limit(most)
        )
        with self._database.read() as connection:
            return [_alarm(row) for row in connection.execute(query)]


def resolve_of_rule(
    connection: sa.Connection, rule: int, now: datetime, *, forget: bool = False
) -> None:
    """What a rule has found is over; `forget`: the rule goes."""
    held = (ALARMS.c.rule_id == rule, ALARMS.c.resolved.is_(None))
    # nobody needs to hear of an end that they made themselves
    over = {"resolved": now, "sent_resolved": now}
    connection.execute(sa.update(ALARMS).where(*held).values(**over))
    if forget:
        connection.execute(sa.update(ALARMS).where(ALARMS.c.rule_id == rule).values(rule_id=None))


def _last(connection: sa.Connection, reason: str) -> Pause | None:
    row = connection.execute(
        sa.select(ALARM_PAUSES)
        .where(ALARM_PAUSES.c.reason == reason)
        .order_by(ALARM_PAUSES.c.ended.desc())
        .limit(1)
    ).one_or_none()
    return _paused(row) if row is not None else None


def _go_on(connection: sa.Connection, reason: str, now: datetime) -> None:
    """The newest of them goes on to now; after a gap there is a new one."""
    last = _last(connection, reason)
    if last is None or now - last.ended > DOWN_AFTER:
        if reason == "watching":
            connection.execute(sa.delete(ALARM_PAUSES).where(ALARM_PAUSES.c.reason == reason))
        _pause(connection, reason, now, now)
        return
    held = (ALARM_PAUSES.c.reason == reason, ALARM_PAUSES.c.started == last.started)
    connection.execute(sa.update(ALARM_PAUSES).where(*held).values(ended=now))


def _pause(connection: sa.Connection, reason: str, start: datetime, end: datetime) -> None:
    connection.execute(sa.insert(ALARM_PAUSES).values(reason=reason, started=start, ended=end))


def _paused(row: sa.Row[tuple[object, ...]]) -> Pause:
    return Pause(row.reason, utc(row.started), utc(row.ended))


def _alarm(row: sa.Row[tuple[object, ...]]) -> Alarm:
    return Alarm(
        row.id, row.app_id, row.rule_id, row.subject, row.facts, utc(row.since), utc(row.opened), utc(row.seen),
        maybe_utc(row.resolved), maybe_utc(row.acknowledged), row.by or "", row.note, maybe_utc(row.sent),
        maybe_utc(row.sent_resolved),
    )  # fmt: skip
