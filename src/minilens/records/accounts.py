"""Those who may sign in: their addresses, passwords and languages."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from minilens.records import passwords, rights
from minilens.records.account_rows import (
    Account,
    account_of,
    by_email,
    checked_name,
    end_sessions,
    found_account,
    grants_of,
    insert_account,
    normal_email,
)
from minilens.records.database import Database, record_audit
from minilens.records.grants import must_leave_an_owner, must_outrank
from minilens.records.rights import Role
from minilens.records.tables import ACCOUNTS, GRANTS
from minilens.text import Language


class Accounts:
    """Changes take `by`, the account's number; None is the command line, which may do everything."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Account]:
        """Everybody, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.id)).all()
            every = connection.execute(sa.select(GRANTS)).all()
        grants: dict[int, dict[int | None, Role]] = {row.id: {} for row in rows}
        for grant in every:
            grants[grant.person_id][grant.app_id] = rights.role_named(grant.role)
        return [account_of(row, grants[row.id]) for row in rows]

    def members(self, app: int) -> list[Account]:
        """Those who have a role in the app, be it because they have it in all."""
        return [account for account in self.all() if account.role(app)]

    def get(self, number: int) -> Account:
        """The account of that number; NotFound."""
        with self._database.read() as connection:
            return found_account(connection, number)

    def find(self, email: str) -> Account | None:
        """The account with that address, if there is one."""
        with self._database.read() as connection:
            row = connection.execute(by_email(normal_email(email))).first()
            return account_of(row, grants_of(connection, row.id)) if row else None

    def first_owner(self) -> Account | None:
        """The oldest owner of all apps who is not disabled."""
        owners = (p for p in self.all() if p.role(None) == "owner" and not p.disabled)
        return next(owners, None)

    def create(
        self, email: str, name: str, *, now: datetime, password: str | None = None, by: int | None = None
    ) -> Account:  # fmt: skip
        """An account without any role yet."""
        kept = passwords.hash_of(password) if password is not None else None
        with self._database.write(alone=True) as connection:
            number = insert_account(connection, email, name, kept, now=now, by=by)
            return found_account(connection, number)

    def change(
        self, account: int, *, name: str, language: Language | None, now: datetime, by: int | None
    ) -> None:
        """Another name, another language; None: as the browser says."""
        values = {"name": checked_name(name), "language": language}
        with self._database.write() as connection:
            connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(**values))
            record_audit(connection, "person.change", now=now, by=by, target=account)

    def check_password(self, email: str, password: str) -> Account | None:
        """The account, where address and password belong together and the account is not disabled.

        The work is the same whoever is asked for. A hash of another strength is made anew.
        """
        with self._database.read() as connection:
            row = connection.execute(by_email(normal_email(email))).first()
        good = passwords.verified(password, row.password if row else None)
        if row is None or not good or row.disabled is not None:
            return None
        if passwords.weak(row.password):
            anew = passwords.hash_of(password)
            same = sa.and_(ACCOUNTS.c.id == row.id, ACCOUNTS.c.password == row.password)
            with self._database.write() as connection:
                connection.execute(sa.update(ACCOUNTS).where(same).values(password=anew))
        return self.get(row.id)

    def set_password(
        self, account: int, password: str, *, now: datetime, by: int | None, keep: int | None = None
    ) -> None:
        """A new password; all sessions end but `keep`."""
        passwords.check_new(password)
        kept = passwords.hash_of(password)
        with self._database.write() as connection:
            connection.execute(
                sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(password=kept)
            )
            end_sessions(connection, account, keep=keep)
            record_audit(connection, "person.password", now=now, by=by, target=account)

    def disable(self, account: int, *, now: datetime, by: int | None) -> None:
        """No more signing in; all sessions end. Grants stay for the day it is undone."""
        with self._database.write(alone=True) as connection:
            theirs = found_account(connection, account)
            must_outrank(connection, by, theirs)
            if theirs.disabled:
                return
            values = {"disabled": now}
            connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(**values))
            must_leave_an_owner(connection, None, theirs.grants.get(None))
            end_sessions(connection, account)
            record_audit(connection, "person.disable", now=now, by=by, target=account)

    def enable(self, account: int, *, now: datetime, by: int | None) -> None:
        """Undo `disable`."""
        with self._database.write(alone=True) as connection:
            must_outrank(connection, by, found_account(connection, account))
            connection.execute(
                sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(disabled=None)
            )
            record_audit(connection, "person.enable", now=now, by=by, target=account)
