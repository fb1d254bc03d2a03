"""Write keys: what a mini program sends with its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.apps import App, insert_key
from minilens.records.database import Database, maybe_utc, record_audit, utc
from minilens.records.tables import APPS, KEYS


@dataclass(frozen=True)
class Key:
    """A write key and the app it belongs to. `retires` is in UTC; None: without end."""

    id: int
    key: str
    app: App
    retires: datetime | None
    created: datetime


class Keys:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Key]:
        """Those of every app that is not archived, newest first; also retired ones."""
        return self._where(APPS.c.archived.is_(None))

    def of(self, app: int) -> list[Key]:
        """Those of an app, newest first; also retired ones."""
        return self._where(KEYS.c.app_id == app)

    def _where(self, held: sa.ColumnElement[bool]) -> list[Key]:
        query = sa.select(KEYS, APPS).join(APPS).where(held).order_by(KEYS.c.id.desc())
        query = query.set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(query)]

    def create(
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
        with self._database.write(alone=True) as connection:
            last = sa.select(sa.func.max(KEYS.c.id)).where(KEYS.c.app_id == app)
            if newest is not None and connection.execute(last).scalar() != newest:
                raise Refused("rotated_already", "newest")
            if retire_others_after is None:
                key = insert_key(connection, app, now)
                record_audit(connection, "key.create", now=now, by=by, app=app, target=key)
                return key
            retires = now + retire_others_after
            connection.execute(
                sa.update(KEYS)
                .where(KEYS.c.app_id == app, KEYS.c.retires.is_(None))
                .values(retires=retires)
            )
            key = insert_key(connection, app, now)
            record_audit(
                connection, "key.rotate", now=now, by=by, app=app, target=key, others_retire=retires
            )
        return key

    def retire(self, app: int, key: int, *, now: datetime, by: int | None = None) -> None:
        """Refuse this key from now on; NotFound where the app has no such key."""
        own = sa.select(KEYS.c.key).where(KEYS.c.id == key, KEYS.c.app_id == app)
        with self._database.write() as connection:
            text = connection.execute(own).scalar()
            if text is None:
                raise NotFound("not_found")
            connection.execute(
                sa.update(KEYS)
                .where(KEYS.c.id == key, sa.or_(KEYS.c.retires.is_(None), KEYS.c.retires > now))
                .values(retires=now)
            )
            record_audit(connection, "key.retire", now=now, by=by, app=app, target=text)


def _key(row: sa.Row[tuple[object, ...]]) -> Key:
    app = App(
        row.apps_id, row.apps_name, row.apps_appid, row.apps_zh, row.apps_en, row.apps_timezone,
        row.apps_undeclared, maybe_utc(row.apps_archived),
    )  # fmt: skip
    return Key(
        row.write_keys_id, row.write_keys_key, app, maybe_utc(row.write_keys_retires),
        utc(row.write_keys_created),
    )  # fmt: skip
