"""Alarm rules of an app, and where what they find is sent. What one watches, only the reports know: here its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String

from minilens.errors import NotFound, Refused
from minilens.records.alarms import resolve_of_rule
from minilens.records.channels import CHANNELS
from minilens.records.database import Database, plain, record_audit, utc
from minilens.records.tables import METADATA
from minilens.text import Text

LONGEST, LONGEST_BODY = 40, 65_536
#: Rules of one app, and channels that hear of them.
MOST, MOST_CHANNELS = 40, 10
MINUTES = 24 * 60

ALARM_RULES = sa.Table(
    "alarm_rules",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("zh", String(40), nullable=False),
    Column("en", String(40), nullable=False),
    Column("body", sa.Text, nullable=False),  # its JSON
    Column("enabled", Boolean, nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Index("ix_alarm_rules_app_id", "app_id"),
)

ALARM_SETTINGS = sa.Table(
    "alarm_settings",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("channels", sa.Text, nullable=False),  # JSON: their numbers
    Column("quiet_from", Integer),  # minutes after midnight; null: no quiet hours
    Column("quiet_to", Integer),
)


@dataclass(frozen=True)
class SavedRule:
    """A rule under its name; `enabled`: whether it is watched."""

    id: int
    app: int
    name: Text
    body: str
    enabled: bool
    changed: datetime


@dataclass(frozen=True)
class AlarmSettings:
    """Channels that hear of alarms, by number, and the minutes after midnight between which none does; None: there are
    no quiet hours. They may go over midnight."""

    channels: tuple[int, ...] = ()
    quiet: tuple[int, int] | None = None

    def is_quiet(self, minute: int) -> bool:
        """Whether nothing is sent at this minute of the app's day."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        return start <= minute < end if start < end else minute >= start or minute < end


class AlarmRules:
    """They belong to the app. Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[SavedRule]:
        """Those of an app, the oldest first."""
        return self._those(ALARM_RULES.c.app_id == app)

    def watched(self) -> dict[int, list[SavedRule]]:
        """App → its rules that are watched, of all apps that have any."""
        found: dict[int, list[SavedRule]] = {}
        for one in self._those(ALARM_RULES.c.enabled):
            found.setdefault(one.app, []).append(one)
        return found

    def get(self, app: int, rule: int) -> SavedRule:
        """The one of that number; NotFound where there is none."""
        found = self._those(ALARM_RULES.c.app_id == app, ALARM_RULES.c.id == rule)
        if not found:
            raise NotFound("unknown_alarm_rule", "rule", got=str(rule))
        return found[0]

    def named(self, app: int, text: str) -> SavedRule:
        """The one of that number or name in either language; NotFound where there is none."""
        for one in self.of(app):
            if text in (str(one.id), one.name.zh, one.name.en):
                return one
        raise NotFound("unknown_alarm_rule", "rule", got=text[:LONGEST])

    def create(
        self, app: int, rules: Sequence[tuple[Text, str]], *, now: datetime, by: int | None
    ) -> list[SavedRule]:
        """Keep these as well, watched from now on; Refused where a name is missing or taken, or there are too many."""
        with self._database.write(alone=True) as connection:
            made = []
            for name, body in rules:
                zh, en = _names(name, body)
                if _others(connection, app, zh, en) >= MOST:
                    raise Refused("too_many", "rules", limit=MOST)
                row = {
                    "app_id": app,
                    "zh": zh,
                    "en": en,
                    "body": body,
                    "enabled": True,
                    "changed": now,
                }
                number: int = connection.execute(
                    sa.insert(ALARM_RULES).values(**row).returning(ALARM_RULES.c.id)
                ).scalar_one()
                record_audit(
                    connection, "alarm_rule.create", now=now, by=by, app=app, target=number, name=zh
                )
                made.append(SavedRule(number, app, Text(zh, en), body, True, now))
            return made

    def change(
        self, app: int, rule: int, name: Text, body: str, *, now: datetime, by: int | None
    ) -> SavedRule:
        """Another name and definition; what it had found is over where it is of something else now."""
        before = self.get(app, rule)
        zh, en = _names(name, body)
        with self._database.write(alone=True) as connection:
            _others(connection, app, zh, en, besides=rule)
            new = {"zh": zh, "en": en, "body": body, "changed": now}
            connection.execute(sa.update(ALARM_RULES).where(ALARM_RULES.c.id == rule).values(**new))
            if body != before.body:
                resolve_of_rule(connection, rule, now)
            record_audit(
                connection, "alarm_rule.change", now=now, by=by, app=app, target=rule, name=zh
            )
        return self.get(app, rule)

    def enable(self, app: int, rule: int, *, on: bool, now: datetime, by: int | None) -> SavedRule:
        """Watch it, or no longer: then what it had found is over."""
        found = self.get(app, rule)
        with self._database.write() as connection:
            connection.execute(
                sa.update(ALARM_RULES)
                .where(ALARM_RULES.c.id == rule)
                .values(enabled=on, changed=now)
            )
            if not on:
                resolve_of_rule(connection, rule, now)
            record_audit(
                connection, f"alarm_rule.{'on' if on else 'off'}", now=now, by=by, app=app, target=rule,
                name=found.name.zh,
            )  # fmt: skip
        return self.get(app, rule)

    def remove(self, app: int, rule: int, *, now: datetime, by: int | None) -> None:
        """Take one away; what it found stays in the history. NotFound where there is none."""
        found = self.get(app, rule)
        with self._database.write(alone=True) as connection:
            resolve_of_rule(connection, rule, now, forget=True)
            connection.execute(sa.delete(ALARM_RULES).where(ALARM_RULES.c.id == rule))
            record_audit(
                connection, "alarm_rule.remove", now=now, by=by, app=app, target=rule, name=found.name.zh
            )  # fmt: skip

    def settings(self, app: int) -> AlarmSettings:
        """Where alarms of an app go, without channels that are gone; nowhere until it is said."""
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(ALARM_SETTINGS).where(ALARM_SETTINGS.c.app_id == app)
            ).one_or_none()
            if row is None:
                return AlarmSettings()
            there = set(_channels(connection, app))
        kept = msgspec.json.decode(row.channels, type=tuple[int, ...])
        quiet = None if row.quiet_from is None else (row.quiet_from, row.quiet_to)
        return AlarmSettings(tuple(one for one in kept if one in there), quiet)

    def set_settings(
        self, app: int, settings: AlarmSettings, *, now: datetime, by: int | None
    ) -> None:
        """Refused, naming the field, where a channel is none of the app's, or quiet hours are none."""
        if len(settings.channels) > MOST_CHANNELS:
            raise Refused("too_many", "channels", limit=MOST_CHANNELS)
        for field, minute in zip(("quiet_from", "quiet_to"), settings.quiet or (), strict=False):
            if not 0 <= minute < MINUTES:
                raise Refused("bad_number", field, got=minute, least=0, most=MINUTES - 1)
        start, end = settings.quiet or (None, None)
        if start is not None and start == end:
            raise Refused("bad_quiet_hours", "quiet_to")
        with self._database.write(alone=True) as connection:
            for one in settings.channels:
                if one not in _channels(connection, app):
                    raise Refused("unknown_choice", "channels", got=str(one))
            connection.execute(sa.delete(ALARM_SETTINGS).where(ALARM_SETTINGS.c.app_id == app))
            row = {
                "app_id": app, "channels": msgspec.json.encode(settings.channels).decode(), "quiet_from": start,
                "quiet_to": end,
            }  # fmt: skip
            connection.execute(sa.insert(ALARM_SETTINGS).values(**row))
            record_audit(connection, "alarm_settings.change", now=now, by=by, app=app, target=app)

    def _those(self, *held: sa.ColumnElement[bool]) -> list[SavedRule]:
        query = sa.select(ALARM_RULES).where(*held).order_by(ALARM_RULES.c.id)
        with self._database.read() as connection:
            return [
                SavedRule(
                    row.id,
                    row.app_id,
                    Text(row.zh, row.en),
                    row.body,
                    row.enabled,
                    utc(row.changed),
                )
                for row in connection.execute(query)
            ]


def _channels(connection: sa.Connection, app: int) -> list[int]:
    held = (CHANNELS.c.app_id == app, CHANNELS.c.removed.is_(None))
    return list(connection.execute(sa.select(CHANNELS.c.id).where(*held)).scalars())


def _names(name: Text, body: str) -> tuple[str, str]:
    """In both languages; Refused where there is none."""
    if len(body) > LONGEST_BODY:
        raise Refused("too_long", "definition", limit=LONGEST_BODY)
    zh, en = (plain(said, field, LONGEST) for field, said in (("zh", name.zh), ("en", name.en)))
    if not zh and not en:
        raise Refused("missing", "zh")
    return zh or en, en or zh


def _others(connection: sa.Connection, app: int, zh: str, en: str, besides: int = 0) -> int:
    """How many others there are; Refused where one of them has such a name, in whichever language."""
    held = (ALARM_RULES.c.app_id == app, ALARM_RULES.c.id != besides)
    names = connection.execute(sa.select(ALARM_RULES.c.zh, ALARM_RULES.c.en).where(*held)).all()
    for field, said in (("zh", zh), ("en", en)):
        if any(said in (row.zh, row.en) for row in names):
            raise Refused("alarm_rule_exists", field, got=said)
    return len(names)
