"""Who is signed in, and where. Only hashes of the secrets are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.records import rights
from minilens.records.account_rows import Account, end_sessions, found_account
from minilens.records.database import KEPT_LONGER, Database, hashed, record_audit, utc
from minilens.records.tables import SESSIONS

SESSION_LASTS = timedelta(days=30)
#: `seen` is written down, and the end moved on, no oftener.
NOT_OFTENER = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """Someone signed in on some device. `app`: a phone, which reads that app alone."""

    id: int
    account: Account
    created: datetime
    seen: datetime
    expires: datetime
    agent: str
    app: int | None = None


class Sessions:
    """A secret is a random text; asking with it does not use it up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, account: int, *, now: datetime, agent: str = "") -> str:
        """The secret of a new session."""
        with self._database.write() as connection:
            secret = insert_session(connection, account, now=now, agent=agent)
            record_audit(connection, "session.begin", now=now, by=account, target=account)
        return secret

    def find(self, secret: str, *, now: datetime, used: bool = True) -> Session | None:
        """Whose session it is; None where it is unknown, over, or the account disabled.

        `used`: it lasts longer by that.
        """
        good = sa.select(SESSIONS).where(
            SESSIONS.c.hash == hashed(secret), SESSIONS.c.expires > now
        )
        with self._database.read() as connection:
            row = connection.execute(good).first()
            if row is None:
                return None
            account = found_account(connection, row.person_id)
        if account.disabled:
            return None
        found = _session(row, account if row.app_id is None else reader(account, row.app_id))
        if used and found.seen < now - NOT_OFTENER:
            ends = found.expires if found.app else now + SESSION_LASTS
            values = {"seen": now, "expires": ends}
            self._database.touch(
                sa.update(SESSIONS).where(SESSIONS.c.id == row.id).values(**values)
            )
        return found

    def of(self, account: int, *, now: datetime) -> list[Session]:
        """Where an account is signed in, the one seen last first."""
        query = sa.select(SESSIONS).where(SESSIONS.c.person_id == account, SESSIONS.c.expires > now)
        with self._database.read() as connection:
            whose = found_account(connection, account)
            rows = connection.execute(query.order_by(SESSIONS.c.seen.desc(), SESSIONS.c.id.desc()))
            return [_session(row, whose) for row in rows]

    def end(self, account: int, session: int, *, now: datetime) -> None:
        """Sign out on one device; harmless where it is over already."""
        own = sa.and_(SESSIONS.c.id == session, SESSIONS.c.person_id == account)
        with self._database.write() as connection:
            if connection.execute(sa.delete(SESSIONS).where(own)).rowcount:
                record_audit(connection, "session.end", now=now, by=account, target=account)

    def end_all(
        self, account: int, *, now: datetime, by: int | None, keep: int | None = None
    ) -> int:
        """Sign out everywhere, but for `keep`; how many sessions ended."""
        with self._database.write() as connection:
            ended = end_sessions(connection, account, keep=keep)
            record_audit(connection, "session.end_all", now=now, by=by, target=account, ended=ended)
        return ended


def insert_session(
    connection: sa.Connection,
    account: int,
    *,
    now: datetime,
    agent: str,
    app: int | None = None,
    lasts: timedelta = SESSION_LASTS,
) -> str:
    """The secret of a new session; those that are long over go."""
    secret = secrets.token_urlsafe(32)
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.expires <= now - KEPT_LONGER))
    connection.execute(
        sa.insert(SESSIONS).values(
            hash=hashed(secret), person_id=account, created=now, seen=now, agent=agent[:64],
            expires=now + lasts, app_id=app,
        )
    )  # fmt: skip
    return secret


def reader(account: Account, app: int) -> Account:
    """The same account, who may read that app alone, for as long as they may themselves."""
    return replace(account, grants={app: "viewer"} if account.may(rights.SEES, app) else {})


def _session(row: sa.Row[tuple[object, ...]], account: Account) -> Session:
    return Session(
        row.id, account, utc(row.created), utc(row.seen), utc(row.expires), row.agent, row.app_id
    )
