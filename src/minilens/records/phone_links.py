"""Checking on a phone: a link that works once and opens one app there, for reading only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.account_rows import found_account
from minilens.records.database import Database, hashed, record_audit
from minilens.records.rights import SEES
from minilens.records.sessions import insert_session
from minilens.records.tables import APPS, PHONE_LINKS

LINK_LASTS = timedelta(minutes=10)
#: Counted from the opening, and not moved on.
PHONE_LASTS = timedelta(hours=24)
LONGEST_ADDRESS = 4000


@dataclass(frozen=True)
class Opened:
    """What a link opened: the secret of a session of one app, and where to go."""

    secret: str
    address: str


class PhoneLinks:
    """Only hashes of the codes are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, account: int, app: int, address: str, *, now: datetime) -> str:
        """The code of a link; the view that it opens is an address of this site."""
        if len(address) > LONGEST_ADDRESS:
            raise Refused("too_long", "at", limit=LONGEST_ADDRESS)
        code = secrets.token_urlsafe(18)
        values = {"hash": hashed(code), "person_id": account, "app_id": app, "address": address}
        with self._database.write() as connection:
            if not found_account(connection, account).may(SEES, app):
                raise NotFound("not_found")
            connection.execute(sa.delete(PHONE_LINKS).where(PHONE_LINKS.c.expires <= now))
            connection.execute(sa.insert(PHONE_LINKS).values(**values, expires=now + LINK_LASTS))
            record_audit(connection, "phone.create", now=now, by=account, app=app, target=account)
        return code

    def use(self, code: str, *, now: datetime, agent: str = "") -> Opened | None:
        """A session for the phone; None where the link was used, is too old, or its maker is out."""
        gone = (
            sa.delete(PHONE_LINKS)
            .where(PHONE_LINKS.c.hash == hashed(code), PHONE_LINKS.c.expires > now)
            .returning(PHONE_LINKS.c.person_id, PHONE_LINKS.c.app_id, PHONE_LINKS.c.address)
        )
        with self._database.write() as connection:
            row = connection.execute(gone).first()
            if row is None:
                return None
            account = found_account(connection, row.person_id)
            there = sa.select(APPS.c.id).where(APPS.c.id == row.app_id, APPS.c.archived.is_(None))
            if (
                account.disabled
                or not account.may(SEES, row.app_id)
                or not connection.execute(there).first()
            ):
                return None
            secret = insert_session(
                connection, account.id, now=now, agent=agent, app=row.app_id, lasts=PHONE_LASTS
            )
            record_audit(
                connection, "phone.open", now=now, by=account.id, app=row.app_id, target=account.id,
                agent=agent,
            )  # fmt: skip
            return Opened(secret, row.address)
