"""Links by which someone gets a role. Only hashes of the codes are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.errors import NotAllowed, NotFound, Refused
from minilens.records import passwords, rights
from minilens.records.account_rows import Account, checked_email, found_account, insert_account
from minilens.records.database import KEPT_LONGER, Database, hashed, record_audit, utc
from minilens.records.grants import must_be_grantable, put_grant
from minilens.records.rights import Role
from minilens.records.tables import APPS, INVITATIONS

INVITATION_LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Invitation:
    """Someone is asked in. `app` None: into all apps; `by` None: by the command line."""

    id: int
    email: str
    app: int | None
    role: Role
    by: int | None
    created: datetime
    expires: datetime


class Invitations:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        email: str,
        app: int | None,
        role: str,
        *,
        now: datetime,
        by: int | None,
        lasts: timedelta = INVITATION_LASTS,
    ) -> str:
        """The code of a link by which someone gets a role; an earlier one of theirs there is void."""
        found, wanted = checked_email(email), rights.role_named(role)
        code = secrets.token_urlsafe(24)
        there = INVITATIONS.c.app_id.is_(None) if app is None else INVITATIONS.c.app_id == app
        with self._database.write(alone=True) as connection:
            must_be_grantable(connection, by, app, wanted)
            earlier = sa.and_(INVITATIONS.c.email == found, there)
            connection.execute(
                sa.delete(INVITATIONS).where(
                    sa.or_(earlier, INVITATIONS.c.expires <= now - KEPT_LONGER)
                )
            )
            made = sa.insert(INVITATIONS).values(
                hash=hashed(code), email=found, app_id=app, role=wanted, by_id=by, created=now,
                expires=now + lasts,
            ).returning(INVITATIONS.c.id)  # fmt: skip
            number = connection.execute(made).scalar_one()
            record_audit(
                connection, "invitation.create", now=now, by=by, app=app, target=number, role=wanted
            )
        return code

    def of(self, app: int | None, *, now: datetime) -> list[Invitation]:
        """Those that wait to be accepted, for an app (None: for all apps), the newest first."""
        there = INVITATIONS.c.app_id.is_(None) if app is None else INVITATIONS.c.app_id == app
        query = sa.select(INVITATIONS).where(there, INVITATIONS.c.expires > now)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(INVITATIONS.c.id.desc()))
            return [_invitation(row) for row in rows]

    def find(self, code: str, *, now: datetime) -> Invitation | None:
        """What a link offers. It is not used up by looking; void once who made it may not any more."""
        with self._database.read() as connection:
            return _standing(connection, code, now)

    def cancel(self, app: int | None, invitation: int, *, now: datetime, by: int | None) -> None:
        """Its link opens nothing any more; NotFound where the app has no such invitation."""
        there = INVITATIONS.c.app_id.is_(None) if app is None else INVITATIONS.c.app_id == app
        with self._database.write() as connection:
            gone = sa.delete(INVITATIONS).where(INVITATIONS.c.id == invitation, there)
            if connection.execute(gone).rowcount != 1:
                raise NotFound("not_found")
            record_audit(
                connection, "invitation.cancel", now=now, by=by, app=app, target=invitation
            )

    def accept(
        self, code: str, *, now: datetime, account: int | None = None, name: str = "", password: str = ""
    ) -> Account:  # fmt: skip
        """The invited account with the role: `account` who is there already, or a new one.

        NotAllowed where the link is used up, or somebody else's. A higher role is not lowered.
        """
        kept = None
        if account is None:
            passwords.check_new(password)
            kept = passwords.hash_of(password)
        with self._database.write(alone=True) as connection:
            offered = _standing(connection, code, now)
            gone = sa.delete(INVITATIONS).where(INVITATIONS.c.hash == hashed(code))
            if offered is None or connection.execute(gone).rowcount != 1:
                raise NotAllowed("used_link")
            if account is None:
                account = insert_account(
                    connection, offered.email, name, kept, now=now, by=None, by_link=True
                )
            whose = found_account(connection, account)
            if whose.email != offered.email or whose.disabled:
                raise NotAllowed("others_link")
            before = whose.grants.get(offered.app)
            if rights.rank(offered.role) > rights.rank(before):
                put_grant(connection, account, offered.app, offered.role)
            record_audit(
                connection, "invitation.accept", now=now, by=account, app=offered.app,
                target=offered.id, role=offered.role, before=before,
            )  # fmt: skip
            return found_account(connection, account)


def _standing(connection: sa.Connection, code: str, now: datetime) -> Invitation | None:
    """The invitation, while its time runs, its app is there, and who made it may still give the role."""
    query = (
        sa.select(INVITATIONS)
        .outerjoin(APPS)
        .where(
            INVITATIONS.c.hash == hashed(code),
            INVITATIONS.c.expires > now,
            APPS.c.archived.is_(None),
        )
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    found = _invitation(row)
    try:
        must_be_grantable(connection, found.by, found.app, found.role)
    except Refused:
        return None
    return found


def _invitation(row: sa.Row[tuple[object, ...]]) -> Invitation:
    return Invitation(
        row.id, row.email, row.app_id, rights.role_named(row.role), row.by_id, utc(row.created),
        utc(row.expires),
    )  # fmt: skip
