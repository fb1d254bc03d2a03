"""What was changed, when, and by whom: rows that are only added."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from minilens.records.database import Database, record_audit, utc
from minilens.records.tables import ACCOUNTS, APPS, AUDIT

MOST = 200


@dataclass(frozen=True)
class Entry:
    """One change. `by` is the account's name, None the command line; `app` is a name, None the whole server.

    `action` is thing.verb: app.create, key.rotate, token.revoke, grant.set, invitation.accept …
    """

    id: int
    at: datetime
    account: int | None
    by: str | None
    app: str | None
    action: str
    target: str
    details: dict[str, object]


class Audit:
    """The list; rows are written by those who change things."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self,
        *,
        apps: Collection[int] | None = None,
        account: int | None = None,
        action: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        most: int = MOST,
    ) -> list[Entry]:
        """The newest first. `apps`: of these only; `action`: `key` or `key.rotate`; `before`: to go on."""
        query = (
            sa.select(AUDIT, ACCOUNTS.c.name.label("by"), APPS.c.name.label("app"))
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == AUDIT.c.person_id)
            .outerjoin(APPS, APPS.c.id == AUDIT.c.app_id)
            .order_by(AUDIT.c.id.desc())
            .limit(min(most, MOST))
        )
        if apps is not None:
            query = query.where(AUDIT.c.app_id.in_(apps))
        if account is not None:
            query = query.where(AUDIT.c.person_id == account)
        if action:
            query = query.where(
                sa.or_(AUDIT.c.action == action, AUDIT.c.action.startswith(f"{action}."))
            )
        if since:
            query = query.where(AUDIT.c.at >= since.astimezone(UTC))  # SQLite forgets zones
        if until:
            query = query.where(AUDIT.c.at < until.astimezone(UTC))
        if before:
            query = query.where(AUDIT.c.id < before)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def note(
        self, action: str, *, now: datetime, app: int, by: int | None = None, **details: object
    ) -> None:
        """What was done outside of the records. `by` None: the command line."""
        with self._database.write() as connection:
            record_audit(connection, action, now=now, by=by, app=app, **details)

    def last_change(self) -> int:
        """The number of the newest row: while it is the same, nothing was changed.

        For looking often, and not for being sure: of two changes at once in PostgreSQL the one with the
        lower number may come to light last.
        """
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.max(AUDIT.c.id))).scalar() or 0

    def last_sign_ins(self) -> dict[int, datetime]:
        """Person → when they last signed in."""
        query = (
            sa.select(AUDIT.c.person_id, sa.func.max(AUDIT.c.at))
            .where(AUDIT.c.action == "session.begin")
            .group_by(AUDIT.c.person_id)
        )
        with self._database.read() as connection:
            return {
                account: utc(at) for account, at in connection.execute(query) if account is not None
            }

    def actors(self, app: int) -> frozenset[int]:
        """The accounts who ever changed something in an app, members or not."""
        query = (
            sa.select(AUDIT.c.person_id)
            .where(AUDIT.c.app_id == app, AUDIT.c.person_id.is_not(None))
            .distinct()
        )
        with self._database.read() as connection:
            return frozenset(connection.execute(query).scalars())


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    details = json.loads(row.details)
    return Entry(
        row.id, utc(row.at), row.person_id, row.by, row.app, row.action, row.target, details
    )  # fmt: skip
