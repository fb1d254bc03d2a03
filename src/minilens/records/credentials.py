"""What WeChat gave an app to ask with: its AppSecret, kept sealed and never shown again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import Refused
from minilens.records.database import Database, record_audit, utc
from minilens.records.sealed import opened, seal
from minilens.records.tables import ACCOUNTS, APPS, CREDENTIALS

_APP_SECRET = re.compile(r"[0-9A-Za-z]{32}").fullmatch


@dataclass(frozen=True)
class Credentials:
    """That an app has an AppSecret: since when, and by whom; empty for the command line."""

    since: datetime
    by: str


class AppSecrets:
    """`key` is the server's secret. Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, app: int) -> Credentials | None:
        """Whether there is one."""
        query = (
            sa.select(CREDENTIALS.c.since, ACCOUNTS.c.name)
            .outerjoin(ACCOUNTS, CREDENTIALS.c.by_id == ACCOUNTS.c.id)
            .where(CREDENTIALS.c.app_id == app)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Credentials(utc(row.since), row.name or "") if row else None

    def opened(self, app: int, key: bytes) -> str | None:
        """The AppSecret; None where there is none, or it was sealed with another secret."""
        with self._database.read() as connection:
            sealed = connection.execute(
                sa.select(CREDENTIALS.c.sealed).where(CREDENTIALS.c.app_id == app)
            ).scalar()
        return opened(sealed, key, _of(app)) if sealed else None

    def set(
        self, app: int, secret: str, key: bytes, *, now: datetime, by: int | None = None
    ) -> None:
        """Keep it, in place of the one before. Refused where it is none, or the app has no AppID."""
        secret = secret.strip()
        if not _APP_SECRET(secret):
            raise Refused("bad_app_secret", "secret")
        row = {"sealed": seal(secret, key, _of(app)), "since": now, "by_id": by}
        with self._database.write(alone=True) as connection:
            if not connection.execute(sa.select(APPS.c.appid).where(APPS.c.id == app)).scalar():
                raise Refused("no_appid", "secret")
            connection.execute(sa.delete(CREDENTIALS).where(CREDENTIALS.c.app_id == app))
            connection.execute(sa.insert(CREDENTIALS).values(app_id=app, **row))
            record_audit(connection, "wechat.secret", now=now, by=by, app=app)

    def remove(self, app: int, *, now: datetime, by: int | None = None) -> None:
        """Forget it; nothing where there is none."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(CREDENTIALS).where(CREDENTIALS.c.app_id == app))
            if gone.rowcount:
                record_audit(connection, "wechat.forget", now=now, by=by, app=app)


def _of(app: int) -> str:
    return f"appsecret {app}"
