"""Events that an app has declared beside the built-in ones."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from minilens.errors import Refused
from minilens.records.database import Database, plain, record_audit
from minilens.records.tables import DEFINITIONS


class Definitions:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> set[tuple[int, str]]:
        """(app, event name) of every declared event beside the built-in ones."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(DEFINITIONS.c.app_id, DEFINITIONS.c.name))
            return {(row.app_id, row.name) for row in rows}

    def create(self, app: int, name: str, zh: str, *, now: datetime, by: int | None = None) -> None:
        """Declare an event, so that a tracker's events of that name count."""
        name, zh = plain(name, "name", 32), plain(zh, "zh", 32)
        same = sa.select(DEFINITIONS.c.id).where(
            DEFINITIONS.c.app_id == app, DEFINITIONS.c.name == name
        )
        with self._database.write(alone=True) as connection:
            if connection.execute(same).first():
                raise Refused("declared_already", "name", got=name)
            connection.execute(
                sa.insert(DEFINITIONS).values(app_id=app, name=name, zh=zh, created=now)
            )
            record_audit(
                connection, "definition.create", now=now, by=by, app=app, target=name, zh=zh
            )
