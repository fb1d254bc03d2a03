"""Who gets the mail of a channel: members of its app, by their accounts, and which mails were taken for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String

from minilens.errors import NotFound, Refused
from minilens.records.account_rows import found_account
from minilens.records.database import Database, record_audit
from minilens.records.rights import SEES
from minilens.records.tables import ACCOUNTS, METADATA

#: Why a member gets nothing: they ended it themselves; and that of one who was taken out since, which is kept so that
#: it holds when they are put in again.
UNSUBSCRIBED, TAKEN_OUT = "unsubscribed", "unsubscribed, taken out"

CHANNEL_MEMBERS = sa.Table(
    "channel_members",
    METADATA,
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    Column("account_id", ForeignKey("people.id"), primary_key=True),
    Column("stopped", String(32), nullable=False),  # why they get nothing; empty: they do
    Column("told", sa.Text, nullable=False),  # what their server said
    Column("changed", DateTime(timezone=True), nullable=False),
)

TAKEN_MAILS = sa.Table(  # so that a mail that is tried again goes only to whom it did not reach
    "taken_mails",
    METADATA,
    Column("message", String(160), primary_key=True),
    Column("account_id", ForeignKey("people.id"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Member:
    """An account, by number. `stopped`: the code of why it gets nothing from this channel, "" where it does."""

    account: int
    name: str
    email: str
    stopped: str = ""
    told: str = ""


class ChannelMembers:
    """What becomes of the mail of single members."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def readers(self, app: int, channel: int) -> tuple[Member, ...]:
        """Those who get mail now: who unsubscribed, was disabled, or may no longer see the app is not among them."""
        with self._database.read() as connection:
            found = members_of(connection, [channel]).get(channel, ())
            return tuple(
                one for one in found if not one.stopped and _sees(connection, app, one.account)
            )

    def stop(self, channel: int, account: int, code: str, told: str = "", *, now: datetime) -> bool:
        """Send nothing to one of them any more; whether they are a member of the channel."""
        of = (
            CHANNEL_MEMBERS.c.channel_id == channel, CHANNEL_MEMBERS.c.account_id == account,
            CHANNEL_MEMBERS.c.stopped != TAKEN_OUT,
        )  # fmt: skip
        gone = {"stopped": code, "told": told[:300], "changed": now}
        with self._database.write() as connection:
            return bool(
                connection.execute(sa.update(CHANNEL_MEMBERS).where(*of).values(**gone)).rowcount
            )

    def unsubscribe(self, app: int, channel: int, account: int, *, now: datetime) -> bool:
        """As the account itself asks; whether there is such a channel of mail that the account is a member of."""
        found = self.stop(channel, account, UNSUBSCRIBED, now=now)
        if found:
            with self._database.write() as connection:
                record_audit(
                    connection, "channel.unsubscribe", now=now, by=account, app=app, target=channel
                )
        return found

    def resume(self, app: int, channel: int, account: int, *, now: datetime) -> None:
        """The same account wants it again; nothing where it hadn't ended it."""
        of = (
            CHANNEL_MEMBERS.c.channel_id == channel, CHANNEL_MEMBERS.c.account_id == account,
            CHANNEL_MEMBERS.c.stopped == UNSUBSCRIBED,
        )  # fmt: skip
        on = {"stopped": "", "told": "", "changed": now}
        with self._database.write() as connection:
            if connection.execute(sa.update(CHANNEL_MEMBERS).where(*of).values(**on)).rowcount:
                record_audit(
                    connection, "channel.subscribe", now=now, by=account, app=app, target=channel
                )

    def taken(self, message: str) -> frozenset[int]:
        """The accounts whose mail of that Message-ID was taken by the server."""
        query = sa.select(TAKEN_MAILS.c.account_id).where(TAKEN_MAILS.c.message == message)
        with self._database.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def took(self, message: str, account: int, *, now: datetime) -> None:
        """The server took it."""
        values = {"message": message, "account_id": account, "at": now}
        with self._database.write() as connection:
            connection.execute(sa.insert(TAKEN_MAILS).values(**values))

    def sweep(self, before: datetime) -> None:
        """Forget mails that nobody tries again."""
        with self._database.write() as connection:
            connection.execute(sa.delete(TAKEN_MAILS).where(TAKEN_MAILS.c.at < before))


def members_of(connection: sa.Connection, channels: Sequence[int]) -> dict[int, tuple[Member, ...]]:
    """Channel → its members, in the order of their names."""
    if not channels:
        return {}
    query = (
        sa.select(CHANNEL_MEMBERS, ACCOUNTS.c.name, ACCOUNTS.c.email)
        .join(ACCOUNTS, ACCOUNTS.c.id == CHANNEL_MEMBERS.c.account_id)
        .where(CHANNEL_MEMBERS.c.channel_id.in_(channels), CHANNEL_MEMBERS.c.stopped != TAKEN_OUT)
        .order_by(ACCOUNTS.c.name, ACCOUNTS.c.id)
    )
    found: dict[int, tuple[Member, ...]] = {}
    for row in connection.execute(query):
        one = Member(row.account_id, row.name, row.email, row.stopped, row.told)
        found[row.channel_id] = (*found.get(row.channel_id, ()), one)
    return found


def set_members(
    connection: sa.Connection, channel: int, accounts: Sequence[int], now: datetime
) -> None:
    """These and no others. Who unsubscribed stays so, also where they are taken out and put in again: only they
    themselves come back, by the link of their mail."""
    of = CHANNEL_MEMBERS.c.channel_id == channel
    ended = {
        row.account_id
        for row in connection.execute(sa.select(CHANNEL_MEMBERS).where(of))
        if row.stopped in (UNSUBSCRIBED, TAKEN_OUT)
    }
    connection.execute(sa.delete(CHANNEL_MEMBERS).where(of))
    states = dict.fromkeys(ended, TAKEN_OUT) | {
        one: UNSUBSCRIBED if one in ended else "" for one in accounts
    }
    rows = [
        {"channel_id": channel, "account_id": one, "told": "", "changed": now, "stopped": stopped}
        for one, stopped in states.items()
    ]
    if rows:
        connection.execute(sa.insert(CHANNEL_MEMBERS), rows)


def check_members(connection: sa.Connection, app: int, accounts: Sequence[int]) -> None:
    """Refused where one of them can't see the app."""
    for account in accounts:
        if not _sees(connection, app, account):
            raise Refused("no_such_member", "members", got=str(account))


def _sees(connection: sa.Connection, app: int, account: int) -> bool:
    try:
        found = found_account(connection, account)
    except NotFound:
        return False
    return not found.disabled and found.may(SEES, app)
