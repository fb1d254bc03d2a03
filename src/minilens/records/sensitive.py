"""Properties of an app that only admins may read: their names."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import Refused
from minilens.records.database import Database, plain, record_audit
from minilens.records.tables import SENSITIVE

#: Names of an app, and letters of one.
MOST, LONGEST = 100, 64
_BETWEEN = re.compile(r"[\s,，、;；]+")


class SensitiveProperties:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> tuple[str, ...]:
        """The names, sorted."""
        query = sa.select(SENSITIVE.c.name).where(SENSITIVE.c.app_id == app)
        with self._database.read() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def set(self, app: int, text: str, *, now: datetime, by: int | None = None) -> tuple[str, ...]:
        """These from now on, separated by commas or blanks, and no others."""
        names = sorted({plain(name, "sensitive", LONGEST) for name in _BETWEEN.split(text)} - {""})
        if len(names) > MOST:
            raise Refused("too_many", "sensitive", limit=MOST)
        own = SENSITIVE.c.app_id == app
        with self._database.write(alone=True) as connection:
            before = sorted(connection.execute(sa.select(SENSITIVE.c.name).where(own)).scalars())
            if names != before:
                connection.execute(sa.delete(SENSITIVE).where(own))
                if names:
                    rows = [{"app_id": app, "name": name} for name in names]
                    connection.execute(sa.insert(SENSITIVE), rows)
                record_audit(
                    connection, "app.sensitive", now=now, by=by, app=app, text=", ".join(names)
                )
        return tuple(names)
