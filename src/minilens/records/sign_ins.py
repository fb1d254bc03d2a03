"""Links that sign in once, the first owner's among them. Only hashes of the codes are kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.errors import NotAllowed
from minilens.records import passwords
from minilens.records.account_rows import Account, found_account, insert_account
from minilens.records.database import KEPT_LONGER, Database, hashed, record_audit
from minilens.records.grants import put_grant
from minilens.records.tables import ACCOUNTS, SIGN_INS

SIGN_IN_LASTS = timedelta(hours=12)


class SignIns:
    """A code is a random text; it is used up by signing in, not by looking."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        *,
        now: datetime,
        account: int | None = None,
        lasts: timedelta = SIGN_IN_LASTS,
        by: int | None = None,
    ) -> str:
        """A code that signs an account in once. Without one: it makes the first owner."""
        code = secrets.token_urlsafe(18)
        values = {"hash": hashed(code), "expires": now + lasts, "person_id": account}
        with self._database.write() as connection:
            connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.expires <= now - KEPT_LONGER))
            connection.execute(sa.insert(SIGN_INS).values(**values))
            record_audit(connection, "sign_in.create", now=now, by=by, target=account or "")
        return code

    def signs_in(self, code: str, *, now: datetime) -> bool:
        """Whether the code lets somebody in. It is not used up by looking."""
        query = (
            sa.select(ACCOUNTS.c.id)
            .join(SIGN_INS, SIGN_INS.c.person_id == ACCOUNTS.c.id)
            .where(*_good(code, now), ACCOUNTS.c.disabled.is_(None))
        )
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def use(self, code: str, *, now: datetime) -> Account | None:
        """Whom the code lets in; it is used up by asking. None also where it makes the first owner."""
        gone = (
            sa.delete(SIGN_INS)
            .where(*_good(code, now), SIGN_INS.c.person_id.is_not(None))
            .returning(SIGN_INS.c.person_id)
        )
        with self._database.write() as connection:
            number = connection.execute(gone).scalar()
            account = found_account(connection, number) if number is not None else None
        return account if account and not account.disabled else None

    def makes_owner(self, code: str, *, now: datetime) -> bool:
        """Whether the code makes the first owner. It is not used up, and void once there is anybody."""
        query = sa.select(SIGN_INS.c.hash).where(*_good(code, now), SIGN_INS.c.person_id.is_(None))
        with self._database.read() as connection:
            nobody = connection.execute(sa.select(ACCOUNTS.c.id)).first() is None
            return nobody and connection.execute(query).first() is not None

    def create_first_owner(
        self, code: str, email: str, name: str, password: str, *, now: datetime
    ) -> Account:
        """The first account, owner of all apps; NotAllowed where the code is not good for that."""
        passwords.check_new(password)
        kept = passwords.hash_of(password)
        gone = sa.delete(SIGN_INS).where(*_good(code, now), SIGN_INS.c.person_id.is_(None))
        with self._database.write(alone=True) as connection:
            nobody = connection.execute(sa.select(ACCOUNTS.c.id)).first() is None
            if not nobody or connection.execute(gone).rowcount != 1:
                raise NotAllowed("used_link")
            number = insert_account(connection, email, name, kept, now=now, by=None, by_link=True)
            put_grant(connection, number, None, "owner")
            record_audit(connection, "grant.set", now=now, by=None, target=number, role="owner")
            return found_account(connection, number)


def _good(code: str, now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return SIGN_INS.c.hash == hashed(code), SIGN_INS.c.expires > now
