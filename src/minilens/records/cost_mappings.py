"""How the cost files of a source are read: which column is which field, in which unit. Remembered for the next file."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String, Text

from minilens.records.cost_content import Landing
from minilens.records.costs import Replaces
from minilens.records.database import Database
from minilens.records.tables import METADATA

#: Of money in a file; empty: as its header says, or yuan.
Unit = Literal["", "yuan", "fen"]
UNITS: tuple[Unit, ...] = ("", "yuan", "fen")

COST_MAPPINGS = sa.Table(
    "cost_mappings",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("source", String(128), primary_key=True),
    Column("content", Text, nullable=False),  # JSON
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)


class CostMapping(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read. `columns`: our field → the title of its column; what is not there is found by its usual
    titles. `source`, `landing` and `currency` are those of rows that say none of their own."""

    columns: dict[str, str] = {}
    unit: Unit = ""
    source: str = ""
    landing: Landing = ""
    currency: str = "CNY"
    replaces: Replaces = "days"


class CostMappings:
    """One a source of an app: what was last used for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[CostMapping]:
        """Those of an app, the one used last first."""
        query = sa.select(COST_MAPPINGS.c.content).where(COST_MAPPINGS.c.app_id == app)
        last_first = query.order_by(COST_MAPPINGS.c.changed.desc(), COST_MAPPINGS.c.source)
        with self._database.read() as connection:
            found = connection.execute(last_first).scalars()
            return [msgspec.json.decode(text, type=CostMapping) for text in found]

    def find(self, app: int, source: str) -> CostMapping | None:
        """That of a source."""
        return next((one for one in self.of(app) if one.source == source), None)

    def keep(self, app: int, one: CostMapping, *, now: datetime, by: int | None = None) -> None:
        """For the next file of its source."""
        values = {
            "content": msgspec.json.encode(one).decode(),
            "changed": now,
            "by_id": by,
        }
        held = (COST_MAPPINGS.c.app_id == app, COST_MAPPINGS.c.source == one.source)
        with self._database.write(alone=True) as connection:
            if not connection.execute(
                sa.update(COST_MAPPINGS).where(*held).values(**values)
            ).rowcount:
                connection.execute(
                    sa.insert(COST_MAPPINGS).values(app_id=app, source=one.source, **values)
                )


__all__ = ["COST_MAPPINGS", "CostMapping", "CostMappings"]
