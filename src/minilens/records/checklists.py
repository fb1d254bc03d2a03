"""Whether the checklist of an app was put away: when, and by whom."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey

from minilens.records.database import Database, record_audit
from minilens.records.tables import METADATA

CHECKLISTS = sa.Table(
    "checklists",  # those that were put away
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("put_away", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)


class Checklists:
    """One of an app; it is shown until it is put away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def shown(self, app: int) -> bool:
        """Whether it was not put away."""
        with self._database.read() as connection:
            found = connection.execute(sa.select(CHECKLISTS).where(CHECKLISTS.c.app_id == app))
            return found.first() is None

    def put_away(self, app: int, *, now: datetime, by: int | None) -> None:
        """Show it no more; twice changes nothing."""
        with self._database.write(alone=True) as connection:
            there = sa.select(CHECKLISTS.c.app_id).where(CHECKLISTS.c.app_id == app)
            if connection.execute(there).first():
                return
            made = {"app_id": app, "put_away": now, "by_id": by}
            connection.execute(sa.insert(CHECKLISTS).values(**made))
            record_audit(connection, "checklist.put_away", now=now, by=by, app=app)

    def show(self, app: int, *, now: datetime, by: int | None) -> None:
        """Show it again; twice changes nothing."""
        with self._database.write(alone=True) as connection:
            gone = connection.execute(sa.delete(CHECKLISTS).where(CHECKLISTS.c.app_id == app))
            if gone.rowcount:
                record_audit(connection, "checklist.show", now=now, by=by, app=app)
