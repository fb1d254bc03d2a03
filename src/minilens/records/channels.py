"""Channels of an app: where its messages go. Address and secret are sealed and never shown again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String

from minilens.errors import NotFound, Refused
from minilens.networks import NOBODY, Networks
from minilens.records.channel_content import (
    Access,
    ChannelContent,
    Kind,
    checked,
    checked_address,
    checked_app,
    checked_secret,
    hint_of,
)
from minilens.records.channel_members import (
    CHANNEL_MEMBERS,
    Member,
    check_members,
    members_of,
    set_members,
)
from minilens.records.database import Database, record_audit, utc
from minilens.records.sealed import opened, seal
from minilens.records.tables import ACCOUNTS, METADATA
from minilens.text import Language

#: Of one app.
MOST = 50
#: Letters of what the other side said.
LONGEST_TOLD = 300

CHANNELS = sa.Table(
    "channels",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("hint", String(80), nullable=False),  # what may be seen of the address
    Column("sealed", sa.Text, nullable=False),  # address and secret, under the server's secret
    Column("stopped", String(32), nullable=False),  # why nothing is sent any more; empty: it is
    Column("told", sa.Text, nullable=False),  # what the other side said of it
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("removed", DateTime(timezone=True)),  # what was sent to it still names it
    Column("by_id", ForeignKey("people.id")),  # null: the command line
    Index("ix_channels_app_id", "app_id"),
)


@dataclass(frozen=True)
class Channel:
    """One of them. `stopped`: the code of why nothing is sent any more, "" where it is; `told`: the other side's words.
    `hint`: what may be seen of the address. `members`: of mail."""

    id: int
    app: int
    kind: Kind
    name: str
    language: Language
    hint: str
    sealed: str
    stopped: str
    told: str
    changed: datetime
    removed: bool
    by: str
    members: tuple[Member, ...] = ()

    @property
    def state(self) -> Literal["on", "stopped"]:
        """Whether anything is sent to it."""
        return "stopped" if self.stopped else "on"

    def access(self, key: bytes) -> Access | None:
        """Address and secret; None where they were sealed with another secret of the server, or are gone."""
        text = opened(self.sealed, key, _of(self.app, self.kind)) if self.sealed else None
        return msgspec.json.decode(text, type=Access) if text else None


class Channels:
    """`key` is the server's secret. Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[Channel]:
        """Those of an app, the oldest first, without those that were removed."""
        query = _select().where(CHANNELS.c.app_id == app, CHANNELS.c.removed.is_(None))
        with self._database.read() as connection:
            return _channels(connection, query)

    def all(self) -> list[Channel]:
        """Those of all apps, also removed ones: what was sent to them names them."""
        with self._database.read() as connection:
            return _channels(connection, _select())

    def get(self, app: int, channel: int) -> Channel:
        """The one of that number; NotFound where there is none, or it was removed."""
        query = _select().where(
            CHANNELS.c.id == channel, CHANNELS.c.app_id == app, CHANNELS.c.removed.is_(None)
        )
        with self._database.read() as connection:
            found = _channels(connection, query)
        if not found:
            raise NotFound("unknown_channel", "channel", got=str(channel))
        return found[0]

    def find(self, channel: int) -> Channel | None:
        """The one of that number, whichever its app, also where it was removed."""
        with self._database.read() as connection:
            found = _channels(connection, _select().where(CHANNELS.c.id == channel))
        return found[0] if found else None

    def named(self, app: int, text: str) -> Channel:
        """The one of that number or name; NotFound where there is none."""
        for one in self.of(app):
            if text in (str(one.id), one.name):
                return one
        raise NotFound("unknown_channel", "channel", got=text[:40])

    def create(
        self, app: int, content: ChannelContent, key: bytes, *, within: Networks = NOBODY, now: datetime,
        by: int | None = None,
    ) -> tuple[Channel, str]:  # fmt: skip
        """Keep one more; and the secret that was made up for a webhook that was given none, to be shown once.
        Refused, naming the field. `within`: networks that addresses may lie in."""
        found = checked(content)
        made = secrets.token_urlsafe(32) if found.kind == "webhook" and not found.secret else ""
        access = _access(found, Access(), made, within)
        with self._database.write(alone=True) as connection:
            if _others(connection, app, found.name) >= MOST:
                raise Refused("too_many", "channels", limit=MOST)
            row = {
                "app_id": app, "kind": found.kind, "stopped": "", "told": "", "by_id": by,
                **_row(app, found, access, key, now),
            }  # fmt: skip
            number: int = connection.execute(
                sa.insert(CHANNELS).values(**row).returning(CHANNELS.c.id)
            ).scalar_one()
            check_members(connection, app, found.members)
            set_members(connection, number, found.members, now)
            record_audit(
                connection, "channel.create", now=now, by=by, app=app, target=number, name=found.name,
                kind=found.kind,
            )  # fmt: skip
            return _channels(connection, _select().where(CHANNELS.c.id == number))[0], made

    def change(
        self, app: int, channel: int, content: ChannelContent, key: bytes, *, within: Networks = NOBODY,
        now: datetime, by: int | None = None,
    ) -> Channel:  # fmt: skip
        """Another name, language, address, secret or members; of another kind it can't become. It is on again."""
        before = self.get(app, channel)
        found = checked(content)
        if found.kind != before.kind:
            raise Refused("unknown_choice", "kind", choices=before.kind, got=found.kind)
        access = _access(found, before.access(key), "", within)
        with self._database.write(alone=True) as connection:
            _others(connection, app, found.name, besides=channel)
            row = {"stopped": "", "told": "", "by_id": by, **_row(app, found, access, key, now)}
            connection.execute(sa.update(CHANNELS).where(CHANNELS.c.id == channel).values(**row))
            check_members(connection, app, found.members)
            set_members(connection, channel, found.members, now)
            record_audit(
                connection,
                "channel.change",
                now=now,
                by=by,
                app=app,
                target=channel,
                name=found.name,
            )
            return _channels(connection, _select().where(CHANNELS.c.id == channel))[0]

    def remove(self, app: int, channel: int, *, now: datetime, by: int | None = None) -> None:
        """Send nothing there any more, and forget its address and secret; NotFound where there is none."""
        found = self.get(app, channel)
        with self._database.write(alone=True) as connection:
            gone = {"removed": now, "sealed": "", "stopped": "removed", "told": ""}
            connection.execute(sa.update(CHANNELS).where(CHANNELS.c.id == channel).values(**gone))
            connection.execute(
                sa.delete(CHANNEL_MEMBERS).where(CHANNEL_MEMBERS.c.channel_id == channel)
            )
            record_audit(
                connection,
                "channel.remove",
                now=now,
                by=by,
                app=app,
                target=channel,
                name=found.name,
            )

    def stop(self, channel: int, code: str, told: str, *, now: datetime) -> None:
        """Send nothing there until somebody has mended it; `code` says why. Nothing where it is stopped already."""
        of = (CHANNELS.c.id == channel, CHANNELS.c.stopped == "")
        with self._database.write() as connection:
            row = connection.execute(
                sa.update(CHANNELS).where(*of).values(stopped=code, told=told[:LONGEST_TOLD], changed=now)
                .returning(CHANNELS.c.app_id, CHANNELS.c.name)
            ).first()  # fmt: skip
            if row is not None:
                record_audit(
                    connection, "channel.stop", now=now, by=None, app=row.app_id, target=channel,
                    name=row.name, why=code,
                )  # fmt: skip

    def restart(self, channel: int, *, now: datetime) -> None:
        """It takes messages again; nothing where it never stopped or was removed."""
        of = (CHANNELS.c.id == channel, CHANNELS.c.stopped != "", CHANNELS.c.removed.is_(None))
        on = {"stopped": "", "told": "", "changed": now}
        with self._database.write() as connection:
            connection.execute(sa.update(CHANNELS).where(*of).values(**on))


def _access(found: ChannelContent, before: Access | None, made: str, within: Networks) -> Access:
    """Where it leads from now on; `before` None: what was kept can't be opened any more, and is typed again."""
    if found.kind == "mail":
        return Access()
    if found.address:
        address = checked_address(found.kind, found.address, within)
    elif before is None or not before.address:
        raise Refused("missing", "address")
    else:
        address = before.address
    typed = None if found.secret is None else checked_secret(found.kind, found.secret)
    kept = before or Access()
    secret = made or (kept.secret if typed is None else typed)
    return Access(address, secret, *_app(found, kept))


def _app(found: ChannelContent, kept: Access) -> tuple[str, str]:
    """The app that uploads pictures. Another one has a secret of its own."""
    number = kept.app_id if found.app_id is None else found.app_id.strip()
    same = kept.app_secret if number == kept.app_id else ""
    return checked_app(found.kind, number, found.app_secret or same)


def _row(
    app: int, found: ChannelContent, access: Access, key: bytes, now: datetime
) -> dict[str, object]:
    return {
        "name": found.name, "language": found.language, "hint": hint_of(access.address),
        "sealed": seal(msgspec.json.encode(access).decode(), key, _of(app, found.kind)), "changed": now,
    }  # fmt: skip


def _others(connection: sa.Connection, app: int, name: str, besides: int = 0) -> int:
    """How many others there are; Refused where one has the name."""
    held = (CHANNELS.c.app_id == app, CHANNELS.c.id != besides, CHANNELS.c.removed.is_(None))
    names = connection.execute(sa.select(CHANNELS.c.name).where(*held)).scalars().all()
    if name in names:
        raise Refused("channel_exists", "name", got=name)
    return len(names)


def _select() -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(CHANNELS, ACCOUNTS.c.name.label("by"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == CHANNELS.c.by_id)
        .order_by(CHANNELS.c.id)
    )


def _channels(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[Channel]:
    rows = connection.execute(query).all()
    members = members_of(connection, [row.id for row in rows if row.kind == "mail"])
    return [
        Channel(
            row.id, row.app_id, row.kind, row.name, row.language, row.hint, row.sealed, row.stopped, row.told,
            utc(row.changed), row.removed is not None, row.by or "", members.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _of(app: int, kind: str) -> str:
    return f"channel {kind} {app}"
