"""People, their passwords, and the roles they have."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import Language, NotAllowed, NotFound, Refused
from minilens.records import passwords, rights
from minilens.records.database import Database, maybe_utc, plain, record_audit, utc
from minilens.records.rights import Role
from minilens.records.tables import GRANTS, PEOPLE, PHONE_LINKS, SESSIONS, SIGN_INS, TOKENS

#: App → role; None: all apps.
Grants = Mapping[int | None, Role]


@dataclass(frozen=True)
class Account:
    """Someone who may sign in. Signs in by link only where `has_password` is false."""

    id: int
    email: str
    name: str
    language: Language | None
    created: datetime
    disabled: datetime | None
    has_password: bool
    grants: Grants = field(default_factory=dict)

    def role(self, app: int | None) -> Role | None:
        """The role there, the higher one of that for this app and that for all."""
        return role_in(self.grants, app)

    def may(self, right: str, app: int | None) -> bool:
        """Whether the person has the right within the app; None: within the whole house."""
        return rights.may(self.role(app), right)


class Accounts(Database):
    """Changes take `by`, the person's number; None is the command line, which may do everything."""

    def keeps_the_house(self, token: int) -> bool:
        """Whether a token comes from the command line, or from somebody who keeps the whole server."""
        maker = sa.select(TOKENS.c.created_by).where(TOKENS.c.id == token)
        with self._connect() as connection:
            number = connection.execute(maker).scalar_one()
            if number is None:
                return True
            person = found_person(connection, number)
        return not person.disabled and person.may("backups", None)

    def people(self) -> list[Account]:
        """Everybody, oldest first."""
        with self._connect() as connection:
            rows = connection.execute(sa.select(PEOPLE).order_by(PEOPLE.c.id)).all()
            every = connection.execute(sa.select(GRANTS)).all()
        grants: dict[int, dict[int | None, Role]] = {row.id: {} for row in rows}
        for grant in every:
            grants[grant.person_id][grant.app_id] = rights.role_named(grant.role)
        return [person_of(row, grants[row.id]) for row in rows]

    def members(self, app: int) -> list[Account]:
        """Those who have a role in the app, be it because they have it in all."""
        return [person for person in self.people() if person.role(app)]

    def person(self, number: int) -> Account:
        """The person of that number; NotFound."""
        with self._connect() as connection:
            return found_person(connection, number)

    def person_named(self, email: str) -> Account | None:
        """The person with that address, if there is one."""
        with self._connect() as connection:
            row = connection.execute(by_email(normal_email(email))).first()
            return person_of(row, grants_of(connection, row.id)) if row else None

    def first_owner(self) -> Account | None:
        """The oldest owner of all apps who is not disabled."""
        owners = (p for p in self.people() if p.role(None) == "owner" and not p.disabled)
        return next(owners, None)

    def add_person(
        self, email: str, name: str, *, now: datetime, password: str | None = None, by: int | None = None
    ) -> Account:  # fmt: skip
        """A person without any role yet."""
        kept = passwords.hash_of(password) if password is not None else None
        with self._change(alone=True) as connection:
            number = insert_person(connection, email, name, kept, now=now, by=by)
            return found_person(connection, number)

    def change_person(
        self, person: int, *, name: str, language: Language | None, now: datetime, by: int | None
    ) -> None:
        """Another name, another language; None: as the browser says."""
        values = {"name": checked_name(name), "language": language}
        with self._change() as connection:
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person).values(**values))
            record_audit(connection, "person.change", now=now, by=by, target=person)

    # passwords

    def check_password(self, email: str, password: str) -> Account | None:
        """The person, where address and password belong together and the person is not disabled.

        The work is the same whoever is asked for. A hash of another strength is made anew.
        """
        with self._connect() as connection:
            row = connection.execute(by_email(normal_email(email))).first()
        good = passwords.verified(password, row.password if row else None)
        if row is None or not good or row.disabled is not None:
            return None
        if passwords.weak(row.password):
            anew = passwords.hash_of(password)
            same = sa.and_(PEOPLE.c.id == row.id, PEOPLE.c.password == row.password)
            with self._change() as connection:
                connection.execute(sa.update(PEOPLE).where(same).values(password=anew))
        return self.person(row.id)

    def set_password(
        self, person: int, password: str, *, now: datetime, by: int | None, keep: int | None = None
    ) -> None:
        """A new password; all sessions end but `keep`."""
        passwords.check_new(password)
        kept = passwords.hash_of(password)
        with self._change() as connection:
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person).values(password=kept))
            end_sessions(connection, person, keep=keep)
            record_audit(connection, "person.password", now=now, by=by, target=person)

    # being let in at all

    def disable_person(self, person: int, *, now: datetime, by: int | None) -> None:
        """No more signing in; all sessions end. Grants stay for the day it is undone."""
        with self._change(alone=True) as connection:
            theirs = found_person(connection, person)
            _must_outrank(connection, by, theirs)
            if theirs.disabled:
                return
            values = {"disabled": now}
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person).values(**values))
            _must_leave_an_owner(connection, None, theirs.grants.get(None))
            end_sessions(connection, person)
            record_audit(connection, "person.disable", now=now, by=by, target=person)

    def enable_person(self, person: int, *, now: datetime, by: int | None) -> None:
        """Undo `disable_person`."""
        with self._change(alone=True) as connection:
            _must_outrank(connection, by, found_person(connection, person))
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person).values(disabled=None))
            record_audit(connection, "person.enable", now=now, by=by, target=person)

    # roles

    def grant(
        self, person: int, app: int | None, role: str, *, now: datetime, by: int | None
    ) -> None:
        """Give a role in an app, or in all, in place of the one before.

        Nobody gives a role above their own, and only owners change those of their own rank.
        """
        wanted = rights.role_named(role)
        with self._change(alone=True) as connection:
            before = found_person(connection, person).grants.get(app)
            must_be_grantable(connection, by, app, wanted)
            if by != person:
                _must_be_changeable(connection, by, app, before)
            put_grant(connection, person, app, wanted)
            _must_leave_an_owner(connection, app, before)
            record_audit(
                connection, "grant.set", now=now, by=by, app=app, target=person, role=wanted,
                before=before,
            )  # fmt: skip

    def revoke(self, person: int, app: int | None, *, now: datetime, by: int | None) -> None:
        """Take a role. Everybody may give up their own, but for the last owner."""
        with self._change(alone=True) as connection:
            before = found_person(connection, person).grants.get(app)
            if before is None:
                raise NotFound("not_found")
            if by != person:
                _must_be_changeable(connection, by, app, before)
            connection.execute(sa.delete(GRANTS).where(*_of(person, app)))
            _must_leave_an_owner(connection, app, before)
            record_audit(
                connection, "grant.remove", now=now, by=by, app=app, target=person, before=before
            )  # fmt: skip


def normal_email(text: str) -> str:
    """As addresses are compared: without spaces around, full-width signs as usual ones, in lower case."""
    return unicodedata.normalize("NFKC", text).replace("\0", " ").strip().lower()


def checked_email(text: str) -> str:
    """The address, normal; Refused where it cannot be one."""
    email = normal_email(text)
    name, _, domain = email.rpartition("@")
    if not name or not domain or "@" in name or len(email) > 254 or len(name) > 64:
        raise Refused("bad_email", "email")
    if any(c.isspace() or unicodedata.category(c).startswith("C") for c in email):
        raise Refused("bad_email", "email")
    return email


def checked_name(text: str) -> str:
    """The name; Refused where nothing of it can be seen or it is long."""
    found = plain(text, "name")
    if all(unicodedata.category(c)[0] in "CZ" for c in found):
        raise Refused("no_name", "name")
    return found


def role_in(grants: Grants, app: int | None) -> Role | None:
    """The higher of the role for all apps and that for this one."""
    return max(grants.get(None), grants.get(app), key=rights.rank)


def by_email(email: str) -> sa.Select[tuple[object, ...]]:
    """The row of an address in its normal form."""
    return sa.select(PEOPLE).where(PEOPLE.c.email == email)


def person_of(row: sa.Row[tuple[object, ...]], grants: Grants) -> Account:
    """A row of people, with what is granted."""
    return Account(
        row.id, row.email, row.name, row.language, utc(row.created), maybe_utc(row.disabled),
        row.password is not None, grants,
    )  # fmt: skip


def grants_of(connection: sa.Connection, person: int) -> dict[int | None, Role]:
    """What a person was given."""
    rows = connection.execute(sa.select(GRANTS).where(GRANTS.c.person_id == person))
    return {row.app_id: rights.role_named(row.role) for row in rows}


def found_person(connection: sa.Connection, number: int) -> Account:
    """The person of that number; NotFound."""
    row = connection.execute(sa.select(PEOPLE).where(PEOPLE.c.id == number)).first()
    if row is None:
        raise NotFound("not_found")
    return person_of(row, grants_of(connection, number))


def insert_person(
    connection: sa.Connection,
    email: str,
    name: str,
    kept: str | None,
    *,
    now: datetime,
    by: int | None,
    by_link: bool = False,
) -> int:
    """A new row; Refused where the address is taken. Who comes by a link made themselves."""
    found = checked_email(email)
    if connection.execute(by_email(found)).first():
        raise Refused("email_taken", "email")
    values = {"email": found, "name": checked_name(name), "password": kept, "created": now}
    made = sa.insert(PEOPLE).values(**values).returning(PEOPLE.c.id)
    number: int = connection.execute(made).scalar_one()
    record_audit(connection, "person.create", now=now, by=number if by_link else by, target=number)
    return number


def put_grant(connection: sa.Connection, person: int, app: int | None, role: Role) -> None:
    """The role, in place of the one before."""
    connection.execute(sa.delete(GRANTS).where(*_of(person, app)))
    connection.execute(sa.insert(GRANTS).values(person_id=person, app_id=app, role=role))


def end_sessions(connection: sa.Connection, person: int, *, keep: int | None = None) -> int:
    """How many ended. Links that nobody used yet are void as well: those for phones, those that sign in."""
    for links in (PHONE_LINKS, SIGN_INS):
        connection.execute(sa.delete(links).where(links.c.person_id == person))
    ended = sa.delete(SESSIONS).where(SESSIONS.c.person_id == person)
    if keep is not None:
        ended = ended.where(SESSIONS.c.id != keep)
    return connection.execute(ended).rowcount


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


def _own_role(connection: sa.Connection, by: int, app: int | None) -> Role | None:
    person = found_person(connection, by)
    return None if person.disabled else person.role(app)


def _must_be_changeable(
    connection: sa.Connection, by: int | None, app: int | None, role: Role | None
) -> None:
    if by is None or role is None:
        return
    if not rights.may_change(_own_role(connection, by, app), role):
        raise NotAllowed("above_own_role", "role")


def _must_outrank(connection: sa.Connection, by: int | None, theirs: Account) -> None:
    """Shutting someone out concerns all apps: for that a role in all of them is needed."""
    if by is None:
        return
    highest = max(theirs.grants.values(), key=rights.rank, default=None)
    own = _own_role(connection, by, None)
    if not rights.may(own, "members:write"):
        raise rights.missing("members:write")
    if not rights.may_change(own, highest):
        raise NotAllowed("above_own_role", "role")


def _must_leave_an_owner(connection: sa.Connection, app: int | None, before: Role | None) -> None:
    """Refused, and with that undone, where an owner of all apps was lost and no other is left."""
    if app is not None or before != "owner":
        return
    owners = (
        sa.select(GRANTS.c.id)
        .join(PEOPLE)
        .where(GRANTS.c.app_id.is_(None), GRANTS.c.role == "owner", PEOPLE.c.disabled.is_(None))
    )
    if connection.execute(owners).first() is None:
        raise Refused("last_owner")


def _of(person: int, app: int | None) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    where = GRANTS.c.app_id.is_(None) if app is None else GRANTS.c.app_id == app
    return GRANTS.c.person_id == person, where
