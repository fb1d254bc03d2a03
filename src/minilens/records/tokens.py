"""API tokens: what programs come with. Only their hashes are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.account_rows import found_account
from minilens.records.database import Database, hashed, maybe_utc, plain, record_audit, utc
from minilens.records.rights import SCOPES, Role, opened
from minilens.records.tables import APPS, TOKENS

#: `last_used` is written down no oftener.
NOT_OFTENER = timedelta(minutes=10)


@dataclass(frozen=True)
class Token:
    """An API token as it is kept: not the token itself. `created_by` None: the command line.

    `opens` are the scopes it has while its maker has the rights that its maker has now.
    """

    id: int
    app: int
    name: str
    scopes: tuple[str, ...]
    created: datetime
    created_by: int | None
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None
    opens: frozenset[str]

    def holds(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and (self.expires is None or self.expires > now)


class TokenGrant(NamedTuple):
    """What a token opens that somebody came with. Whoever remembers it heeds `expires`.

    `account` made it: None is the command line.
    """

    app: int
    scopes: frozenset[str]
    token: int
    expires: datetime | None
    account: int | None = None


class Tokens:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        app: int,
        scopes: tuple[str, ...],
        *,
        now: datetime,
        lasts: timedelta | None = None,
        name: str = "",
        by: int | None = None,
    ) -> str:
        """A new API token, shown once: only its hash is kept."""
        if not scopes:
            raise Refused("missing", "scope")
        for scope in scopes:
            if scope not in SCOPES:
                hint = did_you_mean(scope, SCOPES)
                raise Refused("unknown_choice", "scope", got=scope, hint=hint)
        called = plain(name, "name")
        token = f"mt_{secrets.token_urlsafe(24)}"
        expires = now + lasts if lasts else None
        held = " ".join(dict.fromkeys(scopes))
        with self._database.write() as connection:
            number = connection.execute(
                sa.insert(TOKENS)
                .values(
                    app_id=app, hash=hashed(token), scopes=held, created=now, expires=expires,
                    name=called, created_by=by,
                )
                .returning(TOKENS.c.id)
            ).scalar_one()  # fmt: skip
            record_audit(
                connection, "token.create", now=now, by=by, app=app, target=number, name=called,
                scopes=held, expires=expires,
            )  # fmt: skip
        return token

    def of(self, app: int) -> list[Token]:
        """The tokens of an app, newest first; also those that open nothing any more."""
        query = sa.select(TOKENS).where(TOKENS.c.app_id == app).order_by(TOKENS.c.id.desc())
        with self._database.read() as connection:
            return [_token(connection, row) for row in connection.execute(query).all()]

    def find(self, token: str, *, now: datetime) -> TokenGrant | None:
        """What a token opens; None where it is unknown, expired or revoked.

        A scope is missing where whoever made the token may not do that themselves any more.
        """
        query = sa.select(TOKENS).join(APPS).where(TOKENS.c.hash == hashed(token))
        with self._database.read() as connection:
            row = connection.execute(query.where(APPS.c.archived.is_(None))).first()
            found = _token(connection, row) if row else None
        if found is None or not found.holds(now):
            return None
        if found.last_used is None or found.last_used < now - NOT_OFTENER:
            self._database.touch(
                sa.update(TOKENS).where(TOKENS.c.id == found.id).values(last_used=now)
            )
        return TokenGrant(found.app, found.opens, found.id, found.expires, found.created_by)

    def grants(self, scope: str, *, now: datetime) -> dict[str, TokenGrant]:
        """What tokens open that hold now and have the scope, by the hash of each."""
        query = sa.select(TOKENS).join(APPS).where(APPS.c.archived.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(query.where(TOKENS.c.revoked.is_(None))).all()
            some = [(row.hash, _token(connection, row)) for row in rows]
        return {
            hash: TokenGrant(one.app, one.opens, one.id, one.expires, one.created_by)
            for hash, one in some
            if one.holds(now) and scope in one.opens
        }

    def revoke(self, app: int, token: int, *, now: datetime, by: int | None = None) -> None:
        """Refuse this token from now on; NotFound where the app has no such token."""
        own = sa.select(TOKENS).where(TOKENS.c.id == token, TOKENS.c.app_id == app)
        with self._database.write() as connection:
            row = connection.execute(own).first()
            if row is None:
                raise NotFound("not_found")
            if row.revoked is not None:
                return
            connection.execute(sa.update(TOKENS).where(TOKENS.c.id == token).values(revoked=now))
            record_audit(
                connection, "token.revoke", now=now, by=by, app=app, target=token, name=row.name
            )

    def made_by_owner(self, token: int) -> bool:
        """Whether a token comes from the command line, or from somebody who keeps the whole server."""
        maker = sa.select(TOKENS.c.created_by).where(TOKENS.c.id == token)
        with self._database.read() as connection:
            number = connection.execute(maker).scalar_one()
            if number is None:
                return True
            account = found_account(connection, number)
        return not account.disabled and account.may("backups", None)


def _token(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> Token:
    scopes = tuple(row.scopes.split())
    return Token(
        row.id, row.app_id, row.name, scopes, utc(row.created), row.created_by,
        maybe_utc(row.expires), maybe_utc(row.revoked), maybe_utc(row.last_used),
        opened(scopes, _role_of_maker(connection, row.created_by, row.app_id)),
    )  # fmt: skip


def _role_of_maker(connection: sa.Connection, maker: int | None, app: int) -> Role | None:
    """The role of whoever made a token: the command line may do everything, who is barred nothing."""
    if maker is None:
        return "owner"
    account = found_account(connection, maker)
    return None if account.disabled else account.role(app)
