"""Mini programs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.app_facts import check_app, check_appid
from minilens.records.database import Database, maybe_utc, plain, record_audit
from minilens.records.tables import APPS, KEYS

#: What becomes of undeclared events: set aside, or counted.
UNDECLARED = ("strict", "open")
#: Way in → the column that says so; of a sign-in by code every event is built in.
WAYS_IN = {
    "tracker": "undeclared", "server": "undeclared_server", "import": "undeclared_import",
}  # fmt: skip


@dataclass(frozen=True)
class App:
    """One mini program. `undeclared` says what becomes of a tracker's undeclared events, `strict` by which ways in
    undeclared events are set aside.
    """

    id: int
    name: str
    appid: str
    zh: str
    en: str
    timezone: str
    undeclared: str
    archived: datetime | None = None
    strict: tuple[str, ...] = ("tracker",)


class Apps:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, *, archived: bool = False) -> list[App]:
        """All apps, oldest first; those that are archived only where asked for."""
        query = sa.select(APPS).order_by(APPS.c.id)
        if not archived:
            query = query.where(APPS.c.archived.is_(None))
        with self._database.read() as connection:
            return [app_of(row) for row in connection.execute(query)]

    def named(self, name: str, *, archived: bool = False) -> App:
        """The app of that name; NotFound with a hint."""
        apps = self.all(archived=archived)
        for app in apps:
            if app.name == name:
                return app
        hint = did_you_mean(name, [a.name for a in apps])
        raise NotFound("unknown_app", "app", got=name, hint=hint)

    def create(
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
        with self._database.write(alone=True) as connection:
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
            insert_key(connection, row.id, now)
        return app_of(row)

    def change(
        self, app: int, *, zh: str, en: str, appid: str, now: datetime, by: int | None = None
    ) -> None:
        """Other titles, another AppID."""
        check_appid(appid, self._appid(app))
        given = {"zh": zh, "en": en, "appid": appid}
        values = {field: plain(text, field) for field, text in given.items()}
        for field in ("zh", "en"):
            if not values[field]:
                raise Refused("missing", field)
        with self._database.write() as connection:
            connection.execute(sa.update(APPS).where(APPS.c.id == app).values(**values))
            record_audit(connection, "app.change", now=now, by=by, app=app, **values)

    def _appid(self, app: int) -> str:
        """The AppID as it is kept."""
        with self._database.write() as connection:
            return (
                connection.execute(sa.select(APPS.c.appid).where(APPS.c.id == app)).scalar() or ""
            )

    def set_undeclared(
        self,
        app: int,
        undeclared: str,
        *,
        now: datetime,
        by: int | None = None,
        via: str = "tracker",
    ) -> None:
        """What becomes of undeclared events that come in by `via` from now on."""
        column = WAYS_IN[via]
        if undeclared not in UNDECLARED:
            raise Refused("unknown_choice", column, got=undeclared)
        change = sa.update(APPS).where(APPS.c.id == app, APPS.c[column] != undeclared)
        with self._database.write() as connection:
            if connection.execute(change.values({column: undeclared})).rowcount:
                record_audit(
                    connection, "app.undeclared", now=now, by=by, app=app, **{column: undeclared}
                )  # fmt: skip

    def archive(self, app: int, *, now: datetime, by: int | None = None) -> None:
        """Hide it and refuse its keys and tokens; its events stay."""
        self._set_archived(app, now, "app.archive", now=now, by=by)

    def restore(self, app: int, *, now: datetime, by: int | None = None) -> None:
        """Undo `archive`."""
        self._set_archived(app, None, "app.restore", now=now, by=by)

    def _set_archived(
        self, app: int, since: datetime | None, action: str, *, now: datetime, by: int | None
    ) -> None:
        other = APPS.c.archived.is_(None) if since else APPS.c.archived.is_not(None)
        change = sa.update(APPS).where(APPS.c.id == app, other).values(archived=since)
        with self._database.write() as connection:
            if connection.execute(change).rowcount:
                record_audit(connection, action, now=now, by=by, app=app)


def insert_key(connection: sa.Connection, app: int, now: datetime) -> str:
    """A new write key of an app; every app begins with one."""
    key = f"mk_{secrets.token_hex(12)}"
    connection.execute(sa.insert(KEYS).values(app_id=app, key=key, created=now))
    return key


def app_of(row: sa.Row[tuple[object, ...]]) -> App:
    return App(
        row.id, row.name, row.appid, row.zh, row.en, row.timezone, row.undeclared,
        maybe_utc(row.archived), tuple(via for via, name in WAYS_IN.items() if row._mapping[name] == "strict"),
    )  # fmt: skip
