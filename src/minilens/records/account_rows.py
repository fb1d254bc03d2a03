"""An account, and the rows that it is made of; for the rooms that read and change them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records import rights
from minilens.records.database import maybe_utc, plain, record_audit, utc
from minilens.records.rights import Role
from minilens.records.tables import ACCOUNTS, GRANTS, PHONE_LINKS, SESSIONS, SIGN_INS
from minilens.text import Language

#: App → role; None: all apps.
Roles = Mapping[int | None, Role]


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
    grants: Roles = field(default_factory=dict)

    def role(self, app: int | None) -> Role | None:
        """The role there, the higher one of that for this app and that for all."""
        return role_in(self.grants, app)

    def may(self, right: str, app: int | None) -> bool:
        """Whether the account has the right within the app; None: within the whole server."""
        return rights.may(self.role(app), right)


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


def role_in(grants: Roles, app: int | None) -> Role | None:
    """The higher of the role for all apps and that for this one."""
    return max(grants.get(None), grants.get(app), key=rights.rank)


def by_email(email: str) -> sa.Select[tuple[object, ...]]:
    """The row of an address in its normal form."""
    return sa.select(ACCOUNTS).where(ACCOUNTS.c.email == email)


def account_of(row: sa.Row[tuple[object, ...]], grants: Roles) -> Account:
    """A row of accounts, with what is granted."""
    return Account(
        row.id, row.email, row.name, row.language, utc(row.created), maybe_utc(row.disabled),
        row.password is not None, grants,
    )  # fmt: skip


def grants_of(connection: sa.Connection, account: int) -> dict[int | None, Role]:
    """What an account was given."""
    rows = connection.execute(sa.select(GRANTS).where(GRANTS.c.person_id == account))
    return {row.app_id: rights.role_named(row.role) for row in rows}


def found_account(connection: sa.Connection, number: int) -> Account:
    """The account of that number; NotFound."""
    row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.id == number)).first()
    if row is None:
        raise NotFound("not_found")
    return account_of(row, grants_of(connection, number))


def insert_account(
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
    made = sa.insert(ACCOUNTS).values(**values).returning(ACCOUNTS.c.id)
    number: int = connection.execute(made).scalar_one()
    record_audit(connection, "person.create", now=now, by=number if by_link else by, target=number)
    return number


def end_sessions(connection: sa.Connection, account: int, *, keep: int | None = None) -> int:
    """How many ended. Links that nobody used yet are void as well: those for phones, those that sign in."""
    for links in (PHONE_LINKS, SIGN_INS):
        connection.execute(sa.delete(links).where(links.c.person_id == account))
    ended = sa.delete(SESSIONS).where(SESSIONS.c.person_id == account)
    if keep is not None:
        ended = ended.where(SESSIONS.c.id != keep)
    return connection.execute(ended).rowcount


def check_member(connection: sa.Connection, app: int, account: int) -> None:
    """Refused as the owner of something of an app, where an account is none or can't see it."""
    try:
        found = found_account(connection, account)
    except NotFound:
        found = None
    if found is None or not found.may(rights.SEES, app):
        raise Refused("no_such_owner", "owner", got=str(account))
