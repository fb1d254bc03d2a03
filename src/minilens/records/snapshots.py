"""Snapshots of weeks and months of an app: figures as they were when the period was over. What is in one, only the
reports know: here its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String

from minilens.errors import NotFound
from minilens.records.database import Database, utc
from minilens.records.tables import METADATA

SNAPSHOTS = sa.Table(
    "snapshots",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("grain", String(5), primary_key=True),  # week, month
    Column("start", sa.Date, primary_key=True),  # its first day
    Column("made", DateTime(timezone=True), nullable=False),
    Column("body", sa.Text, nullable=False),  # its JSON
)


@dataclass(frozen=True)
class Snapshot:
    """That of a week or month by its first day; `made`: when its figures were seen."""

    app: int
    grain: str
    start: date
    made: datetime
    body: str


class Snapshots:
    """A week or month of an app has one, and it never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def starts(self, app: int, grain: str) -> list[date]:
        """The first days of those that are kept, the newest first."""
        held = (SNAPSHOTS.c.app_id == app, SNAPSHOTS.c.grain == grain)
        select = sa.select(SNAPSHOTS.c.start).where(*held).order_by(SNAPSHOTS.c.start.desc())
        with self._database.read() as connection:
            return list(connection.execute(select).scalars())

    def find(self, app: int, grain: str, start: date) -> Snapshot | None:
        """That of a week or month; None where none was made."""
        with self._database.read() as connection:
            row = connection.execute(_of(app, grain, start)).one_or_none()
        return Snapshot(app, grain, start, utc(row.made), row.body) if row else None

    def get(self, app: int, grain: str, start: date) -> Snapshot:
        """The same; NotFound where none was made."""
        found = self.find(app, grain, start)
        if found is None:
            raise NotFound("no_snapshot", "day", got=str(start))
        return found

    def keep(self, app: int, grain: str, start: date, body: str, *, now: datetime) -> bool:
        """Keep it; False where there is one already, which stays as it is."""
        with self._database.write(alone=True) as connection:
            if connection.execute(_of(app, grain, start)).first():
                return False
            made = {"app_id": app, "grain": grain, "start": start, "made": now, "body": body}
            connection.execute(sa.insert(SNAPSHOTS).values(**made))
            return True


def _of(app: int, grain: str, start: date) -> sa.Select[tuple[object, ...]]:
    return sa.select(SNAPSHOTS).where(
        SNAPSHOTS.c.app_id == app, SNAPSHOTS.c.grain == grain, SNAPSHOTS.c.start == start
    )
