"""The only door to the records: what people edit, in SQLite or PostgreSQL."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa

from minilens.errors import CannotStart, NotFound, Refused, did_you_mean
from minilens.records.tables import APPS, DEFINITIONS, KEYS, SIGN_INS, TOKENS

SCOPES = ("report:read", "events:write", "links:write", "admin")


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


@dataclass(frozen=True)
class Key:
    """A write key and the app it belongs to. `retires` is in UTC; None: without end."""

    id: int
    key: str
    app: App
    retires: datetime | None


class Records:
    """Opened once a process; safe to use from several threads."""

    def __init__(self, dsn: str) -> None:
        if dsn.startswith("sqlite:///"):
            Path(dsn.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        try:
            self._engine = sa.create_engine(dsn, pool_pre_ping=True)
        except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
            raise CannotStart(f"MINILENS_RECORDS cannot be used: {error}") from error
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _careful_sqlite)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # schema

    def pending(self) -> list[str]:
        """Migrations not run yet, oldest first; CannotStart where the schema is newer."""
        from minilens.records import schema  # Alembic is large, and the receiver never migrates

        with self._connect() as connection:
            return schema.pending(connection)

    def migrate(self) -> list[str]:
        """Run the pending migrations; which they were."""
        from minilens.records import schema

        with self._connect() as connection:
            if not (taken := schema.pending(connection)):
                return []
        with self._engine.begin() as connection:
            schema.migrate(connection)
        return taken

    # apps

    def apps(self) -> list[App]:
        """All apps, oldest first."""
        with self._connect() as connection:
            return [_app(row) for row in connection.execute(sa.select(APPS).order_by(APPS.c.id))]

    def app(self, name: str) -> App:
        """The app of that name; NotFound with a hint."""
        apps = self.apps()
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
    ) -> App:
        """A new app with its first write key. The timezone is fixed from here on."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", name):
            raise Refused(
                "bad_shape", "app", reason="lower-case letters, digits, - and _, at most 63"
            )
        if timezone not in available_timezones():
            raise Refused("bad_shape", "timezone", reason=f"no timezone is named {timezone}")
        ZoneInfo(timezone)
        with self._engine.begin() as connection:
            if connection.execute(sa.select(APPS.c.id).where(APPS.c.name == name)).first():
                raise Refused("bad_shape", "app", reason=f"{name} exists already")
            connection.execute(
                sa.insert(APPS).values(
                    name=name, appid=appid, zh=zh or name, en=en or name, timezone=timezone,
                    undeclared="strict", created=now,
                )
            )  # fmt: skip
        app = self.app(name)
        self.create_key(app.id, now=now)
        return app

    # write keys

    def keys(self, app: int | None = None) -> list[Key]:
        """Write keys with their apps, newest first; also retired ones."""
        query = sa.select(KEYS, APPS).join(APPS).order_by(KEYS.c.id.desc())
        query = query.set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        if app is not None:
            query = query.where(KEYS.c.app_id == app)
        with self._connect() as connection:
            return [_key(row) for row in connection.execute(query)]

    def create_key(
        self, app: int, *, now: datetime, retire_others_after: timedelta | None = None
    ) -> str:
        """A new write key. Rotation: the others are accepted for `retire_others_after` longer."""
        key = f"mk_{secrets.token_hex(12)}"
        with self._engine.begin() as connection:
            if retire_others_after is not None:
                connection.execute(
                    sa.update(KEYS)
                    .where(KEYS.c.app_id == app, KEYS.c.retires.is_(None))
                    .values(retires=now + retire_others_after)
                )
            connection.execute(sa.insert(KEYS).values(app_id=app, key=key, created=now))
        return key

    # tokens

    def create_token(
        self, app: int, scopes: tuple[str, ...], *, now: datetime, lasts: timedelta | None = None
    ) -> str:
        """A new API token, shown once: only its hash is kept."""
        for scope in scopes:
            if scope not in SCOPES:
                raise Refused(
                    "unknown_choice", "scope", got=scope, hint=did_you_mean(scope, SCOPES)
                )
        token = f"mt_{secrets.token_urlsafe(24)}"
        with self._engine.begin() as connection:
            connection.execute(
                sa.insert(TOKENS).values(
                    app_id=app, hash=_hash(token), scopes=" ".join(scopes), created=now,
                    expires=now + lasts if lasts else None,
                )
            )  # fmt: skip
        return token

    def token(self, token: str, *, now: datetime) -> tuple[int, frozenset[str], int] | None:
        """App, scopes and number of a token; None where it is unknown or expired."""
        query = sa.select(TOKENS).where(TOKENS.c.hash == _hash(token))
        with self._connect() as connection:
            row = connection.execute(query).first()
        if row is None or (row.expires is not None and _utc(row.expires) <= now):
            return None
        return row.app_id, frozenset(row.scopes.split()), row.id

    # definitions

    def declared(self) -> set[tuple[int, str]]:
        """(app, event name) of every declared event beside the built-in ones."""
        with self._connect() as connection:
            rows = connection.execute(sa.select(DEFINITIONS.c.app_id, DEFINITIONS.c.name))
            return {(row.app_id, row.name) for row in rows}

    def declare(self, app: int, name: str, zh: str, *, now: datetime) -> None:
        """Declare an event, so that a tracker's events of that name count."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.insert(DEFINITIONS).values(app_id=app, name=name, zh=zh, created=now)
            )

    # signing in

    def create_sign_in(self, *, now: datetime, lasts: timedelta = timedelta(hours=12)) -> str:
        """A code that signs in once."""
        code = secrets.token_urlsafe(18)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.expires <= now))
            connection.execute(sa.insert(SIGN_INS).values(hash=_hash(code), expires=now + lasts))
        return code

    def use_sign_in(self, code: str, *, now: datetime) -> bool:
        """Whether the code is good; it is used up by asking."""
        gone = sa.delete(SIGN_INS).where(SIGN_INS.c.hash == _hash(code), SIGN_INS.c.expires > now)
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount == 1

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise CannotStart(f"The records cannot be opened: {error.orig}") from error


def _careful_sqlite(connection: object, _record: object) -> None:
    """Write-ahead log (readers never wait), a full sync (tenet 2), patience with another writer."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; what is stored is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _app(row: sa.Row[tuple[object, ...]]) -> App:
    return App(row.id, row.name, row.appid, row.zh, row.en, row.timezone, row.undeclared)


def _key(row: sa.Row[tuple[object, ...]]) -> Key:
    app = App(
        row.apps_id, row.apps_name, row.apps_appid, row.apps_zh, row.apps_en, row.apps_timezone,
        row.apps_undeclared,
    )  # fmt: skip
    retires = row.write_keys_retires
    return Key(row.write_keys_id, row.write_keys_key, app, _utc(retires) if retires else None)
