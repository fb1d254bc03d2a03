"""Mini programs, their write keys, API tokens and declared events."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.accounts import found_person
from minilens.records.app_facts import check_app, check_appid
from minilens.records.database import Database, hashed, maybe_utc, plain, record_audit, utc
from minilens.records.rights import SCOPES, Role, opened
from minilens.records.tables import APPS, DEFINITIONS, KEYS, TOKENS

#: What becomes of a tracker's undeclared events: set aside, or counted.
UNDECLARED = ("strict", "open")
#: `last_used` is written down no oftener.
NOT_OFTENER = timedelta(minutes=10)


@dataclass(frozen=True)
class App:
    """One mini program. `undeclared` says what becomes of a tracker's undeclared events."""

    id: int
    name: str
    appid: str
    zh: str
    en: str
    timezone: str
    undeclared: str
    archived: datetime | None = None


@dataclass(frozen=True)
class Key:
    """A write key and the app it belongs to. `retires` is in UTC; None: without end."""

    id: int
    key: str
    app: App
    retires: datetime | None
    created: datetime


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
    """What a token opens that somebody came with. Whoever remembers it heeds `expires`."""

    app: int
    scopes: frozenset[str]
    token: int
    expires: datetime | None


class Apps(Database):
    """Changes take `by`, the person's number; None is the command line."""

    def apps(self, *, archived: bool = False) -> list[App]:
        """All apps, oldest first; those that are archived only where asked for."""
        query = sa.select(APPS).order_by(APPS.c.id)
        if not archived:
            query = query.where(APPS.c.archived.is_(None))
        with self._connect() as connection:
            return [_app(row) for row in connection.execute(query)]

    def app(self, name: str, *, archived: bool = False) -> App:
        """The app of that name; NotFound with a hint."""
        apps = self.apps(archived=archived)
        for app in apps:
            if app.name == name:
                return app
        hint = did_you_mean(name, [a.name for a in apps])
        raise NotFound("unknown_app", "app", got=name, hint=hint)

    def create_app(
        self,
        name: str,
        *,
        timezone: str,
        now: datetime,
        zh: str = "",
        en: str = "",
        appid: str = "",
        by: int | None = None,
    ) -> App:
        """A new app with its first write key. The timezone is fixed from here on."""
        check_app(name, timezone)
        check_appid(appid)
        given = {"zh": zh or name, "en": en or name, "appid": appid}
        values = {field: plain(text, field) for field, text in given.items()}
        with self._change(alone=True) as connection:
            if connection.execute(sa.select(APPS.c.id).where(APPS.c.name == name)).first():
                raise Refused("app_exists", "app", got=name)
            row = connection.execute(
                sa.insert(APPS)
                .values(
                    name=name, timezone=timezone, undeclared="strict", created=now, **values
                )
                .returning(APPS)
            ).one()  # fmt: skip
            record_audit(
                connection, "app.create", now=now, by=by, app=row.id, target=name, timezone=timezone
            )
            _insert_key(connection, row.id, now)
        return _app(row)

    def change_app(
        self, app: int, *, zh: str, en: str, appid: str, now: datetime, by: int | None = None
    ) -> None:
        """Other titles, another AppID."""
        check_appid(appid, self._appid(app))
        given = {"zh": zh, "en": en, "appid": appid}
        values = {field: plain(text, field) for field, text in given.items()}
        for field in ("zh", "en"):
            if not values[field]:
                raise Refused("missing", field)
        with self._change() as connection:
            connection.execute(sa.update(APPS).where(APPS.c.id == app).values(**values))
            record_audit(connection, "app.change", now=now, by=by, app=app, **values)

    def _appid(self, app: int) -> str:
        """The AppID as it is kept."""
        with self._change() as connection:
            return (
                connection.execute(sa.select(APPS.c.appid).where(APPS.c.id == app)).scalar() or ""
            )

    def set_undeclared(
        self, app: int, undeclared: str, *, now: datetime, by: int | None = None
    ) -> None:
        """What becomes of a tracker's undeclared events from now on."""
        if undeclared not in UNDECLARED:
            raise Refused("unknown_choice", "undeclared", got=undeclared)
        change = sa.update(APPS).where(APPS.c.id == app, APPS.c.undeclared != undeclared)
        with self._change() as connection:
            if connection.execute(change.values(undeclared=undeclared)).rowcount:
                record_audit(
                    connection, "app.undeclared", now=now, by=by, app=app, undeclared=undeclared
                )  # fmt: skip

    def archive_app(self, app: int, *, now: datetime, by: int | None = None) -> None:
        """Hide it and refuse its keys and tokens; its events stay."""
        self._archived(app, now, "app.archive", now=now, by=by)

    def restore_app(self, app: int, *, now: datetime, by: int | None = None) -> None:
        """Undo `archive_app`."""
        self._archived(app, None, "app.restore", now=now, by=by)

    def _archived(
        self, app: int, since: datetime | None, action: str, *, now: datetime, by: int | None
    ) -> None:
        other = APPS.c.archived.is_(None) if since else APPS.c.archived.is_not(None)
        change = sa.update(APPS).where(APPS.c.id == app, other).values(archived=since)
        with self._change() as connection:
            if connection.execute(change).rowcount:
                record_audit(connection, action, now=now, by=by, app=app)

    # write keys

    def keys(self, app: int | None = None) -> list[Key]:
        """Write keys with their apps, newest first; also retired ones. Of all apps: none archived."""
        query = sa.select(KEYS, APPS).join(APPS).order_by(KEYS.c.id.desc())
        query = query.set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        query = query.where(APPS.c.archived.is_(None) if app is None else KEYS.c.app_id == app)
        with self._connect() as connection:
            return [_key(row) for row in connection.execute(query)]

    def create_key(
        self,
        app: int,
        *,
        now: datetime,
        retire_others_after: timedelta | None = None,
        newest: int | None = None,
        by: int | None = None,
    ) -> str:
        """A new write key. Rotation: the others are accepted for `retire_others_after` longer.

        `newest` is the key that was the newest when this was asked: where another rotated meanwhile,
        nothing is done.
        """
        with self._change(alone=True) as connection:
            last = sa.select(sa.func.max(KEYS.c.id)).where(KEYS.c.app_id == app)
            if newest is not None and connection.execute(last).scalar() != newest:
                raise Refused("rotated_already", "newest")
            if retire_others_after is None:
                key = _insert_key(connection, app, now)
                record_audit(connection, "key.create", now=now, by=by, app=app, target=key)
                return key
            retires = now + retire_others_after
            connection.execute(
                sa.update(KEYS)
                .where(KEYS.c.app_id == app, KEYS.c.retires.is_(None))
                .values(retires=retires)
            )
            key = _insert_key(connection, app, now)
            record_audit(
                connection, "key.rotate", now=now, by=by, app=app, target=key, others_retire=retires
            )
        return key

    def retire_key(self, app: int, key: int, *, now: datetime, by: int | None = None) -> None:
        """Refuse this key from now on; NotFound where the app has no such key."""
        own = sa.select(KEYS.c.key).where(KEYS.c.id == key, KEYS.c.app_id == app)
        with self._change() as connection:
            text = connection.execute(own).scalar()
            if text is None:
                raise NotFound("not_found")
            connection.execute(
                sa.update(KEYS)
                .where(KEYS.c.id == key, sa.or_(KEYS.c.retires.is_(None), KEYS.c.retires > now))
                .values(retires=now)
            )
            record_audit(connection, "key.retire", now=now, by=by, app=app, target=text)

    # tokens

    def create_token(
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
        with self._change() as connection:
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

    def tokens(self, app: int) -> list[Token]:
        """The tokens of an app, newest first; also those that open nothing any more."""
        query = sa.select(TOKENS).where(TOKENS.c.app_id == app).order_by(TOKENS.c.id.desc())
        with self._connect() as connection:
            return [_token(connection, row) for row in connection.execute(query).all()]

    def revoke_token(self, app: int, token: int, *, now: datetime, by: int | None = None) -> None:
        """Refuse this token from now on; NotFound where the app has no such token."""
        own = sa.select(TOKENS).where(TOKENS.c.id == token, TOKENS.c.app_id == app)
        with self._change() as connection:
            row = connection.execute(own).first()
            if row is None:
                raise NotFound("not_found")
            if row.revoked is not None:
                return
            connection.execute(sa.update(TOKENS).where(TOKENS.c.id == token).values(revoked=now))
            record_audit(
                connection, "token.revoke", now=now, by=by, app=app, target=token, name=row.name
            )

    def token(self, token: str, *, now: datetime) -> TokenGrant | None:
        """What a token opens; None where it is unknown, expired or revoked.

        A scope is missing where whoever made the token may not do that themselves any more.
        """
        query = sa.select(TOKENS).join(APPS).where(TOKENS.c.hash == hashed(token))
        with self._connect() as connection:
            row = connection.execute(query.where(APPS.c.archived.is_(None))).first()
            found = _token(connection, row) if row else None
        if found is None or not found.holds(now):
            return None
        if found.last_used is None or found.last_used < now - NOT_OFTENER:
            self._remember(sa.update(TOKENS).where(TOKENS.c.id == found.id).values(last_used=now))
        return TokenGrant(found.app, found.opens, found.id, found.expires)

    # definitions

    def declared(self) -> set[tuple[int, str]]:
        """(app, event name) of every declared event beside the built-in ones."""
        with self._connect() as connection:
            rows = connection.execute(sa.select(DEFINITIONS.c.app_id, DEFINITIONS.c.name))
            return {(row.app_id, row.name) for row in rows}

    def declare(
        self, app: int, name: str, zh: str, *, now: datetime, by: int | None = None
    ) -> None:
        """Declare an event, so that a tracker's events of that name count."""
        name, zh = plain(name, "name", 32), plain(zh, "zh", 32)
        same = sa.select(DEFINITIONS.c.id).where(
            DEFINITIONS.c.app_id == app, DEFINITIONS.c.name == name
        )
        with self._change(alone=True) as connection:
            if connection.execute(same).first():
                raise Refused("declared_already", "name", got=name)
            connection.execute(
                sa.insert(DEFINITIONS).values(app_id=app, name=name, zh=zh, created=now)
            )
            record_audit(
                connection, "definition.create", now=now, by=by, app=app, target=name, zh=zh
            )


def _insert_key(connection: sa.Connection, app: int, now: datetime) -> str:
    key = f"mk_{secrets.token_hex(12)}"
    connection.execute(sa.insert(KEYS).values(app_id=app, key=key, created=now))
    return key


def _app(row: sa.Row[tuple[object, ...]]) -> App:
    return App(
        row.id, row.name, row.appid, row.zh, row.en, row.timezone, row.undeclared,
        maybe_utc(row.archived),
    )  # fmt: skip


def _key(row: sa.Row[tuple[object, ...]]) -> Key:
    app = App(
        row.apps_id, row.apps_name, row.apps_appid, row.apps_zh, row.apps_en, row.apps_timezone,
        row.apps_undeclared, maybe_utc(row.apps_archived),
    )  # fmt: skip
    return Key(
        row.write_keys_id, row.write_keys_key, app, maybe_utc(row.write_keys_retires),
        utc(row.write_keys_created),
    )  # fmt: skip


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
    person = found_person(connection, maker)
    return None if person.disabled else person.role(app)
