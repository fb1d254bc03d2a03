"""The roles that accounts have, and who may give or take them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotAllowed, NotFound, Refused
from minilens.records import rights
from minilens.records.account_rows import Account, found_account
from minilens.records.database import Database, record_audit
from minilens.records.rights import Role
from minilens.records.tables import ACCOUNTS, GRANTS


class Grants:
    """Changes take `by`, the account's number; None is the command line, which may do everything."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(
        self, account: int, app: int | None, role: str, *, now: datetime, by: int | None
    ) -> None:
        """Give a role in an app, or in all, in place of the one before.

        Nobody gives a role above their own, and only owners change those of their own rank.
        """
        wanted = rights.role_named(role)
        with self._database.write(alone=True) as connection:
            before = found_account(connection, account).grants.get(app)
            must_be_grantable(connection, by, app, wanted)
            if by != account:
                _must_be_changeable(connection, by, app, before)
            put_grant(connection, account, app, wanted)
            must_leave_an_owner(connection, app, before)
            record_audit(
                connection, "grant.set", now=now, by=by, app=app, target=account, role=wanted,
                before=before,
            )  # fmt: skip

    def remove(self, account: int, app: int | None, *, now: datetime, by: int | None) -> None:
        """Take a role. Everybody may give up their own, but for the last owner."""
        with self._database.write(alone=True) as connection:
            before = found_account(connection, account).grants.get(app)
            if before is None:
                raise NotFound("not_found")
            if by != account:
                _must_be_changeable(connection, by, app, before)
            connection.execute(sa.delete(GRANTS).where(*_of(account, app)))
            must_leave_an_owner(connection, app, before)
            record_audit(
                connection, "grant.remove", now=now, by=by, app=app, target=account, before=before
            )  # fmt: skip


def put_grant(connection: sa.Connection, account: int, app: int | None, role: Role) -> None:
    """The role, in place of the one before."""
    connection.execute(sa.delete(GRANTS).where(*_of(account, app)))
    connection.execute(sa.insert(GRANTS).values(person_id=account, app_id=app, role=role))


def must_be_grantable(
    connection: sa.Connection, by: int | None, app: int | None, role: Role
) -> None:
    """NotAllowed where `by` may not give that role there."""
    if by is None:
        return
    own = _own_role(connection, by, app)
    if not rights.may(own, "members:write"):
        raise rights.missing("members:write")
    if role not in rights.grantable(own):
        raise NotAllowed("above_own_role", "role")


def must_outrank(connection: sa.Connection, by: int | None, theirs: Account) -> None:
    """Shutting someone out concerns all apps: for that a role in all of them is needed."""
    if by is None:
        return
    highest = max(theirs.grants.values(), key=rights.rank, default=None)
    own = _own_role(connection, by, None)
    if not rights.may(own, "members:write"):
        raise rights.missing("members:write")
    if not rights.may_change(own, highest):
        raise NotAllowed("above_own_role", "role")


def must_leave_an_owner(connection: sa.Connection, app: int | None, before: Role | None) -> None:
    """Refused, and with that undone, where an owner of all apps was lost and no other is left."""
    if app is not None or before != "owner":
        return
    owners = (
        sa.select(GRANTS.c.id)
        .join(ACCOUNTS)
        .where(GRANTS.c.app_id.is_(None), GRANTS.c.role == "owner", ACCOUNTS.c.disabled.is_(None))
    )
    if connection.execute(owners).first() is None:
        raise Refused("last_owner")


def _own_role(connection: sa.Connection, by: int, app: int | None) -> Role | None:
    account = found_account(connection, by)
    return None if account.disabled else account.role(app)


def _must_be_changeable(
    connection: sa.Connection, by: int | None, app: int | None, role: Role | None
) -> None:
    if by is None or role is None:
        return
    if not rights.may_change(_own_role(connection, by, app), role):
        raise NotAllowed("above_own_role", "role")


def _of(account: int, app: int | None) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    where = GRANTS.c.app_id.is_(None) if app is None else GRANTS.c.app_id == app
    return GRANTS.c.person_id == account, where
