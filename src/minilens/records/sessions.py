"""Ways in: sessions, links that sign in once, invitations. Only hashes of their secrets are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.errors import NotAllowed, NotFound, Refused
from minilens.records import passwords, rights
from minilens.records.accounts import (
    Account,
    checked_email,
    end_sessions,
    found_person,
    insert_person,
    must_be_grantable,
    put_grant,
)
from minilens.records.database import Database, hashed, record_audit, utc
from minilens.records.rights import Role
from minilens.records.tables import APPS, INVITATIONS, PEOPLE, SESSIONS, SIGN_INS

SESSION_LASTS = timedelta(days=30)
SIGN_IN_LASTS = timedelta(hours=12)
INVITATION_LASTS = timedelta(days=7)
#: `seen` is written down, and the end moved on, no oftener.
#: What is over is removed so long after: by a clock that is ahead for a while nobody is signed out for good.
KEPT_LONGER = timedelta(days=90)
NOT_OFTENER = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """Someone signed in on some device. `app`: a phone, which reads that app alone."""

    id: int
    person: Account
    created: datetime
    seen: datetime
    expires: datetime
    agent: str
    app: int | None = None


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


class Sessions(Database):
    """A secret is a random text; asking with it uses a link up, but not a session."""

    # sessions

    def create_session(self, person: int, *, now: datetime, agent: str = "") -> str:
        """The secret of a new session."""
        with self._change() as connection:
            secret = insert_session(connection, person, now=now, agent=agent)
            record_audit(connection, "session.begin", now=now, by=person, target=person)
        return secret

    def session(self, secret: str, *, now: datetime, used: bool = True) -> Session | None:
        """Whose session it is; None where it is unknown, over, or the person disabled.

        `used`: it lasts longer by that.
        """
        good = sa.select(SESSIONS).where(
            SESSIONS.c.hash == hashed(secret), SESSIONS.c.expires > now
        )
        with self._connect() as connection:
            row = connection.execute(good).first()
            if row is None:
                return None
            person = found_person(connection, row.person_id)
        if person.disabled:
            return None
        found = _session(row, person if row.app_id is None else reader(person, row.app_id))
        if used and found.seen < now - NOT_OFTENER:
            ends = found.expires if found.app else now + SESSION_LASTS
            values = {"seen": now, "expires": ends}
            self._remember(sa.update(SESSIONS).where(SESSIONS.c.id == row.id).values(**values))
        return found

    def sessions(self, person: int, *, now: datetime) -> list[Session]:
        """Where a person is signed in, the one seen last first."""
        query = sa.select(SESSIONS).where(SESSIONS.c.person_id == person, SESSIONS.c.expires > now)
        with self._connect() as connection:
            whose = found_person(connection, person)
            rows = connection.execute(query.order_by(SESSIONS.c.seen.desc(), SESSIONS.c.id.desc()))
            return [_session(row, whose) for row in rows]

    def end_session(self, person: int, session: int, *, now: datetime) -> None:
        """Sign out on one device; harmless where it is over already."""
        own = sa.and_(SESSIONS.c.id == session, SESSIONS.c.person_id == person)
        with self._change() as connection:
            if connection.execute(sa.delete(SESSIONS).where(own)).rowcount:
                record_audit(connection, "session.end", now=now, by=person, target=person)

    def end_sessions(
        self, person: int, *, now: datetime, by: int | None, keep: int | None = None
    ) -> int:
        """Sign out everywhere, but for `keep`; how many sessions ended."""
        with self._change() as connection:
            ended = end_sessions(connection, person, keep=keep)
            record_audit(connection, "session.end_all", now=now, by=by, target=person, ended=ended)
        return ended

    # links that sign in once

    def create_sign_in(
        self,
        *,
        now: datetime,
        person: int | None = None,
        lasts: timedelta = SIGN_IN_LASTS,
        by: int | None = None,
    ) -> str:
        """A code that signs a person in once. Without a person: it makes the first owner."""
        code = secrets.token_urlsafe(18)
        values = {"hash": hashed(code), "expires": now + lasts, "person_id": person}
        with self._change() as connection:
            connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.expires <= now - KEPT_LONGER))
            connection.execute(sa.insert(SIGN_INS).values(**values))
            record_audit(connection, "sign_in.create", now=now, by=by, target=person or "")
        return code

    def signs_in(self, code: str, *, now: datetime) -> bool:
        """Whether the code lets somebody in. It is not used up by looking."""
        query = (
            sa.select(PEOPLE.c.id)
            .join(SIGN_INS, SIGN_INS.c.person_id == PEOPLE.c.id)
            .where(*_good(code, now), PEOPLE.c.disabled.is_(None))
        )
        with self._connect() as connection:
            return connection.execute(query).first() is not None

    def use_sign_in(self, code: str, *, now: datetime) -> Account | None:
        """Whom the code lets in; it is used up by asking. None also where it makes the first owner."""
        gone = (
            sa.delete(SIGN_INS)
            .where(*_good(code, now), SIGN_INS.c.person_id.is_not(None))
            .returning(SIGN_INS.c.person_id)
        )
        with self._change() as connection:
            number = connection.execute(gone).scalar()
            person = found_person(connection, number) if number is not None else None
        return person if person and not person.disabled else None

    def makes_owner(self, code: str, *, now: datetime) -> bool:
        """Whether the code makes the first owner. It is not used up, and void once there is anybody."""
        query = sa.select(SIGN_INS.c.hash).where(*_good(code, now), SIGN_INS.c.person_id.is_(None))
        with self._connect() as connection:
            nobody = connection.execute(sa.select(PEOPLE.c.id)).first() is None
            return nobody and connection.execute(query).first() is not None

    def create_first_owner(
        self, code: str, email: str, name: str, password: str, *, now: datetime
    ) -> Account:
        """The first person, owner of all apps; NotAllowed where the code is not good for that."""
        passwords.check_new(password)
        kept = passwords.hash_of(password)
        gone = sa.delete(SIGN_INS).where(*_good(code, now), SIGN_INS.c.person_id.is_(None))
        with self._change(alone=True) as connection:
            nobody = connection.execute(sa.select(PEOPLE.c.id)).first() is None
            if not nobody or connection.execute(gone).rowcount != 1:
                raise NotAllowed("used_link")
            number = insert_person(connection, email, name, kept, now=now, by=None, by_link=True)
            put_grant(connection, number, None, "owner")
            record_audit(connection, "grant.set", now=now, by=None, target=number, role="owner")
            return found_person(connection, number)

    # invitations

    def invite(
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
        with self._change(alone=True) as connection:
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

    def invitations(self, app: int | None, *, now: datetime) -> list[Invitation]:
        """Those that wait to be accepted, for an app (None: for all apps), the newest first."""
        there = INVITATIONS.c.app_id.is_(None) if app is None else INVITATIONS.c.app_id == app
        query = sa.select(INVITATIONS).where(there, INVITATIONS.c.expires > now)
        with self._connect() as connection:
            rows = connection.execute(query.order_by(INVITATIONS.c.id.desc()))
            return [_invitation(row) for row in rows]

    def cancel_invitation(
        self, app: int | None, invitation: int, *, now: datetime, by: int | None
    ) -> None:
        """Its link opens nothing any more; NotFound where the app has no such invitation."""
        there = INVITATIONS.c.app_id.is_(None) if app is None else INVITATIONS.c.app_id == app
        with self._change() as connection:
            gone = sa.delete(INVITATIONS).where(INVITATIONS.c.id == invitation, there)
            if connection.execute(gone).rowcount != 1:
                raise NotFound("not_found")
            record_audit(
                connection, "invitation.cancel", now=now, by=by, app=app, target=invitation
            )

    def invitation(self, code: str, *, now: datetime) -> Invitation | None:
        """What a link offers. It is not used up by looking; void once who made it may not any more."""
        with self._connect() as connection:
            return _standing(connection, code, now)

    def accept(
        self, code: str, *, now: datetime, person: int | None = None, name: str = "", password: str = ""
    ) -> Account:  # fmt: skip
        """The invited person with the role: `person` who is there already, or a new one.

        NotAllowed where the link is used up, or somebody else's. A higher role is not lowered.
        """
        kept = None
        if person is None:
            passwords.check_new(password)
            kept = passwords.hash_of(password)
        with self._change(alone=True) as connection:
            offered = _standing(connection, code, now)
            gone = sa.delete(INVITATIONS).where(INVITATIONS.c.hash == hashed(code))
            if offered is None or connection.execute(gone).rowcount != 1:
                raise NotAllowed("used_link")
            if person is None:
                person = insert_person(
                    connection, offered.email, name, kept, now=now, by=None, by_link=True
                )
            whose = found_person(connection, person)
            if whose.email != offered.email or whose.disabled:
                raise NotAllowed("others_link")
            before = whose.grants.get(offered.app)
            if rights.rank(offered.role) > rights.rank(before):
                put_grant(connection, person, offered.app, offered.role)
            record_audit(
                connection, "invitation.accept", now=now, by=person, app=offered.app,
                target=offered.id, role=offered.role, before=before,
            )  # fmt: skip
            return found_person(connection, person)


def insert_session(
    connection: sa.Connection,
    person: int,
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
            hash=hashed(secret), person_id=person, created=now, seen=now, agent=agent[:64],
            expires=now + lasts, app_id=app,
        )
    )  # fmt: skip
    return secret


def reader(person: Account, app: int) -> Account:
    """The same person, who may read that app alone, for as long as they may themselves."""
    return replace(person, grants={app: "viewer"} if person.may(rights.SEES, app) else {})


def _good(code: str, now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return SIGN_INS.c.hash == hashed(code), SIGN_INS.c.expires > now


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


def _session(row: sa.Row[tuple[object, ...]], person: Account) -> Session:
    return Session(
        row.id, person, utc(row.created), utc(row.seen), utc(row.expires), row.agent, row.app_id
    )


def _invitation(row: sa.Row[tuple[object, ...]]) -> Invitation:
    return Invitation(
        row.id, row.email, row.app_id, rights.role_named(row.role), row.by_id, utc(row.created),
        utc(row.expires),
    )  # fmt: skip
